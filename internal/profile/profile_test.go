package profile

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"go.uber.org/goleak"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs a script with a builtin `spend(n)`, which spends n of whatever is profiled.
func run(t *testing.T, p *interp.Profile, attach func(*brogo.Config), text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.zeek")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cfg := brogo.Config{Files: []string{file}, Bare: true, Stdout: &out, Stderr: &out, NoUnusedWarnings: true, Profile: p,
		Env: func(string) (string, bool) { return "", false }}
	if attach != nil {
		attach(&cfg)
	}
	e, err := brogo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if p != nil {
		spend := brogo.Builtin{Sig: "function spend(n: count): count", F1: func(_ *interp.M, _ *interp.Site, n val.Value) val.Value {
			p.Due.Add(n.N)
			return n
		}}
		if err := e.Register(spend); err != nil {
			t.Fatal(err)
		}
	}
	if e.Load() != 0 || e.Run(context.Background()) != 0 {
		t.Fatalf("it fails:\n%s", out.String())
	}
}

// TestStacks shows what time belongs to: `FUNC:LINE` from the outside to the inside.
func TestStacks(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"statements", "event zeek_init()\n\t{\n\tspend(1);\n\tif ( spend(2) == 2 )\n\t\t{\n\t\tspend(3); spend(4);\n\t\t}\n\t}",
			"event zeek_init:3 spend=1 | event zeek_init:4 spend=2 | event zeek_init:6 spend=7"},
		{"conditions of loops", "event zeek_init()\n\t{\n\tlocal i = 0;\n\twhile ( i < 3 && spend(1) == 1 )\n\t\t++i;\n\tfor ( x in vector(1, 2) )\n\t\tspend(10);\n\t}",
			"event zeek_init:4 spend=3 | event zeek_init:7 spend=20"},
		{"calls, also of functions that only return", "function f(n: count): count\n\t{\n\tif ( n == 0 ) return spend(1);\n\treturn f(n - 1);\n\t}\nevent zeek_init()\n\t{\n\tf(2);\n\t}",
			"event zeek_init:8 f:4 f:4 f:3 spend=1"},
		{"hooks, events, anonymous functions", "hook h() { spend(1); }\nevent e() { spend(2); hook h(); }\n" +
			"event zeek_init()\n\t{\n\tevent e();\n\tlocal f = function() { spend(4); };\n\tf();\n\thook h();\n\t}",
			"event e:2 hook h:1 spend=1 | event e:2 spend=2 | event zeek_init:7 lambda:6 spend=4 | event zeek_init:8 hook h:1 spend=1"},
		{"arguments are not the callee's", "function f(n: count) { spend(1); }\nevent zeek_init() { f(spend(2)); print fmt(\"%d\", spend(4)); print \"a\" + cat(spend(8)); }",
			"event zeek_init:2 f:1 spend=1 | event zeek_init:2 spend=14"},
		{"script code that a builtin calls", "event zeek_init()\n\t{\n\tsort(vector(2, 1), function(a: count, b: count): int { spend(1); return a < b ? -1 : +1; });\n\t}",
			"event zeek_init:3 sort lambda:3 spend=2"},
		{"the top level and initial values", "function f(): count { return spend(1); }\nglobal g = f();\nspend(2);",
			"init:2 f:1 spend=1 | top-level:3 spend=2"},
		{"when", "event zeek_init()\n\t{\n\tlocal i = 1;\n\twhen [i] ( spend(i) == 1 )\n\t\t{ spend(2); }\n\ttimeout 1sec { }\n\t}",
			"event zeek_init:4 when:4 spend=1 | event zeek_init:4 when:5 spend=2"},
		{"behind an error", "hook h() { local v: vector of count; if ( T ) spend(v[7]); spend(1); }\nevent zeek_done()\n\t{\n\thook h();\n\tspend(2);\n\t}",
			"event zeek_done:5 spend=2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := &interp.Profile{}
			spent := map[string]uint64{}
			p.Spent = func(n uint64) { spent[show(p.Stack())] += n }
			run(t, p, nil, tt.text)
			var got []string
			for stack, n := range spent {
				got = append(got, fmt.Sprintf("%s=%d", stack, n))
			}
			slices.Sort(got)
			if text := strings.Join(got, " | "); text != tt.want {
				t.Errorf("got  %s\nwant %s", text, tt.want)
			}
		})
	}
}

func show(stack []*interp.Place) string {
	var words []string
	for _, at := range stack {
		name := at.Func
		if strings.HasPrefix(name, "lambda x.zeek:") {
			name = "lambda"
		}
		if at.At.Line > 0 {
			name += fmt.Sprintf(":%d", at.At.Line)
		}
		words = append(words, name)
	}
	return strings.Join(words, " ")
}

// slowClock is a real clock whose waits spend a lot.
type slowClock struct {
	clock.Real
	p *interp.Profile
}

func (c slowClock) AfterFunc(d time.Duration, f func()) clock.Timer {
	c.p.Due.Add(1000)
	return c.Real.AfterFunc(d, f)
}

// TestIdle leaves out what passes while nothing runs.
func TestIdle(t *testing.T) {
	p := &interp.Profile{}
	spent := map[string]uint64{}
	p.Spent = func(n uint64) { spent[show(p.Stack())] += n }
	run(t, p, func(cfg *brogo.Config) { cfg.Clock = slowClock{p: p} }, "redef exit_only_after_terminate = T;\n"+
		"event end() { spend(2); terminate(); }\nevent zeek_init() { sleep(1msec); spend(1); schedule 1msec { end() }; }")
	if want := map[string]uint64{"event zeek_init:3 spend": 1, "event end:2 spend": 2}; !maps.Equal(spent, want) {
		t.Errorf("got %v, want %v", spent, want)
	}
}

// finish ends a profile and reads what pprof's own reader makes of it.
func finish(t *testing.T, p *Profiler) *profile.Profile {
	t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	prof, err := profile.Parse(&b)
	if err == nil {
		err = prof.CheckValid()
	}
	if err != nil {
		t.Fatal(err)
	}
	return prof
}

// lines adds up the flat values of a profile by `FUNC:LINE`.
func lines(p *profile.Profile, value int) map[string]int64 {
	out := map[string]int64{}
	for _, s := range p.Sample {
		l := s.Location[0].Line[0]
		out[fmt.Sprintf("%s:%d", l.Function.Name, l.Line)] += s.Value[value]
	}
	return out
}

// TestHottest has a script whose third line does most of the work.
func TestHottest(t *testing.T) {
	for rounds := 1000; ; rounds *= 4 {
		p := &Profiler{}
		p.Start()
		run(t, nil, p.Attach, fmt.Sprintf("function dear(n: count): count { local i = 0; local s = 0; while ( i < 50 ) {\n"+
			"\n\ts += "+strings.Repeat("(i * n + 7) %% 1013 + ", 40)+"1;\n\t++i; }\n\treturn s %% 7; }\n"+
			"event zeek_init()\n\t{\n\tlocal i = 0;\n\twhile ( i < %d )\n\t\t{\n\t\tdear(i);\n\t\t++i;\n\t\t}\n\t}", rounds))
		prof := finish(t, p)
		got, sum := lines(prof, 0), int64(0)
		for _, n := range got {
			sum += n
		}
		if sum < 100 {
			continue // not long enough to tell
		}
		if m := prof.Mapping[0]; m.File != "scripts" || prof.DefaultSampleType != "cpu" || prof.DurationNanos <= 0 || prof.Period != int64(period) {
			t.Errorf("head: %+v %q %d %d", m, prof.DefaultSampleType, prof.DurationNanos, prof.Period)
		}
		for line, n := range got {
			if line != "dear:3" && n >= got["dear:3"] {
				t.Errorf("%s has %d of %d samples, dear:3 %d", line, n, sum, got["dear:3"])
			}
		}
		return
	}
}

// TestAllocations compares objects with what a script makes.
func TestAllocations(t *testing.T) {
	for _, rounds := range []int{100, 100_000} { // all are measured, or some
		p := &Profiler{Kind: Allocations}
		p.Start()
		run(t, nil, p.Attach, fmt.Sprintf("type R: record { a: count; b: string; };\nevent zeek_init()\n\t{\n\tlocal i = 0;\n\tlocal r: R;\n\twhile ( i < %d )\n\t\t{\n"+
			"\t\tr = R($a=i, $b=\"x\");\n\t\t++i;\n\t\tr$a += i;\n\t\t}\n\t}", rounds))
		objects := lines(finish(t, p), 0)
		made := float64(objects["event zeek_init:8"]) / float64(rounds)
		if made < 0.9 || made > 2.5 {
			t.Errorf("%d rounds: the record is %.2f objects", rounds, made)
		}
		for _, line := range []string{"event zeek_init:9", "event zeek_init:10"} {
			if n := objects[line]; n > int64(rounds/20) {
				t.Errorf("%d rounds: %s has made %d objects", rounds, line, n)
			}
		}
	}
}

// TestNodes labels what nodes spend.
func TestNodes(t *testing.T) {
	p := &Profiler{Kind: Allocations}
	p.Start()
	for _, name := range []string{"manager", "worker-1"} {
		run(t, nil, func(cfg *brogo.Config) {
			cfg.Env = func(key string) (string, bool) { return name, key == "CLUSTER_NODE" }
			p.Attach(cfg)
			cfg.Env = func(string) (string, bool) { return "", false }
		}, "event zeek_init() { local v = vector(cat(1), cat(2)); }")
	}
	seen := map[string]bool{}
	for _, s := range finish(t, p).Sample {
		seen[strings.Join(s.Label["node"], ",")] = true
	}
	if len(seen) != 2 || !seen["manager"] || !seen["worker-1"] {
		t.Errorf("labels: %v", seen)
	}
}
