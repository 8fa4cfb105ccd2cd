package ir

import (
	"strconv"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/types"
)

// Describe prints an expression as the reference does in messages: strings unquoted, conversions shown, on one line as far as
// possible.
func Describe(e Expr) string {
	d := describer{short: true}
	d.expr(e)
	return d.b.String()
}

// DescribeQuoted is Describe with strings in quotes, the form of assert messages.
func DescribeQuoted(e Expr) string {
	d := describer{short: true, quotes: true}
	d.expr(e)
	return d.b.String()
}

// DescribeStmt prints a statement as the reference prints function bodies. Blocks are indented by tabs if indent is set, as
// in strings, and not at all otherwise, as in print.
func DescribeStmt(s Stmt, indent bool) string {
	d := describer{tabs: indent}
	d.stmt(s)
	return d.b.String()
}

// DescribeShort prints a statement as messages do: on one line, without semicolons.
func DescribeShort(s Stmt) string {
	d := describer{short: true}
	d.stmt(s)
	return d.b.String()
}

// DescribeType prints a type with the expressions of its fields' attributes. Named types print as their name, unless structure is set.
func DescribeType(t *types.Type, structure bool) string {
	if t.Name != "" && !structure {
		return t.Name
	}
	return t.Structure(func(x types.Expr) string {
		e, ok := x.(Expr)
		if !ok {
			return ""
		}
		return Describe(e)
	})
}

// printable writes bytes outside of 32 to 126 as \xHH, as everything that goes into messages.
func printable(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' {
			b.WriteString(`\x`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// describer writes nodes in the reference's layout.
type describer struct {
	b      strings.Builder
	last   byte
	depth  int
	tabs   bool
	quotes bool
	short  bool // no newlines, no semicolons
}

func (d *describer) add(s string) {
	if s == "" {
		return
	}
	if d.last == '\n' && d.tabs {
		for i := 0; i < d.depth; i++ {
			d.b.WriteByte('\t')
		}
	}
	d.b.WriteString(s)
	d.last = s[len(s)-1]
}

func (d *describer) nl() {
	if !d.short {
		d.b.WriteByte('\n')
		d.last = '\n'
	}
}

func (d *describer) push() { d.depth++; d.nl() }
func (d *describer) pop()  { d.depth--; d.nl() }

func (d *describer) finish() {
	if !d.short {
		d.add(";")
	}
}

func (d *describer) list(es []Expr) {
	for i, e := range es {
		if i > 0 {
			d.add(", ")
		}
		d.expr(e)
	}
}

func (d *describer) expr(e Expr) {
	if e == nil {
		d.add("<error>")
		return
	}
	if e.Parens() {
		d.add("(")
		defer d.add(")")
	}
	switch e := e.(type) {
	case *Const:
		d.add(ConstText(e, d.quotes))
	case *LocalRef:
		d.add(e.Sym.Text())
	case *GlobalRef:
		d.add(e.Sym.Name)
	case *TypeRef:
		t := e.T
		if t.Tag == types.TypeType {
			t = t.Elem
		}
		d.add(t.String())
	case *Unary:
		if e.Op == ast.OpSize {
			d.add("sizeof ")
		} else {
			d.add(e.Op.String())
		}
		d.expr(e.Arg)
	case *Incr:
		d.add(e.Op.String())
		d.expr(e.L)
	case *Binary:
		d.binary(e.L, e.Op.String(), e.R)
	case *In:
		d.list(e.Keys)
		d.add(" in ")
		d.expr(e.Coll)
	case *CondExpr:
		d.expr(e.C)
		d.add(" ? ")
		d.expr(e.A)
		d.add(" : ")
		d.expr(e.B)
	case *Assign:
		d.binary(e.L, "=", e.R)
	case *OpAssign:
		d.binary(e.L, e.Op.String(), e.R)
	case *Index:
		d.expr(e.Obj)
		d.add("[")
		d.list(e.Keys)
		d.add("]")
	case *Slice:
		d.expr(e.Obj)
		d.add("[")
		if e.Lo != nil {
			d.expr(e.Lo)
		} else {
			d.add("0")
		}
		d.add(", ")
		if e.Hi != nil {
			d.expr(e.Hi)
		} else {
			d.add("sizeof ")
			d.expr(e.Obj)
		}
		d.add("]")
	case *Field:
		d.expr(e.Rec)
		d.add("$" + e.Name)
	case *HasField:
		d.expr(e.Rec)
		d.add("?$" + e.Name)
	case *RecordCtor:
		d.record(e)
	case *TableCtor:
		d.table(e)
	case *VectorCtor:
		if e.Brace {
			d.list(e.Elems)
			return
		}
		d.add("vector(")
		d.list(e.Elems)
		d.add(")")
	case *ListExpr:
		d.list(e.Elems)
	case *Call:
		d.expr(e.Fn)
		d.add("(")
		d.list(e.Args)
		d.add(")")
	case *Schedule:
		d.add("schedule ")
		d.expr(e.When)
		d.add(" {")
		d.push()
		d.event(e.Ev, e.Args)
		d.pop()
		d.add("}")
	case *Lambda:
		d.lambda(e.Fn)
	case *Cast:
		d.expr(e.Arg)
		d.add(" as " + e.T.String())
	case *Is:
		d.expr(e.Arg)
		d.add(" is " + e.Target.String())
	case *Coerce:
		d.coerce(e)
	case *Copy:
		d.add("(*)")
		d.expr(e.Arg)
	case *AddDel:
		if e.Delete {
			d.add("delete ")
		} else {
			d.add("add ")
		}
		d.expr(e.Arg)
	case *Seq:
		d.expr(e.First)
	case *Bad:
		d.add("<error>")
	default:
		panic("ir: describe of an unknown expression")
	}
}

func (d *describer) binary(l Expr, op string, r Expr) {
	d.expr(l)
	d.add(" " + op + " ")
	d.expr(r)
}

func (d *describer) event(ev EventRef, args []Expr) {
	d.add(ev.Name + "(")
	d.list(args)
	d.add(")")
}

func (d *describer) record(e *RecordCtor) {
	open, end := "[", "]"
	if e.T != nil && e.T.Name != "" && !e.Untyped {
		open, end = e.T.Name+"(", ")"
	}
	d.add(open)
	for i, f := range e.Fields {
		if i > 0 {
			d.add(", ")
		}
		name := ""
		if e.T != nil && e.T.Rec != nil && f.Idx >= 0 && f.Idx < len(e.T.Rec.Fields) {
			name = e.T.Rec.Fields[f.Idx].Name
		}
		d.add("$" + name + "=")
		d.expr(f.Val)
	}
	d.add(end)
}

func (d *describer) table(e *TableCtor) {
	if !e.Brace {
		if e.T != nil && e.T.IsSet() {
			d.add("set(")
		} else {
			d.add("table(")
		}
	}
	for i, en := range e.Entries {
		if i > 0 {
			d.add(", ")
		}
		d.list(en.Keys)
		if en.Val != nil {
			d.add(" = ")
			d.expr(en.Val)
		}
	}
	if !e.Brace {
		d.add(")")
	}
	for i, a := range e.Attrs {
		if i > 0 {
			d.add(", ")
		}
		d.add(a.Kind.String())
		if x, ok := a.X.(Expr); ok {
			d.add("=")
			d.expr(x)
		}
		if a.Kind == types.AttrDefault {
			d.add(", &optional")
		}
	}
}

func (d *describer) lambda(f *Func) {
	d.add(f.T.String())
	if len(f.Captures) > 0 {
		d.captures(f.Captures, ",  ")
	}
	d.stmt(f.Body)
}

func (d *describer) captures(cs []Capture, sep string) {
	d.add("[")
	for i, c := range cs {
		if i > 0 {
			d.add(sep)
		}
		if c.Copy {
			d.add("copy ")
		}
		d.add(c.Inner.Text())
	}
	d.add("]")
}

func (d *describer) coerce(e *Coerce) {
	if e.Silent {
		d.expr(e.Arg)
		return
	}
	switch e.How {
	case CoerceFunc, CoerceSame:
		d.expr(e.Arg)
	case CoerceToAny:
		d.add("to_any_coerce ")
		d.expr(e.Arg)
	case CoerceFromAny:
		d.add("from_any_coerce ")
		d.expr(e.Arg)
	case CoerceVector:
		d.add("vector_coerce ")
		d.expr(e.Arg)
	default:
		d.add("(coerce ")
		d.expr(e.Arg)
		d.add(" to " + e.T.String() + ")")
	}
}

// ConstText prints a constant as the reference does; quotes puts strings in quotes.
func ConstText(c *Const, quotes bool) string {
	switch c.T.Tag {
	case types.Bool:
		if c.N != 0 {
			return "T"
		}
		return "F"
	case types.Int:
		return strconv.FormatInt(int64(c.N), 10)
	case types.Count:
		return strconv.FormatUint(c.N, 10)
	case types.Double, types.Time:
		return doubleText(floatOf(c.N))
	case types.Interval:
		return intervalText(floatOf(c.N))
	case types.String:
		if quotes {
			return `"` + c.S + `"`
		}
		return printable(c.S)
	case types.Pattern:
		return "/" + c.S + "/"
	case types.Port:
		return portText(c.N)
	case types.Addr:
		return c.Addr.String()
	case types.Subnet:
		return c.Prefix.String()
	case types.Enum:
		if name := c.T.Enum.NameOf(int64(c.N)); name != "" {
			return name
		}
		return strconv.FormatInt(int64(c.N), 10)
	}
	return "<" + c.T.Tag.String() + ">"
}
