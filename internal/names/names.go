// Package names writes what a script's names stand for as a script would declare it, and what documents them. The prompt, the
// documentation and the language server show the same.
package names

import (
	"strconv"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Declaration is a global as a script would declare it.
func Declaration(g *ir.Global) string {
	t := g.T
	switch {
	case t == nil:
		return g.Name
	case g.Kind == ir.KindType:
		return "type " + g.Name + ": " + Definition(t)
	case g.Kind == ir.KindEnum:
		return g.Name + ": " + Type(t)
	case t.Tag == types.Func && (g.Kind == ir.KindFunc || g.Kind == ir.KindBuiltin):
		return t.Fn.Flavor.String() + " " + g.Name + Signature(t)
	}
	kinds := map[ir.GlobalKind]string{ir.KindConst: "const ", ir.KindOption: "option "}
	word, ok := kinds[g.Kind]
	if !ok {
		word = "global "
	}
	text := word + g.Name + ": " + Type(t)
	if g.Redef && g.Kind != ir.KindOption {
		text += " &redef"
	}
	return text
}

// Signature is the parameters and result of a function type.
func Signature(t *types.Type) string {
	var ps []string
	for _, p := range t.Fn.Params.Fields {
		ps = append(ps, p.Name+": "+Type(p.Type))
	}
	if t.Fn.Variadic {
		ps = append(ps, "...")
	}
	s := "(" + strings.Join(ps, ", ") + ")"
	if r := t.Fn.Result; r != nil && r.Tag != types.Void && t.Fn.Flavor == types.FlavorFunction {
		s += ": " + Type(r)
	}
	return s
}

// Definition is what a type's name stands for.
func Definition(t *types.Type) string {
	var b strings.Builder
	switch t.Tag {
	case types.Record:
		b.WriteString("record {\n")
		for _, f := range t.Rec.Fields {
			b.WriteString("  " + Field(f) + ";")
			if f.Doc != "" {
				b.WriteString("  ## " + strings.ReplaceAll(strings.TrimSpace(f.Doc), "\n", " "))
			}
			b.WriteString("\n")
		}
		b.WriteString("}")
	case types.Enum:
		b.WriteString("enum {\n")
		for _, m := range t.Enum.Members {
			b.WriteString("  " + m.Name + " = " + strconv.FormatInt(m.Value, 10) + ",\n")
		}
		b.WriteString("}")
	default:
		cp := *t
		cp.Name = ""
		b.WriteString(cp.String())
	}
	return b.String()
}

// Field is a field as a record type would declare it, without the semicolon.
func Field(f *types.Field) string {
	text := f.Name + ": " + Type(f.Type)
	for _, a := range f.Attrs {
		text += " " + a.Kind.String()
		if x, ok := a.X.(ir.Expr); ok {
			text += "=" + ir.Describe(x)
		}
	}
	return text
}

// Type is a type as a declaration names it; nil is that of functions without a result.
func Type(t *types.Type) string {
	if t == nil {
		return "void"
	}
	return t.String()
}

// Module is the module of a qualified name, GLOBAL for one without.
func Module(full string) string {
	if i := strings.LastIndex(full, "::"); i > 0 {
		return full[:i]
	}
	return "GLOBAL"
}

// Doc is the text that documents a name: its `##` comments or the words of the builtin's row, without blanks around its lines. It is empty
// for most names.
func Doc(e *brogo.Engine, g *ir.Global) string {
	text := g.Doc
	if row := e.Row(g.Name); text == "" && row != nil {
		text = row.Doc
	}
	return Trim(text)
}

// Trim takes the blanks around each line of a comment away.
func Trim(comment string) string {
	lines := strings.Split(strings.TrimSpace(comment), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, "\n")
}
