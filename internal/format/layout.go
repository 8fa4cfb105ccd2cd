package format

import (
	"slices"
	"unicode/utf8"

	"github.com/brogo/brogo/lang/lex"
)

// layout writes the tokens and comments of a source anew. It is repeated until nothing changes any more: a comment may come to stand
// exactly below one behind a line, and is taken for its continuation from then on.
func layout(src *lex.Source) string {
	out := lay(pieces(src))
	for range 3 {
		next := lay(pieces(lex.New(sourceOf(src, out))))
		if next == out {
			break
		}
		out = next
	}
	return out
}

// kind tells the frames apart: what an open bracket encloses.
type kind uint8

const (
	block   kind = iota // statements, also those of the top level and of an export block
	cases               // the cases of a switch
	control             // the parentheses of a control statement or directive
	paren               // other parentheses
	index               // brackets behind an operand
	bracket             // other brackets
	list                // an initialiser, or what schedule raises
	fields              // of a record type
	members             // of an enum type
)

// place is where a line starts: behind tabs, and blanks that align it.
type place struct{ tabs, blanks int }

func (p place) deeper() place { return place{p.tabs + 1, 0} }

// frame is an open bracket with what is known of the statement at hand within it.
type frame struct {
	kind   kind
	in     place // where its lines start
	close  place // where its closing bracket does, if it starts a line
	multi  bool  // closing bracket (and fields, statements) on lines of their own
	hang   bool  // a line that continues an element needs no further depth
	within bool  // block, cases: in the middle of a statement
	ends   bool  // block: its brace ends the statement around it

	// Of the statement within a block.
	at       place
	first    lex.Kind // the word that decides what its braces are: if, switch, function, …
	headers  []header // governing statements that wait for their bodies, outermost first
	questing int      // open conditional expressions
	lambda   bool     // a function's header went before: the next brace is its body
	schedule bool
	record   bool // redef record
	enum     bool // redef enum
}

// header is the head of a statement that governs another.
type header struct {
	word lex.Kind // if, else, for, while, when, timeout, case
	tabs int
}

func (f *frame) statements() bool { return f.kind == block || f.kind == cases }

// next is where a statement within f starts.
func (f *frame) next() place {
	if n := len(f.headers); n > 0 {
		return place{f.headers[n-1].tabs + 1, 0}
	}
	return f.in
}

// reset forgets the statement at hand.
func (f *frame) reset() {
	f.within, f.first, f.questing = false, lex.EOF, 0
	f.lambda, f.schedule, f.record, f.enum = false, false, false, false
}

// machine goes over the pieces once.
type machine struct {
	all    []piece
	i      int
	frames []frame
	saved  []state // at each open @if
	state
	lines    []line
	broken   bool  // the next piece starts a line
	opened   bool  // a brace was the last thing written: no blank line behind it
	dir      bool  // the parentheses of a directive's condition come or are open
	dirState state // what went before them
	lastCol  int   // where the comment behind the last line stood in the source, -1 for none
}

// state is what is known of the last token.
type state struct {
	prev    piece
	operand bool // it ended an operand
	glue    bool // nothing may stand between it and the next
	field   int  // 1 behind the `$` of a field's initialiser, 2 behind its name
	frames  []frame
}

func lay(all []piece) string {
	m := &machine{all: all, lastCol: -1, broken: true, opened: true}
	m.frames = []frame{{kind: block, multi: true}}
	for m.i = range all {
		p := all[m.i]
		switch {
		case p.kind == lex.EOF:
		case p.kind == comment:
			m.comment(p)
		case p.kind.IsDirective():
			m.directive(p)
		default:
			m.token(p)
		}
	}
	return render(m.lines)
}

func (m *machine) top() *frame { return &m.frames[len(m.frames)-1] }

func (m *machine) push(f frame) { m.frames = append(m.frames, f) }

func (m *machine) pop() frame {
	f := *m.top()
	if len(m.frames) > 1 {
		m.frames = m.frames[:len(m.frames)-1]
	}
	return f
}

// snapshot copies the state, frames included.
func (m *machine) snapshot() state {
	s := m.state
	s.frames = slices.Clone(m.frames)
	for i := range s.frames {
		s.frames[i].headers = slices.Clone(s.frames[i].headers)
	}
	return s
}

func (m *machine) restore(s state) {
	m.state = s
	m.frames = slices.Clone(s.frames)
	for i := range m.frames {
		m.frames[i].headers = slices.Clone(m.frames[i].headers)
	}
	m.state.frames = nil
}

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
		m.lines = append(m.lines, line{at: l.at, behind: p.text, follows: true})
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
			return place{f.headers[i].tabs, 0}
		}
	case f.kind == cases && m.isLabel(n):
		return f.in
	}
	return f.next()
}

// ahead is the next token; directives count unless they are to be passed over.
func (m *machine) ahead(pass bool) piece {
	for _, p := range m.all[m.i+1:] {
		if p.kind != comment && !(pass && p.kind.IsDirective()) {
			return p
		}
	}
	return piece{}
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

// token writes a token that is no directive.
func (m *machine) token(p piece) {
	f := m.top()
	switch {
	case m.dir && p.kind == lex.LParen && f.kind != control:
		m.inline(p)
		m.push(frame{kind: control, hang: true, in: m.column(1), close: m.lines[len(m.lines)-1].at})
	case closing(p.kind):
		m.closeFrame(p)
	case f.statements() && !f.within:
		m.statement(p)
	default:
		m.mid(p)
	}
	m.opened = m.opened && p.kind == lex.LBrace
}

// statement writes the first token of a statement.
func (m *machine) statement(p piece) {
	f := m.top()
	at := f.next()
	switch {
	case p.kind == lex.KwElse || p.kind == lex.KwTimeout:
		if i := f.governing(p.kind); i >= 0 {
			f.headers = f.headers[:i+1]
			at = place{f.headers[i].tabs, 0}
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
		at = place{f.headers[len(f.headers)-1].tabs, 0}
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
			f.headers = []header{{lex.KwCase, f.at.tabs}}
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
	return place{f.in.tabs + 1, f.in.blanks}
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
	l := &m.lines[len(m.lines)-1]
	n := frame{kind: k, close: l.at}
	pad := 0
	if k == control {
		pad = 1
	}
	if next := m.all[m.i+1]; next.breaks > 0 || next.kind == comment || next.kind.IsDirective() {
		n.in = place{l.at.tabs + 1, l.at.blanks}
	} else {
		n.in, n.hang = m.column(pad), true
	}
	m.after(p, false)
	m.glue = k != control
	m.push(n)
}

// column is where the end of the line at hand is.
func (m *machine) column(pad int) place {
	l := &m.lines[len(m.lines)-1]
	return place{l.at.tabs, l.at.blanks + utf8.RuneCountInString(l.text) + pad}
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
		f.in = place{l.at.tabs + 1, l.at.blanks}
	} else {
		f.in, f.hang = m.column(1), true
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
		outer.headers = append(outer.headers, header{outer.first, outer.at.tabs})
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
