package cover

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// Set counts in engines and adds up what they have counted. Several goroutines may use it.
type Set struct {
	// Base counts base scripts, too.
	Base bool
	// Texts keeps the text of each statement.
	Texts bool

	mu   sync.Mutex
	sum  Profile
	open map[*recorder]bool
}

// Attach has an engine of that configuration count for the set. Each engine needs a call of its own.
func (s *Set) Attach(cfg *brogo.Config) {
	r := &recorder{set: s, files: make(map[*diag.File]*recorded), bodies: make(map[*ir.Func]*body)}
	cfg.Coverage = r
	if s.Base {
		cfg.Eager = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = make(map[*recorder]bool)
	}
	s.open[r] = true
}

// Profile is the sum over all engines that have been closed.
func (s *Set) Profile() *Profile {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Profile{}
	p.Add(&s.sum)
	return p
}

// recorder counts in one engine.
type recorder struct {
	set    *Set
	files  map[*diag.File]*recorded // nil for a file that is not counted
	bodies map[*ir.Func]*body
	order  []*recorded
	later  []*ir.Func // bodies that have not been checked yet
}

// recorded is what one file has.
type recorded struct {
	file  *diag.File
	stmts map[place]*counter
	funcs []*body
}

type place struct{ line, col, endLine, endCol int32 }

type counter struct {
	Stmt
	n uint64
}

type body struct {
	Func
	n uint64
}

// file returns what is counted of a file, nil if nothing is.
func (r *recorder) file(f *diag.File) *recorded {
	if f == nil {
		return nil
	}
	rec, known := r.files[f]
	if !known {
		if r.wants(f.Name) {
			rec = &recorded{file: f, stmts: make(map[place]*counter)}
			r.order = append(r.order, rec)
		}
		r.files[f] = rec
	}
	return rec
}

// wants tells files that are counted: not base scripts unless asked for, and not what is no file, such as <command line>.
func (r *recorder) wants(name string) bool {
	if strings.HasPrefix(name, brogo.EmbeddedRoot+"/") {
		return r.set.Base
	}
	return !strings.HasPrefix(name, "<")
}

// Defined notes the statements of what a script defines.
func (r *recorder) Defined(a ir.Action) {
	switch a := a.(type) {
	case *ir.AddBody:
		r.add(a.Body, bodyName(a.Body))
	case *ir.RunStmt:
		if r.file(a.Fn.Body.Span().File) != nil {
			r.bodies[a.Fn] = &body{} // no function of its own, but it holds statements
		}
		r.inside(a.Fn.Body)
	case *ir.Define:
		r.within(a.Init)
		r.attrs(a.Sym.Attrs)
		if a.Sym.Kind == ir.KindType && a.Sym.T.Rec != nil {
			r.fields(a.Sym.T.Rec)
		}
	case *ir.RedefVar:
		r.within(a.Init)
	case *ir.GrowRecord:
		r.fields(a.T.Rec)
	}
}

// within notes the functions that an initial value makes. It is itself no statement, though its body is one.
func (r *recorder) within(f *ir.Func) {
	if f == nil {
		return
	}
	if ret, ok := f.Body.(*ir.Return); ok && ret.X != nil {
		r.inside(ret.X)
	}
}

func (r *recorder) fields(rec *types.RecordInfo) {
	for _, f := range rec.Fields {
		r.attrs(f.Attrs)
	}
}

func (r *recorder) attrs(as types.Attrs) {
	for _, a := range as {
		if x, ok := a.X.(ir.Expr); ok {
			r.inside(x)
		}
	}
}

// add notes a body and what is in it, now or as soon as that is known.
func (r *recorder) add(f *ir.Func, name string) {
	if f == nil || r.bodies[f] != nil {
		return
	}
	rec := r.file(f.At.File)
	if rec == nil {
		return
	}
	b := &body{Func: Func{Name: name, Line: int(f.At.Line), EndLine: int(f.At.EndLine)}}
	r.bodies[f] = b
	rec.funcs = append(rec.funcs, b)
	if f.Later != nil {
		r.later = append(r.later, f)
		return
	}
	r.bodyOf(f)
}

func (r *recorder) bodyOf(f *ir.Func) {
	if b, ok := f.Body.(*ir.Block); ok && noTest(b.Span(), true) {
		return
	}
	r.inside(f.Body)
}

// inside notes the statements and functions within a node.
func (r *recorder) inside(n any) {
	ir.Inspect(n, func(n any) bool {
		switch n := n.(type) {
		case *ir.Lambda:
			r.add(n.Fn, bodyName(n.Fn))
			return false
		case *ir.Block:
			return !noTest(n.Span(), true)
		case *ir.Null:
		case *ir.Init:
			if n.X != nil {
				r.stmt(n)
			}
		case ir.Stmt:
			r.stmt(n)
		}
		return true
	})
}

func (r *recorder) stmt(s ir.Stmt) {
	at := s.Span()
	rec := r.file(at.File)
	if rec == nil || noTest(at, false) {
		return
	}
	c := &counter{Stmt: Stmt{Line: int(at.Line), Col: int(at.Col), Last: int(at.EndLine)}}
	c.EndLine, c.EndCol = headEnd(s)
	if r.set.Texts {
		c.Text = ir.DescribeStmt(s, false)
	}
	rec.stmts[placeOf(at)] = c
}

func placeOf(at diag.Span) place { return place{at.Line, at.Col, at.EndLine, at.EndCol} }

// Body is asked for the counter of a body that is about to be compiled.
func (r *recorder) Body(f *ir.Func) *uint64 {
	b := r.bodies[f]
	if b == nil {
		return nil
	}
	if i := slices.Index(r.later, f); i >= 0 {
		r.later = slices.Delete(r.later, i, i+1)
		r.bodyOf(f)
	}
	return &b.n
}

// Statement is asked for the counter of a statement.
func (r *recorder) Statement(s ir.Stmt) *uint64 {
	at := s.Span()
	if rec := r.file(at.File); rec != nil {
		if c := rec.stmts[placeOf(at)]; c != nil {
			return &c.n
		}
	}
	return nil
}

// Closed adds the counts to the set's.
func (r *recorder) Closed() {
	r.set.mu.Lock()
	defer r.set.mu.Unlock()
	if !r.set.open[r] {
		return
	}
	delete(r.set.open, r)
	for _, f := range r.later {
		f.Complete()
		r.bodyOf(f)
	}
	r.later = nil
	r.set.sum.Add(r.profile())
}

func (r *recorder) profile() *Profile {
	var files []*File
	for _, rec := range r.order {
		f := &File{Name: absolute(rec.file.Name), Loaded: rec.file.Name}
		for _, c := range rec.stmts {
			c.Count = c.n
			f.Stmts = append(f.Stmts, c.Stmt)
		}
		for _, b := range rec.funcs {
			b.Count = b.n
			f.Funcs = append(f.Funcs, b.Func)
		}
		if len(f.Stmts) > 0 {
			files = append(files, f)
		}
	}
	return collect(files) // a prompt may have read a file twice
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// bodyName names a body as reports show it.
func bodyName(f *ir.Func) string {
	if f == nil || f.T == nil || f.T.Fn == nil {
		return ""
	}
	return f.T.Fn.Flavor.String() + " " + f.Name
}

// headEnd is where a statement ends, or the head of one that holds others.
func headEnd(s ir.Stmt) (line, col int) {
	at := s.Span()
	switch s := s.(type) {
	case *ir.If:
		return before(at, s.Then.Span())
	case *ir.For:
		return before(at, s.Body.Span())
	case *ir.While:
		return before(at, s.Body.Span())
	case *ir.When:
		return before(at, s.Body.Span())
	case *ir.Switch:
		return behind(s.X.Span())
	}
	return int(at.EndLine), int(at.EndCol)
}

// before is the end of the text in front of body.
func before(at, body diag.Span) (line, col int) {
	line, col = int(body.Line), int(body.Col)
	for ; line > int(at.Line); line, col = line-1, len(at.File.Line(line-1))+1 {
		if strings.TrimSpace(at.File.Line(line)[:col-1]) != "" {
			break
		}
	}
	return line, len(strings.TrimRight(at.File.Line(line)[:col-1], " \t\r")) + 1
}

// behind is where the parentheses around an expression end.
func behind(x diag.Span) (line, col int) {
	rest := x.File.Line(int(x.EndLine))[x.EndCol-1:]
	i := 0
	for i < len(rest) && (rest[i] == ' ' || rest[i] == '\t' || rest[i] == ')') {
		i++
	}
	return int(x.EndLine), int(x.EndCol) + len(strings.TrimRight(rest[:i], " \t"))
}

var noTestComment = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*#[ \t]*@no-test`) })

// noTest reports whether a statement is marked as one that no test is expected to reach: by a comment `#@no-test` behind it, or behind the
// brace that opens a block.
func noTest(at diag.Span, block bool) bool {
	line, col := int(at.EndLine), int(at.EndCol)
	if block {
		line, col = int(at.Line), int(at.Col)+1
	}
	text := at.File.Line(line)
	return col-1 <= len(text) && noTestComment().MatchString(text[max(col-1, 0):])
}
