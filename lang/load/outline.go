package load

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// To put the items of a base script off, the loader has to know where each of them stands, what it declares and which names its value
// mentions. That is an outline: what lexing and cutting find out, without the tokens. The outlines of the embedded scripts are made by
// `go generate` (see package outlines) and linked into the program, so that the text of an item is lexed when the item is performed,
// and that of most items never.

// EntryKind tells the entries of an outline apart.
type EntryKind uint8

// Kinds of entries.
const (
	EntryItem      EntryKind = iota // a declaration or statement
	EntryModule                     // module Name;
	EntryExport                     // export {
	EntryExportEnd                  // its brace
	EntryLoad                       // @load Name
	EntryDirective                  // any other directive that is no condition
	EntryIf                         // a condition; Next is where to go on if it does not hold
	EntryElse                       // the end of the branch before; Next is the end of the other one
)

// Entry is a piece of a file in one dialect. Conditions that ask for the dialect are decided already.
type Entry struct {
	Kind  EntryKind
	First lex.Kind // the first token of an item
	Now   bool     // the item cannot be put off
	Inner bool     // other conditions than for the dialect stand within it
	Adds  bool     // it adds to what Name names, rather than declaring it
	// Varies tells that what the item declares is no constant.
	Varies         bool
	Off, End, Line int32 // the bytes [Off, End) of the file, and their first line
	Next           int32
	Name           string
	Settles        string    // the variable that a redef changes
	Members        []string  // enum members that it declares
	Types          []Mention // the names in a record type
	Value          []Mention // the names in a variable's type and value
	Until          []string  // the names that a handler waits for: see wait.go
	Priority       int32     // of such a handler
}

// Mention is a name within an item.
type Mention struct {
	Name   string
	Called bool
	// Must tells that the item can only be put off if the name stands for something that does not change.
	Must bool
}

// cut lexes the item of e, which was put off, and cuts it out again.
func (e *Entry) cut(l *Loader, src *lex.Source) (*lex.Source, parse.Item) {
	part := src.Part(e.Off, e.End, e.Line)
	it, _ := parse.NewReader(part, quickHost{l, part}).Next()
	return part, it
}

// quickHost decides the conditions that an outlined item may hold.
type quickHost struct {
	l   *Loader
	src *lex.Source
}

// Condition decides a condition.
func (h quickHost) Condition(d parse.Directive) bool {
	v, _ := quickCondition(h.src, d.Args, h.l.cfg.Dialect.Name)
	return v
}

// Directive does nothing: an outlined item holds no others.
func (h quickHost) Directive(parse.Directive) {}

// Report passes a message on.
func (h quickHost) Report(d diag.Diagnostic) { h.l.Report(d) }

// follow takes a file through the checker by its outline.
func (l *Loader) follow(src *lex.Source, entries []Entry) {
	st, ck := l.top(), l.cfg.Checker
	for i := 0; i < len(entries) && !l.stop; i++ {
		e := &entries[i]
		switch e.Kind {
		case EntryModule:
			ck.Item(&ast.Module{Name: ast.Ident{Name: e.Name}})
		case EntryExport:
			ck.Item(&ast.ExportBegin{})
		case EntryExportEnd:
			ck.Item(&ast.ExportEnd{})
		case EntryLoad:
			l.load(e.Name, src.Span(lex.Token{Kind: lex.AtLoad, Off: e.Off, End: e.End, Line: e.Line, Col: 1}))
		case EntryDirective:
			st.src = src.Part(e.Off, e.End, e.Line)
			l.Directive(parse.Directive{Tok: st.src.Tokens[0]})
		case EntryIf:
			st.src = src.Part(e.Off, e.End, e.Line)
			toks := st.src.Tokens
			if !l.Condition(parse.Directive{Tok: toks[0], Args: toks[2 : len(toks)-2]}) {
				i = int(e.Next) - 1
			}
		case EntryElse:
			i = int(e.Next) - 1
		default:
			if n := l.pass(src, entries, i); n > 0 {
				i += n - 1
				continue
			}
			rec := l.recorder
			if rec != nil {
				rec.begin(l)
			}
			x := deferredItem{src: src, outline: e}
			if !e.Inner && l.putOffEither(e, x) {
				if rec != nil {
					rec.end(l, src.File.Name, i)
				}
				continue
			}
			st.src = src.Part(e.Off, e.End, e.Line)
			r := parse.NewReader(st.src, l)
			if it, ok := r.Next(); ok && !(e.Inner && l.putOffEither(e, deferredItem{src: st.src, it: it})) {
				l.item(r, it)
			}
		}
	}
	st.src = src
}

// putOffEither puts an item off, or has it wait if it is a handler that does.
func (l *Loader) putOffEither(e *Entry, x deferredItem) bool {
	if len(e.Until) > 0 && l.putOffHandler(e, x) {
		return true
	}
	return l.putOffEntry(e, x)
}

// itemEntry describes an item for putOff.
func itemEntry(src *lex.Source, toks []lex.Token) Entry {
	e := Entry{First: toks[0].Kind, Now: true, Off: toks[0].Off, End: toks[len(toks)-1].End, Line: toks[0].Line}
	if len(toks) < 4 {
		return e
	}
	name := toks[1]
	if e.First == lex.KwRedef && name.Kind == lex.Ident {
		e.Settles = src.Text(name)
	}
	o := outliner{src, toks}
	switch e.First {
	case lex.KwType, lex.KwFunction, lex.KwHook, lex.KwEvent:
		e.Now = false
	case lex.KwGlobal, lex.KwConst, lex.KwOption:
		e.Varies = e.First != lex.KwConst || o.has("&redef")
		e.Value, e.Now = o.value()
		// A store is there from the start.
		e.Now = e.Now || o.has("&backend") || o.has("&broker_store")
	case lex.KwRedef:
		e.Adds = true
		if name.Kind == lex.KwEnum || name.Kind == lex.KwRecord {
			name, e.Now = toks[2], false
		} else {
			e.Value, e.Now = o.value()
		}
	}
	if name.Kind != lex.Ident {
		e.Now = true
		return e
	}
	e.Name = src.Text(name)
	if e.First == lex.KwType || e.First == lex.KwRedef && toks[1].Kind == lex.KwRecord {
		e.Types = o.typeNames()
	}
	e.Members = o.members()
	return e
}

// outliner looks at the tokens of one item.
type outliner struct {
	src  *lex.Source
	toks []lex.Token
}

// has reports whether the item has an attribute.
func (o outliner) has(attr string) bool {
	return slices.ContainsFunc(o.toks, func(t lex.Token) bool { return t.Kind == lex.Attr && o.src.Text(t) == attr })
}

// mention adds the name at token i to list.
func (o outliner) mention(list []Mention, i int, must bool) []Mention {
	m := Mention{o.src.Text(o.toks[i]), i+1 < len(o.toks) && o.toks[i+1].Kind == lex.LParen, must}
	if slices.Contains(list, m) {
		return list
	}
	return append(list, m)
}

// typeNames are the names within a record type.
func (o outliner) typeNames() (list []Mention) {
	at := 1
	if o.toks[0].Kind == lex.KwRedef {
		at = 2
	}
	for i := at + 1; i < len(o.toks); i++ {
		if o.toks[i].Kind == lex.Ident && (i+1 == len(o.toks) || o.toks[i+1].Kind != lex.Colon) && o.toks[i-1].Kind != lex.Dollar {
			list = o.mention(list, i, false)
		}
	}
	return list
}

// value finds the names in a variable's type and value. now tells that the value is never the same whenever it is computed.
func (o outliner) value() (list []Mention, now bool) {
	depth := 0
	for i := 2; i < len(o.toks); i++ {
		switch o.toks[i].Kind {
		case lex.LParen, lex.LBrack, lex.LBrace:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth--
		case lex.Assign, lex.AddTo, lex.RemoveFrom:
			if depth == 0 {
				return o.valueFrom(list, i+1)
			}
		case lex.Attr:
			if depth == 0 {
				return o.valueFrom(list, i)
			}
		case lex.Ident:
			list = o.mention(list, i, false) // the type
		}
	}
	return list, false
}

// valueFrom is value for the tokens from i on.
func (o outliner) valueFrom(list []Mention, i int) (_ []Mention, now bool) {
	if o.toks[i].Kind == lex.KwFunction {
		return list, false // names in a lambda are read when it is called
	}
	skip, depth := false, 0
	for ; i < len(o.toks); i++ {
		k := o.toks[i].Kind
		switch k {
		case lex.LParen, lex.LBrack, lex.LBrace:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth--
		case lex.Attr:
			if depth == 0 {
				// The other attributes are evaluated at each use.
				skip = !strings.HasPrefix(o.src.Text(o.toks[i]), "&default")
			}
		}
		if skip {
			continue
		}
		switch k {
		case lex.Ident:
			if k := o.toks[i-1].Kind; k != lex.Dollar && k != lex.HasField {
				list = o.mention(list, i, true)
			}
		case lex.GlobalIdent, lex.Hostname, lex.KwFunction, lex.KwEvent, lex.KwHook, lex.KwSchedule, lex.KwWhen, lex.Illegal:
			return list, true
		}
	}
	return list, false
}

// members are the enum members that the item declares.
func (o outliner) members() (out []string) {
	if k := o.toks[0].Kind; k != lex.KwType && k != lex.KwRedef || k == lex.KwType && o.toks[3].Kind != lex.KwEnum ||
		k == lex.KwRedef && o.toks[1].Kind != lex.KwEnum {
		return nil
	}
	for i := 3; i < len(o.toks); i++ {
		t := o.toks[i]
		if prev := o.toks[i-1].Kind; t.Kind == lex.Ident && (prev == lex.LBrace || prev == lex.Comma) {
			out = append(out, o.src.Text(t))
		}
	}
	return out
}

// OutlineOf makes the outline of a file. It fails for what only the loader can make sense of: items with mistakes and pragmas.
func OutlineOf(f *diag.File, d *dialect.Dialect) ([]Entry, error) {
	src := lex.New(f)
	b := &outlineBuilder{src: src, dialect: d, entries: []Entry{}}
	b.build(src.Tokens)
	return b.entries, b.err
}

type outlineBuilder struct {
	src     *lex.Source // as far as the reader goes
	dialect *dialect.Dialect
	entries []Entry
	read    int32 // what stands before this offset is in the entries already
	inner   bool  // a condition stands within the item under way
	err     error
}

func (b *outlineBuilder) fail(t lex.Token, why string) {
	if b.err == nil {
		b.err = fmt.Errorf("%s, line %d: %s", b.src.File.Name, t.Line, why)
	}
}

func (b *outlineBuilder) build(toks []lex.Token) {
	src := *b.src
	src.Tokens = toks
	b.src = &src
	r := parse.NewReader(&src, b)
	for b.err == nil {
		it, ok := r.Next()
		if !ok {
			return
		}
		if len(it.Toks) > 0 && it.Toks[0].Off < b.read {
			continue
		}
		if it.Kind == parse.Stray || it.Unterminated || len(it.Pragmas) > 0 || it.Kind == parse.Code && it.Toks[0].Kind == lex.RBrace {
			b.fail(it.After, "no whole item")
			return
		}
		b.item(it)
	}
}

func (b *outlineBuilder) item(it parse.Item) {
	e := itemEntry(b.src, it.Toks)
	switch {
	case it.Kind == parse.ExportEnd:
		e = Entry{Kind: EntryExportEnd}
	case e.First == lex.KwExport:
		e = Entry{Kind: EntryExport}
	case e.First == lex.KwModule && len(it.Toks) == 3:
		e = Entry{Kind: EntryModule, Name: b.src.Text(it.Toks[1])}
	case b.inner:
		e.Inner, b.inner = true, false
		e.Now = e.Now || e.First != lex.KwFunction && e.First != lex.KwEvent && e.First != lex.KwHook
	default:
		l := &Loader{cfg: Config{Dialect: b.dialect}}
		if _, again := e.cut(l, b.src); !slices.Equal(again.Toks, it.Toks) {
			b.fail(it.Toks[0], "the item is not whole by itself")
		}
	}
	b.hints(&e, it.Toks)
	b.entries = append(b.entries, e)
}

// hints reads the comments in front of an item that say when it is performed: "#@until NAMES" for a handler, see wait.go, and "#@late" for
// a variable whose value does not depend on when it is computed though it calls functions of scripts.
func (b *outlineBuilder) hints(e *Entry, toks []lex.Token) {
	for text := b.src.File.Src[:e.Off]; ; {
		text = strings.TrimRight(text, " \t")
		text = strings.TrimSuffix(text, "\n")
		at := strings.LastIndexByte(text, '\n') + 1
		hint := strings.TrimSpace(text[at:])
		if names, ok := strings.CutPrefix(hint, "#@until "); ok {
			b.until(e, toks, strings.Split(names, ", "))
		} else if hint == "#@late" {
			e.Now = false
			for i := range e.Value {
				e.Value[i].Must = false
			}
		} else if strings.HasPrefix(hint, "#@") {
			b.fail(toks[0], "unknown hint "+hint)
		} else {
			return
		}
		text = text[:at]
	}
}

// until has a handler wait.
func (b *outlineBuilder) until(e *Entry, toks []lex.Token, names []string) {
	e.Until = append(names, e.Until...)
	i := slices.IndexFunc(toks, func(t lex.Token) bool { return t.Kind == lex.Attr || t.Kind == lex.LBrace })
	if e.First != lex.KwEvent || toks[2].Kind != lex.LParen || toks[3].Kind != lex.RParen || i != 4 {
		b.fail(toks[0], "only handlers without parameters wait")
		return
	}
	if toks[i].Kind == lex.Attr {
		sign, n := int32(1), toks[i+2]
		if n.Kind == lex.Minus {
			sign, n = -1, toks[i+3]
		}
		v, err := strconv.ParseInt(b.src.Text(n), 10, 32)
		if b.src.Text(toks[i]) != "&priority" || err != nil {
			b.fail(toks[0], "only handlers with nothing but a priority wait")
		}
		e.Priority = sign * int32(v)
	}
}

// Condition has both branches of a condition read, unless it asks for the dialect.
func (b *outlineBuilder) Condition(d parse.Directive) bool {
	if v, ok := quickCondition(b.src, d.Args, b.dialect.Name); ok && d.Tok.Kind == lex.AtIf {
		return v
	}
	if d.Tok.Off < b.read {
		return false
	}
	if d.Before != nil {
		b.inner = true
		return true
	}
	if len(d.Args) == 0 {
		b.fail(d.Tok, "no condition")
		return false
	}
	toks := b.src.Tokens
	first := slices.IndexFunc(toks, func(t lex.Token) bool { return t.Off > d.Args[len(d.Args)-1].Off }) + 1
	els, end, depth := -1, first, 0
	for ; depth > 0 || toks[end].Kind != lex.AtEndif; end++ {
		switch toks[end].Kind {
		case lex.AtIf, lex.AtIfdef, lex.AtIfndef:
			depth++
		case lex.AtEndif:
			depth--
		case lex.AtElse:
			if depth == 0 {
				els = end
			}
		case lex.EOF:
			b.fail(d.Tok, "an open condition")
			return false
		}
	}
	at := len(b.entries)
	b.entries = append(b.entries, Entry{Kind: EntryIf, Off: d.Tok.Off, End: toks[first-1].End, Line: d.Tok.Line})
	then := end
	if els >= 0 {
		then = els
	}
	b.branch(toks, first, then)
	if els >= 0 {
		b.entries = append(b.entries, Entry{Kind: EntryElse})
		b.entries[at].Next = int32(len(b.entries))
		other := len(b.entries) - 1
		b.branch(toks, els+1, end)
		b.entries[other].Next = int32(len(b.entries))
	} else {
		b.entries[at].Next = int32(len(b.entries))
	}
	b.read = toks[end].Off
	return false
}

// branch reads toks[from:to].
func (b *outlineBuilder) branch(toks []lex.Token, from, to int) {
	outer := b.src
	end := toks[to]
	end.Kind, end.End = lex.EOF, end.Off
	b.build(append(slices.Clone(toks[from:to]), end))
	b.src = outer
}

// Directive notes the others.
func (b *outlineBuilder) Directive(d parse.Directive) {
	if d.Tok.Off < b.read {
		return
	}
	e := Entry{Kind: EntryDirective, Off: d.Tok.Off, End: d.Tok.End, Line: d.Tok.Line}
	switch d.Tok.Kind {
	case lex.AtLoad:
		e.Kind, e.Name = EntryLoad, b.src.Arg(d.Tok)
	case lex.AtPragma:
		b.fail(d.Tok, "a pragma")
	}
	if d.Before != nil {
		b.fail(d.Tok, "a directive within an item")
	}
	b.entries = append(b.entries, e)
}

// Report takes mistakes in the use of directives.
func (b *outlineBuilder) Report(d diag.Diagnostic) { b.fail(lex.Token{Line: d.At.Line}, d.Msg) }
