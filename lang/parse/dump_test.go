package parse

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// dump renders a tree so that tables can show it: names and literals as written, operators in front of their operands, every other
// node as its type with the fields that are set.
func dump(x any) string {
	switch x := x.(type) {
	case nil:
		return "-"
	case ast.Ident:
		return x.Name
	case *ast.Ident:
		if x == nil {
			return "-"
		}
		return x.Name
	case *ast.Name:
		return x.Name
	case *ast.NamedType:
		return x.Name
	case *ast.Lit:
		return x.Text
	case *ast.Binary:
		return fmt.Sprintf("(%s %s %s)", x.Op, dump(x.L), dump(x.R))
	case *ast.Assign:
		return fmt.Sprintf("(%s %s %s)", x.Op, dump(x.L), dump(x.R))
	case *ast.Unary:
		if x.Op == ast.OpSize {
			return fmt.Sprintf("|%s|", dump(x.X))
		}
		return fmt.Sprintf("(%s %s)", x.Op, dump(x.X))
	case *ast.Cond:
		return fmt.Sprintf("(? %s %s %s)", dump(x.C), dump(x.A), dump(x.B))
	case *ast.Paren:
		return "<" + dump(x.X) + ">"
	case *ast.Field:
		return dump(x.X) + "$" + x.Name.Name
	case *ast.ExprStmt:
		return dump(x.X) + ";"
	case *ast.Block:
		if x == nil {
			return "-"
		}
		var parts []string
		for _, s := range x.Stmts {
			parts = append(parts, dump(s))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case *ast.StmtDecl:
		return dump(x.S)
	case ast.Attr:
		if x.X != nil {
			return "&" + x.Name + "=" + dump(x.X)
		}
		return "&" + x.Name
	case *ast.Attr:
		return dump(*x)
	case fmt.Stringer:
		return x.String()
	case string:
		return fmt.Sprintf("%q", x)
	}
	v := reflect.ValueOf(x)
	switch v.Kind() {
	case reflect.Pointer:
		return dump(v.Elem().Interface())
	case reflect.Slice:
		parts := make([]string, v.Len())
		for i := range parts {
			parts[i] = dump(v.Index(i).Interface())
		}
		return "[" + strings.Join(parts, " ") + "]"
	case reflect.Struct:
		var b strings.Builder
		b.WriteString("(" + v.Type().Name())
		for i := range v.NumField() {
			f, name := v.Field(i), v.Type().Field(i).Name
			empty := f.IsZero() && !(f.Kind() == reflect.Slice && !f.IsNil())
			if name == "At" || name == "End" || empty {
				continue
			}
			b.WriteString(" ")
			if name != "Name" {
				b.WriteString(name)
				if f.Kind() == reflect.Bool {
					continue
				}
				b.WriteString("=")
			}
			b.WriteString(dump(f.Interface()))
		}
		return b.String() + ")"
	}
	return fmt.Sprint(x)
}

func source(text string) *lex.Source { return lex.New(&diag.File{Name: "t.zeek", Src: text}) }

// parse reads a whole text as the loader does: it recovers after mistakes and returns everything that was said.
func parse(src *lex.Source, host Host) (decls []ast.Decl, errs []diag.Diagnostic) {
	r := NewReader(src, host)
	for {
		it, ok := r.Next()
		if !ok {
			return decls, errs
		}
		d, err := Decl(src, it)
		if err != nil {
			errs = append(errs, err.(*Error).Diags...)
			r.Recover(err)
		}
		if d != nil {
			decls = append(decls, d)
		}
	}
}

// decls parses text, which must be right, and dumps its declarations.
func decls(t *testing.T, text string) []string {
	t.Helper()
	list, errs := parse(source(text), failing{t})
	for _, e := range errs {
		t.Errorf("%s\n%s", diag.Pretty(e, diag.Colors{}), text)
	}
	var out []string
	for _, d := range list {
		out = append(out, dump(d))
	}
	return out
}

// failing is a host for texts in which directives are right; it takes every condition as true.
type failing struct{ t *testing.T }

func (failing) Condition(Directive) bool { return true }
func (failing) Directive(Directive)      {}
func (f failing) Report(d diag.Diagnostic) {
	f.t.Helper()
	f.t.Error(diag.Reference(d))
}

// walkSpans calls f with type and span of every node below n, outermost first.
func walkSpans(n any, f func(kind string, s diag.Span)) { walkValue(reflect.ValueOf(n), f) }

func walkValue(v reflect.Value, f func(string, diag.Span)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			walkValue(v.Elem(), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkValue(v.Index(i), f)
		}
	case reflect.Struct:
		if v.Type().PkgPath() != reflect.TypeFor[ast.Name]().PkgPath() {
			return
		}
		if n, ok := v.Interface().(ast.Node); ok && v.Type().Name() != "At" {
			f(v.Type().Name(), n.Span())
		}
		for i := range v.NumField() {
			walkValue(v.Field(i), f)
		}
	}
}
