package format

import "github.com/brogo/brogo/lang/lex"

// bracket opens parentheses or brackets.
func (m *machine) bracket(p piece) {
	f := m.top()
	k := bracket
	switch {
	case p.kind == lex.LParen && m.governs():
		k = control
	case p.kind == lex.LParen:
		k = paren
	case m.operand:
		k = index
	}
	if m.field == 2 {
		f.lambda = true // $name(params) = { … }
	}
	m.flow(p)
	m.enter(p, k)
}

// enter enters the parentheses or brackets of a kind whose first one has been written.
func (m *machine) enter(p piece, k kind) {
	l := &m.lines[len(m.lines)-1]
	n := frame{kind: k, close: l.at}
	pad := 0
	if k == control {
		pad = 1
	}
	if next := m.all[m.i+1]; next.breaks > 0 || next.kind == comment || next.kind.IsDirective() {
		n.in = l.at.deeper()
	} else {
		m.align(&n, pad)
	}
	m.after(p, false)
	m.glue = k != control
	m.push(n)
}

// brace opens a brace within a statement or list.
func (m *machine) brace(p piece) {
	f := m.top()
	stmt := f.statements()
	switch {
	case m.prev.kind == lex.KwRecord || stmt && f.record && m.prev.kind == lex.AddTo:
		m.openList(p, fields)
	case m.prev.kind == lex.KwEnum || stmt && f.enum && m.prev.kind == lex.AddTo:
		m.openList(p, members)
	case stmt && f.first == lex.KwExport && m.prev.kind == lex.KwExport:
		m.inline(p)
		m.after(p, false)
		m.push(frame{kind: block, in: f.at.deeper(), close: f.at, multi: true, ends: true})
		m.broken, m.opened = true, true
	case f.schedule:
		f.schedule = false
		m.openList(p, list)
	case f.lambda:
		f.lambda = false
		m.openBlock(p, m.lines[len(m.lines)-1].at.deeper(), false)
	case stmt && f.first == lex.KwSwitch:
		at := f.at.deeper()
		m.start(p, at, false)
		m.write(p.text)
		m.after(p, false)
		m.push(frame{kind: cases, in: at, close: at, multi: true, ends: true})
		m.broken, m.opened = true, true
	case stmt && f.first == lex.KwTimeout:
		m.openBlock(p, f.at.deeper(), true)
	case stmt && m.prev.kind != lex.Assign && (f.first == lex.KwFunction || f.first == lex.KwEvent || f.first == lex.KwHook):
		m.openBlock(p, f.at.deeper(), true)
	default:
		m.openList(p, list)
	}
}

// openBlock opens the body of a function or statement. One with a single simple statement may stay on its line.
func (m *machine) openBlock(p piece, at place, ends bool) {
	multi := !m.short()
	if multi || ends {
		m.start(p, at, false)
		m.write(p.text)
	} else {
		m.flow(p)
	}
	m.after(p, false)
	m.push(frame{kind: block, in: at, close: at, multi: multi, ends: ends})
	m.broken, m.opened = multi, true
}

// short reports whether the block that opens here is written on one line and holds at most one simple statement, or is empty.
func (m *machine) short() bool {
	semis, depth := 0, 0
	for i := m.i + 1; i < len(m.all); i++ {
		p := m.all[i]
		if p.kind == lex.RBrace && i == m.i+1 {
			return true
		}
		if p.breaks > 0 || p.kind == comment || p.kind.IsDirective() || semis > 1 {
			return false
		}
		switch p.kind {
		case lex.Semi:
			semis++
		case lex.LBrace:
			depth++
		case lex.RBrace:
			if depth == 0 {
				return semis <= 1
			}
			depth--
		case lex.KwIf, lex.KwFor, lex.KwWhile, lex.KwSwitch, lex.KwWhen, lex.KwFunction:
			return false
		}
	}
	return false
}

// openList opens the braces of an initialiser, a record or an enum.
func (m *machine) openList(p piece, k kind) {
	next := m.all[m.i+1]
	multi := next.breaks > 0 || next.kind == comment || next.kind.IsDirective()
	if k != list {
		multi = m.spread()
	}
	if next.kind == lex.RBrace {
		multi = false
	}
	m.flow(p)
	l := &m.lines[len(m.lines)-1]
	f := frame{kind: k, close: l.at, multi: multi}
	if multi {
		f.in = l.at.deeper()
	} else {
		m.align(&f, 1)
	}
	m.after(p, false)
	m.push(f)
	m.broken, m.opened = m.broken || multi, multi
}

// spread reports whether the braces that open here reach over several lines.
func (m *machine) spread() bool {
	depth := 0
	for _, p := range m.all[m.i+1:] {
		if p.breaks > 0 || p.kind == comment {
			return true
		}
		switch p.kind {
		case lex.LBrace:
			depth++
		case lex.RBrace:
			if depth == 0 {
				return false
			}
			depth--
		}
	}
	return true
}

// closeFrame writes a closing bracket.
func (m *machine) closeFrame(p piece) {
	if p.kind == lex.RBrace {
		// Brackets left open within braces end with them.
		for n := len(m.frames) - 1; n > 0 && closer(m.top().kind) != lex.RBrace; n-- {
			m.pop()
		}
	}
	f := *m.top()
	if closer(f.kind) != p.kind || len(m.frames) == 1 {
		m.flow(p)
		m.after(p, true)
		m.top().reset()
		return
	}
	switch {
	case m.broken || f.multi:
		m.start(p, f.close, false)
		m.write(p.text)
	case p.breaks > 0 && !f.statements() && !opening(m.prev.kind):
		m.start(p, f.close, false)
		m.write(p.text)
	default:
		m.inline(p)
	}
	m.pop()
	m.after(p, (p.kind == lex.RParen || p.kind == lex.RBrack) && f.kind != control)
	outer := m.top()
	switch {
	case f.kind == control && m.dir:
		m.state, m.dir, m.broken = m.dirState, false, true
		m.state.frames = nil
	case f.kind == control && outer.first != lex.KwSwitch:
		outer.headers = append(outer.headers, header{outer.first, outer.at})
		outer.reset()
	case f.statements() && f.ends:
		m.endStatement()
	}
}

func opening(k lex.Kind) bool { return k == lex.LParen || k == lex.LBrack || k == lex.LBrace }
func closing(k lex.Kind) bool { return k == lex.RParen || k == lex.RBrack || k == lex.RBrace }

// closer is the bracket that ends a frame.
func closer(k kind) lex.Kind {
	switch k {
	case control, paren:
		return lex.RParen
	case index, bracket:
		return lex.RBrack
	}
	return lex.RBrace
}
