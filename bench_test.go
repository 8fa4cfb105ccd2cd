package brogo

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
)

// benchScripts goes over the small programs of testdata/bench, one for each area of the compiled code. Each has a function bench(n), which does n rounds and
// returns a text that depends on all of them.
func benchScripts(t testing.TB, run func(name, file string)) {
	files, err := filepath.Glob("testdata/bench/*.zeek")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	for _, f := range files {
		run(strings.TrimSuffix(filepath.Base(f), ".zeek"), f)
	}
}

// benchEngine loads one program.
func benchEngine(t testing.TB, file string, plain bool) *Engine {
	t.Helper()
	return bothWays(t, Config{Files: []string{file}, NoFusion: plain})
}

// codeEngine loads code given as text.
func codeEngine(t testing.TB, code string, plain bool) *Engine {
	t.Helper()
	return bothWays(t, Config{Code: []string{code}, NoFusion: plain})
}

func bothWays(t testing.TB, cfg Config) *Engine {
	t.Helper()
	var msgs diag.List
	cfg.Bare, cfg.Diagnostics, cfg.Stdout = true, &msgs, new(bytes.Buffer)
	cfg.Clock = clock.NewAuto(time.Unix(1500000000, 0))
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if e.Load() != 0 {
		t.Fatalf("the script has errors: %v", msgs.All)
	}
	return e
}

// BenchmarkScripts times a round of each program: go test -run - -bench Scripts/records -cpuprofile cpu.out .
func BenchmarkScripts(b *testing.B) {
	benchScripts(b, func(name, file string) {
		b.Run(name, func(b *testing.B) {
			e := benchEngine(b, file, false)
			b.ReportAllocs()
			b.ResetTimer()
			if _, err := e.Call("bench", b.N); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// Fused code does what plain code does.
func TestBenchScriptsBothWays(t *testing.T) {
	benchScripts(t, func(name, file string) {
		t.Run(name, func(t *testing.T) {
			fused, err := benchEngine(t, file, false).Call("bench", 5000)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := benchEngine(t, file, true).Call("bench", 5000); err != nil || plain != fused {
				t.Errorf("fused code gives %v, plain code %v, %v", fused, plain, err)
			}
		})
	})
}
