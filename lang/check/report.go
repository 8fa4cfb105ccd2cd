package check

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// report hands a diagnostic on and counts errors of the item.
func (c *Checker) report(d diag.Diagnostic) {
	if d.Severity.IsError() {
		c.item++
	}
	if !d.And.IsZero() && sameLines(d.At, d.And) {
		d.And = diag.Span{}
	}
	c.host.Report(d)
}

func sameLines(a, b diag.Span) bool {
	if a.Line == 0 || b.Line == 0 {
		return a.File == b.File || (a.File != nil && b.File != nil && a.Line == b.Line && a.File.Name == b.File.Name)
	}
	return a.File == b.File && a.Line == b.Line && a.EndLine == b.EndLine
}

func (c *Checker) err(code diag.Code, at diag.Span, format string, args ...any) {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: at, Msg: sprintf(format, args)})
}

// fatal reports a mistake at which the reference gives up. Those without a place follow from others.
func (c *Checker) fatal(code diag.Code, at diag.Span, format string, args ...any) {
	c.report(diag.Diagnostic{Severity: diag.Fatal, Code: code, At: at, Msg: sprintf(format, args), Cascade: at.IsZero()})
}

func (c *Checker) warn(code diag.Code, at diag.Span, format string, args ...any) {
	c.report(diag.Diagnostic{Severity: diag.Warning, Code: code, At: at, Msg: sprintf(format, args)})
}

func (c *Checker) errHint(code diag.Code, at diag.Span, hint, format string, args ...any) {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: at, Hint: hint, Msg: sprintf(format, args)})
}

func sprintf(format string, args []any) string {
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// cascade reports what the reference adds to a mistake that is reported already.
func (c *Checker) cascade(code diag.Code, at diag.Span, msg string) {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: at, Msg: msg, Cascade: true})
}

// errExpr reports a mistake at an expression, whose text is appended.
func (c *Checker) errExpr(code diag.Code, e ir.Expr, format string, args ...any) {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: e.Span(), Msg: sprintf(format, args) + " (" + ir.Describe(e) + ")"})
}

func (c *Checker) warnExpr(code diag.Code, e ir.Expr, format string, args ...any) {
	c.report(diag.Diagnostic{Severity: diag.Warning, Code: code, At: e.Span(), Msg: sprintf(format, args) + " (" + ir.Describe(e) + ")"})
}

func (c *Checker) cascadeExpr(code diag.Code, e ir.Expr, msg string) {
	c.cascade(code, e.Span(), msg+" ("+ir.Describe(e)+")")
}

// errPair reports a mistake between an expression and a type: both places, both texts.
func (c *Checker) errPair(code diag.Code, e ir.Expr, t *types.Type, msg string, cascade bool) {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: e.Span(), And: typeAt(t), Cascade: cascade,
		Msg: msg + " (" + ir.Describe(e) + " and " + ir.DescribeType(t, false) + ")"})
}

// errType is errPair with the type in front.
func (c *Checker) errType(code diag.Code, t *types.Type, e ir.Expr, msg string) {
	at, and := typeAt(t), e.Span()
	if at.IsZero() {
		at = and
	}
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: at, And: and,
		Msg: msg + " (" + ir.DescribeType(t, false) + " and " + ir.Describe(e) + ")"})
}

func typeAt(t *types.Type) diag.Span { return t.At }

// errTypes reports a mistake between two types.
func (c *Checker) errTypes(code diag.Code, a, b *types.Type, msg string) {
	at := typeAt(a)
	if at.IsZero() {
		at = c.cur
	}
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: at, And: typeAt(b),
		Msg: msg + " (" + ir.DescribeType(a, false) + " and " + ir.DescribeType(b, false) + ")"})
}

// errName reports a mistake at a declared name; and may be zero.
func (c *Checker) errName(code diag.Code, name string, at, and diag.Span, msg string) {
	c.report(diag.Diagnostic{Severity: diag.Error, Code: code, At: at, And: and, Msg: msg + " (" + name + ")"})
}

func (c *Checker) warnName(code diag.Code, name string, at, and diag.Span, msg string) {
	c.report(diag.Diagnostic{Severity: diag.Warning, Code: code, At: at, And: and, Msg: msg + " (" + name + ")"})
}

// unknown reports an unknown name once for each place that may have caused it, with the nearest name that is visible.
// A name whose declaration had a syntax error is not reported again.
func (c *Checker) unknown(at diag.Span, name, tail, format string) {
	if c.missing[qualify(c.module, name)] || c.missing[name] {
		c.item++
		return
	}
	if gone := c.gone(name); gone != "" {
		c.err(diag.UnknownName, at, "%s", strings.ReplaceAll(format, "%s", name)+tail+gone)
		return
	}
	hint := ""
	if near := c.nearest(name); near != "" {
		hint = "did you mean `" + near + "`?"
	}
	c.errHint(diag.UnknownName, at, hint, strings.ReplaceAll(format, "%s", name)+tail)
}

// gone says, in parentheses behind a blank, what to write instead of an old name; "" if name is none.
func (c *Checker) gone(name string) string {
	o := dialect.FindOld(qualify(c.module, name))
	if o == nil {
		o = dialect.FindOld(name)
	}
	if o == nil {
		return ""
	}
	return " (it is gone: " + o.Instead + ")"
}

// Nearest returns the global name that is most like one that stands for nothing, "" if none is near.
func (c *Checker) Nearest(name string) string { return c.nearest(name) }

// nearest is Nearest for the place under way, where there are locals and not yet all globals.
func (c *Checker) nearest(name string) string {
	return diag.Nearest(name, func(yield func(string) bool) {
		for f := c.fn; f != nil; f = f.outer {
			for _, l := range f.order {
				yield(l.Name)
			}
		}
		prefix := c.module + "::"
		for _, g := range c.Globals() {
			if c.limit == 0 || c.info[g].order < c.limit {
				yield(strings.TrimPrefix(g.Name, prefix))
			}
		}
		if c.cfg.BuiltinNames != nil {
			for _, b := range c.cfg.BuiltinNames() {
				yield(strings.TrimPrefix(b, prefix))
			}
		}
	})
}
