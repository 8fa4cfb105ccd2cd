package interp

import (
	"fmt"
	"io"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// FileWriter is what a val.File's Impl implements to be printed to. Raw files (&raw_output) get no newline and no escapes.
type FileWriter interface {
	io.Writer
	Raw() bool
}

// Print prints values as the print statement does: to standard output for a nil file. A closed file takes nothing.
func (m *M) Print(file *val.File, ts []*types.Type, vs []val.Value) {
	var w FileWriter
	if file != nil {
		var ok bool
		if w, ok = file.Impl.(FileWriter); !ok {
			return
		}
	}
	if m.Hooks.Print != nil && m.Hooks.Print(file, ts, vs) {
		return
	}
	raw := w != nil && w.Raw()
	b := m.printBuf[:0]
	for i, v := range vs {
		if i > 0 && !raw {
			b = append(b, ", "...)
		}
		switch {
		case raw && ts[i].Tag == types.String:
			b = append(b, v.Str()...)
		default:
			b = m.Describe(b, ts[i], v, val.DescPrint)
		}
	}
	if !raw {
		b = append(b, '\n')
	}
	if cap(b) <= maxScratch {
		m.printBuf = b
	}
	if w == nil {
		m.out.Write(b)
	} else {
		w.Write(b)
	}
	if m.dialect.PrintHook {
		m.printHook(file, strings.TrimSuffix(string(b), "\n"))
	}
}

// printHook raises 2.6's event behind a print, at once. A file value without a writer stands for standard output.
func (m *M) printHook(file *val.File, s string) {
	if fn := m.event("print_hook"); fn == nil || !fn.handled() || m.printing {
		return
	}
	if file == nil {
		file = &val.File{Name: "/dev/stdout", T: types.FileT}
	} else if h, ok := file.Impl.(interface{ PrintHookOff() bool }); ok && h.PrintHookOff() {
		return
	}
	m.printing = true
	defer func() { m.printing = false }()
	m.Dispatch("print_hook", val.FileVal(file), val.Str(s))
}

// wantsResult reports whether the assertion_result hook has a body.
func (m *M) wantsResult() bool {
	fn := m.hook("assertion_result")
	return fn != nil && fn.handled()
}

func (m *M) hook(name string) *function {
	if g := m.Lookup(name); g != nil && g.Slot >= 0 && g.Kind == ir.KindFunc {
		return m.function(g)
	}
	return nil
}

// operandNames stand before the operands of a comparison.
var operandNames = [...]string{"left", "right"}

// assertion handles an assert statement: hooks may suppress the message, and a failed one ends the body. operands are the values of
// s.Operands, which the message shows.
func (m *M) assertion(s *ir.Assert, ok bool, text string, operands []val.Value) {
	cond, msg := val.Str(s.Text), val.Str(text)
	report := true
	if m.wantsResult() {
		report = m.runHook(m.hook("assertion_result"), nil, nil, []val.Value{val.Bool(ok), cond, msg, m.Backtrace("assert", s.At)})
	}
	if ok {
		return
	}
	if fn := m.hook("assertion_failure"); fn != nil && fn.handled() {
		report = m.runHook(fn, nil, nil, []val.Value{cond, msg, m.Backtrace("assert", s.At)}) && report
	}
	if report {
		d := diag.Diagnostic{Severity: diag.Error, Code: diag.Assertion, Msg: "assertion failure: " + s.Text, At: s.At, Stack: m.scriptStack(s.At)}
		if text != "" {
			d.Msg += " (" + text + ")"
		}
		for i, v := range operands {
			l := s.Operands[i]
			d.Msg += fmt.Sprintf("\n  %-5s : %s", operandNames[i], m.Describe(nil, l.T, v, val.DescQuoted))
		}
		m.Report(d)
	}
	panic(silent{})
}

// Backtrace is the script stack as a value of type Backtrace. A top entry may be put before the active functions; "" for none.
func (m *M) Backtrace(top string, at diag.Span) val.Value {
	t := m.Type("Backtrace")
	if t == nil {
		t = types.NewVector(types.AnyT)
	}
	v := val.NewVector(t)
	if t.Elem.Tag != types.Record {
		return val.Vec(v)
	}
	entry := func(name string, at diag.Span, args func(t *types.Type) val.Value) {
		r := m.NewRecord(t.Elem)
		r.Set(0, val.Str(name))
		r.Set(1, args(t.Elem.Rec.Fields[1].Type))
		if at.File != nil {
			r.Set(2, val.Str(at.File.Name))
			r.Set(3, val.Count(uint64(at.Line)))
		}
		v.Append(val.Rec(r))
	}
	if top != "" {
		entry(top, at, func(t *types.Type) val.Value { return val.Vec(val.NewVector(t)) })
	}
	for i := m.depth - 1; i >= 0; i-- {
		c := &m.calls[i]
		var from diag.Span
		if c.site != nil {
			from = c.site.At
		}
		entry(c.body.ir.Name, from, func(t *types.Type) val.Value {
			var params []*types.Field
			var args []val.Value
			for j, p := range c.body.ir.Params {
				params = append(params, &types.Field{Name: p.Name, Type: p.T})
				args = append(args, c.f[c.body.params[j]])
			}
			return m.argumentVector(t, params, args)
		})
	}
	return val.Vec(v)
}

// appendBodies appends what printing a function shows behind its name: its type and its bodies.
func appendBodies(b []byte, fn *function, mode val.DescMode, level int) []byte {
	if mode&val.DescBro == 0 {
		b = append(b, ": "...)
		b = append(b, typeText(fn.t)...)
	}
	for _, bd := range fn.bodies {
		bd.ir.Complete()
		b = append(b, '\n')
		b = append(b, ir.DescribeStmt(bd.ir.Body, mode&^val.DescBro != val.DescPrint)...)
	}
	return b
}
