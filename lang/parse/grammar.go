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
		Name lexer.Token `parser:"'module' @Name ';'"`
	}
	exportG struct {
		Open bool `parser:"@'export' '{'"`
	}
	varG struct {
		Type  ast.Type `parser:"Declarer Name ( ':' @@ )?"`
		Init  initG    `parser:"@@?"`
		Attrs attrsG   `parser:"@@? ';'"`
	}
	redefEnumG struct {
		Members membersG `parser:"'redef' 'enum' Name '+=' @@ ';'"`
	}
	redefRecordG struct {
		Field  *redefFieldG `parser:"'redef' 'record' Name ( @@"`
		Fields *addFieldsG  `parser:"| @@ ) ';'"`
	}
	redefFieldG struct {
		Field lexer.Token `parser:"'$' @Name"`
		Op    lexer.Token `parser:"@( '+=' | '-=' )"`
		Attrs bracedG     `parser:"@@"`
	}
	addFieldsG struct {
		Fields fieldsG `parser:"'+=' @@"`
		Attrs  attrsG  `parser:"@@?"`
	}
	typeG struct {
		Type  ast.Type `parser:"'type' Name ':' @@"`
		Attrs attrsG   `parser:"@@? ';'"`
	}
	funcG struct {
		Params paramsG `parser:"'redef'? Callable Name @@"`
		Attrs  attrsG  `parser:"@@?"`
		Body   bodyG   `parser:"@@"`
	}
)

// What the holes yield; participle fills only interfaces from a function.
type (
	initG    interface{ init() initialiser }
	attrsG   interface{ attrs() []ast.Attr }
	bracedG  interface{ braced() []ast.Attr }
	membersG interface{ members() []ast.EnumMember }
	fieldsG  interface{ fields() []ast.FieldDecl }
	paramsG  interface{ params() ast.FuncType }
	bodyG    interface{ body() *ast.Block }

	initialiser struct {
		op ast.Op
		x  ast.Expr
	}
	attrList   []ast.Attr
	memberList []ast.EnumMember
	fieldList  []ast.FieldDecl
	signature  struct{ ast.FuncType }
	bodyBlock  struct{ *ast.Block }
)

func (i initialiser) init() initialiser        { return i }
func (l attrList) attrs() []ast.Attr           { return l }
func (l attrList) braced() []ast.Attr          { return l }
func (l memberList) members() []ast.EnumMember { return l }
func (l fieldList) fields() []ast.FieldDecl    { return l }
func (s signature) params() ast.FuncType       { return s.FuncType }
func (b bodyBlock) body() *ast.Block           { return b.Block }

// machine holds participle's parsers, whose holes work on p. Building all of them costs about a millisecond, so each is built at its
// first use, and machines are kept; one serves one parse at a time.
type machine struct {
	p           *parser
	options     []participle.Option
	module      *participle.Parser[moduleG]
	export      *participle.Parser[exportG]
	variable    *participle.Parser[varG]
	redefEnum   *participle.Parser[redefEnumG]
	redefRecord *participle.Parser[redefRecordG]
	typ         *participle.Parser[typeG]
	function    *participle.Parser[funcG]
}

// machines keeps idle machines. It is a cache only: what it holds carries nothing from one parse to the next.
var machines = sync.Pool{New: func() any { return newMachine() }}

func newMachine() *machine {
	m := &machine{}
	m.options = []participle.Option{
		participle.Lexer(lex.NewDefinition()),
		participle.UseLookahead(1),
		participle.ParseTypeWith(hole(m, func(p *parser) ast.Type { return p.typ() })),
		participle.ParseTypeWith(hole(m, func(p *parser) initG { return p.init() })),
		participle.ParseTypeWith(hole(m, func(p *parser) attrsG { return attrList(p.attrs()) })),
		participle.ParseTypeWith(hole(m, func(p *parser) bracedG { return attrList(braced(p, p.attrs)) })),
		participle.ParseTypeWith(hole(m, func(p *parser) membersG { return memberList(braced(p, p.members)) })),
		participle.ParseTypeWith(hole(m, func(p *parser) fieldsG { return fieldList(braced(p, p.fields)) })),
		participle.ParseTypeWith(hole(m, func(p *parser) paramsG { return signature{p.funcParams(ast.Function)} })),
		participle.ParseTypeWith(hole(m, func(p *parser) bodyG { return bodyBlock{p.funcBody()} })),
	}
	return m
}

// production returns the parser kept at a place of m, and builds it the first time.
func production[P any](m *machine, at **participle.Parser[P]) *participle.Parser[P] {
	if *at == nil {
		*at = participle.MustBuild[P](m.options...)
	}
	return *at
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
		for t := pl.Peek(); t.Pos.Offset < m.p.i && !t.EOF(); t = pl.Peek() {
			pl.Next()
		}
		return v, nil
	}
}

// skeleton is what participle sees of an item: the tokens outside of all brackets, and of each bracket only the opening one. What
// stands within is for the holes, and participle's tokens are three times as large as ours.
type skeleton struct {
	p *parser
	i int
}

// Next returns the next token; it never fails.
func (s *skeleton) Next() (lexer.Token, error) {
	if s.i >= len(s.p.toks) {
		return lexer.EOFToken(lexer.Position{Offset: len(s.p.toks)}), nil
	}
	t := s.p.toks[s.i]
	tok := lexer.Token{Type: lex.Type(t.Kind), Value: s.p.src.Text(t), Pos: lexer.Position{Offset: s.i}}
	depth := 0
	for {
		depth += bracketDelta(s.p.toks[s.i].Kind)
		s.i++
		if depth <= 0 || s.i >= len(s.p.toks) {
			return tok, nil
		}
	}
}

// produce runs one production over the whole item. When participle finds fault it ends in a bail.
func produce[P any](p *parser, prod *participle.Parser[P]) *P {
	pl, err := lexer.Upgrade(&skeleton{p: p})
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
	if p.i = max(p.i, pl.Peek().Pos.Offset); p.i < len(p.toks) {
		p.fail(p.peek(), "the declaration ends before this")
	}
	return v
}

// expected says what could stand where a declaration broke off, for the hint.
func (p *parser) expected(v any) []string {
	switch v := v.(type) {
	case *moduleG:
		if p.i == 1 {
			return []string{"a name"}
		}
	case *varG:
		if p.i == 1 {
			return []string{"a name", "enum", "record"}
		}
		if v.Init == nil && v.Type == nil {
			return []string{":", "=", ";"}
		}
	case *typeG:
		if p.i == 1 {
			return []string{"a name"}
		}
		if p.i == 2 {
			return []string{":"}
		}
	case *redefEnumG:
		switch p.i {
		case 2:
			return []string{"a name"}
		case 3:
			return []string{"+="}
		}
	case *exportG:
		return []string{"{"}
	case *redefRecordG:
		switch p.i {
		case 2:
			return []string{"a name"}
		case 3:
			return []string{"+=", "$"}
		}
		return nil
	}
	return []string{";"}
}

// The lowering of productions to the tree.

// name makes an identifier of the token at index i; plain forbids a leading `::`, which participle does not tell apart.
func (p *parser) name(i int, plain bool) ast.Ident {
	t := p.toks[i]
	if plain && t.Kind == lex.GlobalIdent {
		p.i = i
		p.fail(t, "a '::' is not allowed here")
	}
	return ast.Ident{At: ast.At{Pos: p.span(t)}, Name: p.src.Text(t)}
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
		// Every file has one of these or two; participle is needed only to say what is wrong with it.
		if n == 3 && p.kindAt(1) == lex.Ident && p.kindAt(2) == lex.Semi {
			p.i = n
		} else {
			produce(p, production(m, &m.module))
		}
		return &ast.Module{At: ast.At{Pos: p.from(start)}, Name: p.name(1, true)}
	case k == lex.KwExport:
		if n == 2 && p.kindAt(1) == lex.LBrace {
			p.i = n
		} else {
			produce(p, production(m, &m.export))
		}
		return &ast.ExportBegin{At: ast.At{Pos: p.from(start)}}
	case k == lex.KwRedef && p.kindAt(1) == lex.KwEnum:
		g := produce(p, production(m, &m.redefEnum))
		return &ast.RedefEnum{At: ast.At{Pos: p.from(start)}, Name: p.name(2, false), Members: g.Members.members(), Doc: p.doc(0, n-1)}
	case k == lex.KwRedef && p.kindAt(1) == lex.KwRecord:
		return m.lowerRedefRecord(produce(p, production(m, &m.redefRecord)))
	case k == lex.KwType:
		g := produce(p, production(m, &m.typ))
		return &ast.TypeDecl{At: ast.At{Pos: p.from(start)}, Name: p.name(1, false), Type: g.Type, Attrs: attrsOf(g.Attrs), Doc: p.doc(0, n-1)}
	case k == lex.KwGlobal, k == lex.KwConst, k == lex.KwOption, k == lex.KwRedef && p.kindAt(1) != lex.KwEvent:
		return m.lowerVar(produce(p, production(m, &m.variable)))
	case p.startsFunc():
		return m.lowerFunc(produce(p, production(m, &m.function)))
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

func (m *machine) lowerVar(g *varG) ast.Decl {
	p := m.p
	v := &ast.Var{Name: p.name(1, false), Type: g.Type, Attrs: attrsOf(g.Attrs), Doc: p.doc(0, len(p.toks)-1)}
	v.Pos = p.from(p.span(p.toks[0]))
	switch p.toks[0].Kind {
	case lex.KwConst:
		v.Kind = ast.Const
	case lex.KwOption:
		v.Kind = ast.Option
	case lex.KwRedef:
		v.Kind = ast.Redef
	}
	if g.Init != nil {
		i := g.Init.init()
		v.Op, v.Init = i.op, i.x
	}
	return v
}

func (m *machine) lowerRedefRecord(g *redefRecordG) ast.Decl {
	p := m.p
	at := ast.At{Pos: p.from(p.span(p.toks[0]))}
	name := p.name(2, false)
	if f := g.Field; f != nil {
		op, _ := binary(p.toks[f.Op.Pos.Offset].Kind)
		return &ast.RedefField{At: at, Name: name, Field: p.name(f.Field.Pos.Offset, true), Op: op, Attrs: f.Attrs.braced()}
	}
	return &ast.RedefRecord{At: at, Name: name, Fields: g.Fields.Fields.fields(), Attrs: attrsOf(g.Fields.Attrs),
		Doc: p.doc(0, len(p.toks)-1)}
}

// funcBody parses the body of a function, or skips it: then it is nil.
func (p *parser) funcBody() *ast.Block {
	if p.header && p.kind() == lex.LBrace {
		p.bodyAt, p.i = p.i, len(p.toks)
		return nil
	}
	return p.block()
}

func (m *machine) lowerFunc(g *funcG) ast.Decl {
	p := m.p
	word := 0
	if p.toks[0].Kind == lex.KwRedef {
		word = 1
	}
	f := &ast.FuncDecl{Redef: word == 1, Name: p.name(word+1, false), Type: g.Params.params(), Attrs: attrsOf(g.Attrs), Body: g.Body.body()}
	f.Pos = p.from(p.span(p.toks[0]))
	f.Doc = p.doc(0, len(p.toks)-1)
	switch p.toks[word].Kind {
	case lex.KwEvent:
		f.Type.Flavor = ast.Event
	case lex.KwHook:
		f.Type.Flavor = ast.Hook
	}
	return f
}
