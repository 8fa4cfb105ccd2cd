// Package repl is the prompt: it reads statements, declarations and commands, and lets an engine's scripts live on in between.
//
// A Core takes lines and answers them; it knows nothing of terminals. Run joins one to a terminal (liner) or to a pipe,
// Serve to a socket of a live node, Attach is the other end of that. cmd/brogo calls Run, Serve and Attach.
package repl

import (
	"fmt"
	"io"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Core answers the lines of one prompt. It belongs to the goroutine that drives the engine.
type Core struct {
	s      *brogo.Session
	m      *interp.M
	out    io.Writer
	colors palette
	// readOnly refuses what would change anything.
	readOnly bool
	live     bool // attached to a node, whose loop is not this prompt's to stop
	json     bool
	paused   bool // the event loop stands still, see :step
	quit     bool
	failed   bool // anything went wrong so far
	journal  journal
	wait     func(done func() bool, limit float64) // lets the loop run until done
	virtual  advancer
	edit     func(path string) error
	logs     *LogTaps
	logWatch watchlist
	tails    watchlist
	// tap and untapLogs end what :tail and :log have begun.
	tap, untapLogs func()
	loaded         []string // scripts for :reload, the last one last
}

// palette are the colours of answers; the zero value has none.
type palette struct{ dim, bold, off string }

var ansi = palette{"\x1b[2m", "\x1b[1m", "\x1b[0m"}

// newCore makes a Core that answers on out.
func newCore(s *brogo.Session, out io.Writer) *Core {
	c := &Core{s: s, m: s.Engine().Machine(), out: out}
	s.Show = c.show
	s.Note = c.note
	return c
}

func (c *Core) note(msg string) { c.printf("note: %s\n", msg) }

// Prompt is what stands before a new input.
func (c *Core) Prompt() string {
	if mod := c.s.Module(); mod != "GLOBAL" {
		return "brogo " + mod + "> "
	}
	return "brogo> "
}

// Take answers an input that is complete. It reports false when the answer is an error.
func (c *Core) Take(it input) (ok bool) {
	c.m.Refresh()
	module := c.s.Module()
	switch it.kind {
	case blank:
		return true
	case command:
		ok = c.command(it.code)
	case value:
		c.journal.last = it.text
		if ok = c.s.Value(it.code); ok && changesSomething(it.text) {
			c.journal.add(module, it.text)
		}
	case items:
		c.journal.last = it.text
		if ok = c.feed(it.code); ok && module == c.s.Module() {
			c.journal.add(module, it.text)
		}
	}
	c.failed = c.failed || !ok
	return ok
}

// feed has items read. Who may only look can have an expression, with a semicolon behind it or without.
func (c *Core) feed(text string) bool {
	if !c.readOnly {
		return c.s.Feed(text)
	}
	expr := strings.TrimRight(strings.TrimSpace(text), ";")
	if k, _ := classify(expr, noPeek); k == value {
		return c.s.Value(expr)
	}
	return c.errorf("refused: this prompt may only look (--write allows more); it takes expressions, not `%s`", firstWord(text))
}

func noPeek(bool) (string, bool) { return "", false }

func firstWord(s string) string {
	f := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '(' || r == '{' || r == ';' })
	if len(f) == 0 {
		return s
	}
	return f[0]
}

// show prints the value of an expression with its type.
func (c *Core) show(t *types.Type, v val.Value) {
	if c.json {
		var w val.JSONWriter
		c.printf("%s\n", w.Append(nil, t, v))
		return
	}
	l := layout{m: c.m}
	c.printf("%s %s: %s%s\n", l.text(t, v), c.colors.dim, names.Type(t), c.colors.off)
}

func (c *Core) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// errorf prints a mistake of a command and returns false.
func (c *Core) errorf(format string, args ...any) bool {
	c.printf("error: "+format+"\n", args...)
	return false
}

// close ends what the prompt has begun in an engine that goes on.
func (c *Core) close() {
	for _, f := range []func(){c.tap, c.untapLogs} {
		if f != nil {
			f()
		}
	}
}
