package format

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/brogo/brogo/internal/find"
)

// unformatted are the scripts of the repository that are not laid out as the formatter does, with the reason.
var unformatted = map[string]string{
	"testdata/errors/03-syntax-at-top-level.zeek":                  "syntax errors are what it is about",
	"testdata/errors/04-syntax-in-functions.zeek":                  "syntax errors are what it is about",
	"testdata/errors/07-attributes.zeek":                           "an attribute without its value",
	"testdata/errors/26-missing-ends.zeek":                         "brackets are missing",
	"testdata/errors/30-bro-dialect.bro":                           "a + that is no expression of the old dialect",
	"testdata/script/cluster/run-layout.txtar:syntax.zeek":         "a layout with a syntax error",
	"testdata/script/cover/processes.txtar:main.zeek":              "a report by lines shows functions of one line",
	"testdata/script/cover/run.txtar:main.zeek":                    "a report by lines shows functions of one line",
	"testdata/script/errors/syntax.txtar:main.zeek":                "syntax errors are what it is about",
	"testdata/script/fmt/fmt.txtar:bad.zeek":                       "the formatter meets a syntax error",
	"testdata/script/fmt/fmt.txtar:ugly.zeek":                      "the formatter has something to do",
	"testdata/script/test/btest.txtar:tests/suite/background.zeek": "the test runner's own directives stand in it",
	"testdata/script/test/btest.txtar:tests/suite/files.zeek":      "the test runner's own directives stand in it",
}

// TestRepository holds every script of the repository to the layout, also those within goldens.
func TestRepository(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := 0
	look := func(name, text string) {
		seen++
		got, err := Source(name, text)
		_, listed := unformatted[name]
		switch {
		case listed && err == nil && got == text:
			t.Errorf("%s is formatted: take it off the list", name)
		case listed:
		case err != nil:
			t.Error(err)
		case got != text:
			t.Errorf("%s: brogo fmt would change it", name)
		}
	}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(p, root+string(filepath.Separator)))
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != root || name == "internal/format/testdata"):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		b, err := os.ReadFile(p)
		switch {
		case err != nil:
			return err
		case find.IsScript(p):
			look(name, string(b))
		case strings.HasSuffix(p, ".txtar"):
			for _, f := range txtar.Parse(b).Files {
				if find.IsScript(f.Name) && len(strings.TrimSpace(string(f.Data))) > 0 {
					look(name+":"+f.Name, string(f.Data))
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 400 {
		t.Errorf("only %d scripts found", seen)
	}
}
