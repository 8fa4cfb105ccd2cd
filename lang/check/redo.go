package check

import (
	"slices"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
)

// Body is the body of a function, event or hook with what it takes to check it anew.
type Body struct {
	Global *ir.Global
	Func   *ir.Func

	at   Place
	uses []*ir.Global // what it has counted as used
}

// tellBody tells Config.Body of a body that is about to be checked.
func (c *Checker) tellBody(g *ir.Global, fn *ir.Func) {
	if c.cfg.Body == nil {
		return
	}
	c.underway.body = &Body{Global: g, Func: fn, at: c.Here()}
	c.cfg.Body(c.underway.body)
}

// Redo checks a body anew when its text has changed and nothing else: d is the declaration as it reads now in f, whose head is the same as
// before. The body sees the globals that stood before it, as it did the first time; what later items have made of these (the fields of
// `redef record`, the signature of a body behind its prototype) it sees as well, which is for the caller to mind. lost and found are the
// names that syntax errors in the body have kept from being declared, then and now: see Declare.
//
// A tool that follows the edits of a script calls it, for programs that only it looks at: the function's closures are not made anew.
func (c *Checker) Redo(b *Body, f *diag.File, d *ast.FuncDecl, lost, found []string) {
	outer := c.underway
	defer func() { c.underway = outer }()
	c.underway = underway{Place: b.at, owner: b.Global, body: b, cur: d.Span()}
	c.file = f
	for _, n := range lost {
		delete(c.missing, qualify(c.module, n))
	}
	c.Declare(found)
	for _, g := range b.uses {
		g.Uses--
		refs := c.refs[b.Global]
		if i := slices.Index(refs, g); i >= 0 {
			refs[i] = refs[len(refs)-1]
			c.refs[b.Global] = refs[:len(refs)-1]
		}
	}
	b.uses = nil

	fn := b.Func
	fn.At, fn.Syntax, fn.NSlots, fn.Params, fn.Captures = d.Span(), d.Body, 0, nil, nil
	fr := c.begin(fn, nil)
	fr.top = false
	fr.flavor, fr.result = fn.T.Fn.Flavor, fn.T.Fn.Result
	named := c.cfg.Named
	c.cfg.Named = nil // the head is as it was
	c.params(fr, fn.T.Fn.Params, b.Global)
	c.cfg.Named = named
	fn.Body = c.body(fr, d.Body)
	c.end(fr)
}
