package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// listener is the other brogo: it prints where it listens and what it is greeted with.
const listener = `
redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
module Demo;
export { global hello: event(s: string); }
event Demo::hello(s: string) { print fmt("greeted by %s", s); flush_all(); }
event zeek_init()
	{
	Broker::subscribe("demo/");
	print fmt("listening at %s", Broker::listen("127.0.0.1", 0/tcp));
	flush_all();
	}
`

// node is a brogo that runs a script.
type node struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startNode(t *testing.T, script string, args ...string) *node {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "node.zeek")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("brogo", append([]string{"run", file}, args...)...)
	cmd.Dir = dir
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		r.Close()
		cmd.Wait()
	})
	return &node{t, cmd, bufio.NewScanner(r)}
}

// prints waits for a line with a prefix and returns the rest of it.
func (n *node) prints(prefix string) string {
	n.t.Helper()
	for n.lines.Scan() {
		if rest, ok := strings.CutPrefix(n.lines.Text(), prefix); ok {
			return rest
		}
	}
	n.t.Fatalf("the node ended without printing %q", prefix)
	return ""
}

// networked is a session with another brogo and a store; %s is the other's port.
var networked = []struct{ say, answer string }{
	{"module Demo;", ""},
	{"export { global hello: event(s: string); }", ""},
	{"module GLOBAL;", ""},
	{`Broker::peer("127.0.0.1", %s)`, "T : bool"},
	{":wait |Broker::peers()| > 0 && Broker::peers()[0]$status == Broker::PEERED", ""},
	{`Broker::publish("demo/all", Demo::hello, "the prompt");`, ""},
	{`:pub demo/all Demo::hello("a command")`, "sent to 1 peer"},
	{`global st = Broker::create_master("things");`, ""},
	{`Broker::put(st, "k", 42);`, ""},
	{`when ( local r = Broker::get(st, "k") ) { print "got", r$result as count; } timeout 10sec { print "late"; }`, "got, 42"},
	{":stores", "things               master 1 keys"},
	{"type Rec: record { alpha: count; };", ""},
	{"global rec = Rec($alpha=7);", ""},
	{"rec$alpha", "7 : count"},
}

func TestSessionWithPeerAndStore(t *testing.T) {
	other := startNode(t, listener)
	port := other.prints("listening at ")
	s := startPrompt(t, nil)
	for _, l := range networked {
		if l.say == "rec$alpha" {
			s.send("rec$al\t")
			s.line("brogo> rec$alpha")
			s.send("\r")
			s.sees(l.answer)
			continue
		}
		s.ask(strings.ReplaceAll(l.say, "%s", port), "")
		s.until(l.answer, func(raw, _ string) bool { return strings.Contains(plain(raw), l.answer) })
	}
	other.prints("greeted by the prompt")
	other.prints("greeted by a command")
	s.ask(":topics", "  demo/")

	s.send("while ( T ) ;\r")
	s.until("the line's end", func(raw, _ string) bool { return strings.Contains(raw, ";\r\n") })
	s.send("\x03")
	s.sees("interrupted")
	s.send("rec$alph")
	other.cmd.Process.Kill() // a peer vanishes while a line is typed
	s.line("brogo> rec$alph")
	s.send("a + 1\r")
	s.sees("8 : count")
	s.ask(":wait Broker::peers()[0]$status != Broker::PEERED", "")
	s.ask("|st| + 0", "error")
	s.ask("rec$alpha", "7 : count")
}

func TestTheSameSessionThroughAPipe(t *testing.T) {
	other := startNode(t, listener)
	port := other.prints("listening at ")
	var in, want strings.Builder
	for _, l := range networked {
		in.WriteString(strings.ReplaceAll(l.say, "%s", port) + "\n")
		if l.answer != "" {
			want.WriteString(l.answer + "\n")
		}
	}
	cmd := exec.Command("brogo", "repl")
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Error(err)
	}
	var got strings.Builder
	for _, l := range strings.SplitAfter(string(out), "\n") {
		got.WriteString(strings.TrimLeft(l, " "))
	}
	if got.String() != want.String() {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want.String())
	}
	other.prints("greeted by the prompt")
	other.prints("greeted by a command")
}

// live is a node that prompts attach to.
const live = `
redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
global hits: table[string] of count = { ["a"] = 1 };
global made: table[string] of count &default=function(s: string): count { hits[s] = 99; return 1; };
function change() { hits["x"] = 9; }
event tick() { print "tick"; flush_all(); }
event zeek_init() { print "ready"; flush_all(); }
`

// looks is what a prompt that may only look is answered.
var looks = []struct{ say, answer string }{
	{"hits", `{["a"] = 1} : table[string] of count`},
	{`hits["a"] + 1 > 1 ? to_upper("x") : "y"`, `"X" : string`},
	{"|hits|;", "1 : count"},
	{`"a" in hits`, "T : bool"},
	{"change()", "refused: a call of change"},
	{`system("true")`, "refused: a call of system"},
	{`hits["b"] = 2`, "refused: an assignment"},
	{`made["q"]`, "refused: indexing made, whose &default is a function"},
	{`vector(1, 2)`, "refused: a constructor"},
	{`copy(hits)`, "refused: copy"},
	{`val_size(hits) > 0`, "T : bool"},
	{`sort(vector(2, 1))`, "refused: a call of sort"},
	{`network_time()`, "refused: a call of network_time"},
	{`strftime("%Y", double_to_time(86400.0))`, `"1970" : string`},
	{`++hits["a"]`, "refused: ++"},
	{`delete hits["a"];`, "refused"},
	{"event tick();", "refused: this prompt may only look"},
	{"schedule 1sec { tick() }", "refused: schedule"},
	{"function(): count { return 1; }", "refused: a function"},
	{"global y = 1;", "refused: this prompt may only look"},
	{"@load base/utils/strings", "refused: this prompt may only look"},
	{":pub a/b tick()", "refused: this prompt may only look"},
	{":time change()", "refused: a call of change"},
	{":info change", "function change()"},
	{"hits", `{["a"] = 1} : table[string] of count`},
}

// attachTo runs a session through a pipe that is attached to a node.
func attachTo(t *testing.T, lines string, args ...string) (out string, code int) {
	t.Helper()
	cmd := exec.Command("brogo", append([]string{"repl", "--attach"}, args...)...)
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader(lines)
	b, _ := cmd.CombinedOutput()
	return string(b), cmd.ProcessState.ExitCode()
}

func TestAttachOverSocket(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	n := startNode(t, live, "--attach-at", socket)
	n.prints("prompts may attach at ")
	n.prints("ready")
	if info, err := os.Stat(socket); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may open the socket: %v %v", info.Mode(), err)
	}
	for _, l := range looks {
		out, _ := attachTo(t, l.say+"\n", socket)
		if !strings.Contains(out, l.answer) {
			t.Errorf("%s: got %q, want %q", l.say, out, l.answer)
		}
	}
	out, code := attachTo(t, "hits[\"b\"] = 2;\nhits[\"b\"]\nprint \"seen here\";\nevent tick();\n", socket, "--write")
	if want := "2 : count\nseen here\n"; out != want || code != 0 {
		t.Errorf("with --write: %q, status %d", out, code)
	}
	n.prints("tick")
	s := startPrompt(t, nil, "repl", "--attach", socket)
	s.send("hi\t")
	s.line("brogo> hits")
	s.send("[\"b\"]\r")
	s.sees("2 : count")
	n.cmd.Process.Kill()
	s.until("word of the end", func(raw, _ string) bool { return strings.Contains(raw, "the node has ended") })
	if code := s.status(); code != 1 {
		t.Errorf("exit status %d", code)
	}
}

func TestAttachOverTLS(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	n := startNode(t, live, "--attach-at", "127.0.0.1:0", "--attach-token", token)
	addr := n.prints("prompts may attach at ")
	n.prints("ready")
	out, code := attachTo(t, "|hits|\n", addr, "--token", token)
	if out != "1 : count\n" || code != 0 {
		t.Errorf("got %q, status %d", out, code)
	}
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte(strings.Repeat("x", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][]string{{addr, "--token", wrong}, {addr}} {
		if out, code := attachTo(t, "hits\n", c...); code != 1 || !strings.Contains(out, "the token is not this node's") {
			t.Errorf("%v: %q, status %d", c, out, code)
		}
	}
	if _, code := attachTo(t, "", "127.0.0.1:1", "--token", token); code != 1 {
		t.Errorf("nobody there: status %d", code)
	}
}

func TestLoopCommands(t *testing.T) {
	cmd := exec.Command("brogo", "repl", "--virtual")
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader(`event a(n: count) { print "a", n; }
schedule 5min { a(1) };
schedule 10min { a(2) };
:timers
:advance 6min
:timers
:run 5min
:pause
event a(3);
event a(4);
:queue
:step
:step 5
:run
when ( F ) { } timeout 1min { print "late"; }
:whens
:advance 2min
:advance 5
`)
	out, _ := cmd.Output()
	want := `  in 300sec
  in 600sec
a, 1
  in 240sec
a, 2
the event loop stands still; :step handles one event, :run lets it go on
  a(3)
  a(4)
a, 3
handled a(3)
a, 4
handled a(4)
no events wait
  when ( F ) timeout 60sec  <prompt>, line 1
late
error: 5 is no interval but count
`
	if got := withoutBlocks(string(out)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// withoutBlocks leaves out the timers of the base scripts, which differ from minute to minute.
func withoutBlocks(s string) string {
	var b strings.Builder
	for _, l := range strings.SplitAfter(s, "\n") {
		var sec float64
		if n, _ := fmt.Sscanf(l, "  in %fsec", &sec); n == 1 && sec != 300 && sec != 600 && sec != 240 {
			continue
		}
		b.WriteString(l)
	}
	return b.String()
}
