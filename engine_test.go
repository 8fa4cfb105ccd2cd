package brogo

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// An Engine runs scripts inside a Go program: here code given as text, with an event from Go.
func Example() {
	e, err := New(Config{
		Code: []string{`
			global login_failed: event(host: addr, user: string);
			event login_failed(host: addr, user: string)
				{ print fmt("%s failed from %s", user, host); }`},
		Stdout: os.Stdout,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Close()
	if e.Load() != 0 {
		return
	}
	if err := e.Post("login_failed", netip.MustParseAddr("192.0.2.7"), "root"); err != nil {
		fmt.Println(err)
	}
	e.Run(context.Background())
	// Output: root failed from 192.0.2.7
}

// Register gives scripts a function that is written in Go.
func ExampleEngine_Register() {
	e, _ := New(Config{Code: []string{`print twice(21);`}, Stdout: os.Stdout})
	defer e.Close()
	e.Register(Builtin{
		Sig:  "function twice(n: count): count",
		Doc:  "Doubles a number.",
		Pure: true,
		F1: func(_ *interp.M, _ *interp.Site, n val.Value) val.Value {
			return val.Count(2 * n.Count())
		},
	})
	if e.Load() == 0 {
		e.Run(context.Background())
	}
	// Output: 42
}

// Call calls a script function and turns its result into a Go value.
func ExampleEngine_Call() {
	e, _ := New(Config{Code: []string{`
		type Range: record { low: count; high: count &optional; };
		function widen(r: Range, by: interval): Range
			{ return Range($low=r$low / 2, $high=r$low + double_to_count(interval_to_double(by))); }`}})
	defer e.Close()
	if e.Load() != 0 {
		return
	}
	r, err := e.Call("widen", map[string]any{"low": 10}, 5*time.Second)
	fmt.Println(r.(map[string]any)["low"], r.(map[string]any)["high"], err)
	// Output: 5 15 <nil>
}

// Values cross the border between Go and scripts in both directions unchanged.
func TestValuesRoundTrip(t *testing.T) {
	for _, c := range []struct {
		typ  string
		in   any
		want string
	}{
		{"bool", true, "true"},
		{"int", -5, "-5"},
		{"count", uint8(7), "7"},
		{"double", 1.5, "1.5"},
		{"string", "a\x00b", "a\x00b"},
		{"addr", netip.MustParseAddr("2001:db8::1"), "2001:db8::1"},
		{"subnet", netip.MustParsePrefix("10.0.0.0/8"), "10.0.0.0/8"},
		{"port", Port{53, "udp"}, "{53 udp}"},
		{"interval", 90 * time.Second, "1m30s"},
		{"time", time.Unix(1500000000, 0).UTC(), time.Unix(1500000000, 0).String()},
		{"transport_proto", "udp", "udp"},
		{"vector of count", []int{1, 2}, "[1 2]"},
		{"set[string]", []string{"b", "a"}, "[b a]"},
		{"set[addr, port]", [][]any{{netip.MustParseAddr("10.0.0.1"), Port{80, "tcp"}}}, "[[10.0.0.1 {80 tcp}]]"},
		{"table[string] of count", map[string]int{"b": 2, "a": 1}, "[{a 1} {b 2}]"},
		{"record { a: count; b: string &optional; }", struct {
			A int     `zeek:"a"`
			B *string `zeek:"b"`
		}{A: 3}, "map[a:3]"},
	} {
		t.Run(c.typ, func(t *testing.T) {
			e := loaded(t, "function id(x: "+c.typ+"): "+c.typ+" { return x; }")
			got, err := e.Call("id", c.in)
			if err != nil || fmt.Sprint(got) != c.want {
				t.Errorf("got %v, %v; want %s", got, err, c.want)
			}
		})
	}
}

// What does not fit is an error that names the argument and both types.
func TestValuesThatDoNotFit(t *testing.T) {
	e := loaded(t, "function f(a: count, v: vector of addr) { }")
	for _, c := range []struct {
		args []any
		want string
	}{
		{[]any{1}, "f takes 2 arguments, not 1"},
		{[]any{-1, []netip.Addr{}}, "argument a of f: cannot turn int into count"},
		{[]any{1, []string{"x"}}, "argument v of f: element 0: cannot turn string into addr"},
	} {
		if _, err := e.Call("f", c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %s", c.args, err, c.want)
		}
	}
	if err := e.Post("nobody"); err == nil || !strings.Contains(err.Error(), "no event nobody") {
		t.Errorf("got %v", err)
	}
}

// Two engines in one process share nothing.
func TestEnginesAreApart(t *testing.T) {
	const code = "global n = 0; function next_n(): count { return ++n; }"
	a, b := loaded(t, code), loaded(t, code)
	for range 3 {
		a.Call("next_n")
	}
	if got, _ := b.Call("next_n"); fmt.Sprint(got) != "1" {
		t.Errorf("the second engine counts from %v", got)
	}
}

// The end of a context ends a run in order: zeek_done runs.
func TestRunEndsWithItsContext(t *testing.T) {
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	e, err := New(Config{Bare: true, Code: []string{`
		redef exit_only_after_terminate = T;
		event zeek_init() { ready(); }
		event zeek_done() { print "done"; }`}, Stdout: &out, Stderr: new(bytes.Buffer)})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.Register(Builtin{Sig: "function ready(): bool", Doc: "Cancels the run.",
		F0: func(*interp.M, *interp.Site) val.Value { cancel(); return val.Bool(true) }})
	if e.Load() != 0 {
		t.Fatal("the script has errors")
	}
	if code := e.Run(ctx); code != 0 || out.String() != "done\n" {
		t.Errorf("exit status %d, output %q", code, out.String())
	}
}

func loaded(t *testing.T, code string) *Engine {
	t.Helper()
	var msgs diag.List
	e, err := New(Config{Code: []string{code}, Bare: true, Diagnostics: &msgs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if e.Load() != 0 {
		t.Fatalf("errors: %v", msgs.All)
	}
	return e
}
