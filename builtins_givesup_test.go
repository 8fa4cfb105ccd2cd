package brogo

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestGivesUp holds the rows of builtins against the code: one that may reach M.NoValue says so, since only statements that call such
// a builtin are prepared for it. It goes by names, package by package: whatever mentions a function that may give up may do so.
func TestGivesUp(t *testing.T) {
	err := filepath.WalkDir("bif", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		checkGivesUp(t, dir)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkGivesUp(t *testing.T, dir string) {
	sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	giving := map[string]bool{"NoValue": true}
	for grown := true; grown; {
		grown = false
		for _, f := range files {
			for _, d := range f.Decls {
				// What makes rows is no builtin itself.
				if fn, ok := d.(*ast.FuncDecl); ok && !giving[fn.Name.Name] && !makesRows(fn) && mentions(fn.Body, giving) {
					giving[fn.Name.Name], grown = true, true
				}
			}
		}
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			row, ok := n.(*ast.CompositeLit)
			if !ok || field(row, "Sig") == nil {
				return true
			}
			gives := false
			for _, name := range []string{"Fn", "F0", "F1", "F2", "F3"} {
				gives = gives || mentions(field(row, name), giving)
			}
			if gives && field(row, "GivesUp") == nil {
				t.Errorf("%s: the row may call M.NoValue and lacks GivesUp", fset.Position(row.Pos()))
			}
			if !gives && field(row, "GivesUp") != nil {
				t.Errorf("%s: the row never calls M.NoValue and needs no GivesUp", fset.Position(row.Pos()))
			}
			return true
		})
	}
}

// makesRows reports whether a function's result is a row or rows.
func makesRows(fn *ast.FuncDecl) bool {
	return fn.Type.Results != nil && len(fn.Type.Results.List) > 0 && mentions(fn.Type.Results.List[0].Type, map[string]bool{"Builtin": true})
}

// field returns the value of a field of a struct literal, nil if it is not given.
func field(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}

func mentions(n ast.Node, names map[string]bool) bool {
	found := false
	switch x := n.(type) {
	case nil:
		return false
	case *ast.BlockStmt:
		if x == nil {
			return false
		}
	case ast.Expr:
		if x == nil {
			return false
		}
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && names[id.Name] {
			found = true
		}
		return !found
	})
	return found
}
