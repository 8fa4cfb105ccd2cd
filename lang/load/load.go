// Package load reads scripts in the reference's order: search path, directives, one item at a time.
//
// Each item is parsed, checked and handed to the Host before the next one is read, since an `@if` runs script code that earlier items
// define. The package touches no files itself (FS does) and runs nothing (Host does). The engine is its only caller.
package load

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// Host performs what loading asks for.
type Host interface {
	diag.Sink
	// Do performs an action of a checked item.
	Do(ir.Action)
	// EvalCond evaluates an @if condition; ok is false when that failed (reported already).
	EvalCond(*ir.Func) (val, ok bool)
}

// Config sets a Loader up.
type Config struct {
	FS      FS
	Host    Host
	Checker *check.Checker
	Dialect *dialect.Dialect // the process's
	Path    []string         // search path, embedded scripts included
	// Prefixes are those in force before any @prefixes.
	Prefixes []string
	// Stdin is what the file name "-" reads.
	Stdin func() ([]byte, error)
	// KeepGoing goes on behind the first syntax error and behind files with errors, to report every mistake.
	// The reference stops there.
	KeepGoing bool
	// Through goes on behind all mistakes, also those that leave out much of what follows, such as files that are not there.
	Through bool
	// Parse, if set, stands for parse.Decl, for all items that are not put off; File makes the file of a script's text. A tool that loads
	// one script again and again keeps what has not changed.
	Parse func(*lex.Source, parse.Item) (ast.Decl, error)
	File  func(path, text string) *diag.File
	// Done, if set, is told of each item that Parse was asked for, when it has been checked and performed.
	Done func(*lex.Source, parse.Item)
	// Defer, if set, tells the files whose declarations wait until they are named: see defer.go. Builtin tells the names of builtins.
	Defer   func(path string) bool
	Builtin func(full string) (exists, pure bool)
	// Outline, if set, returns the outline of a file that Defer tells, nil if there is none: see outline.go.
	Outline func(*diag.File, *dialect.Dialect) []Entry
	// Plan, if set, is what the scripts that come first put off.
	Plan *Plan
	// KeepDocs keeps the text of documentation comments.
	KeepDocs bool
}

// File is one loaded script.
type File struct {
	Path  string
	Level int // depth of @load, 0 for files of the command line
}

// Loader loads the scripts of one engine.
type Loader struct {
	cfg       Config
	prefixes  []string
	seen      map[string]bool // canonical names of loaded and unloaded files
	files     []File
	checked   int // files whose prefixed twins have been looked for
	stack     []*fileState
	pragmas   []string
	sigs      []string
	stop      bool // a fatal error, or the first error where the reference stops
	errors    int
	deferred  map[string]alias // by full name, without what course has; fixed when loading is over
	order     []*deferred
	course    course
	recorder  *recorder
	performed int                    // names that were asked for
	dirs      map[string]bool        // whether directories of the search path are there
	readers   map[string][]*deferred // by the full name of a constant that their values depend on
	waiting   waiting
	typeReads map[string][]string // constants with &redef that the defaults of a type read, by its full name
	session   *Session
	reloading bool     // a file is being read again
	rest      []string // scripts of the command line behind the one under way
}

// fileState is a file under way.
type fileState struct {
	src     *lex.Source
	pragmas int       // depth of the pragma stack when it began
	at      diag.Span // the @load that asked for it
	defers  bool      // its declarations may be put off
	inner   []parse.Directive
	quiet   bool // deprecations are ignored before the first of inner
}

// New makes a Loader.
func New(cfg Config) *Loader {
	if cfg.Parse == nil {
		cfg.Parse = parse.Decl
	}
	if cfg.File == nil {
		cfg.File = func(path, text string) *diag.File { return &diag.File{Name: path, Src: text} }
	}
	if cfg.Plan == nil {
		cfg.Plan = &Plan{}
	}
	return &Loader{cfg: cfg, prefixes: cfg.Prefixes, seen: make(map[string]bool), course: course{Plan: cfg.Plan}}
}

// Files returns what was loaded, in order.
func (l *Loader) Files() []File { return l.files }

// Signatures returns the files that @load-sigs named, in order.
func (l *Loader) Signatures() []string { return l.sigs }

// Stopped reports that loading ended early.
func (l *Loader) Stopped() bool { return l.stop }

// Load loads scripts by name, as from the command line.
func (l *Loader) Load(names ...string) {
	for i, name := range names {
		l.rest = names[i+1:]
		if !l.stop {
			l.load(name, diag.Span{})
		}
	}
}

// LoadPrefixed looks for the prefixed twins of everything loaded so far (see @prefixes) and loads them, until there are no more.
func (l *Loader) LoadPrefixed() {
	for l.checked < len(l.files) && !l.stop {
		var found []string
		for ; l.checked < len(l.files); l.checked++ {
			for i := len(l.prefixes) - 1; i >= 0; i-- {
				flat := l.flatten(l.files[l.checked].Path, l.prefixes[i])
				if p, ok, _ := l.findScript(flat, ""); ok {
					found = append(found, p)
				}
			}
		}
		for _, p := range found {
			l.Load(p)
		}
	}
}

// Text loads code that is no file, such as `-e` and settings of the command line, under a name for messages.
func (l *Loader) Text(name, text string) {
	if !l.stop {
		l.run(&diag.File{Name: name, Src: text}, l.cfg.Dialect, diag.Span{})
	}
}

// Report passes a diagnostic on, unless a pragma silences it.
func (l *Loader) Report(d diag.Diagnostic) {
	if d.Code == diag.Deprecated && l.ignoring(d.At) {
		return
	}
	if d.Severity.IsError() {
		l.errors++
	}
	if d.Severity == diag.Fatal && !l.cfg.Through && !(l.cfg.KeepGoing && !endsLoading(d.Code)) {
		l.stop = true
	}
	l.cfg.Host.Report(d)
}

// endsLoading reports whether a fatal error leaves nothing to go on with; behind those of single declarations the rest can be checked.
func endsLoading(c diag.Code) bool { return c == diag.Load || c == diag.Directive || c == diag.Pragma }

func (l *Loader) errorf(code diag.Code, sev diag.Severity, at diag.Span, format string, args ...any) {
	l.Report(diag.Diagnostic{Severity: sev, Code: code, At: at, Msg: fmt.Sprintf(format, args...)})
}

// load finds and loads a script once.
func (l *Loader) load(name string, at diag.Span) {
	if name == "-" {
		text, err := l.cfg.Stdin()
		if err != nil {
			l.errorf(diag.Load, diag.Fatal, at, "can't read standard input: %v", err)
			return
		}
		l.files = append(l.files, File{"<stdin>", len(l.stack)})
		l.run(&diag.File{Name: "<stdin>", Src: string(text)}, l.cfg.Dialect, at)
		return
	}
	path, found, opened := l.findScript(name, l.current())
	if !found {
		msg := "can't find " + name
		if o := dialect.FindOld(name); o != nil {
			msg += " (it is gone: " + o.Instead + ")"
		}
		l.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Load, At: at, Msg: msg, Hint: l.notFoundHint(name)})
		return
	}
	if !opened {
		l.errorf(diag.Load, diag.Fatal, at, "can't open %s", path)
		return
	}
	id := l.cfg.FS.Canonical(path)
	if l.seen[id] {
		return
	}
	l.seen[id] = true
	text, err := l.cfg.FS.ReadFile(path)
	if err != nil {
		l.errorf(diag.Load, diag.Fatal, at, "can't open %s", path)
		return
	}
	l.files = append(l.files, File{path, len(l.stack)})
	l.run(l.cfg.File(path, text), l.fileDialect(path), at)
}

// notFoundHint says where a script was looked for.
func (l *Loader) notFoundHint(name string) string {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") {
		return "there is no such file, with or without " + strings.Join(l.exts(), " or ")
	}
	return "looked along the search path: " + strings.Join(l.cfg.Path, ":")
}

// fileDialect is the dialect whose rules of grammar a file follows: its suffix tells, else the process's.
func (l *Loader) fileDialect(path string) *dialect.Dialect {
	for _, d := range []*dialect.Dialect{dialect.Bro, dialect.Zeek} {
		if strings.HasSuffix(path, d.Ext) {
			return d
		}
	}
	return l.cfg.Dialect
}

// current is the name of the file under way, "" outside of any.
func (l *Loader) current() string {
	if n := len(l.stack); n > 0 {
		return l.stack[n-1].src.File.Name
	}
	return ""
}

// maxDepth bounds @loads within @loads; each file is loaded once, so only a deep chain of distinct files can reach it.
const maxDepth = 500

// run takes a file through the parser and the checker, item by item.
func (l *Loader) run(f *diag.File, d *dialect.Dialect, at diag.Span) {
	if len(l.stack) >= maxDepth {
		l.errorf(diag.Load, diag.Fatal, at, "more than %d files load one another", maxDepth)
		return
	}
	st := &fileState{pragmas: len(l.pragmas), at: at, defers: l.cfg.Defer != nil && l.cfg.Defer(f.Name)}
	var entries []Entry
	if st.defers && l.cfg.Outline != nil && !l.quiet() {
		entries = l.cfg.Outline(f, l.cfg.Dialect)
	}
	src := lex.Unread(f)
	if entries == nil {
		src = lex.New(f)
	}
	st.src = src
	src.Dialect, src.KeepDocs = l.cfg.Dialect, l.cfg.KeepDocs
	if strings.HasPrefix(src.Dir, ".") {
		src.Dir = l.cfg.FS.WorkDir() + "/" + src.Dir
	}
	l.stack = append(l.stack, st)
	l.cfg.Checker.BeginFile(f, d)
	before := l.errors
	if entries != nil {
		l.follow(src, entries)
	} else {
		l.checkAll(src)
	}
	if len(l.pragmas) > st.pragmas && !l.stop {
		end := src.Span(src.Tokens[len(src.Tokens)-1])
		l.errorf(diag.Pragma, diag.Fatal, end, "unbalanced @pragma push pop in file")
	}
	if l.errors > before && !l.cfg.KeepGoing {
		l.stop = true
	}
	l.cfg.Checker.EndFile()
	l.stack = l.stack[:len(l.stack)-1]
}

// item parses one item, checks it and has the host do what it says.
func (l *Loader) item(r *parse.Reader, it parse.Item) {
	src := l.top().src
	if l.cfg.Done != nil {
		defer l.cfg.Done(src, it)
	}
	if len(it.Toks) > 1 && it.Toks[0].Kind == lex.KwRedef {
		l.settle(strings.TrimPrefix(src.Text(it.Toks[1]), "::"))
	}
	d, err := l.cfg.Parse(src, it)
	if err != nil {
		e := err.(*parse.Error)
		for i, x := range e.Diags {
			if e.EOF && i == len(e.Diags)-1 {
				x = l.atEnd(x)
			}
			l.Report(x)
			if !l.cfg.KeepGoing && strings.HasPrefix(x.Msg, "syntax error") {
				l.stop = true
				return
			}
		}
		l.cfg.Checker.Declare(e.Declares)
		r.Recover(err)
		if l.session != nil {
			l.cfg.Checker.Forgive()
			return // parts of an item would take the place of a whole one
		}
	}
	if d == nil || l.stop {
		return
	}
	if l.session != nil {
		l.again(d)
		return
	}
	for _, a := range l.cfg.Checker.Item(d) {
		l.cfg.Host.Do(a)
	}
}

// atEnd gives an error at the end of a file of the command line the place that the reference gives it: the first word of the next
// file, since its files run into one another, or none.
func (l *Loader) atEnd(d diag.Diagnostic) diag.Diagnostic {
	if l.cfg.KeepGoing || len(l.stack) > 1 || !l.cfg.Dialect.EOFNamesFile {
		return d
	}
	d.At = diag.Span{}
	if len(l.rest) == 0 {
		return d
	}
	path, _, opened := l.findScript(l.rest[0], "")
	if text, err := l.cfg.FS.ReadFile(path); opened && err == nil {
		src := lex.New(&diag.File{Name: path, Src: text})
		t := src.Tokens[0]
		d.At = src.Span(t)
		d.Msg = fmt.Sprintf("syntax error, at or near \"%s\" or end of file %s", src.Text(t), l.current())
	}
	return d
}

func (l *Loader) top() *fileState { return l.stack[len(l.stack)-1] }
