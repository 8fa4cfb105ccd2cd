package format

import "github.com/brogo/brogo/lang/lex"

// directive writes a directive on a line of its own, at its left end. Branches of a conditional all go on from the same state.
func (m *machine) directive(p piece) {
	switch p.kind {
	case lex.AtIf, lex.AtIfdef, lex.AtIfndef:
		m.saved = append(m.saved, m.snapshot())
		m.dir, m.dirState = true, m.snapshot()
	case lex.AtElse:
		if n := len(m.saved); n > 0 {
			m.restore(m.saved[n-1])
		}
	case lex.AtEndif:
		if n := len(m.saved); n > 0 {
			m.saved = m.saved[:n-1]
		}
	}
	m.start(p, place{}, true)
	m.write(p.text)
	m.opened, m.broken = false, !m.dir
	if m.dir {
		m.prev, m.operand, m.glue = p, false, false
	}
}

// comment writes a comment behind the line at hand or on a line of its own.
func (m *machine) comment(p piece) {
	if n := len(m.lines); n > 0 && p.breaks == 0 && !m.lines[n-1].ended() {
		m.lines[n-1].behind = p.text
		m.lastCol, m.broken, m.opened = p.col, true, false
		return
	}
	if p.breaks == 1 && m.lastCol >= 0 && p.col == m.lastCol {
		l := &m.lines[len(m.lines)-1]
		m.lines = append(m.lines, line{at: l.at, behind: p.text, follows: true, under: -1})
		return
	}
	at := m.commentPlace(p)
	m.start(p, at, true)
	m.write(p.text)
	m.lines[len(m.lines)-1].comment = true
	m.lastCol, m.broken, m.opened = -1, true, false
}

// commentPlace is where a comment on a line of its own stands: where what follows it does.
func (m *machine) commentPlace(p piece) place {
	n := m.ahead(false)
	f := m.top()
	if n.kind.IsDirective() && p.col == 0 {
		return place{}
	}
	if !f.statements() || f.within {
		if n.kind == closer(f.kind) {
			return f.in
		}
		return m.middle(n)
	}
	switch {
	case n.kind == lex.KwElse, n.kind == lex.KwTimeout:
		if i := f.governing(n.kind); i >= 0 {
			return f.headers[i].at
		}
	case f.kind == cases && m.isLabel(n):
		return f.in
	}
	return f.next()
}
