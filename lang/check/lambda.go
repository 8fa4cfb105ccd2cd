package check

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// capture brings a local of the function `from` into `to`, through the functions between. Locals that no list captures are noted for
// the message at the end of the body.
func (c *Checker) capture(l *ir.Local, from, to *function) *ir.Local {
	if from == to || to == nil {
		return l
	}
	outer := c.capture(l, from, to.outer)
	if in := to.caught[outer]; in != nil {
		to.used[outer] = true
		return in
	}
	if !to.implied {
		noted := false
		for _, o := range to.outers {
			noted = noted || o == outer
		}
		if !noted {
			to.outers = append(to.outers, outer)
		}
	}
	return c.bindCapture(to, outer, false)
}

// bindCapture gives a captured local its place in the inner frame.
func (c *Checker) bindCapture(f *function, outer *ir.Local, deep bool) *ir.Local {
	inner := &ir.Local{Name: outer.Name, Module: outer.Module, T: outer.T, Slot: f.ir.NSlots, At: outer.At, Captured: true, Checked: outer.Checked, Const: outer.Const}
	f.ir.NSlots++
	f.caught[outer] = inner
	f.used[outer] = true
	f.ir.Captures = append(f.ir.Captures, ir.Capture{Outer: outer, Inner: inner, Copy: deep})
	return inner
}

// captureList binds what a list names. It reports false after a message.
func (c *Checker) captureList(f *function, list []ast.Capture, what string) bool {
	ok := true
	for _, cp := range list {
		name := cp.Name.Name
		at := cp.Name.Span()
		l, owner := f.outer.find(name)
		switch {
		case l == nil:
			switch g := c.lookupGlobal(name, false); {
			case baseTypes[name] != nil || g != nil && g.Kind == ir.KindType:
				c.err(diag.Capture, at, "cannot specify type in capture: %s", name)
			case g != nil:
				c.err(diag.Capture, at, "cannot specify global in capture: %s", name)
			default:
				c.err(diag.Capture, at, "no such local identifier: %s", name)
			}
			ok = false
			continue
		}
		c.noteLocal(l, at, false)
		outer := c.capture(l, owner, f.outer)
		if f.caught[outer] != nil {
			f.ir.Captures = append(f.ir.Captures, ir.Capture{Outer: outer, Inner: f.caught[outer], Copy: cp.Copy})
			if f.twice == nil {
				f.twice = outer
			}
			ok = false
			continue
		}
		if !f.outer.flow.has(outer) && !f.outer.surely(outer) {
			outer.Checked = true
		}
		c.bindCapture(f, outer, cp.Copy)
		f.used[outer] = false
	}
	f.listed = len(f.ir.Captures)
	return ok
}

// find looks a local up in f and the functions around it.
func (f *function) find(name string) (*ir.Local, *function) {
	for ; f != nil; f = f.outer {
		if l := f.locals[name]; l != nil {
			return l, f
		}
	}
	return nil, nil
}

// checkCaptures compares what was captured with what was used, when the body is done.
func (c *Checker) checkCaptures(f *function, listed bool, what string, whole func() string) {
	if f.implied {
		return
	}
	if !listed {
		if len(f.outers) > 0 {
			eg := ""
			if len(f.outers) > 1 {
				eg = "e.g., "
			}
			c.err(diag.Capture, f.ir.At, "%s uses outer identifiers without [] captures: %s%s", what, eg, f.outers[0].Name)
		}
		return
	}
	// The text shows what the list holds, not what else was used.
	f.ir.Captures = f.ir.Captures[:f.listed]
	if f.twice != nil {
		c.err(diag.Capture, f.ir.At, "%s listed multiple times in capture (%s)", f.twice.Name, whole())
		return
	}
	for _, o := range f.outers {
		c.err(diag.Capture, f.ir.At, "%s is used inside %s but not captured (%s)", o.Name, what, whole())
		return
	}
	for _, cp := range f.ir.Captures {
		if !f.used[cp.Outer] {
			c.err(diag.Capture, f.ir.At, "%s is captured but not used inside %s (%s)", cp.Outer.Name, what, whole())
			return
		}
	}
}

// lambdaExpr checks an anonymous function.
func (c *Checker) lambdaExpr(e *ast.Lambda) ir.Expr {
	t := c.funcType(&e.Params)
	fn := &ir.Func{T: t, At: e.Span(), Syntax: e.Body}
	outer := c.fn
	f := c.begin(fn, outer)
	f.top = false
	f.caught, f.used = make(map[*ir.Local]*ir.Local), make(map[*ir.Local]bool)
	f.flavor, f.result = types.FlavorFunction, t.Fn.Result
	f.infer, c.infer = c.infer && e.Params.Result == nil, false
	when, hook := c.inWhen, c.hook
	c.inWhen, c.hook = 0, false
	errs := c.item
	if len(e.Captures) > 0 && outer != nil {
		c.captureList(f, e.Captures, "lambda")
	} else {
		for _, cp := range e.Captures {
			c.err(diag.Capture, cp.Name.Span(), "no such local identifier: %s", cp.Name.Name)
		}
	}
	c.params(f, t.Fn.Params, nil)
	fn.Body = c.body(f, e.Body)
	if f.infer && t.Fn.Result == types.VoidT && f.result != types.VoidT {
		t.Fn.Result = f.result
	}
	c.end(f)
	c.inWhen, c.hook = when, hook
	if len(f.outers) > 0 && !c.d.LambdaCaptures {
		c.report(diag.Diagnostic{Severity: diag.Error, Code: diag.Capture, At: f.outers[0].At, Msg: "referencing outer function IDs not supported (" + f.outers[0].Name + ")"})
	} else if c.item == errs {
		c.checkCaptures(f, e.Captures != nil, "lambda", func() string { return ir.Describe(&ir.Lambda{X: x(t, e.Span()), Fn: fn}) })
	}
	if c.item > errs {
		return bad(e.Span())
	}
	c.nameLambda(fn)
	return &ir.Lambda{X: x(t, e.Span()), Fn: fn}
}

// nameLambda gives an anonymous function a name that depends on its text alone, and on its number among equal ones.
func (c *Checker) nameLambda(fn *ir.Func) {
	text := ir.Describe(&ir.Lambda{X: x(fn.T, fn.At), Fn: fn})
	for {
		sum := sha256.Sum256([]byte(text))
		name := "lambda_<" + strconv.FormatUint(binary.LittleEndian.Uint64(sum[:8]), 10) + ">"
		fn.Name = qualify(c.module, name)
		if c.lambdas[fn.Name] == nil {
			c.lambdas[fn.Name] = fn
			return
		}
		text += " "
	}
}

// Lambda returns an anonymous function of the program by its name, or nil.
func (c *Checker) Lambda(name string) *ir.Func {
	if c.lambdas[name] == nil && c.cfg.DemandAll != nil {
		c.cfg.DemandAll()
	}
	return c.lambdas[name]
}
