package interp

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// TestEveryNodeHasCode compares the sealed nodes of package ir with the cases of the compiler's and the walker's type switches.
func TestEveryNodeHasCode(t *testing.T) {
	exprs, stmts := sealed(t, "expr"), sealed(t, "stmt")
	if len(exprs) < 20 || len(stmts) < 15 {
		t.Fatalf("found %d expressions and %d statements", len(exprs), len(stmts))
	}
	for _, c := range []struct {
		file, fn string
		nodes    []string
	}{
		{"compile.go", "expr", exprs},
		{"walk.go", "walk", exprs},
		{"compile_stmt.go", "plainStmt", stmts},
	} {
		have := cases(t, c.file, c.fn)
		for _, n := range c.nodes {
			if !slices.Contains(have, n) {
				t.Errorf("%s in %s has no case for ir.%s", c.fn, c.file, n)
			}
		}
	}
}

// sealed lists the types of package ir that have the given marker method.
func sealed(t *testing.T, marker string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), "../../lang/ir/ir.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == marker && fn.Recv != nil {
			if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
				out = append(out, star.X.(*ast.Ident).Name)
			}
		}
	}
	return out
}

// cases lists the types of package ir named by the type switches of one function.
func cases(t *testing.T, file, name string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		if fn, ok := n.(*ast.FuncDecl); ok && fn.Name.Name != name {
			return false
		}
		cc, ok := n.(*ast.CaseClause)
		if !ok {
			return true
		}
		for _, e := range cc.List {
			if star, ok := e.(*ast.StarExpr); ok {
				if sel, ok := star.X.(*ast.SelectorExpr); ok {
					out = append(out, strings.TrimPrefix(sel.Sel.Name, "ir."))
				}
			}
		}
		return true
	})
	return out
}
