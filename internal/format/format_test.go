package format

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

var update = flag.Bool("update", false, "write testdata/layout.txtar anew from what comes out")

func TestLayout(t *testing.T) {
	ar, err := txtar.ParseFile("testdata/layout.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range ar.Files {
		want[f.Name] = string(f.Data)
	}
	for i, f := range ar.Files {
		name, is := strings.CutSuffix(f.Name, ".in")
		if !is {
			continue
		}
		out, has := want[name+".out"]
		if !has {
			out = string(f.Data)
		}
		src := lex.New(&diag.File{Name: name, Src: string(f.Data)})
		got := layout(src)
		if *update && has {
			ar.Files[i+1].Data = []byte(got)
		} else if got != out {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, out)
		}
		if err := equal(src, lex.New(&diag.File{Name: name, Src: got})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if again := layout(lex.New(&diag.File{Name: name, Src: got})); again != got {
			t.Errorf("%s: formatted again it is\n%s", name, again)
		}
	}
	if *update {
		if err := os.WriteFile("testdata/layout.txtar", txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		return p
	}
	read := func(p string) string {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	good, bad, ugly := write("good.zeek", "print 1;\n"), write("bad.zeek", "print (;\n"), write("ugly.bro", "print   1;")
	for _, c := range []struct {
		o        Options
		args     []string
		in       string
		code     int
		out, err string
	}{
		{Options{}, nil, "print   2 ;", 0, "print 2;\n", ""},
		{Options{}, []string{good}, "", 0, "print 1;\n", ""},
		{Options{List: true}, []string{good}, "", 0, "", ""},
		{Options{List: true}, []string{good, ugly}, "", 1, ugly + "\n", ""},
		{Options{Diff: true}, []string{ugly}, "", 1, "-print   1;", ""},
		{Options{Write: true}, []string{bad}, "", 1, "", "bad.zeek, line 1: syntax error"},
		{Options{Write: true}, []string{filepath.Join(dir, "none.zeek")}, "", 1, "", "no such file"},
		{Options{Write: true, List: true}, []string{dir}, "", 1, ugly + "\n", "bad.zeek, line 1"},
		{Options{List: true}, []string{good, ugly}, "", 0, "", ""},
	} {
		var out, errs bytes.Buffer
		code := Run(c.o, c.args, strings.NewReader(c.in), &out, &errs)
		if code != c.code || !strings.Contains(out.String(), c.out) || c.out == "" && out.Len() > 0 || !strings.Contains(errs.String(), c.err) ||
			c.err == "" && errs.Len() > 0 {
			t.Errorf("%+v %v: exit status %d\n%s%s", c.o, c.args, code, out.String(), errs.String())
		}
	}
	if read(bad) != "print (;\n" || read(ugly) != "print 1;\n" {
		t.Error("the wrong files were written")
	}
	if info, err := os.Stat(ugly); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// FuzzSource checks that what is formatted has the same tokens and comments and stays as it is when it is formatted again.
func FuzzSource(f *testing.F) {
	ar, err := txtar.ParseFile("testdata/layout.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range ar.Files {
		f.Add(string(file.Data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Source("fuzz.zeek", text)
		if _, bad := err.(*Error); bad {
			// No script, but the layout must bear it.
			layout(lex.New(&diag.File{Name: "fuzz.zeek", Src: text}))
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := Source("fuzz.zeek", got)
		if err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		if again != got {
			t.Fatalf("%q\nbecomes\n%s\nthen\n%s", text, got, again)
		}
	})
}
