package brogo

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// TestCloseEndsReaders closes engines whose readers are in the middle of their work: a command that says nothing, one that floods,
// a file that is read faster than its entries are taken, and a file that is watched. Nothing may be left running.
func TestCloseEndsReaders(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	big := filepath.Join(t.TempDir(), "big.log")
	if err := os.WriteFile(big, []byte(strings.Repeat("one line of many\n", 100_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, description string }{
		{"silent command", `$source="sleep 1000|"`},
		{"command in a pipeline", `$source="sleep 1000 | cat|", $mode=Input::STREAM`},
		{"flood", `$source="yes|"`},
		{"deaf command", `$source="trap '' TERM; while :; do sleep 0.01; done|", $config=table(["force_kill"] = "1")`},
		{"large file", `$source="` + big + `"`},
		{"watched file", `$source="` + big + `", $mode=Input::STREAM`},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			started := false
			e, err := New(Config{Bare: true, Stdout: io.Discard, Stderr: io.Discard, Code: []string{`
				redef exit_only_after_terminate = T;
				type Line: record { s: string; };
				event line(description: Input::EventDescription, what: Input::Event, val: Line) { }
				event zeek_init()
					{
					Input::add_event([$name="x", $reader=Input::READER_RAW, $fields=Line, $ev=line, ` + c.description + `]);
					started();
					}`}})
			if err != nil {
				t.Fatal(err)
			}
			e.Register(Builtin{Sig: "function started()", Doc: "Ends the run while the reader is at work.",
				F0: func(*interp.M, *interp.Site) val.Value {
					started = true
					e.Interrupt()
					return val.Value{}
				}})
			if code := e.Load(); code != 0 {
				t.Fatalf("load: %d", code)
			}
			e.Run(ctx)
			if !started {
				t.Error("no stream was started")
			}
			e.Close()
		})
	}
}
