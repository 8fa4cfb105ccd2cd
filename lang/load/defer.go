package load

import (
	"strings"

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
}

type deferredItem struct {
	src *lex.Source
	it  parse.Item
	at  check.Place
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
	a, ok := l.deferred[full]
	if !ok || a.d.taken {
		return false
	}
	l.perform(a.d)
	return true
}

// DemandAll performs everything that was put off.
func (l *Loader) DemandAll() {
	for _, d := range l.order {
		l.perform(d)
	}
}

// DemandOptions performs what declares options.
func (l *Loader) DemandOptions() {
	for _, d := range l.order {
		if d.kind == lex.KwOption {
			l.perform(d)
		}
	}
}

// Deferred reports whether a name was put off during loading, performed since or not. It may be called from any goroutine once
// loading is over.
func (l *Loader) Deferred(full string) bool {
	_, ok := l.deferred[full]
	return ok
}

func (l *Loader) perform(d *deferred) {
	if d.taken {
		return
	}
	d.taken = true
	for _, x := range d.items {
		decl, body, err := parse.Header(x.src, x.it)
		if l.reportParse(err); decl == nil {
			continue
		}
		block := func() *ast.Block {
			b, err := parse.Body(x.src, x.it, body)
			if l.reportParse(err); b == nil {
				b = &ast.Block{}
			}
			return b
		}
		for _, a := range l.cfg.Checker.ItemAt(x.at, decl, block) {
			l.cfg.Host.Do(a)
		}
	}
	d.items = nil
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
	if it.Kind != parse.Code || it.Unterminated || len(it.Pragmas) > 0 || l.quiet() || len(it.Toks) < 4 {
		return false
	}
	src, ck := l.top().src, l.cfg.Checker
	l.settle(src, it)
	p := &deferrer{l: l, src: src, toks: it.Toks}
	first, name := it.Toks[0].Kind, it.Toks[1]
	var full string
	fixed := true
	if first == lex.KwType || first == lex.KwRedef && name.Kind == lex.KwRecord {
		p.typeReads()
	}
	switch first {
	case lex.KwType:
		full = p.fresh(name)
	case lex.KwGlobal, lex.KwConst, lex.KwOption:
		if p.has("&backend") || p.has("&broker_store") {
			return false // a store is there from the start
		}
		full = p.fresh(name)
		fixed = first == lex.KwConst && !p.has("&redef")
		if full == "" || !p.closed() {
			return false
		}
	case lex.KwFunction, lex.KwHook:
		full = p.fresh(name)
	case lex.KwEvent:
		if full = p.target(name); full == "" && name.Kind == lex.Ident {
			if full = src.Text(name); ck.Defines(full) != nil || l.builtin(full) {
				return false
			}
		}
	case lex.KwRedef:
		if k := name.Kind; k == lex.KwEnum || k == lex.KwRecord {
			full = p.target(it.Toks[2])
		} else if full = p.target(name); full == "" || !p.closed() {
			return false
		}
	}
	if full == "" {
		return false
	}
	x := l.file(full, first, fixed)
	for _, m := range p.members() {
		if _, dup := l.deferred[m]; !dup {
			l.deferred[m] = alias{x, lex.KwEnum, true}
			ck.Reserve(m)
		}
	}
	x.items = append(x.items, deferredItem{src, it, ck.Here()})
	for _, r := range p.reads {
		if l.readers == nil {
			l.readers = make(map[string][]*deferred)
		}
		l.readers[r] = append(l.readers[r], x)
	}
	return true
}

// file returns what is put off under a name, and opens it if there is nothing yet.
func (l *Loader) file(full string, kind lex.Kind, fixed bool) *deferred {
	if l.deferred == nil {
		l.deferred = make(map[string]alias, 2048)
	}
	a, ok := l.deferred[full]
	if !ok {
		a = alias{&deferred{kind: kind}, kind, fixed}
		l.deferred[full] = a
		l.order = append(l.order, a.d)
		l.cfg.Checker.Reserve(full)
	}
	return a.d
}

// pending returns what is put off under a full name and not yet performed.
func (l *Loader) pending(full string) (alias, bool) {
	a, ok := l.deferred[full]
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

// settle performs what reads a constant that the item is about to redefine.
func (l *Loader) settle(src *lex.Source, it parse.Item) {
	if len(l.readers) == 0 || len(it.Toks) < 2 || it.Toks[0].Kind != lex.KwRedef {
		return
	}
	p := &deferrer{l: l, src: src}
	for _, full := range p.candidates(strings.TrimPrefix(src.Text(it.Toks[1]), "::")) {
		ds := l.readers[full]
		delete(l.readers, full)
		for _, d := range ds {
			l.perform(d)
		}
	}
}

// deferrer looks at the tokens of one item.
type deferrer struct {
	l     *Loader
	src   *lex.Source
	toks  []lex.Token
	reads []string // full names of the constants with &redef that its value depends on
}

// fresh is the full name under which a declaration of name can be put off: nothing else has been performed under it. "" if it cannot.
func (p *deferrer) fresh(name lex.Token) string {
	if name.Kind != lex.Ident {
		return ""
	}
	full := p.l.cfg.Checker.Qualify(p.src.Text(name))
	if p.l.cfg.Checker.Defines(full) != nil {
		return ""
	}
	return full
}

// target is the full name of what is put off and a redef or handler of name adds to; "" if that is performed already, or is nothing.
func (p *deferrer) target(name lex.Token) string {
	if name.Kind != lex.Ident {
		return ""
	}
	for _, full := range p.candidates(p.src.Text(name)) {
		if _, ok := p.l.pending(full); ok {
			return full
		}
		if p.l.cfg.Checker.Defines(full) != nil || p.l.builtin(full) {
			return ""
		}
	}
	return ""
}

// candidates are the full names that a name may mean here, the nearest first.
func (p *deferrer) candidates(name string) []string {
	full := p.l.cfg.Checker.Qualify(name)
	if full == name {
		return []string{full}
	}
	return []string{full, name}
}

// has reports whether the item has an attribute.
func (p *deferrer) has(attr string) bool {
	for _, t := range p.toks {
		if t.Kind == lex.Attr && p.src.Text(t) == attr {
			return true
		}
	}
	return false
}

// typeReads notes for the type that the item declares or extends which constants its defaults read, by themselves or through other types:
// values of the type are made by these.
func (p *deferrer) typeReads() {
	at := 1
	if p.toks[0].Kind == lex.KwRedef {
		at = 2
	}
	if p.toks[at].Kind != lex.Ident {
		return
	}
	for i := at + 1; i < len(p.toks); i++ {
		if p.toks[i].Kind == lex.Ident && (i+1 == len(p.toks) || p.toks[i+1].Kind != lex.Colon) && p.toks[i-1].Kind != lex.Dollar {
			p.constant(i)
		}
	}
	if len(p.reads) > 0 {
		if p.l.typeReads == nil {
			p.l.typeReads = make(map[string][]string)
		}
		for _, full := range p.candidates(p.src.Text(p.toks[at])) {
			p.l.typeReads[full] = append(p.l.typeReads[full], p.reads...)
		}
	}
	p.reads = nil
}

// closed reports whether the value that a declaration gives a variable is the same whenever it is computed: it calls nothing and reads
// nothing that may change.
func (p *deferrer) closed() bool {
	depth := 0
	i := 2
	for ; i < len(p.toks); i++ {
		switch p.toks[i].Kind {
		case lex.LParen, lex.LBrack, lex.LBrace:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth--
		case lex.Assign, lex.AddTo, lex.RemoveFrom:
			if depth == 0 {
				return p.closedValue(i + 1)
			}
		case lex.Attr:
			if depth == 0 {
				return p.closedValue(i)
			}
		case lex.Ident:
			p.constant(i) // the type
		}
	}
	return true
}

// closedValue is closed for the tokens from i on.
func (p *deferrer) closedValue(i int) bool {
	if p.toks[i].Kind == lex.KwFunction {
		return true // names in a lambda are read when it is called
	}
	skip, depth := false, 0
	for ; i < len(p.toks); i++ {
		k := p.toks[i].Kind
		switch k {
		case lex.LParen, lex.LBrack, lex.LBrace:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth--
		case lex.Attr:
			if depth == 0 {
				// The other attributes are evaluated at each use.
				skip = !strings.HasPrefix(p.src.Text(p.toks[i]), "&default")
			}
		}
		if skip {
			continue
		}
		switch k {
		case lex.Ident:
			if k := p.toks[i-1].Kind; k != lex.Dollar && k != lex.HasField && !p.constant(i) {
				return false
			}
		case lex.GlobalIdent, lex.Hostname, lex.KwFunction, lex.KwEvent, lex.KwHook, lex.KwSchedule, lex.KwWhen, lex.Illegal:
			return false
		}
	}
	return true
}

// constant reports whether the name at token i stands for a type, an enum member, a constant, or a function that is not called here or is
// a pure builtin. Constants with &redef are noted: their readers are performed before they change.
func (p *deferrer) constant(i int) bool {
	called := i+1 < len(p.toks) && p.toks[i+1].Kind == lex.LParen
	for _, full := range p.candidates(p.src.Text(p.toks[i])) {
		if a, ok := p.l.pending(full); ok {
			switch a.kind {
			case lex.KwFunction, lex.KwHook, lex.KwEvent:
				return !called
			}
			if a.kind == lex.KwConst && !a.fixed {
				p.reads = append(p.reads, full)
				return !called
			}
			if a.kind == lex.KwType {
				p.reads = append(p.reads, p.l.typeReads[full]...)
			}
			return a.fixed && (!called || a.kind == lex.KwType)
		}
		g := p.l.cfg.Checker.Defines(full)
		if g == nil {
			if p.l.builtin(full) {
				return !called || p.l.pure(full)
			}
			continue
		}
		switch g.Kind {
		case ir.KindType:
			p.reads = append(p.reads, p.l.typeReads[full]...)
			return true
		case ir.KindEnum, ir.KindFunc:
			return !called
		case ir.KindBuiltin:
			return !called || p.l.pure(full)
		case ir.KindConst:
			if g.Redef {
				p.reads = append(p.reads, full)
			}
			return !called
		}
		return false
	}
	return false
}

// members are the full names of the enum members that the item declares.
func (p *deferrer) members() []string {
	i := 3
	if k := p.toks[0].Kind; k != lex.KwType && k != lex.KwRedef || k == lex.KwType && p.toks[3].Kind != lex.KwEnum ||
		k == lex.KwRedef && p.toks[1].Kind != lex.KwEnum {
		return nil
	}
	var out []string
	for ; i < len(p.toks); i++ {
		t := p.toks[i]
		if prev := p.toks[i-1].Kind; t.Kind == lex.Ident && (prev == lex.LBrace || prev == lex.Comma) {
			out = append(out, p.l.cfg.Checker.Qualify(p.src.Text(t)))
		}
	}
	return out
}

// quickCondition decides the one condition that base scripts ask all the time, brogo_dialect == "…", without the checker.
func (l *Loader) quickCondition(src *lex.Source, args []lex.Token) (value, ok bool) {
	if len(args) != 3 || args[0].Kind != lex.Ident || args[1].Kind != lex.Eq && args[1].Kind != lex.Ne || args[2].Kind != lex.String ||
		src.Text(args[0]) != "brogo_dialect" {
		return false, false
	}
	same := src.Text(args[2]) == `"`+l.cfg.Dialect.Name+`"`
	return same == (args[1].Kind == lex.Eq), true
}
