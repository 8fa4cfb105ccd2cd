// Package doc shows the documentation of names offline: of scripts by their `##` comments, of builtin functions by their rows, of the
// words of the language. It writes text for a terminal and static pages of HTML.
//
// A Library knows every script that is linked into the program, whether a run would load it or not, and those of the user.
package doc

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/scripts"
)

// maxValue is how long a value may be, in bytes, to be shown.
const maxValue = 500

// Kind sorts entries within a module.
type Kind int

// Kinds, in the order in which they are shown.
const (
	Types Kind = iota
	Settings
	Variables
	Functions
	Events
	Hooks
)

// Titles of the kinds.
var Titles = [...]string{"Types", "Constants and options", "Variables", "Functions", "Events", "Hooks"}

// Entry documents one name.
type Entry struct {
	Name        string // with its module
	Kind        Kind
	Declaration string // as a script would say it; of several lines for records and enums
	Text        string // the `##` comment, or the words of a builtin's row
	Script      string // the path that @load takes, "" for builtin functions
	Line        int
	Extra       bool     // Script is only loaded when something asks for it
	Value       string   // the initial value of a constant, an option or a variable, "" for none
	Parts       []string // the names of an enum's members
	Fields      []Field  // of a record
	Deprecated  *string
}

// Field is a field of a record.
type Field struct {
	Name, Declaration, Text string
}

// Module is a module's entries by kind and name.
type Module struct {
	Name    string
	Text    string // what the script that declares most of it says of itself
	Entries []*Entry
	Scripts []string
}

// Script is a script and what it says of itself in `##!` comments.
type Script struct {
	Path, Text string
	Extra      bool
}

// Library is what there is to know.
type Library struct {
	Modules []*Module
	Scripts []Script

	engine  *brogo.Engine
	byName  map[string]*Entry
	members map[string]*Entry // enum members, to their types
}

// Load reads the embedded scripts and those of cfg. Mistakes in them go to cfg.Diagnostics, which must be set; what such scripts declare all the
// same is in the library.
func Load(cfg brogo.Config) (*Library, error) {
	std := map[string]bool{}
	usual := cfg
	usual.Files, usual.Code, usual.Redefs, usual.Bare = nil, nil, nil, false
	usual.Diagnostics = discard{}
	if err := loadInto(usual, func(e *brogo.Engine) {
		for _, p := range e.Scripts() {
			std[p] = true
		}
	}); err != nil {
		return nil, err
	}
	cfg.Files = append(embedded(), cfg.Files...)
	cfg.KeepDocs, cfg.KeepGoing, cfg.Bare, cfg.NoUnusedWarnings = true, true, false, true
	sink := &whileLoading{next: cfg.Diagnostics}
	cfg.Diagnostics = sink
	l := &Library{byName: map[string]*Entry{}, members: map[string]*Entry{}}
	err := loadInto(cfg, func(e *brogo.Engine) {
		l.engine, sink.over = e, true
		for _, p := range e.Scripts() {
			l.Scripts = append(l.Scripts, Script{Path: e.ScriptName(p), Text: e.ScriptDoc(p), Extra: !std[p] && isEmbedded(p)})
		}
		l.collect()
	})
	return l, err
}

func loadInto(cfg brogo.Config, use func(*brogo.Engine)) error {
	e, err := brogo.New(cfg)
	if err != nil {
		return err
	}
	defer e.Close()
	e.Load()
	use(e)
	return nil
}

type discard struct{}

func (discard) Report(diag.Diagnostic) {}

// whileLoading passes on what loading reports. Builtin functions are declared afterwards, when they are looked up, and those of the other
// dialect may have no types here.
type whileLoading struct {
	next diag.Sink
	over bool
}

func (w *whileLoading) Report(d diag.Diagnostic) {
	if !w.over {
		w.next.Report(d)
	}
}

// embedded lists what to load so that every script that is linked in is read: directories that have a __load__ script, which may choose among
// its neighbours, and the scripts of the others.
func embedded() []string {
	chosen := map[string]bool{}
	var list []string
	// The file system is in memory: walking it does not fail. Names come in order, __load__ before letters.
	fs.WalkDir(scripts.FS, ".", func(p string, _ fs.DirEntry, _ error) error {
		name, ok := strings.CutSuffix(p, ".zeek")
		dir := path.Dir(p)
		switch {
		case !ok || chosen[dir]:
			return nil
		case strings.HasSuffix(name, "/__load__"):
			chosen[dir], name = true, dir
		}
		list = append(list, strings.TrimPrefix(name, "policy/"))
		return nil
	})
	return list
}

func isEmbedded(path string) bool { return strings.HasPrefix(path, brogo.EmbeddedRoot+"/") }

// collect makes the entries.
func (l *Library) collect() {
	extra := map[string]bool{}
	texts := map[string]string{}
	for _, s := range l.Scripts {
		extra[s.Path], texts[s.Path] = s.Extra, s.Text
	}
	modules := map[string]*Module{}
	for _, g := range l.globals() {
		en := l.entry(g)
		if en == nil {
			continue
		}
		en.Extra = extra[en.Script]
		name := names.Module(g.Name)
		m := modules[name]
		if m == nil {
			m = &Module{Name: name}
			modules[name] = m
			l.Modules = append(l.Modules, m)
		}
		m.Entries = append(m.Entries, en)
		l.byName[en.Name] = en
		for _, p := range en.Parts {
			l.members[p] = en
		}
	}
	for _, m := range l.Modules {
		slices.SortFunc(m.Entries, func(a, b *Entry) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name)) })
		m.count(texts)
	}
	slices.SortFunc(l.Modules, func(a, b *Module) int {
		return cmp.Or(cmp.Compare(rank(a.Name), rank(b.Name)), strings.Compare(a.Name, b.Name))
	})
}

// rank puts the global module first.
func rank(module string) int {
	if module == "GLOBAL" {
		return 0
	}
	return 1
}

// count finds the scripts of a module, the one with the most entries first: its text is the module's.
func (m *Module) count(texts map[string]string) {
	n := map[string]int{}
	for _, e := range m.Entries {
		if e.Script == "" {
			continue
		}
		if n[e.Script]++; n[e.Script] == 1 {
			m.Scripts = append(m.Scripts, e.Script)
		}
	}
	slices.SortStableFunc(m.Scripts, func(a, b string) int { return cmp.Compare(n[b], n[a]) })
	if m.Name == "GLOBAL" {
		m.Text = "Builtin functions and what belongs to no module."
	} else if len(m.Scripts) > 0 && m.Scripts[0] != scripts.Bare+".zeek" {
		m.Text = texts[m.Scripts[0]]
	}
}

// globals lists what is worth an entry: what scripts declare for others, and all builtin functions.
func (l *Library) globals() []*ir.Global {
	ck := l.engine.Checker()
	var list []*ir.Global
	for _, g := range ck.Globals() {
		if g.T != nil && g.Kind != ir.KindEnum && g.Kind != ir.KindBuiltin && (g.Exported || names.Module(g.Name) == "GLOBAL" || l.own(g)) {
			list = append(list, g)
		}
	}
	for _, name := range l.engine.RowNames() {
		if g := ck.Lookup(name); g != nil && g.T != nil {
			list = append(list, g)
		}
	}
	return list
}

// own reports whether a name comes from a script of the user, of which everything is shown.
func (l *Library) own(g *ir.Global) bool { return g.At.File != nil && !isEmbedded(g.At.File.Name) }

func (l *Library) entry(g *ir.Global) *Entry {
	short := g.Name[strings.LastIndex(g.Name, ":")+1:]
	if short == "_" || short == "" || strings.HasPrefix(short, "lambda_<") {
		return nil
	}
	en := &Entry{Name: g.Name, Declaration: names.Declaration(g), Text: names.Doc(l.engine, g), Deprecated: g.Deprecated}
	if g.Kind != ir.KindBuiltin && g.At.File != nil && !strings.HasPrefix(g.At.File.Name, "<") {
		en.Script, en.Line = l.engine.ScriptName(g.At.File.Name), int(g.At.Line)
	}
	switch {
	case g.Kind == ir.KindType:
		en.Kind = Types
		switch g.T.Tag {
		case types.Enum:
			for _, m := range g.T.Enum.Members {
				en.Parts = append(en.Parts, m.Name)
			}
		case types.Record:
			en.Declaration = "type " + g.Name + ": record"
			for _, f := range g.T.Rec.Fields {
				en.Fields = append(en.Fields, Field{f.Name, names.Field(f), names.Trim(f.Doc)})
			}
		}
		return en
	case g.T.Tag == types.Func && g.Kind != ir.KindVar && g.Kind != ir.KindConst && g.Kind != ir.KindOption:
		en.Kind = map[types.Flavor]Kind{types.FlavorEvent: Events, types.FlavorHook: Hooks, types.FlavorFunction: Functions}[g.T.Fn.Flavor]
		return en
	case g.Kind == ir.KindConst || g.Kind == ir.KindOption:
		en.Kind = Settings
	default:
		en.Kind = Variables
	}
	if v, ok := l.engine.DescribeGlobal(g.Name); ok && len(v) < maxValue && !strings.HasSuffix(v, "<uninitialized>") {
		en.Value = v
	}
	return en
}
