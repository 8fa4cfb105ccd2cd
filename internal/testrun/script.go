package testrun

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// testPrefix is how the names of functions and hooks begin that are tests.
const testPrefix = "test_"

// scriptTests are the tests of a *_test file: its functions and hooks test_* without parameters, in their order. A file that does not load
// is one test, which fails.
func (r *runner) scriptTests(path string) []*Test {
	l, res := r.newLab(path)
	if l == nil {
		return []*Test{{Name: shown(path), File: path, run: func(context.Context, *runner) Result { return res }}}
	}
	defer l.close()
	var found []*ir.Global
	for _, g := range l.e.Checker().Known() {
		if isTest(g, path) {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b *ir.Global) int { return cmp.Compare(a.At.Line, b.At.Line) })
	if len(found) == 0 {
		return []*Test{{Name: shown(path), File: path, run: func(context.Context, *runner) Result {
			return failed("there are no functions and hooks test_* without parameters in it")
		}}}
	}
	var out []*Test
	for _, g := range found {
		out = append(out, &Test{Name: shown(path) + ":" + g.Name, File: path, run: func(ctx context.Context, r *runner) Result {
			return r.scriptTest(ctx, path, g.Name)
		}})
	}
	return out
}

// isTest reports whether a global is a test of a file.
func isTest(g *ir.Global, path string) bool {
	name := g.Name[strings.LastIndex(g.Name, ":")+1:]
	return g.Kind == ir.KindFunc && strings.HasPrefix(name, testPrefix) && g.T != nil && g.T.Tag == types.Func &&
		g.T.Fn.Flavor != types.FlavorEvent && len(g.T.Fn.Params.Fields) == 0 &&
		g.At.File != nil && abs(g.At.File.Name) == abs(path)
}

// scriptTest runs one function or hook in an engine of its own.
func (r *runner) scriptTest(ctx context.Context, path, name string) Result {
	l, res := r.newLab(path)
	if l == nil {
		return res
	}
	defer l.close()
	stop := context.AfterFunc(ctx, func() {
		l.e.Interrupt() // the run is to end,
		l.e.Interrupt() // even if a script is busy
	})
	defer stop()
	l.run(name)
	switch {
	case ctx.Err() != nil:
		l.fail("it did not come to an end")
	case l.skip != "":
		return skipped("%s", l.skip)
	}
	if len(l.errors) == 0 {
		return Result{Status: Passed}
	}
	text := strings.Join(l.errors, "\n")
	if out := l.out.String(); out != "" {
		text += "\nit printed:\n" + out
	}
	return failed("%s", text)
}

//go:embed test.zeek
var testModule string

// writeModule puts the module Test where an engine can load it.
func writeModule(dir string) (string, error) {
	file := filepath.Join(dir, "test.zeek")
	if err := os.WriteFile(file, []byte(testModule), 0o666); err != nil {
		return "", fmt.Errorf("the module Test: %w", err)
	}
	return file, nil
}
