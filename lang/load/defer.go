package load

import (
	"maps"
	"slices"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// Most of what the base scripts declare no run ever names. Their declarations are therefore put off: cut into tokens, and filed under the
// name that they declare, until the checker is asked for it. All items under one name are then parsed, checked and performed, in source
// order and in the state of their files.
//
// Only what cannot tell when it happens is put off: types, functions and handlers, and variables whose value depends on nothing that
// may change (see deferrer.closed). Everything else, and what changes a name that has been asked for already, happens at once as in any
// other file. The bodies of functions and handlers wait even longer, until they are called. Base scripts have no mistakes, so that nothing is
// reported late; TestDeferred sees to that.

// deferred is what has been put off under one name.
type deferred struct {
	kind  lex.Kind // of the word that declares it; 0 while only handlers are known
	items []deferredItem
	taken bool
	body  bool // the body of a function is among the items
	place int  // in the order of globals
	// planned are the items that a plan puts off under the name, less those that are among items: see plan.go.
	planned []int32
}

// deferredItem is one item of them: cut out already, or known by its outline and cut out when it is performed.
type deferredItem struct {
	src     *lex.Source
	it      parse.Item
	outline *Entry
	at      check.Place
}

// cut returns the item and the source whose tokens it has.
func (x *deferredItem) cut(l *Loader) (*lex.Source, parse.Item) {
	if x.outline == nil {
		return x.src, x.it
	}
	return x.outline.cut(l, x.src)
}

// alias is one name of a deferred declaration: its own, or that of an enum member.
type alias struct {
	d    *deferred
	kind lex.Kind // KwEnum for members
	// fixed tells that it stands for something that never changes.
	fixed bool
}

// Demand performs what was put off under a full name; it reports whether there was anything. Like all of the loader it belongs to the
// goroutine that owns the engine's scripts.
func (l *Loader) Demand(full string) bool {
	a, ok := l.pending(full)
	if !ok {
		return false
	}
	l.perform(a.d)
	return true
}

// DemandAll performs everything that was put off.
func (l *Loader) DemandAll() {
	for _, d := range l.inOrder() {
		l.perform(d)
	}
	l.waiting.endAll()
}

// DemandOptions performs what declares options.
func (l *Loader) DemandOptions() {
	for _, d := range l.inOrder() {
		if d.kind == lex.KwOption {
			l.perform(d)
		}
	}
}

// inOrder returns everything that was put off, in the order of the globals.
func (l *Loader) inOrder() []*deferred {
	return slices.SortedStableFunc(slices.Values(append(l.course.all(), l.order...)), func(a, b *deferred) int { return a.place - b.place })
}

// PutOff lists the names that were put off during loading, performed since or not, in no order.
func (l *Loader) PutOff() []string {
	return append(l.course.names(), slices.Collect(maps.Keys(l.deferred))...)
}

// Deferred reports whether a name was put off during loading, performed since or not. It may be called from any goroutine once
// loading is over.
func (l *Loader) Deferred(full string) bool {
	_, ok := l.deferred[full]
	return ok || l.course.find(full) >= 0
}

// filed returns what is put off under a full name, performed since or not.
func (l *Loader) filed(full string) (alias, bool) {
	if a, ok := l.deferred[full]; ok {
		return a, true
	}
	if i := l.course.find(full); i >= 0 {
		return l.course.alias(i), true
	}
	return alias{}, false
}

func (l *Loader) perform(d *deferred) {
	if d.taken {
		return
	}
	d.taken = true
	l.performed++
	l.course.fill(d)
	l.waiting.busy++
	for _, x := range d.items {
		src, it := x.cut(l)
		decl, body, err := parse.Header(src, it)
		if l.reportParse(err); decl == nil {
			continue
		}
		block := func() *ast.Block { return l.block(src, it, body) }
		for _, a := range l.cfg.Checker.ItemAt(x.at, decl, block) {
			l.cfg.Host.Do(a)
		}
	}
	d.items = nil
	if l.waiting.busy--; l.waiting.busy == 0 {
		l.waiting.run()
	}
}

// block parses the body of an item.
func (l *Loader) block(src *lex.Source, it parse.Item, body int) *ast.Block {
	b, err := parse.Body(src, it, body)
	if l.reportParse(err); b == nil {
		b = &ast.Block{}
	}
	return b
}

func (l *Loader) reportParse(err error) {
	if err == nil {
		return
	}
	for _, m := range err.(*parse.Error).Diags {
		l.Report(m)
	}
}

// putOff files an item for later and reports true, or leaves it to be performed now.
func (l *Loader) putOff(it parse.Item) bool {
	if it.Kind != parse.Code || it.Unterminated || len(it.Pragmas) > 0 || l.quiet() {
		return false
	}
	src := l.top().src
	e := itemEntry(src, it.Toks)
	return l.putOffEntry(&e, deferredItem{src: src, it: it})
}

// putOffEntry is putOff for an item that e describes.
func (l *Loader) putOffEntry(e *Entry, x deferredItem) bool {
	if e.First == lex.KwRedef {
		l.settle(e.Settles)
	}
	p := &deferrer{l: l}
	p.typeReads(e)
	var full string
	fixed := true
	switch {
	case e.Now:
		return false
	case e.Adds:
		full = p.target(e.Name)
	case e.First == lex.KwEvent:
		if full = p.target(e.Name); full == "" {
			if full = e.Name; l.cfg.Checker.Defines(full) != nil || l.builtin(full) {
				return false
			}
		}
	default:
		full, fixed = p.fresh(e.Name), !e.Varies
	}
	if full == "" || !p.closed(e) {
		return false
	}
	d, isNew := l.file(full, e.First, fixed)
	var members []string
	for _, m := range e.Members {
		m = l.cfg.Checker.Qualify(m)
		if _, dup := l.filed(m); !dup {
			l.deferred[m] = alias{d, lex.KwEnum, true}
			l.cfg.Checker.Reserve(m)
			members = append(members, m)
		}
	}
	if l.recorder != nil {
		l.recorder.filing = &filing{e, full, isNew, fixed, members, p.reads, p.types, p.defaults}
	}
	d.body = d.body || e.First == lex.KwFunction
	x.at = l.cfg.Checker.Here()
	d.items = append(d.items, x)
	for _, r := range p.reads {
		if l.readers == nil {
			l.readers = make(map[string][]*deferred)
		}
		l.readers[r] = append(l.readers[r], d)
	}
	return true
}

// file returns what is put off under a name, and opens it if there is nothing yet.
func (l *Loader) file(full string, kind lex.Kind, fixed bool) (d *deferred, isNew bool) {
	if l.deferred == nil {
		l.deferred = make(map[string]alias)
	}
	a, ok := l.filed(full)
	if ok {
		l.course.fill(a.d)
	} else {
		a = alias{&deferred{kind: kind, place: l.cfg.Checker.Places()}, kind, fixed}
		l.deferred[full] = a
		l.order = append(l.order, a.d)
		l.cfg.Checker.Reserve(full)
	}
	return a.d, !ok
}

// pending returns what is put off under a full name and not yet performed.
func (l *Loader) pending(full string) (alias, bool) {
	a, ok := l.filed(full)
	return a, ok && !a.d.taken
}

func (l *Loader) builtin(full string) bool {
	if l.cfg.Builtin == nil {
		return false
	}
	exists, _ := l.cfg.Builtin(full)
	return exists
}

// pure reports whether a builtin may as well be called later: its result depends on its arguments alone. The environment counts as
// constant.
func (l *Loader) pure(full string) bool {
	if l.cfg.Builtin == nil {
		return false
	}
	_, pure := l.cfg.Builtin(full)
	return pure || full == "getenv"
}

// settle performs what reads a constant that an item is about to redefine.
func (l *Loader) settle(name string) {
	if len(l.readers) == 0 && l.course.items == 0 || name == "" {
		return
	}
	p := &deferrer{l: l}
	for _, full := range p.candidates(name) {
		for _, reader := range l.course.reads(l.course.Readers, full) {
			l.Demand(reader)
		}
		ds := l.readers[full]
		delete(l.readers, full)
		for _, d := range ds {
			l.perform(d)
		}
	}
}

// deferrer decides whether one item can be put off.
type deferrer struct {
	l     *Loader
	names [2]string
	reads []string // full names of the constants with &redef that its value depends on
	// types are the full names that the type may have, if its defaults read such constants.
	types, defaults []string
}

// fresh is the full name under which a declaration of name can be put off: nothing else has been performed under it. "" if it cannot.
func (p *deferrer) fresh(name string) string {
	full := p.l.cfg.Checker.Qualify(name)
	if p.l.cfg.Checker.Defines(full) != nil {
		return ""
	}
	return full
}

// target is the full name of what is put off and a redef or handler of name adds to; "" if that is performed already, or is nothing.
func (p *deferrer) target(name string) string {
	for _, full := range p.candidates(name) {
		if _, ok := p.l.pending(full); ok {
			return full
		}
		if p.l.cfg.Checker.Defines(full) != nil || p.l.builtin(full) {
			return ""
		}
	}
	return ""
}

// candidates are the full names that a name may mean here, the nearest first. They last until the next call.
func (p *deferrer) candidates(name string) []string {
	p.names[0] = p.l.cfg.Checker.Qualify(name)
	if p.names[0] == name {
		return p.names[:1]
	}
	p.names[1] = name
	return p.names[:2]
}

// typeReads notes for the type that the item declares or extends which constants its defaults read, by themselves or through other types:
// values of the type are made by these.
func (p *deferrer) typeReads(e *Entry) {
	if len(e.Types) == 0 {
		return
	}
	for _, m := range e.Types {
		p.constant(m)
	}
	if len(p.reads) > 0 {
		if p.l.typeReads == nil {
			p.l.typeReads = make(map[string][]string)
		}
		for _, full := range p.candidates(e.Name) {
			p.l.typeReads[full] = append(p.l.typeReads[full], p.reads...)
			p.types = append(p.types, full)
		}
		p.defaults = p.reads
	}
	p.reads = nil
}

// defaults are the constants with &redef that the defaults of a type read.
func (l *Loader) defaults(full string) []string {
	return append(l.course.reads(l.course.Types, full), l.typeReads[full]...)
}

// closed reports whether the value that a declaration gives a variable is the same whenever it is computed: it calls nothing and reads
// nothing that may change.
func (p *deferrer) closed(e *Entry) bool {
	for _, m := range e.Value {
		if !p.constant(m) && m.Must {
			return false
		}
	}
	return true
}

// constant reports whether a name stands for a type, an enum member, a constant, or a function that is not called here or is
// a pure builtin. Constants with &redef are noted: their readers are performed before they change.
func (p *deferrer) constant(m Mention) bool {
	for _, full := range p.candidates(m.Name) {
		if a, ok := p.l.pending(full); ok {
			switch a.kind {
			case lex.KwFunction, lex.KwHook, lex.KwEvent:
				return !m.Called
			case lex.KwGlobal:
				if a.d.body {
					return !m.Called
				}
			}
			if a.kind == lex.KwConst && !a.fixed {
				p.reads = append(p.reads, full)
				return !m.Called
			}
			if a.kind == lex.KwType {
				p.reads = append(p.reads, p.l.defaults(full)...)
			}
			return a.fixed && (!m.Called || a.kind == lex.KwType)
		}
		g := p.l.cfg.Checker.Defines(full)
		if g == nil {
			if p.l.builtin(full) {
				return !m.Called || p.l.pure(full)
			}
			continue
		}
		switch g.Kind {
		case ir.KindType:
			p.reads = append(p.reads, p.l.defaults(full)...)
			return true
		case ir.KindEnum, ir.KindFunc:
			return !m.Called
		case ir.KindBuiltin:
			return !m.Called || p.l.pure(full)
		case ir.KindConst:
			if g.Redef {
				p.reads = append(p.reads, full)
			}
			return !m.Called
		}
		return false
	}
	return false
}

// quickCondition decides the one condition that base scripts ask all the time, brogo_dialect == "…", without the checker.
func quickCondition(src *lex.Source, args []lex.Token, dialect string) (value, ok bool) {
	if len(args) != 3 || args[0].Kind != lex.Ident || args[1].Kind != lex.Eq && args[1].Kind != lex.Ne || args[2].Kind != lex.String ||
		src.Text(args[0]) != "brogo_dialect" {
		return false, false
	}
	same := src.Text(args[2]) == `"`+dialect+`"`
	return same == (args[1].Kind == lex.Eq), true
}
