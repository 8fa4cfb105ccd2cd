package check

import (
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Use is one place that names something: the name as written, and what it stands for there. One of Global, Local and Field is set. A
// parameter is noted twice where it is declared, as the field of the function's type that it is and as the local of its body.
type Use struct {
	At     diag.Span
	Decl   bool // the name is declared here; bodies of functions and handlers count as declarations of their names
	Global *ir.Global
	Local  *ir.Local
	Field  *types.Field
}

// nameAt is the place of a name at the start of a span.
func nameAt(at diag.Span, name string) diag.Span {
	at.EndLine, at.EndCol = at.Line, at.Col+int32(len(name))
	return at
}

func (c *Checker) noteGlobal(g *ir.Global, at diag.Span, decl bool) {
	if c.cfg.Named != nil && g != nil && at.File != nil {
		c.cfg.Named(Use{At: at, Decl: decl, Global: g})
	}
}

func (c *Checker) noteLocal(l *ir.Local, at diag.Span, decl bool) {
	if c.cfg.Named != nil && at.File != nil {
		c.cfg.Named(Use{At: nameAt(at, l.Name), Decl: decl, Local: l})
	}
}

func (c *Checker) noteField(f *types.Field, at diag.Span, decl bool) {
	if c.cfg.Named != nil && at.File != nil {
		c.cfg.Named(Use{At: nameAt(at, f.Name), Decl: decl, Field: f})
	}
}

// noteInit notes the name in `$name = value`, whose place at is.
func (c *Checker) noteInit(f *types.Field, at diag.Span) {
	if c.cfg.Named == nil || at.File == nil {
		return
	}
	// Blanks may stand behind the dollar.
	line := at.File.Line(int(at.Line))
	if rest := line[min(int(at.Col)-1, len(line)):]; strings.HasPrefix(rest, "$") {
		at.Col += int32(len(rest) - len(strings.TrimLeft(rest[1:], " \t")))
		c.noteField(f, at, false)
	}
}

// TypeAt is the type of an expression as if it stood in a module of a file, with locals of these types around it; nil when it has
// mistakes, of which nobody hears. The text of a tool is its own file, f.
func (c *Checker) TypeAt(f *diag.File, d *dialect.Dialect, module string, locals map[string]*types.Type, e ast.Expr) *types.Type {
	named, outer := c.cfg.Named, c.underway
	c.cfg.Named = nil
	defer func() { c.cfg.Named, c.underway = named, outer }()
	if d == nil {
		d = c.process
	}
	c.underway = underway{Place: Place{file: f, d: d, module: module, prompt: true}, cur: diag.Span{File: f}}
	return c.silently(func() *types.Type {
		fn := c.begin(&ir.Func{At: e.Span()}, nil)
		for name, t := range locals {
			if t != nil && !t.IsError() {
				fn.flow.assign(c.local(name, t, diag.Span{}))
			}
		}
		x := c.expr(e)
		c.end(fn)
		return x.Type()
	})
}
