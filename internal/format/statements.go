package format

import "github.com/brogo/brogo/lang/lex"

// statement writes the first token of a statement.
func (m *machine) statement(p piece) {
	f := m.top()
	at := f.next()
	switch {
	case p.kind == lex.KwElse || p.kind == lex.KwTimeout:
		if i := f.governing(p.kind); i >= 0 {
			f.headers = f.headers[:i+1]
			at = f.headers[i].at
			if p.kind == lex.KwElse {
				f.headers[i].word = lex.KwElse
				m.start(p, at, true)
				m.write(p.text)
				m.after(p, false)
				return
			}
			f.headers = f.headers[:i]
		}
	case p.kind == lex.LBrace:
		if len(f.headers) == 0 {
			at = at.deeper()
		}
		f.within = true
		m.openBlock(p, at, true)
		return
	case p.kind == lex.Semi:
		if n := len(f.headers); m.broken && m.lines != nil && m.lines[len(m.lines)-1].comment ||
			(m.prev.kind != lex.RBrace && m.prev.kind != lex.Semi) || n > 0 && f.headers[n-1].word != lex.KwCase {
			m.begin(p, at)
		} else {
			m.inline(p)
		}
		m.after(p, false)
		m.endStatement()
		return
	case p.kind == lex.KwIf && m.prev.kind == lex.KwElse && !m.broken:
		at = f.headers[len(f.headers)-1].at
		m.inline(p)
		f.within, f.at, f.first = true, at, p.kind
		m.after(p, false)
		return
	case f.kind == cases && m.isLabel(p):
		f.headers = nil
		at = f.in
	}
	f.within, f.at, f.first = true, at, p.kind
	m.begin(p, at)
	switch p.kind {
	case lex.LParen:
		m.enter(p, paren)
		return
	case lex.LBrack:
		m.enter(p, bracket)
		return
	}
	m.note(p)
	m.after(p, m.ends(p) && p.text != "assert")
}

// begin writes the first token of a statement on a line of its own, unless its block stays on one line.
func (m *machine) begin(p piece, at place) {
	if m.top().multi {
		m.start(p, at, true)
		m.write(p.text)
		return
	}
	m.inline(p)
}

// endStatement is called behind the last token of a statement: governing statements end with it unless an else or timeout follows.
func (m *machine) endStatement() {
	f := m.top()
	f.reset()
	if n := m.ahead(true); n.kind == lex.KwElse || n.kind == lex.KwTimeout {
		if f.governing(n.kind) >= 0 {
			return
		}
	}
	if len(f.headers) > 0 && f.headers[0].word == lex.KwCase {
		f.headers = f.headers[:1]
	} else {
		f.headers = nil
	}
}

// note keeps what later braces depend on.
func (m *machine) note(p piece) {
	f := m.top()
	switch p.kind {
	case lex.KwFunction:
		next := m.ahead(true).kind
		if next != lex.LParen && next != lex.LBrack {
			f.first = p.kind
		} else if m.prev.kind != lex.KwOf && (m.prev.kind != lex.Colon || m.glueless()) {
			f.lambda = true
		}
	case lex.KwEvent, lex.KwHook:
		if m.prev.kind == lex.KwRedef {
			f.first = p.kind
		}
	case lex.KwWhen:
		f.first = p.kind
	case lex.KwSchedule:
		f.schedule = true
	case lex.KwRecord, lex.KwEnum:
		if m.prev.kind == lex.KwRedef {
			f.record, f.enum = p.kind == lex.KwRecord, p.kind == lex.KwEnum
		}
	}
}

// glueless reports whether the colon before was that of a conditional expression, behind which an operand stands.
func (m *machine) glueless() bool { return m.field == ternaryColon }

const ternaryColon = -1

// mid writes a token within a statement or a list.
func (m *machine) mid(p piece) {
	f := m.top()
	switch p.kind {
	case lex.Semi:
		m.inlineUnlessCommented(p)
		m.after(p, false)
		switch {
		case f.statements():
			m.endStatement()
		case f.kind == fields && f.multi:
			m.broken = true
		}
		f.lambda = false
		return
	case lex.Comma:
		m.inlineUnlessCommented(p)
		m.after(p, false)
		f.lambda = false
		return
	case lex.LBrace:
		m.brace(p)
		return
	case lex.LParen, lex.LBrack:
		m.bracket(p)
		return
	}
	m.flow(p)
	m.note(p)
	f = m.top()
	switch p.kind {
	case lex.Quest:
		f.questing++
	case lex.Colon:
		switch {
		case f.questing > 0:
			f.questing--
			m.after(p, false)
			m.field = ternaryColon
			return
		case f.kind == index:
			m.after(p, false)
			m.glue = true
			return
		case f.kind == cases && m.isLabel(piece{kind: f.first}):
			f.headers = []header{{lex.KwCase, f.at}}
			f.reset()
		}
	}
	m.after(p, m.ends(p))
}

// flow writes a token behind the last one, or on a new line if the source has one there.
func (m *machine) flow(p piece) {
	if m.broken || p.breaks > 0 && !m.joins(p) {
		f := m.top()
		m.start(p, m.middle(p), f.kind == list || f.kind == fields || f.kind == members)
		m.write(p.text)
		return
	}
	m.inline(p)
}

// inlineUnlessCommented writes punctuation behind the last token, wherever the source has it.
func (m *machine) inlineUnlessCommented(p piece) {
	if m.broken {
		m.start(p, m.middle(p), false)
		m.write(p.text)
		return
	}
	m.inline(p)
}

// joins tells the tokens that never start a line.
func (m *machine) joins(p piece) bool {
	switch p.kind {
	case lex.LParen:
		return m.operand || m.governs()
	}
	return m.glue && m.prev.kind == lex.Dollar
}

// middle is where a line starts that goes on with the statement or list at hand.
func (m *machine) middle(p piece) place {
	f := m.top()
	if f.statements() {
		return f.at.deeper()
	}
	if f.hang || m.prev.kind == lex.Comma || m.prev.kind == lex.Semi || opening(m.prev.kind) {
		return f.in
	}
	return f.in.deeper()
}

// governs reports whether the statement at hand waits for its parentheses.
func (m *machine) governs() bool {
	f := m.top()
	if !f.statements() || !f.within {
		return false
	}
	switch f.first {
	case lex.KwIf, lex.KwFor, lex.KwWhile:
		return m.prev.kind == f.first
	case lex.KwSwitch:
		return m.prev.kind == f.first
	case lex.KwWhen:
		return m.prev.kind == lex.KwWhen || m.prev.kind == lex.RBrack
	}
	return false
}

func (m *machine) isLabel(p piece) bool { return p.kind == lex.KwCase || p.kind == lex.KwDefault }

// governing finds the header that an else or timeout belongs to, -1 if there is none.
func (f *frame) governing(k lex.Kind) int {
	want := lex.KwIf
	if k == lex.KwTimeout {
		want = lex.KwWhen
	}
	for i := len(f.headers) - 1; i >= 0; i-- {
		if f.headers[i].word == want {
			return i
		}
	}
	return -1
}
