package lsp

import (
	"strings"

	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/types"
)

// The legend of semantic tokens: a token's type and modifiers are numbers in these lists.
var (
	tokenTypes = [...]string{"namespace", "type", "struct", "enum", "enumMember", "function", "event", "variable", "parameter", "property", "keyword",
		"comment", "string", "number", "regexp", "operator", "macro", "decorator"}
	tokenModifiers = [...]string{"declaration", "readonly", "deprecated", "defaultLibrary"}
)

// Places in tokenTypes.
const (
	tokNamespace = iota
	tokType
	tokStruct
	tokEnum
	tokEnumMember
	tokFunction
	tokEvent
	tokVariable
	tokParameter
	tokProperty
	tokKeyword
	tokComment
	tokString
	tokNumber
	tokRegexp
	tokOperator
	tokMacro
	tokDecorator
	tokNone
)

// Bits for tokenModifiers.
const (
	modDeclaration = 1 << iota
	modReadonly
	modDeprecated
	modLibrary
)

// tokenWriter writes tokens relative to one another, as the protocol wants them.
type tokenWriter struct {
	text      *text
	from, to  int // bytes wanted
	line, col int
	out       []uint32
}

// add writes the token text[off:end], which must not span lines.
func (w *tokenWriter) add(off, end, kind, mods int) {
	if kind == tokNone || end <= w.from || off >= w.to || end <= off {
		return
	}
	p := w.text.position(off)
	col := p.Character
	if p.Line == w.line {
		col -= w.col
	}
	w.out = append(w.out, uint32(p.Line-w.line), uint32(col), uint32(w.text.width(w.text.s[off:end])), uint32(kind), uint32(mods))
	w.line, w.col = p.Line, p.Character
}

func (s *server) tokensFull(d *document, _ documentParams) any {
	return semanticTokens{d.tokens(0, len(d.text.s))}
}

func (s *server) tokensRange(d *document, p rangeParams) any {
	return semanticTokens{d.tokens(d.text.offset(p.Range.Start), d.text.offset(p.Range.End))}
}

// tokens says what the words of a text are, those between two offsets.
func (d *document) tokens(from, to int) []uint32 {
	w := &tokenWriter{text: d.text, from: from, to: to, out: []uint32{}}
	src, uses := d.outline().src, d.source()
	at := 0
	for _, t := range src.Tokens {
		d.comments(w, at, int(t.Off))
		at = int(t.End)
		if int(t.Off) >= to {
			break
		}
		if at <= from {
			continue
		}
		if t.Kind == lex.Ident || t.Kind == lex.GlobalIdent {
			u := uses.at(t.Line, t.Col)
			if u == nil {
				continue
			}
			kind, mods := tokenOf(u)
			start := int(t.Off)
			if i := strings.LastIndex(src.Text(t), "::"); i >= 0 {
				w.add(start, start+i, tokNamespace, 0)
				start += i + 2
			}
			w.add(start, int(t.End), kind, mods)
			continue
		}
		off, end := int(t.Off), int(t.End)
		kind := plainToken(t.Kind)
		if kind == tokMacro {
			// The rest of the line belongs to it.
			if i := strings.IndexAny(src.Text(t), " \t"); i > 0 {
				w.add(off, off+i, kind, 0)
				off += i + 1
				kind = tokString
			}
		}
		w.add(off, end, kind, 0)
	}
	return w.out
}

// comments adds those in the gap between two tokens.
func (d *document) comments(w *tokenWriter, from, to int) {
	for from < to {
		i := strings.IndexByte(d.text.s[from:to], '#')
		if i < 0 {
			return
		}
		from += i
		end := strings.IndexByte(d.text.s[from:to], '\n')
		if end < 0 {
			end = to - from
		}
		w.add(from, from+len(strings.TrimRight(d.text.s[from:from+end], "\r")), tokComment, 0)
		from += end
	}
}

// plainToken is what a token is whatever it stands for.
func plainToken(k lex.Kind) int {
	switch {
	case k == lex.Attr:
		return tokDecorator
	case k == lex.String, k == lex.Hostname:
		return tokString
	case k == lex.Pattern:
		return tokRegexp
	case k == lex.Bool:
		return tokKeyword
	case k > lex.Bool && k < lex.LParen:
		return tokNumber
	case k == lex.KwBase:
		return tokType
	case k >= lex.KwAdd:
		return tokKeyword
	case k >= lex.AtLoad:
		return tokMacro
	case k >= lex.Assign && k != lex.Quest || k == lex.Not:
		return tokOperator
	}
	return tokNone
}

// tokenOf is what a name is.
func tokenOf(u *check.Use) (kind, mods int) {
	if u.Decl {
		mods |= modDeclaration
	}
	switch {
	case u.Local != nil:
		if u.Local.Const {
			mods |= modReadonly
		}
		return tokVariable, mods
	case u.Field != nil:
		if u.Field.Attrs.Has(types.AttrDeprecated) {
			mods |= modDeprecated
		}
		return tokProperty, mods
	}
	g := u.Global
	if g.Deprecated != nil {
		mods |= modDeprecated
	}
	if g.At.File == nil || embedded(g.At.File.Name) {
		mods |= modLibrary
	}
	switch {
	case g.Kind == ir.KindEnum:
		return tokEnumMember, mods | modReadonly
	case g.Kind == ir.KindType && g.T != nil && g.T.Tag == types.Record:
		return tokStruct, mods
	case g.Kind == ir.KindType && g.T != nil && g.T.Tag == types.Enum:
		return tokEnum, mods
	case g.Kind == ir.KindType:
		return tokType, mods
	case isFlavor(g, types.FlavorEvent):
		return tokEvent, mods
	case g.T != nil && g.T.Tag == types.Func:
		return tokFunction, mods
	case g.Kind == ir.KindConst, g.Kind == ir.KindOption:
		mods |= modReadonly
	}
	return tokVariable, mods
}
