package parse

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/lex"
)

// Levels of precedence, loosest first, in the reference's order.
const (
	levelAny     = 0
	levelAssign  = 2 // = += -=, add, delete; right
	levelCond    = 3 // ? :; right
	levelOr      = 4
	levelAnd     = 5
	levelHook    = 6 // hook f(x) takes a comparison with it
	levelCompare = 7 // not associative
	levelIn      = 8
	levelPipe    = 9
	levelCaret   = 10
	levelAmp     = 11
	levelShift   = 12
	levelAdd     = 13
	levelMul     = 14
	levelInc     = 15
	levelUnary   = 16
	levelPostfix = 17
	levelCast    = 18 // as, is; not associative
)

// binary maps a token to its operator and level; level 0 is no binary operator.
func binary(k lex.Kind) (op ast.Op, level int) {
	switch k {
	case lex.Assign:
		return ast.OpAssign, levelAssign
	case lex.AddTo:
		return ast.OpAddTo, levelAssign
	case lex.RemoveFrom:
		return ast.OpRemove, levelAssign
	case lex.OrOr:
		return ast.OpOr, levelOr
	case lex.AndAnd:
		return ast.OpAnd, levelAnd
	case lex.Lt:
		return ast.OpLt, levelCompare
	case lex.Gt:
		return ast.OpGt, levelCompare
	case lex.Le:
		return ast.OpLe, levelCompare
	case lex.Ge:
		return ast.OpGe, levelCompare
	case lex.Eq:
		return ast.OpEq, levelCompare
	case lex.Ne:
		return ast.OpNe, levelCompare
	case lex.KwIn:
		return ast.OpIn, levelIn
	case lex.NotIn:
		return ast.OpNotIn, levelIn
	case lex.Pipe:
		return ast.OpBitOr, levelPipe
	case lex.Caret:
		return ast.OpBitXor, levelCaret
	case lex.Amp:
		return ast.OpBitAnd, levelAmp
	case lex.Shl:
		return ast.OpShl, levelShift
	case lex.Shr:
		return ast.OpShr, levelShift
	case lex.Plus:
		return ast.OpAdd, levelAdd
	case lex.Minus:
		return ast.OpSub, levelAdd
	case lex.Star:
		return ast.OpMul, levelMul
	case lex.Slash:
		return ast.OpDiv, levelMul
	case lex.Percent:
		return ast.OpMod, levelMul
	}
	return ast.OpNone, 0
}

// expr parses any expression.
func (p *parser) expr() ast.Expr { return p.climb(levelAny) }

// climb parses an expression of operators that bind at least as tightly as level.
func (p *parser) climb(level int) ast.Expr {
	p.enter()
	defer func() { p.depth-- }()
	x := p.prefix()
	compared := 0 // the not associative level that was parsed last, 0 for none
	for n := 0; ; n++ {
		if n > maxChain {
			p.tooDeep()
		}
		op, k := p.i, p.kind()
		switch k {
		case lex.Dollar:
			p.next()
			f := &ast.Field{X: x, Name: p.ident()}
			f.Pos = p.tail(x, op)
			x = f
		case lex.HasField:
			p.next()
			f := &ast.HasField{X: x, Name: p.ident()}
			f.Pos = p.tail(x, op)
			x = f
		case lex.LParen:
			p.next()
			c := &ast.Call{Fn: x}
			c.Args, c.TrailingComma = p.list(lex.RParen)
			p.expect(lex.RParen, ",")
			c.Pos = p.tail(x, op)
			x = c
		case lex.LBrack:
			x = p.index(x)
		case lex.KwAs, lex.KwIs:
			if compared == levelCast {
				p.fail(p.peek(), "put parentheses around the first 'as' or 'is'")
			}
			p.next()
			t := p.typ()
			if k == lex.KwAs {
				x = &ast.Cast{At: ast.At{Pos: p.tail(x, op)}, X: x, T: t}
			} else {
				x = &ast.Is{At: ast.At{Pos: p.tail(x, op)}, X: x, T: t}
			}
			compared = levelCast
			continue
		case lex.Quest:
			if level > levelCond {
				return x
			}
			x = p.cond(x)
		default:
			o, l := binary(k)
			if l == 0 || l < level {
				return x
			}
			if l == levelCompare && compared == levelCompare {
				p.fail(p.peek(), "comparisons do not chain; put parentheses around the first")
			}
			p.next()
			x = p.binaryRest(x, o, l, op)
			compared = l
			continue
		}
		compared = 0
	}
}

// binaryRest parses the right side of an operator of level l at toks[op].
func (p *parser) binaryRest(x ast.Expr, o ast.Op, l, op int) ast.Expr {
	if l == levelAssign {
		a := &ast.Assign{Op: o, L: x, R: p.rhs()}
		a.Pos = p.tail(x, op)
		if o == ast.OpAssign && a.Pos.Line != a.Pos.EndLine {
			// The reference places an assignment over several lines at its left side and the `=`.
			t := p.src.Span(p.toks[op])
			a.Pos.EndLine, a.Pos.EndCol = t.EndLine, t.EndCol
		}
		return a
	}
	b := &ast.Binary{Op: o, L: x, R: p.climb(l + 1)}
	b.Pos = p.tail(x, op)
	return b
}

// rhs parses what may stand right of an assignment or initialise a variable: an expression or a list in braces.
func (p *parser) rhs() ast.Expr {
	if p.kind() != lex.LBrace {
		return p.climb(levelAssign)
	}
	p.enter()
	defer func() { p.depth-- }()
	at := p.span(p.next())
	b := &ast.Brace{}
	b.Elems, _ = p.list(lex.RBrace)
	p.expect(lex.RBrace, ",")
	b.Pos = p.from(at)
	return b
}

// init parses the initialiser of a variable with its sign, or nothing. As in the reference the sign may be missing:
// `global t: T {…};`, `redef t["k"] = v;`. The reference would take any expression there; only these are of use, and after any
// other a missing sign or colon is the likelier story.
func (p *parser) init() initialiser {
	if op, l := binary(p.kind()); l == levelAssign {
		p.next()
		return initialiser{op, p.rhs()}
	}
	if k := p.kind(); k == lex.LBrace || k == lex.LBrack {
		return initialiser{x: p.rhs()}
	}
	return initialiser{}
}

func (p *parser) cond(c ast.Expr) ast.Expr {
	op := p.i
	p.next()
	x := &ast.Cond{C: c, A: p.expr()}
	p.expect(lex.Colon)
	x.B = p.climb(levelCond)
	x.Pos = p.tail(c, op)
	return x
}

// list parses expressions up to the closing bracket, which it leaves; the list may be empty or end in a comma.
func (p *parser) list(end lex.Kind) (list []ast.Expr, trailing bool) {
	for p.kind() != end {
		list = append(list, p.expr())
		if !p.accept(lex.Comma) {
			return list, false
		}
		trailing = true
	}
	return list, trailing
}

// exprs parses one or more expressions between commas.
func (p *parser) exprs() []ast.Expr {
	list := []ast.Expr{p.expr()}
	for p.accept(lex.Comma) {
		list = append(list, p.expr())
	}
	return list
}

// index parses x[i, j] and x[lo:hi].
func (p *parser) index(x ast.Expr) ast.Expr {
	op := p.i
	p.next()
	var first ast.Expr
	if p.kind() != lex.Colon {
		first = p.expr()
	}
	if p.accept(lex.Colon) {
		s := &ast.Slice{X: x, Lo: first}
		if p.kind() != lex.RBrack {
			s.Hi = p.expr()
		}
		p.expect(lex.RBrack)
		s.Pos = p.tail(x, op)
		return s
	}
	n := &ast.Index{X: x, Keys: []ast.Expr{first}}
	for p.accept(lex.Comma) {
		n.Keys = append(n.Keys, p.expr())
	}
	p.expect(lex.RBrack, ",", ":")
	n.Pos = p.tail(x, op)
	return n
}

// prefix parses an operand with what stands before it.
func (p *parser) prefix() ast.Expr {
	t := p.peek()
	at := p.span(t)
	switch k := p.kind(); k {
	case lex.Ident, lex.GlobalIdent:
		p.next()
		return &ast.Name{Ident: ast.Ident{At: ast.At{Pos: at}, Name: p.src.Text(t)}}
	case lex.LParen:
		p.next()
		x := &ast.Paren{X: p.expr()}
		p.expect(lex.RParen)
		x.Pos = p.from(at)
		return x
	case lex.LBrack:
		p.next()
		x := &ast.Bracket{}
		x.Elems, x.TrailingComma = p.list(lex.RBrack)
		p.expect(lex.RBrack, ",")
		x.Pos = p.from(at)
		return x
	case lex.BarOpen:
		p.next()
		x := &ast.Unary{Op: ast.OpSize, X: p.expr()}
		p.expect(lex.BarClose)
		x.Pos = p.from(at)
		return x
	case lex.Not:
		return p.unary(ast.OpNot, levelUnary)
	case lex.Tilde:
		return p.unary(ast.OpCompl, levelUnary)
	case lex.Minus:
		return p.unary(ast.OpSub, levelUnary)
	case lex.Plus:
		return p.unary(ast.OpAdd, levelUnary)
	case lex.Inc:
		return p.unary(ast.OpInc, levelInc)
	case lex.Dec:
		return p.unary(ast.OpDec, levelInc)
	case lex.Dollar:
		return p.fieldInit()
	case lex.KwCopy:
		p.next()
		p.expect(lex.LParen)
		x := &ast.Copy{X: p.expr()}
		p.expect(lex.RParen)
		x.Pos = p.from(at)
		return x
	case lex.KwAdd, lex.KwDelete:
		p.next()
		x := &ast.AddDel{Delete: k == lex.KwDelete, X: p.climb(levelAssign)}
		x.Pos = p.from(at)
		return x
	case lex.KwHook:
		p.next()
		x := &ast.HookCall{X: p.climb(levelHook + 1)}
		x.Pos = p.from(at)
		return x
	case lex.KwSchedule:
		p.next()
		x := &ast.Schedule{When: p.expr()}
		p.expect(lex.LBrace)
		x.Ev, x.Args = p.event()
		p.expect(lex.RBrace)
		x.Pos = p.from(at)
		return x
	case lex.KwFunction:
		return p.lambda()
	case lex.KwLocal:
		if p.inWhen > 0 {
			p.next()
			x := &ast.LocalCond{Name: p.ident()}
			p.expect(lex.Assign)
			x.Init = p.rhs()
			x.Pos = p.from(x.Name.Pos)
			return x
		}
	case lex.KwTable, lex.KwSet, lex.KwVector, lex.KwRecord:
		if p.kindAt(1) == lex.LParen {
			return p.ctor()
		}
	}
	if p.kind().IsLiteral() || p.kind() == lex.AtDir || p.kind() == lex.AtFilename {
		return p.literal()
	}
	if st := p.simpleType(); st != nil {
		return &ast.TypeExpr{At: ast.At{Pos: st.Span()}, T: st}
	}
	p.fail(t, p.operandHint(t))
	return nil
}

func (p *parser) operandHint(t lex.Token) string {
	switch t.Kind {
	case lex.LBrace:
		return "a list in braces may only follow '=', '+=' or '-='"
	case lex.KwLocal:
		return "'local' starts a statement; within an expression it stands only in the condition of a when"
	case lex.Slash:
		return "expected an expression; an empty pattern is written /()/"
	}
	return "expected an expression"
}

func (p *parser) unary(op ast.Op, level int) ast.Expr {
	at := p.span(p.next())
	x := &ast.Unary{Op: op, X: p.climb(level + 1)}
	x.Pos = p.from(at)
	return x
}

// fieldInit parses `$name = x` and `$name(params) = { … }`.
func (p *parser) fieldInit() ast.Expr {
	at := p.span(p.next())
	f := &ast.FieldInit{Name: p.ident()}
	if p.kind() == lex.LParen || p.kind() == lex.LBrack {
		start := p.span(p.peek())
		l := &ast.Lambda{}
		if p.kind() == lex.LBrack {
			l.Captures = p.captures(false)
		}
		l.Params = p.funcParams(ast.Function)
		p.expect(lex.Assign)
		l.Body = p.lambdaBody()
		l.Pos = p.from(start)
		f.X = l
	} else {
		p.expect(lex.Assign)
		f.X = p.climb(levelAssign)
	}
	f.Pos = p.from(at)
	return f
}

func (p *parser) ctor() ast.Expr {
	t := p.next()
	c := &ast.Ctor{Kind: p.src.Text(t)}
	p.expect(lex.LParen)
	if t.Kind == lex.KwRecord {
		c.Elems = p.exprs()
	} else {
		c.Elems, _ = p.list(lex.RParen)
	}
	p.expect(lex.RParen, ",")
	c.Pos = p.from(p.span(t))
	if t.Kind == lex.KwTable || t.Kind == lex.KwSet {
		c.Attrs = p.attrs()
	}
	return c
}

// event parses the `name(args)` of an event statement or a schedule.
func (p *parser) event() (ast.Ident, []ast.Expr) {
	name := p.globalIdent()
	p.expect(lex.LParen)
	args, _ := p.list(lex.RParen)
	p.expect(lex.RParen, ",")
	return name, args
}

func (p *parser) lambda() ast.Expr {
	at := p.span(p.next())
	l := &ast.Lambda{}
	if p.kind() == lex.LBrack {
		l.Captures = p.captures(false)
	}
	l.Params = p.funcParams(ast.Function)
	l.Body = p.lambdaBody()
	l.Pos = p.from(at)
	return l
}

func (p *parser) lambdaBody() *ast.Block {
	inWhen := p.inWhen
	p.inWhen = 0
	b := p.block()
	p.inWhen = inWhen
	return b
}

// captures parses `[x, copy y]`; only that of a when may be empty.
func (p *parser) captures(mayBeEmpty bool) []ast.Capture {
	p.expect(lex.LBrack)
	list := []ast.Capture{}
	for !mayBeEmpty || len(list) > 0 || p.kind() != lex.RBrack {
		at := p.span(p.peek())
		c := ast.Capture{Copy: p.accept(lex.KwCopy)}
		c.Name = p.ident()
		c.Pos = p.from(at)
		list = append(list, c)
		if !p.accept(lex.Comma) {
			break
		}
	}
	p.expect(lex.RBrack, ",")
	return list
}

// literal parses a constant.
func (p *parser) literal() *ast.Lit {
	t := p.next()
	text := p.src.Text(t)
	l := &ast.Lit{At: ast.At{Pos: p.span(t)}, Text: text}
	switch t.Kind {
	case lex.Bool:
		l.Kind = ast.LitBool
		if text == "T" {
			l.N = 1
		}
	case lex.Count:
		l.Kind, l.N = ast.LitCount, lex.CountValue(text)
	case lex.Double:
		l.Kind, l.F = ast.LitDouble, lex.DoubleValue(text)
	case lex.Interval:
		l.Kind, l.F = ast.LitInterval, lex.IntervalValue(text)
	case lex.String:
		l.Kind = ast.LitString
		l.S, l.Bad = lex.Unquote(text)
	case lex.Pattern:
		l.Kind = ast.LitPattern
		l.S, l.Flags, l.Bad = lex.PatternValue(text)
	case lex.Port:
		l.Kind = ast.LitPort
		l.N, l.Flags, l.Bad = lex.PortValue(text)
	case lex.Addr:
		l.Kind = ast.LitAddr
		l.S, l.Bad = lex.AddrValue(text)
	case lex.Subnet:
		l.Kind = ast.LitSubnet
		l.S, l.Bad = lex.SubnetValue(text)
	case lex.Hostname:
		l.Kind, l.S = ast.LitHostname, text
	case lex.AtDir:
		l.Kind, l.S = ast.LitString, p.src.Dir
	case lex.AtFilename:
		l.Kind, l.S = ast.LitString, p.src.Base
	default:
		panic("parse: no literal: " + t.Kind.String())
	}
	return l
}
