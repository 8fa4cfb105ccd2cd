package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// conversation is lines and what must be among the answers; the same answers come through a pipe.
var conversation = []struct{ say, answer string }{
	{"1 + 2", "3 : count"},
	{"_ * 2", "6 : count"},
	{`global t: table[string] of count = { ["a"] = 1 };`, ""},
	{"t", `{["a"] = 1} : table[string] of count`},
	{"module Demo;", ""},
	{"type Conn: record { host: addr; bytes_sent: count &default=0; };", ""},
	{"global c = Conn($host=127.0.0.1);", ""},
	{"c", "[$host=127.0.0.1, $bytes_sent=0] : Demo::Conn"},
	{"module GLOBAL;", ""},
	{"function twice(n: count): count", ""},
	{"{ return 2 * n; }", ""},
	{"twice(4)", "8 : count"},
	{"function twice(n: count): count { return 20 * n; }", ""},
	{"twice(4)", "80 : count"},
	{`event hello(s: string) { print "hello", s; }`, ""},
	{`event hello("you");`, "hello, you"},
	{`event hello(s: string) { print "HELLO", s; }`, ""},
	{`event hello("me");`, "HELLO, me"},
	{"if ( T )", ""},
	{`	print "in"; else print "out";`, "in"},
	{`@if ( |t| == 1 )`, ""},
	{`global seen = "one";`, ""},
	{"@endif", ""},
	{"seen", `"one" : string`},
	{"t = table(); # as a statement", ""},
	{"|t|", "0 : count"},
	{":type twice", "function(n:count) : count"},
	{":mode json", "json"},
	{"Demo::c", `{"host":"127.0.0.1","bytes_sent":0}`},
	{":mode text", "text"},
}

func TestPromptAndPipeAnswerAlike(t *testing.T) {
	s := startPrompt(t, nil)
	var text, want strings.Builder
	for _, l := range conversation {
		s.ask(l.say, l.answer)
		text.WriteString(l.say + "\n")
		if l.answer != "" {
			want.WriteString(l.answer + "\n")
		}
	}
	s.send("\x04")
	if code := s.status(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	cmd := exec.Command("brogo", "repl")
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader(text.String())
	out, err := cmd.Output()
	if err != nil {
		t.Error(err)
	}
	if got := string(out); got != want.String() {
		t.Errorf("through a pipe:\n%s\nwant\n%s", got, want.String())
	}
}

func TestPipeTellsErrorsByItsStatus(t *testing.T) {
	for _, c := range []struct {
		in     string
		status int
	}{
		{"1\n", 0}, {"", 0}, {"nope\n2\n", 1}, {"1/0\n", 1}, {"foo bar\n", 1}, {":nope\n", 1}, {"function f(", 1}, {"exit(7)\n", 7},
		{"terminate()\n", 0}, {":quit\nnope\n", 0},
	} {
		cmd := exec.Command("brogo", "repl")
		cmd.Dir = t.TempDir()
		cmd.Stdin = strings.NewReader(c.in)
		cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != c.status {
			t.Errorf("%q: exit status %d, want %d", c.in, got, c.status)
		}
	}
}

func TestCtrlC(t *testing.T) {
	s := startPrompt(t, nil)
	s.ask("global kept = 41;", "")
	s.send("this is not meant")
	s.line("brogo> this is not meant")
	s.send("\x03")
	s.sees("^C")
	s.ask("kept + 1", "42 : count")

	s.send("function f()\r{\r")
	s.line("  ...> ")
	s.send("\x03")
	s.line("brogo> ")

	s.ask("kept = 7;", "")
	s.send("while ( T ) { local i = 1; }\r")
	s.until("the line's end", func(raw, line string) bool { return strings.Contains(raw, "}\r\n") })
	s.send("\x03")
	s.sees("interrupted")
	s.ask("kept", "7 : count")
	s.ask("event forever() { while ( T ) ; }", "")
	s.send("event forever();\r")
	s.until("the line's end", func(raw, line string) bool { return strings.Contains(raw, ";\r\n") })
	s.send("\x03")
	s.sees("interrupted")
	s.ask("kept", "7 : count")
}

func TestCtrlCWhileAHandlerRunsBehindThePrompt(t *testing.T) {
	s := startPrompt(t, nil)
	s.ask("global going = F; event forever() { going = T; print \"going\"; while ( T ) ; }", "")
	s.send("schedule 100msec { forever() };\r")
	s.until("a prompt", func(_, line string) bool { return line == "brogo> " })
	s.send("go")
	s.line("brogo> go") // the handler may run by now; completion must not hang on it
	s.send("in\t")
	for !s.saw("interrupted") {
		s.send("\x03")
		s.until("a prompt or the error", func(raw, line string) bool {
			return strings.Contains(raw, "interrupted") || strings.Contains(raw, "^C") && line == "brogo> "
		})
	}
	s.ask("going", "T : bool")
}

func TestErrorsLoseNothing(t *testing.T) {
	s := startPrompt(t, nil)
	s.ask("global n = 1;", "")
	s.ask(`global n = "x" + 1;`, "error")
	s.ask("n", "1 : count")
	s.ask("function f(): count { return n; }", "")
	s.ask(`function f(): count { return "x"; }`, "error")
	s.ask("f()", "1 : count")
	s.ask("global late = nope + 1;", "unknown identifier")
	s.ask("global late = 3;", "")
	s.ask("late", "3 : count")
	s.ask("type E: enum { A, B };", "")
	s.ask("type E: enum { A, A };", "error")
	s.ask("B", "B : E")
	s.ask("1 / 0", "division by zero")
	s.ask("f()", "1 : count")
}

func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine-own.zeek"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := startPrompt(t, []string{"ZEEKPATH=" + dir})
	s.ask("type R: record { alpha: count; beta: string; };", "")
	s.ask(`global rec = R($alpha=1, $beta="x");`, "")
	s.ask("global recs: table[count] of R;", "")
	s.ask("module Mod; global hidden = 1;", "")
	s.ask("module GLOBAL;", "")
	for _, c := range []struct{ typed, line string }{
		{"rec$al", "rec$alpha"},
		{"recs[1]$b", "recs[1]$beta"},
		{"print Mod::h", "print Mod::hidden"},
		{"event zeek_in", "event zeek_init("},
		{"global x: count &defau", "global x: count &default"},
		{"@ifn", "@ifndef"},
		{"@load mine", "@load mine-own"},
		{"@load base/util", "@load base/utils/"},
		{":brow", ":browse "},
		{":load mine", ":load mine-own"},
		{"to_low", "to_lower("},
	} {
		s.send(c.typed + "\t")
		s.line("brogo> " + c.line)
		s.send("\x03")
		s.line("brogo> ")
	}
}

func TestOutputWhileTyping(t *testing.T) {
	s := startPrompt(t, nil)
	s.ask("global ticks = 0; event tick() { print fmt(\"tick %d\", ++ticks); schedule 30msec { tick() }; }", "")
	s.send("event tick();\r")
	s.sees("tick 1")
	s.send("1000 + ti")
	s.until("ticks above the line", func(raw, line string) bool {
		return strings.Count(raw, "tick ") > 4 && line == "brogo> 1000 + ti"
	})
	s.send("cks * 0\r")
	s.until("the answer", func(raw, _ string) bool { return strings.Contains(plain(raw), "1000 : count") })
}

func TestMuchOutputWhileTyping(t *testing.T) {
	s := startPrompt(t, nil)
	s.ask(`event flood() { local i = 0; while ( i < 100000 ) { print fmt("line %d of many", i); ++i; } }`, "")
	s.ask("schedule 200msec { flood() };", "")
	s.send("40 + ")
	s.until("the last line of output and the line being typed", func(raw, line string) bool {
		return strings.Contains(raw, "line 99999 of many") && line == "brogo> 40 + "
	})
	s.send("2\r")
	s.sees("42 : count")
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, l := range s.term.all {
		if strings.TrimSpace(l) == fmt.Sprintf("line %d of many", n) {
			n++
		}
	}
	if n != 100000 {
		t.Errorf("line %d is missing or mixed with other text", n)
	}
}

func TestPaste(t *testing.T) {
	broken := "function g(n: count): count\n\t{\n\tlocal x = n n;\n\treturn x;\n\t}\nprint \"not to be run\";\n"
	whole := "event done(n: count)\n\t{\n\tif ( n > 1 )\n\t\t{ print \"more\"; }\n\telse\n\t\tprint \"one\";\n\t}\n\nevent done(2);\nif ( F )\n\t{ print \"a\"; }\nelse\n\t{ print \"b\"; }\n"
	for name, brackets := range map[string][2]string{"bracketed": {"\x1b[200~", "\x1b[201~"}, "bare": {"", ""}} {
		t.Run(name, func(t *testing.T) {
			s := startPrompt(t, nil)
			s.ask("global kept = 1;", "")
			enter := func(text string) { s.send(brackets[0] + strings.ReplaceAll(text, "\n", "\r") + brackets[1]) }
			enter(broken)
			s.sees("syntax error")
			s.ask("kept", "1 : count")
			enter(whole)
			s.until("both answers", func(raw, line string) bool {
				return strings.Contains(raw, "\nmore\r\n") && strings.Contains(raw, "\nb\r\n") && line == "brogo> "
			})
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, l := range s.term.all {
				if l == "not to be run" {
					t.Error("the rest of a broken paste was run")
				}
			}
		})
	}
}

func TestHistoryIsKept(t *testing.T) {
	state := "XDG_STATE_HOME=" + t.TempDir()
	s := startPrompt(t, []string{state})
	s.ask("12345 + 1", "12346 : count")
	s.send("\x04")
	s.status()
	s = startPrompt(t, []string{state})
	s.send("\x1b[A")
	s.line("brogo> 12345 + 1")
}

func TestNoColorThroughPipesAndByRequest(t *testing.T) {
	cmd := exec.Command("brogo", "repl")
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader("1\nnope\n")
	out, _ := cmd.CombinedOutput()
	if bytes.IndexByte(out, 0x1b) >= 0 {
		t.Errorf("escape sequences through a pipe: %q", out)
	}
	s := startPrompt(t, nil)
	s.ask("1", "1 : count")
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.Contains(s.raw.String(), "m: count") {
		t.Errorf("colours in spite of NO_COLOR: %q", s.raw.String())
	}
}

func TestTerminalWithoutArguments(t *testing.T) {
	s := startPrompt(t, nil)
	s.ask("2 + 2", "4 : count")
	s.send(":quit\r")
	if code := s.status(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}
