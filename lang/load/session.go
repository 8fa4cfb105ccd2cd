package load

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// Session reads pieces of text one after the other, as typed at a prompt: the module lasts from piece to piece, names may be
// defined anew, and what fails leaves no trace. While it is open the same holds for the files that are loaded.
type Session struct {
	l       *Loader
	dialect *dialect.Dialect
	module  string
	// Expr, if set, takes the expressions that stand as statements of their own; false leaves them to the host.
	Expr func(ast.Expr) bool
	// Replaced, if set, is told of names that now have another type.
	Replaced func(name string)
}

// Open begins a session in module GLOBAL with the rules of grammar of d.
func (l *Loader) Open(d *dialect.Dialect) *Session {
	l.session = &Session{l: l, dialect: d, module: "GLOBAL"}
	return l.session
}

// Module is the module that the last piece ended in.
func (s *Session) Module() string { return s.module }

// Feed reads a piece of text.
func (s *Session) Feed(f *diag.File) {
	l := s.l
	l.stop = false
	src := s.begin(f)
	l.checkAll(src)
	s.end()
}

// begin makes f the file under way.
func (s *Session) begin(f *diag.File) *lex.Source {
	l := s.l
	src := lex.New(f)
	src.Dialect, src.KeepDocs, src.Dir = l.cfg.Dialect, true, l.cfg.FS.WorkDir()
	l.stack = append(l.stack, &fileState{src: src, pragmas: len(l.pragmas)})
	l.cfg.Checker.Resume(f, s.dialect, s.module)
	return src
}

func (s *Session) end() {
	l := s.l
	s.module = l.cfg.Checker.Module()
	l.cfg.Checker.EndFile()
	l.stack = l.stack[:len(l.stack)-1]
}

// Within calls f as if a piece of text were under way, for expressions that are checked by themselves.
func (s *Session) Within(file *diag.File, f func(src *lex.Source)) {
	f(s.begin(file))
	s.end()
}

// Load loads a script by name; one that is loaded already is read again, its variables keeping their values. It returns the path, "" if
// there is no such script.
func (s *Session) Load(name string, again bool) string {
	l := s.l
	l.stop = false
	l.cfg.Checker.Forgive()
	path, _, opened := l.findScript(name, "")
	if !opened {
		l.load(name, diag.Span{}) // which says so
		return ""
	}
	id := l.cfg.FS.Canonical(path)
	if !l.seen[id] || !again {
		l.load(name, diag.Span{})
		return path
	}
	text, err := l.cfg.FS.ReadFile(path)
	if err != nil {
		l.errorf(diag.Load, diag.Error, diag.Span{}, "can't open %s", path)
		return ""
	}
	f := &diag.File{Name: path, Src: text}
	before := l.errors
	l.reloading = true
	l.run(f, l.fileDialect(path), diag.Span{})
	l.reloading = false
	if l.errors == before {
		for _, a := range l.cfg.Checker.Outdated(f) {
			l.cfg.Host.Do(a)
		}
	}
	return path
}

// checkAll takes a source that is under way through the parser and the checker.
func (l *Loader) checkAll(src *lex.Source) {
	r := parse.NewReader(src, l)
	st := l.top()
	for !l.stop {
		it, ok := r.Next()
		if !ok {
			break
		}
		if st.defers && l.putOff(it) {
			continue
		}
		st.inner, st.quiet = it.Pragmas, l.quiet()
		l.item(r, it)
		for _, p := range it.Pragmas {
			l.pragma(p)
		}
		st.inner = nil
	}
}

// again has an item of a session checked and performed.
func (l *Loader) again(d ast.Decl) {
	s := l.session
	if st, ok := d.(*ast.StmtDecl); ok && s.Expr != nil && len(l.stack) == 1 {
		if x, ok := st.S.(*ast.ExprStmt); ok && s.Expr(x.X) {
			return
		}
	}
	acts, replaced := l.cfg.Checker.Again(d, l.reloading)
	if replaced != "" && s.Replaced != nil {
		s.Replaced(replaced)
	}
	for _, a := range acts {
		l.cfg.Host.Do(a)
	}
}
