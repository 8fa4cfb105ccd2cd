package testrun

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// reporter tells of tests as they end. Any goroutine may call it.
type reporter struct {
	o       *Options
	start   time.Time
	total   int
	answers *bufio.Reader

	mu      sync.Mutex
	done    int
	counts  map[Status]int
	running []*Test
	failing []string // names, in the order in which they failed
	reasons []string // of skipped tests, as "NAME: REASON"
	records []record
	shown   time.Time // when progress was last drawn
	line    bool      // progress stands on the line
	all     bool      // accept every further difference
	stopped bool      // not all tests have run
}

// record is a test that has run, for JUnit.
type record struct {
	t *Test
	r Result
}

// event is one line of -json.
type event struct {
	Time    time.Time `json:"time"`
	Action  string    `json:"action"` // "start", "run", "pass", "fail", "skip", "update", "end"
	Test    string    `json:"test,omitempty"`
	File    string    `json:"file,omitempty"`
	Elapsed *float64  `json:"elapsed,omitempty"` // seconds
	Output  string    `json:"output,omitempty"`  // of a failure; why a test was skipped
	Seed    uint64    `json:"seed,omitempty"`    // of the order, with -shuffle
	Passed  *int      `json:"passed,omitempty"`
	Failed  *int      `json:"failed,omitempty"`
	Skipped *int      `json:"skipped,omitempty"`
}

func newReporter(o *Options, total int) *reporter {
	rep := &reporter{o: o, start: time.Now(), total: total, counts: make(map[Status]int)}
	if o.In != nil {
		rep.answers = bufio.NewReader(o.In)
	}
	seed := uint64(0)
	if o.Shuffle {
		seed = o.Seed
	}
	switch {
	case o.JSON:
		rep.emit(event{Action: "start", Seed: seed})
	case o.Shuffle:
		fmt.Fprintf(o.Out, "shuffled, -seed %d\n", seed)
	}
	return rep
}

func (rep *reporter) emit(e event) {
	e.Time = time.Now().UTC()
	b, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	rep.o.Out.Write(append(b, '\n'))
}

// begin tells that a test starts.
func (rep *reporter) begin(t *Test) {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	rep.running = append(rep.running, t)
	if rep.o.JSON {
		rep.emit(event{Action: "run", Test: t.Name, File: t.File})
	}
	rep.progress()
}

// end tells what came out of a test.
func (rep *reporter) end(t *Test, r Result) {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	for i, x := range rep.running {
		if x == t {
			rep.running = append(rep.running[:i], rep.running[i+1:]...)
			break
		}
	}
	rep.done++
	rep.counts[r.Status]++
	if rep.o.JUnit != "" {
		rep.records = append(rep.records, record{t, r})
	}
	if r.Status == Failed {
		rep.failing = append(rep.failing, t.Name)
	}
	if rep.o.JSON {
		sec := r.Elapsed.Seconds()
		rep.emit(event{Action: string(r.Status), Test: t.Name, File: t.File, Elapsed: &sec, Output: r.Detail})
		return
	}
	rep.clear()
	switch {
	case r.Status == Failed:
		fmt.Fprintf(rep.o.Out, "%s %s (%s)\n%s", rep.paint(red, "FAIL"), t.Name, seconds(r.Elapsed), indent(r.Detail))
	case r.Status == Updated:
		names := make([]string, len(r.Differences))
		for i, d := range r.Differences {
			names[i] = d.Name
		}
		fmt.Fprintf(rep.o.Out, "%s %s: %s\n", rep.paint(cyan, "updated"), t.Name, strings.Join(names, ", "))
	case r.Status == Skipped && !rep.o.Verbose:
		rep.reasons = append(rep.reasons, t.Name+": "+r.Detail)
	case r.Status == Skipped:
		fmt.Fprintf(rep.o.Out, "%s %s: %s\n", rep.paint(cyan, "skip"), t.Name, r.Detail)
	case rep.o.Verbose:
		fmt.Fprintf(rep.o.Out, "%s   %s (%s)\n", rep.paint(green, "ok"), t.Name, seconds(r.Elapsed))
	}
	rep.progress()
}

// ask shows a difference and asks whether it is what is expected from now on.
func (rep *reporter) ask(t *Test, d Difference) bool {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	if rep.stopped || !rep.o.Review {
		return false
	}
	rep.clear()
	fmt.Fprintf(rep.o.Out, "%s\n%s", t.Name, colored(unified(d.Name, d.Want, d.Got), rep.o.Color))
	for !rep.all {
		fmt.Fprint(rep.o.Out, "Accept this difference? [y]es, [n]o, [a]ll that follow, [q]uit: ")
		answer := ""
		err := io.EOF
		if rep.answers != nil {
			answer, err = rep.answers.ReadString('\n')
		}
		if !rep.o.Terminal {
			fmt.Fprintln(rep.o.Out) // nobody has typed a newline that shows
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return true
		case "n", "no":
			return false
		case "a", "all":
			rep.all = true
		case "q", "quit":
			rep.stopped = true
			return false
		default:
			if err != nil {
				rep.stopped = true
				return false
			}
		}
	}
	return true
}

// quit reports whether a reviewer has had enough.
func (rep *reporter) quit() bool {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	return rep.stopped
}

// progressEvery is how often progress is drawn at most.
const progressEvery = 50 * time.Millisecond

// progress draws how far the run has come, on a terminal.
func (rep *reporter) progress() {
	if !rep.o.Terminal || rep.o.JSON || rep.done < rep.total && time.Since(rep.shown) < progressEvery && rep.done > 0 {
		return
	}
	rep.shown = time.Now()
	name := ""
	if n := len(rep.running); n > 0 {
		name = rep.running[n-1].Name
	}
	const width = 40
	if len(name) > width {
		name = "…" + name[len(name)-width:]
	}
	fail := ""
	if n := rep.counts[Failed]; n > 0 {
		fail = rep.paint(red, fmt.Sprintf(", %d failed", n))
	}
	fmt.Fprintf(rep.o.Out, "\r\x1b[K%d of %d%s  %s", rep.done, rep.total, fail, name)
	rep.line = true
}

// clear wipes progress from the line, so that text can stand there.
func (rep *reporter) clear() {
	if rep.line {
		fmt.Fprint(rep.o.Out, "\r\x1b[K")
		rep.line = false
		rep.shown = time.Time{}
	}
}

// finish prints the sum and writes the report for other programs.
func (rep *reporter) finish() error {
	rep.mu.Lock()
	defer rep.mu.Unlock()
	rep.clear()
	passed, bad, left := rep.counts[Passed]+rep.counts[Updated], rep.counts[Failed], rep.counts[Skipped]
	elapsed := time.Since(rep.start)
	if rep.o.JSON {
		sec := elapsed.Seconds()
		rep.emit(event{Action: "end", Elapsed: &sec, Passed: &passed, Failed: &bad, Skipped: &left})
	} else {
		for _, line := range rep.reasons {
			fmt.Fprintf(rep.o.Out, "%s %s\n", rep.paint(cyan, "skip"), line)
		}
		if bad > 1 {
			fmt.Fprintln(rep.o.Out, "failed:")
			for _, name := range rep.failing {
				fmt.Fprintln(rep.o.Out, "  "+name)
			}
		}
		fmt.Fprintln(rep.o.Out, rep.sum(passed, bad, left, elapsed))
	}
	if rep.o.JUnit != "" {
		return writeJUnit(rep.o.JUnit, rep.records, elapsed)
	}
	return nil
}

// sum is the last line.
func (rep *reporter) sum(passed, bad, left int, elapsed time.Duration) string {
	head, c := "ok", green
	if bad > 0 {
		head, c = "FAIL", red
	}
	if rep.stopped {
		head, c = "stopped", red
	}
	s := fmt.Sprintf("%s  %d passed", rep.paint(c, head), passed)
	if n := rep.counts[Updated]; n > 0 {
		s += fmt.Sprintf(" (%d updated)", n)
	}
	if bad > 0 {
		s += fmt.Sprintf(", %d failed", bad)
	}
	if left > 0 {
		s += fmt.Sprintf(", %d skipped", left)
	}
	return s + " in " + seconds(elapsed)
}

func (rep *reporter) paint(color, text string) string {
	if !rep.o.Color {
		return text
	}
	return color + text + plain
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2fs", d.Seconds()) }

// indent sets a text off from the line above it.
func indent(s string) string {
	s = strings.TrimRight(s, "\n")
	if s == "" {
		return ""
	}
	return "    " + strings.ReplaceAll(s, "\n", "\n    ") + "\n"
}
