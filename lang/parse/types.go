package parse

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/lex"
)

// typ parses a type.
func (p *parser) typ() ast.Type {
	p.enter()
	defer func() { p.depth-- }()
	start := p.peek()
	at := p.span(start)
	switch p.kind() {
	case lex.KwFunction:
		p.next()
		t := p.funcParams(ast.Function)
		t.Pos = p.from(at)
		return &t
	case lex.KwEvent, lex.KwHook:
		p.next()
		flavor := ast.Event
		if start.Kind == lex.KwHook {
			flavor = ast.Hook
		}
		t := &ast.FuncType{Flavor: flavor, Params: p.params()}
		t.Pos = p.from(at)
		return t
	case lex.Ident, lex.GlobalIdent:
		if p.word("list") && p.kindAt(1) == lex.KwOf {
			p.i += 2
			t := &ast.ListType{Elem: p.typ()}
			t.Pos = p.from(at)
			return t
		}
		return &ast.NamedType{Ident: p.globalIdent()}
	}
	if t := p.simpleType(); t != nil {
		return t
	}
	p.fail(start, "expected a type")
	return nil
}

// simpleType parses a type that may also stand as an expression, or returns nil without taking anything.
func (p *parser) simpleType() ast.Type {
	start := p.peek()
	at := p.span(start)
	switch p.kind() {
	case lex.KwBase:
		p.next()
		return &ast.NamedType{Ident: ast.Ident{At: ast.At{Pos: at}, Name: p.src.Text(start)}}
	case lex.KwTable:
		p.next()
		t := &ast.TableType{Keys: p.keyTypes()}
		p.expect(lex.KwOf)
		t.Elem = p.typ()
		t.Pos = p.from(at)
		return t
	case lex.KwSet:
		p.next()
		t := &ast.TableType{Keys: p.keyTypes()}
		t.Pos = p.from(at)
		return t
	case lex.KwVector:
		p.next()
		p.expect(lex.KwOf)
		t := &ast.VectorType{Elem: p.typ()}
		t.Pos = p.from(at)
		return t
	case lex.KwFile:
		p.next()
		t := &ast.FileType{}
		if p.accept(lex.KwOf) {
			t.Elem = p.typ()
		}
		t.Pos = p.from(at)
		return t
	case lex.KwOpaque:
		p.next()
		p.expect(lex.KwOf)
		t := &ast.OpaqueType{Name: p.ident()}
		t.Pos = p.from(at)
		return t
	case lex.KwRecord:
		p.next()
		t := &ast.RecordType{Fields: braced(p, p.fields)}
		t.Pos = p.from(at)
		return t
	case lex.KwEnum:
		p.next()
		t := &ast.EnumType{Members: braced(p, p.members)}
		t.Pos = p.from(at)
		return t
	}
	return nil
}

func (p *parser) keyTypes() []ast.Type {
	p.expect(lex.LBrack)
	keys := []ast.Type{p.typ()}
	for p.accept(lex.Comma) {
		keys = append(keys, p.typ())
	}
	p.expect(lex.RBrack, ",")
	return keys
}

// braced parses a list in braces.
func braced[T any](p *parser, list func() []T) []T {
	p.expect(lex.LBrace)
	l := list()
	p.expect(lex.RBrace)
	return l
}

// fields parses record fields up to the closing brace.
func (p *parser) fields() []ast.FieldDecl {
	var list []ast.FieldDecl
	for p.kind() != lex.RBrace && p.i < len(p.toks) {
		p.try(func() {
			start := p.i
			f := p.fieldDecl()
			p.expect(lex.Semi)
			f.Doc = p.doc(start, p.i-1)
			list = append(list, f)
		})
	}
	return list
}

// fieldDecl parses `name: type attrs`.
func (p *parser) fieldDecl() ast.FieldDecl {
	f := ast.FieldDecl{Name: p.ident()}
	p.expect(lex.Colon)
	f.Type = p.typ()
	f.Attrs = p.attrs()
	f.Pos = p.from(f.Name.Pos)
	return f
}

// params parses a parameter list in parentheses; commas and semicolons both separate, and a semicolon may end it.
func (p *parser) params() []ast.FieldDecl {
	p.expect(lex.LParen)
	var list []ast.FieldDecl
	for p.kind() != lex.RParen {
		list = append(list, p.fieldDecl())
		if !p.accept(lex.Semi) {
			if !p.accept(lex.Comma) {
				break
			}
			if p.kind() == lex.RParen {
				p.fail(p.peek(), "expected a parameter")
			}
		}
	}
	p.expect(lex.RParen, ",")
	return list
}

// funcParams parses parameters and result of a function, event or hook.
func (p *parser) funcParams(flavor ast.Flavor) ast.FuncType {
	at := p.span(p.peek())
	t := ast.FuncType{Flavor: flavor, Params: p.params()}
	if p.accept(lex.Colon) {
		t.Result = p.typ()
	}
	t.Pos = p.from(at)
	return t
}

// members parses enum members up to the closing brace.
func (p *parser) members() []ast.EnumMember {
	var list []ast.EnumMember
	for {
		start := p.i
		m := ast.EnumMember{Name: p.ident()}
		if p.accept(lex.Assign) {
			// A negative or otherwise unfit value is the checker's to reject.
			at := p.span(p.peek())
			neg := p.accept(lex.Minus)
			if !p.kind().IsLiteral() {
				p.fail(p.peek(), "expected a number")
			}
			m.Value = p.literal()
			if neg {
				m.Value = &ast.Unary{At: ast.At{Pos: p.from(at)}, Op: ast.OpSub, X: m.Value}
			}
		}
		m.Pos = p.from(m.Name.Pos)
		if p.kind() == lex.Attr && p.src.Text(p.peek()) == "&deprecated" {
			a := p.attr()
			m.Deprecated = &a
		}
		more := p.accept(lex.Comma)
		m.Doc = p.doc(start, p.i-1)
		list = append(list, m)
		if !more || p.kind() == lex.RBrace {
			return list
		}
	}
}

// Whether an attribute takes a value.
const (
	noValue = iota
	needsValue
	mayHaveValue
)

func attrValue(name string) int {
	switch name {
	case "default", "default_insert", "add_func", "delete_func", "on_change", "broker_store", "backend", "expire_func",
		"create_expire", "read_expire", "write_expire", "priority", "group", "type_column", "rotate_interval", "rotate_size":
		return needsValue
	case "deprecated", "encrypt":
		return mayHaveValue
	}
	return noValue
}

// attrs parses attributes as far as they go.
func (p *parser) attrs() []ast.Attr {
	var list []ast.Attr
	for p.kind() == lex.Attr {
		list = append(list, p.attr())
	}
	return list
}

func (p *parser) attr() ast.Attr {
	t := p.next()
	a := ast.Attr{Name: p.src.Text(t)[1:]}
	switch v := attrValue(a.Name); {
	case v == needsValue:
		p.expect(lex.Assign)
		a.X = p.expr()
	case v == mayHaveValue && p.accept(lex.Assign):
		if a.Name == "deprecated" && !p.kind().IsLiteral() {
			p.fail(p.peek(), "expected a string")
		}
		if a.Name == "deprecated" {
			a.X = p.literal()
		} else {
			a.X = p.expr()
		}
	}
	a.Pos = p.from(p.span(t))
	return a
}
