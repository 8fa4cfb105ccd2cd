package parse

import (
	"errors"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/lex"
)

// The grammar of declarations, as participle reads it. Types, initialisers, attributes, fields, members and parameters are
// holes that the hand-written productions fill: participle tries alternatives at a cost per grammar node, which precedence
// levels as structs would multiply by thirty (1,320 ms against 46 ms for 47,765 lines).
type (
	declG struct {
		Module      *moduleG      `parser:"@@"`
		Export      *exportG      `parser:"| @@"`
		RedefEnum   *redefEnumG   `parser:"| @@"`
		RedefRecord *redefRecordG `parser:"| @@"`
		Type        *typeG        `parser:"| @@"`
		Func        *funcG        `parser:"| @@"`
		Var         *varG         `parser:"| @@"`
	}
	moduleG struct {
		Name lexer.Token `parser:"'module' @Ident ';'"`
	}
	exportG struct {
		Open bool `parser:"@'export' '{'"`
	}
	varG struct {
		Kind  lexer.Token `parser:"@('global' | 'const' | 'option' | 'redef')"`
		Name  lexer.Token `parser:"@(Ident | GlobalIdent)"`
		Type  ast.Type    `parser:"( ':' @@ )?"`
		Op    lexer.Token `parser:"@('=' | '+=' | '-=')?"`
		Init  ast.Expr    `parser:"@@?"`
		Attrs attrsG      `parser:"@@? ';'"`
	}
	redefEnumG struct {
		Name    lexer.Token `parser:"'redef' 'enum' @(Ident | GlobalIdent) '+=' '{'"`
		Members membersG    `parser:"@@ '}' ';'"`
	}
	redefRecordG struct {
		Name   lexer.Token  `parser:"'redef' 'record' @(Ident | GlobalIdent)"`
		Field  *redefFieldG `parser:"( @@"`
		Fields *addFieldsG  `parser:"| @@ ) ';'"`
	}
	redefFieldG struct {
		Field lexer.Token `parser:"'$' @Ident"`
		Op    lexer.Token `parser:"@('+=' | '-=') '{'"`
		Attrs attrsG      `parser:"@@ '}'"`
	}
	addFieldsG struct {
		Fields fieldsG `parser:"'+=' '{' @@? '}'"`
		Attrs  attrsG  `parser:"@@?"`
	}
	typeG struct {
		Name  lexer.Token `parser:"'type' @(Ident | GlobalIdent) ':'"`
		Type  ast.Type    `parser:"@@"`
		Attrs attrsG      `parser:"@@? ';'"`
	}
	funcG struct {
		Redef  bool        `parser:"@'redef'?"`
		Flavor lexer.Token `parser:"@('function' | 'event' | 'hook')"`
		Name   lexer.Token `parser:"@(Ident | GlobalIdent)"`
		Params paramsG     `parser:"@@"`
		Attrs  attrsG      `parser:"@@?"`
		Body   bodyG       `parser:"@@"`
	}
)

// What the holes yield; participle fills only interfaces from a function.
type (
	attrsG   interface{ attrs() []ast.Attr }
	membersG interface{ members() []ast.EnumMember }
	fieldsG  interface{ fields() []ast.FieldDecl }
	paramsG  interface{ params() ast.FuncType }
	bodyG    interface{ body() *ast.Block }

	attrList   []ast.Attr
	memberList []ast.EnumMember
	fieldList  []ast.FieldDecl
	signature  struct{ ast.FuncType }
	bodyBlock  struct{ *ast.Block }
)

func (l attrList) attrs() []ast.Attr           { return l }
func (l memberList) members() []ast.EnumMember { return l }
func (l fieldList) fields() []ast.FieldDecl    { return l }
func (s signature) params() ast.FuncType       { return s.FuncType }
func (b bodyBlock) body() *ast.Block           { return b.Block }

// machine is a participle parser whose holes work on p. Building one costs about a millisecond, so they are kept; one serves one
// parse at a time.
type machine struct {
	p           *parser
	module      *participle.Parser[moduleG]
	export      *participle.Parser[exportG]
	variable    *participle.Parser[varG]
	redefEnum   *participle.Parser[redefEnumG]
	redefRecord *participle.Parser[redefRecordG]
	typ         *participle.Parser[typeG]
	function    *participle.Parser[funcG]
	ebnf        string
}

// machines keeps idle machines. It is a cache only: what it holds carries nothing from one parse to the next.
var machines = sync.Pool{New: func() any { return newMachine() }}

func newMachine() *machine {
	m := &machine{}
	root := participle.MustBuild[declG](
		participle.Lexer(lex.Definition{}),
		participle.UseLookahead(1),
		participle.ParseTypeWith(hole(m, func(p *parser) ast.Type { return p.typ() })),
		participle.ParseTypeWith(hole(m, func(p *parser) ast.Expr { return p.init() })),
		participle.ParseTypeWith(hole(m, func(p *parser) attrsG { return attrList(p.attrs()) })),
		participle.ParseTypeWith(hole(m, func(p *parser) membersG { return memberList(p.members()) })),
		participle.ParseTypeWith(hole(m, func(p *parser) fieldsG { return fieldList(p.fields()) })),
		participle.ParseTypeWith(hole(m, func(p *parser) paramsG { return signature{p.funcParams(ast.Function)} })),
		participle.ParseTypeWith(hole(m, func(p *parser) bodyG { return bodyBlock{p.block()} })),
	)
	m.module = production[moduleG](root)
	m.export = production[exportG](root)
	m.variable = production[varG](root)
	m.redefEnum = production[redefEnumG](root)
	m.redefRecord = production[redefRecordG](root)
	m.typ = production[typeG](root)
	m.function = production[funcG](root)
	m.ebnf = root.String()
	return m
}

func production[P any](root *participle.Parser[declG]) *participle.Parser[P] {
	p, err := participle.ParserForProduction[P](root)
	if err != nil {
		panic(err)
	}
	return p
}

// hole makes a production that is written by hand one of participle's: it starts at participle's token, whose Pos.Offset is the
// index of ours, and takes participle along to where it ended. A production that takes nothing does not match.
func hole[T any](m *machine, f func(*parser) T) func(*lexer.PeekingLexer) (T, error) {
	return func(pl *lexer.PeekingLexer) (T, error) {
		start := pl.Peek().Pos.Offset
		m.p.i = start
		v := f(m.p)
		if m.p.i == start {
			return v, participle.NextMatch
		}
		pl.FastForward(lexer.RawCursor(m.p.i - 1))
		return v, nil
	}
}

// produce runs one production over all tokens of p's item; participle itself sees only the first n of them. It returns nil when
// participle found fault, having raised a bail.
func produce[P any](p *parser, prod *participle.Parser[P], n int) *P {
	pl, err := lexer.Upgrade(p.src.Reader(p.toks[:n]))
	if err != nil {
		panic(err) // a slice of tokens cannot fail to be read
	}
	v, err := prod.ParseFromLexer(pl, participle.AllowTrailing(true))
	if err != nil {
		var at participle.Error
		if !errors.As(err, &at) {
			panic(err)
		}
		p.i = at.Position().Offset
		p.fail(p.peek(), p.want(p.expected(v)...))
	}
	p.i = max(p.i, pl.Peek().Pos.Offset)
	if p.i < len(p.toks) {
		p.fail(p.peek(), "the declaration ends before this")
	}
	return v
}

// expected says what could stand where a declaration broke off, for the hint.
func (p *parser) expected(v any) []string {
	switch v := v.(type) {
	case *moduleG:
		if v.Name.Value == "" {
			return []string{"a name"}
		}
	case *varG:
		if v.Name.Value == "" {
			return []string{"a name"}
		}
		if v.Op.Value == "" && v.Type == nil {
			return []string{":", "=", ";"}
		}
	case *typeG:
		if v.Name.Value == "" {
			return []string{"a name"}
		}
		if v.Type == nil {
			return []string{":"}
		}
	case *funcG:
		if v.Name.Value == "" {
			return []string{"a name"}
		}
		if v.Params == nil {
			return []string{"("}
		}
		return []string{"{"}
	}
	return []string{";"}
}

// The lowering of productions to the tree.

func (p *parser) tok(t lexer.Token) lex.Token { return p.toks[t.Pos.Offset] }

func (p *parser) name(t lexer.Token) ast.Ident {
	return ast.Ident{At: ast.At{Pos: p.span(p.tok(t))}, Name: t.Value}
}

func attrsOf(a attrsG) []ast.Attr {
	if a == nil {
		return nil
	}
	return a.attrs()
}

// decl parses the whole item as a declaration, or as a statement when it starts like none.
func (m *machine) decl() ast.Decl {
	p := m.p
	n := len(p.toks)
	start := p.span(p.peek())
	switch k := p.kind(); {
	case k == lex.KwModule:
		g := produce(p, m.module, n)
		return &ast.Module{At: ast.At{Pos: p.from(start)}, Name: p.name(g.Name)}
	case k == lex.KwExport:
		produce(p, m.export, n)
		return &ast.ExportBegin{At: ast.At{Pos: p.from(start)}}
	case k == lex.KwRedef && p.kindAt(1) == lex.KwEnum:
		g := produce(p, m.redefEnum, n)
		return &ast.RedefEnum{At: ast.At{Pos: p.from(start)}, Name: p.name(g.Name), Members: g.Members.members(), Doc: p.doc(0, n-1)}
	case k == lex.KwRedef && p.kindAt(1) == lex.KwRecord:
		return m.lowerRedefRecord(produce(p, m.redefRecord, n))
	case k == lex.KwType:
		g := produce(p, m.typ, n)
		return &ast.TypeDecl{At: ast.At{Pos: p.from(start)}, Name: p.name(g.Name), Type: g.Type, Attrs: attrsOf(g.Attrs), Doc: p.doc(0, n-1)}
	case k == lex.KwGlobal, k == lex.KwConst, k == lex.KwOption, k == lex.KwRedef && p.kindAt(1) != lex.KwEvent:
		return m.lowerVar(produce(p, m.variable, n))
	case p.startsFunc():
		return m.lowerFunc(produce(p, m.function, p.headerLen()))
	}
	s := p.stmt()
	if p.i < n {
		p.fail(p.peek(), "the statement ends before this")
	}
	return &ast.StmtDecl{At: ast.At{Pos: s.Span()}, S: s}
}

// startsFunc tells a body of a function, event or hook from the statements that start with the same word.
func (p *parser) startsFunc() bool {
	switch p.kind() {
	case lex.KwRedef:
		return p.kindAt(1) == lex.KwEvent
	case lex.KwFunction:
		return p.kindAt(1) != lex.LParen && p.kindAt(1) != lex.LBrack
	case lex.KwEvent, lex.KwHook:
		return isHeader(p.toks, p.i)
	}
	return false
}

// headerLen is the number of tokens up to and with the brace that opens the body: all that participle needs to see.
func (p *parser) headerLen() int {
	depth := 0
	for i, t := range p.toks {
		if t.Kind == lex.LBrace && depth == 0 && !opensType(p.toks, i) {
			return i + 1
		}
		depth += bracketDelta(t.Kind)
	}
	return len(p.toks)
}

func (m *machine) lowerVar(g *varG) ast.Decl {
	p := m.p
	kind := p.tok(g.Kind)
	v := &ast.Var{Name: p.name(g.Name), Type: g.Type, Init: g.Init, Attrs: attrsOf(g.Attrs), Doc: p.doc(0, len(p.toks)-1)}
	v.Pos = p.from(p.span(kind))
	switch kind.Kind {
	case lex.KwConst:
		v.Kind = ast.Const
	case lex.KwOption:
		v.Kind = ast.Option
	case lex.KwRedef:
		v.Kind = ast.Redef
	}
	if g.Op.Value != "" {
		v.Op, _ = binary(p.tok(g.Op).Kind)
	}
	return v
}

func (m *machine) lowerRedefRecord(g *redefRecordG) ast.Decl {
	p := m.p
	pos := p.from(p.span(p.toks[0]))
	if f := g.Field; f != nil {
		op, _ := binary(p.tok(f.Op).Kind)
		return &ast.RedefField{At: ast.At{Pos: pos}, Name: p.name(g.Name), Field: p.name(f.Field), Op: op, Attrs: attrsOf(f.Attrs)}
	}
	r := &ast.RedefRecord{At: ast.At{Pos: pos}, Name: p.name(g.Name), Attrs: attrsOf(g.Fields.Attrs), Doc: p.doc(0, len(p.toks)-1)}
	if g.Fields.Fields != nil {
		r.Fields = g.Fields.Fields.fields()
	}
	return r
}

func (m *machine) lowerFunc(g *funcG) ast.Decl {
	p := m.p
	f := &ast.FuncDecl{Redef: g.Redef, Name: p.name(g.Name), Type: g.Params.params(), Attrs: attrsOf(g.Attrs), Body: g.Body.body()}
	f.Pos = p.from(p.span(p.toks[0]))
	f.Doc = p.doc(0, len(p.toks)-1)
	switch p.tok(g.Flavor).Kind {
	case lex.KwEvent:
		f.Type.Flavor = ast.Event
	case lex.KwHook:
		f.Type.Flavor = ast.Hook
	}
	return f
}
