package repl

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
)

// Options say where a prompt runs.
type Options struct {
	// Config is the engine's; Files are loaded before the first prompt. Run sets what a session needs.
	Config brogo.Config
	// Terminal tells that input and output are one: lines are edited, prompts shown.
	Terminal bool
	// Prompts shows prompts though lines are not edited, on a terminal that cannot.
	Prompts bool
	// Color allows colours.
	Color bool
	// Virtual runs on a clock that only :advance moves.
	Virtual bool
	// History is the file that lines are kept in, "" for none.
	History string
	// In and Out are the streams; on a terminal they must be the process's own.
	In  io.Reader
	Out io.Writer
}

// lineSource reads lines for the driver. It runs on a goroutine of its own.
type lineSource interface {
	// read returns the next line. interrupted tells that the user gave the line up.
	read(prompt string) (line string, interrupted bool, err error)
	// peek looks at the line behind the last one.
	peek(wait bool) (string, bool)
	// dropPaste forgets what is left of a paste.
	dropPaste()
	// kept is told of lines that were taken.
	kept(line string)
	// waits tells that the next line is not read before the answers to this one are there.
	waits() bool
	close()
}

// editor is a lineSource with a screen: a terminal.
type editor interface {
	lineSource
	output() io.Writer // what may be written to while a line is typed
	attach(complete completer, ctrlC func())
	edit(path string) error
}

// completer is what liner asks: what may stand at a place of a line, and what is around it.
type completer func(line string, pos int) (head string, list []string, tail string)

// driver joins a Core to its input and lets the event loop run in between.
type driver struct {
	core  *Core
	s     *brogo.Session
	reqs  chan func()
	ended chan struct{}
	busy  atomic.Bool // something runs that Ctrl-C may end
	stop  atomic.Bool // an order to end
	brk   atomic.Bool // Ctrl-C while a line is answered
	// answering lasts from the end of a line to the next prompt.
	answering atomic.Bool
}

// Run holds a session until its input ends, a script ends the process, or ctx does. It returns the exit status: through a pipe
// 1 after any error, on a terminal what exit() says.
func Run(ctx context.Context, o Options) int {
	cfg := o.Config
	cfg.KeepGoing, cfg.KeepDocs, cfg.NoUnusedWarnings, cfg.PrettyErrors = true, true, true, true
	in, ed, out := o.input()
	o.Out, cfg.Stdout = out, out
	if ed != nil {
		cfg.Stderr = out
	}
	if o.Color {
		cfg.Colors = diag.ANSI
	}
	var virtual *clock.Virtual
	if o.Virtual {
		virtual = clock.NewVirtual(time.Unix(0, 0).UTC().AddDate(50, 0, 0))
		cfg.Clock = virtual
	}
	logs := &LogTaps{}
	cfg.LogSink = logs.Row
	e, err := brogo.New(cfg)
	if err != nil {
		in.close()
		fmt.Fprintf(o.Out, "brogo: %v\n", err)
		return 2
	}
	defer e.Close()
	status := e.Load()
	d := &driver{s: e.Open(), reqs: make(chan func(), 1), ended: make(chan struct{})}
	d.core = newCore(d.s, o.Out)
	d.core.logs = logs
	d.core.failed = status != 0
	d.core.wait = func(done func() bool, limit float64) { d.await(ctx, done, limit) }
	d.core.loaded = append(d.core.loaded, cfg.Files...)
	if virtual != nil {
		d.core.virtual = virtual
	}
	if o.Color {
		d.core.colors = ansi
	}
	if ed != nil {
		d.core.edit = ed.edit
		ed.attach(d.complete, d.breakNow)
	}
	release := d.signals(ctx, in.waits())
	defer release()
	d.run(d.s.Start)
	code := d.loop(ctx, in)
	if in.waits() && code == 0 && d.core.failed {
		code = 1
	}
	return code
}

// input is where lines come from, as an editor, too, if they are edited, and where output goes.
func (o Options) input() (lineSource, editor, io.Writer) {
	if o.Terminal {
		if ed, ok := newTerminal(o); ok {
			return ed, ed, ed.output()
		}
	}
	p := newPipe(o.In)
	if o.Prompts {
		p.shown = o.Out
	}
	return p, nil, o.Out
}

// signals turns SIGINT into an end of what is running; where nothing is, and there is no terminal, into an end of the session.
func (d *driver) signals(ctx context.Context, ends bool) (release func()) {
	ch := make(chan os.Signal, 4)
	signal.Notify(ch, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				d.end()
				return
			case sig := <-ch:
				switch {
				case sig == syscall.SIGTERM:
					d.end()
				case !d.interrupt() && ends:
					d.end()
				}
			}
		}
	}()
	return func() {
		signal.Stop(ch)
		close(done)
		<-gone
	}
}

// interrupt ends what is running; false if nothing is.
func (d *driver) interrupt() bool {
	if !d.busy.Load() && !d.answering.Load() {
		return false
	}
	d.breakNow()
	return true
}

func (d *driver) breakNow() {
	d.brk.Store(true)
	d.s.Engine().Machine().Break()
	d.s.Wake()
}

func (d *driver) end() {
	d.stop.Store(true)
	d.s.Wake()
}

// do has f run on the engine's goroutine and waits for it; false when the session has ended.
func (d *driver) do(f func()) bool {
	done := make(chan struct{})
	select {
	case d.reqs <- func() { f(); close(done) }:
	case <-d.ended:
		return false
	}
	// The loop looks for requests, then sleeps: sending before waking leaves no gap.
	d.s.Wake()
	select {
	case <-done:
		return true
	case <-d.ended:
		return false
	}
}

// completeLimit is how long a completion waits for a handler that runs while a line is typed: until it answers, Ctrl-C is not heard.
const completeLimit = 300 * time.Millisecond

// complete asks the engine's goroutine for completions.
func (d *driver) complete(line string, pos int) (head string, list []string, tail string) {
	type choice struct {
		head string
		list []string
		tail string
	}
	answer := make(chan choice, 1)
	late := time.NewTimer(completeLimit)
	defer late.Stop()
	select {
	case d.reqs <- func() {
		h, l, t := d.core.complete(line, pos)
		answer <- choice{h, l, t}
	}:
	case <-late.C:
		return line, nil, ""
	}
	d.s.Wake()
	select {
	case c := <-answer:
		return c.head, c.list, c.tail
	case <-late.C:
		return line, nil, ""
	}
}

// run calls f, which Ctrl-C may interrupt.
func (d *driver) run(f func()) {
	d.busy.Store(true)
	f()
	d.busy.Store(false)
	if !d.answering.Load() && !d.brk.Load() {
		d.s.Engine().Machine().Unbreak() // came too late
	}
}

// loop lets the engine live until the session ends, and returns the exit status.
func (d *driver) loop(ctx context.Context, in lineSource) int {
	// The goroutine that reads is not waited for: nothing can end a read of a terminal or a pipe but its other end.
	go d.read(in)
	for !d.over() {
		select {
		case f := <-d.reqs:
			d.run(f)
			continue
		default:
		}
		var next time.Time
		busy := false
		if !d.core.paused {
			d.run(func() { next, busy = d.s.Step() })
		}
		if !busy && !d.over() {
			d.s.Wait(ctx, next)
		}
	}
	close(d.ended)
	in.close()
	code := 0
	d.run(func() { code = d.s.Close() })
	return code
}

func (d *driver) over() bool { return d.stop.Load() || d.core.quit || d.s.Over() }

// read takes lines until there are no more.
func (d *driver) read(in lineSource) {
	var a assembler
	prompt := ""
	d.do(func() { prompt = d.core.Prompt() })
	for {
		d.answering.Store(false)
		d.brk.Store(false)
		d.s.Engine().Machine().Unbreak()
		line, interrupted, err := in.read(a.prompt(prompt))
		d.answering.Store(true)
		switch {
		case err != nil:
			d.do(func() {
				d.core.Take(a.rest())
				d.settle(in.waits())
				d.core.quit = true
			})
			return
		case interrupted:
			a.drop()
			if d.busy.Load() {
				d.interrupt() // a handler runs while the prompt waits
			}
			continue
		}
		in.kept(line)
		it := a.add(line, in.peek)
		if it.kind == more {
			continue
		}
		ok, over := true, false
		alive := d.do(func() {
			ok = d.core.Take(it)
			d.settle(in.waits())
			prompt, over = d.core.Prompt(), d.over()
		})
		if !alive || over {
			return
		}
		if !ok {
			in.dropPaste()
		}
	}
}

// settle lets the loop deal with what an input has set off. Through a pipe it also waits for the answers that it asked for, so
// that a session prints the same as when a person waits for them.
func (d *driver) settle(answers bool) {
	if d.core.paused || d.over() {
		return
	}
	_, busy := d.s.Step()
	if !answers {
		return
	}
	m := d.s.Engine().Machine()
	for rounds := 0; !d.over() && !d.brk.Load() && (m.Asked() || busy && rounds < maxRounds); rounds++ {
		var next time.Time
		if next, busy = d.s.Step(); !busy && m.Asked() {
			d.s.Wait(context.Background(), next)
		}
	}
}

// maxRounds bounds what events set off by events may delay the next line of a pipe.
const maxRounds = 1000

// await lets the loop go on until done, for at most limit seconds of the engine's clock, or until Ctrl-C.
func (d *driver) await(ctx context.Context, done func() bool, limit float64) {
	clk := d.s.Engine().Machine().Loop().Clock()
	end := clk.Now().Add(time.Duration(limit * float64(time.Second)))
	for !d.over() && !d.brk.Load() && ctx.Err() == nil {
		next, busy := d.s.Step()
		if done() || !clk.Now().Before(end) {
			return
		}
		if next.IsZero() || next.After(end) {
			next = end
		}
		switch {
		case busy:
		case d.core.virtual != nil:
			d.core.virtual.AdvanceTo(next)
		default:
			d.s.Wait(ctx, next)
		}
	}
}
