// Package cover is the statement coverage of scripts: which statements of a run have run, and how often.
//
// A Set counts in any number of engines (record.go) and adds them up to a Profile: nodes of a simulation, tests, and by Profile.Add also
// what other processes have written. A Profile is shown as text, as a page (html.go), in the form of Go's cover tool, as lcov, and in the
// form of the reference's ZEEK_PROFILER_FILE.
//
// A statement is what scripts write as one, without blocks, empty statements and declarations of locals without a value, which do nothing
// at their place. Code that @if leaves out has no statements.
package cover

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/brogo/brogo"
)

// Profile is what is known of some files, by name.
type Profile struct {
	Files []*File `json:"files"`
}

// File is the statements and bodies of one script.
type File struct {
	// Name is the path, made absolute; base scripts are under brogo.EmbeddedRoot.
	Name string `json:"name"`
	// Loaded is the name by which the script was loaded.
	Loaded string `json:"loaded,omitempty"`
	Stmts  []Stmt `json:"stmts"` // in the order of their places
	Funcs  []Func `json:"funcs"`
}

// Stmt is one statement. Lines and columns count from 1, columns in bytes; the end is exclusive. Of a statement that holds others this is
// only its head, such as `if ( … )`.
type Stmt struct {
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	EndLine int    `json:"end_line"`
	EndCol  int    `json:"end_col"`
	Count   uint64 `json:"count"`
	// Last and Text are what the reference's form shows: the last line of the whole statement, and its text. Text may be left out.
	Last int    `json:"last"`
	Text string `json:"text,omitempty"`
}

// Func is one body of a function, event or hook, such as "event zeek_init"; anonymous functions are "function lambda_…".
type Func struct {
	Name    string `json:"name"`
	Line    int    `json:"line"`
	EndLine int    `json:"end_line"`
	Count   uint64 `json:"count"` // of its calls
}

func (s *Stmt) compare(t *Stmt) int {
	return cmp.Or(cmp.Compare(s.Line, t.Line), cmp.Compare(s.Col, t.Col), -cmp.Compare(s.EndLine, t.EndLine), -cmp.Compare(s.EndCol, t.EndCol))
}

func (f *Func) compare(g *Func) int {
	return cmp.Or(cmp.Compare(f.Line, g.Line), cmp.Compare(f.EndLine, g.EndLine), cmp.Compare(f.Name, g.Name))
}

// Find returns the file of a name, nil if there is none.
func (p *Profile) Find(name string) *File {
	i := sort.Search(len(p.Files), func(i int) bool { return p.Files[i].Name >= name })
	if i < len(p.Files) && p.Files[i].Name == name {
		return p.Files[i]
	}
	return nil
}

// Add adds the counts of another profile, and what only that one knows.
func (p *Profile) Add(q *Profile) {
	for _, from := range q.Files {
		to := p.Find(from.Name)
		if to == nil {
			to = &File{Name: from.Name, Loaded: from.Loaded}
			p.Files = append(p.Files, to)
			slices.SortFunc(p.Files, func(a, b *File) int { return cmp.Compare(a.Name, b.Name) })
		}
		to.Stmts = merge(to.Stmts, from.Stmts, (*Stmt).compare, func(a *Stmt, b Stmt) { a.Count += b.Count })
		to.Funcs = merge(to.Funcs, from.Funcs, (*Func).compare, func(a *Func, b Func) { a.Count += b.Count })
	}
}

// collect makes a profile of files in any order, whose statements and bodies are in any order and may be there more than once.
func collect(files []*File) *Profile {
	p := &Profile{}
	for _, f := range files {
		one := &File{Name: f.Name, Loaded: f.Loaded}
		slices.SortFunc(f.Stmts, func(a, b Stmt) int { return a.compare(&b) })
		for _, s := range f.Stmts {
			if n := len(one.Stmts); n > 0 && one.Stmts[n-1].compare(&s) == 0 {
				one.Stmts[n-1].Count += s.Count
			} else {
				one.Stmts = append(one.Stmts, s)
			}
		}
		slices.SortFunc(f.Funcs, func(a, b Func) int { return a.compare(&b) })
		for _, fn := range f.Funcs {
			if n := len(one.Funcs); n > 0 && one.Funcs[n-1].compare(&fn) == 0 {
				one.Funcs[n-1].Count += fn.Count
			} else {
				one.Funcs = append(one.Funcs, fn)
			}
		}
		p.Add(&Profile{Files: []*File{one}})
	}
	return p
}

// merge joins two lists in order; what is in both is added up.
func merge[T any](a, b []T, compare func(x, y *T) int, add func(x *T, y T)) []T {
	out := make([]T, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch c := compare(&a[0], &b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			add(&a[0], b[0])
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Keep leaves only the files for which keep holds.
func (p *Profile) Keep(keep func(name string) bool) {
	p.Files = slices.DeleteFunc(p.Files, func(f *File) bool { return !keep(f.Name) })
}

// Covered counts the statements of a file that have run, and all.
func (f *File) Covered() (covered, all int) {
	for i := range f.Stmts {
		if f.Stmts[i].Count > 0 {
			covered++
		}
	}
	return covered, len(f.Stmts)
}

// Covered counts the statements of all files.
func (p *Profile) Covered() (covered, all int) {
	for _, f := range p.Files {
		c, n := f.Covered()
		covered, all = covered+c, all+n
	}
	return covered, all
}

// UnderTest tells the files that the coverage of tests in dir is about: those that are still there when the tests are over, since what
// tests write for themselves goes with them, and that are no tests themselves.
func UnderTest(name, dir string) bool {
	if strings.HasPrefix(name, brogo.EmbeddedRoot+"/") {
		return true
	}
	for _, part := range strings.Split(filepath.ToSlash(shown(name, dir)), "/") {
		if strings.HasPrefix(part, ".") {
			return false // where suites of btests work
		}
	}
	stem := strings.TrimSuffix(strings.TrimSuffix(name, ".zeek"), ".bro")
	if stem != name && strings.HasSuffix(stem, "_test") {
		return false
	}
	_, err := os.Stat(name)
	return err == nil
}
