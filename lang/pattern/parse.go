package pattern

import "strconv"

// Limits on one pattern. They keep hostile input from costing more than a few megabytes and milliseconds;
// no pattern that a person writes comes near them.
const (
	// MaxExpanded bounds the automaton states that counted repetitions ({n,m}) add to those that stand in the
	// text, for they multiply when nested.
	MaxExpanded = 1 << 15
	// MaxDepth bounds the nesting of parentheses. Each use of | or & on pattern values adds two levels.
	MaxDepth = 5000
	// maxCount is where a repetition count stops being read: anything above is too large anyway.
	maxCount = 1 << 24
)

type nodeOp uint8

const (
	nEmpty  nodeOp = iota
	nByte          // b
	nSet           // set
	nBOL           // the mark before the first byte
	nEOL           // the mark after the last byte
	nCat           // kids in order
	nAlt           // one of kids
	nRepeat        // kids[0], min to max times; max < 0: no bound
)

// node is a parsed pattern. size is the number of automaton states it needs.
type node struct {
	op       nodeOp
	b        byte
	min, max int
	size     int
	set      *charset
	kids     []*node
}

// parser reads the lex-like syntax of the reference: its scanner has two dynamic switches (case, single line)
// that an opening "(?i:" or "(?s:" sets and the matching ")" clears, so that in (?i:(?i:a)b) the b is
// case-sensitive. That is kept, since results and printed texts of nested modes depend on it.
type parser struct {
	src    string
	pos    int
	depth  int
	ci     bool
	single bool
	limit  int // of states

	slab []node  // nodes are cut from here: checking a text at load time is to cost little
	kids []*node // of the series and alternations still open
	list []*node // children are cut from here
}

// new returns a fresh node of size 1.
func (p *parser) new(op nodeOp) *node {
	if len(p.slab) == 0 {
		p.slab = make([]node, min(max(8, (len(p.src)-p.pos)/2), 1024))
	}
	n := &p.slab[0]
	p.slab = p.slab[1:]
	n.op, n.size = op, 1
	return n
}

// take closes a series, alternation or repetition: its children are what was pushed on p.kids since from.
func (p *parser) take(op nodeOp, from, size int) *node {
	kids := p.kids[from:]
	p.kids = p.kids[:from]
	if len(kids) == 1 && op != nRepeat {
		return kids[0]
	}
	if len(p.list) < len(kids) {
		p.list = make([]*node, max(len(kids), min(len(p.src)-p.pos, 1024)+8))
	}
	n := p.new(op)
	n.kids = p.list[:len(kids):len(kids)]
	p.list = p.list[len(kids):]
	copy(n.kids, kids)
	n.size = size
	return n
}

func (p *parser) byteNode(b byte) *node {
	n := p.new(nByte)
	n.b = b
	return n
}

func (p *parser) setNode(set charset) *node {
	n := p.new(nSet)
	n.set = &set
	return n
}

// parse reads the whole of src, whose automaton may have limit states. The error's offset counts in src.
func parse(src string, limit int) (n *node, err *Error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			n, err = nil, e
		}
	}()
	p := &parser{src: src, limit: limit}
	n = p.alternation()
	if p.pos < len(p.src) {
		p.fail(p.pos, "unmatched )")
	}
	return n, nil
}

// fail ends the parse with a mistake that the reference reports only as a failed compilation.
func (p *parser) fail(at int, reason string) {
	panic(&Error{Offset: at, Reason: reason})
}

// failNamed ends the parse with a mistake for which the reference prints reason in these words.
func (p *parser) failNamed(at int, reason string) {
	panic(&Error{Offset: at, Reason: reason, Named: true})
}

func (p *parser) peek(s string) bool {
	return len(p.src)-p.pos >= len(s) && p.src[p.pos:p.pos+len(s)] == s
}

func (p *parser) alternation() *node {
	first := (*node)(nil)
	if p.atEnd() || p.src[p.pos] == '|' {
		first = p.new(nEmpty)
	} else {
		first = p.series()
	}
	if p.pos >= len(p.src) || p.src[p.pos] != '|' {
		return first
	}
	from, size := len(p.kids), first.size
	p.kids = append(p.kids, first)
	for p.pos < len(p.src) && p.src[p.pos] == '|' {
		bar := p.pos
		p.pos++
		if p.atEnd() || p.src[p.pos] == '|' {
			p.fail(bar, "nothing after |")
		}
		k := p.series()
		size = p.grow(bar, size, k.size+1)
		p.kids = append(p.kids, k)
	}
	return p.take(nAlt, from, size)
}

// atEnd reports whether an alternation ends here.
func (p *parser) atEnd() bool { return p.pos >= len(p.src) || p.src[p.pos] == ')' }

func (p *parser) series() *node {
	from, size, start := len(p.kids), 0, p.pos
	for !p.atEnd() && p.src[p.pos] != '|' {
		k := p.repeated()
		size = p.grow(start, size, k.size)
		p.kids = append(p.kids, k)
	}
	return p.take(nCat, from, size)
}

// grow adds two sizes within the limit.
func (p *parser) grow(at, a, b int) int {
	if a+b > p.limit {
		p.fail(at, "repetition too large: more than "+strconv.Itoa(MaxExpanded)+" states")
	}
	return a + b
}

func (p *parser) repeated() *node {
	start := p.pos
	n := p.atom()
	for p.pos < len(p.src) {
		at := p.pos
		switch p.src[p.pos] {
		case '*':
			p.pos++
			n = p.repeat(start, n, 0, -1)
		case '+':
			p.pos++
			n = p.repeat(start, n, 1, -1)
		case '?':
			p.pos++
			n = p.repeat(start, n, 0, 1)
		case '{':
			lo, hi := p.counts()
			if hi >= 0 && lo > hi {
				p.failNamed(at, "bad iteration values")
			}
			n = p.repeat(start, n, lo, hi)
		default:
			return n
		}
	}
	return n
}

// repeat builds n{lo,hi}. Chains of the open forms (a**, a+?) fold into one, so that a text of nothing but
// stars does not become a tree as deep as it is long; counted forms double the size and meet the limit.
func (p *parser) repeat(at int, n *node, lo, hi int) *node {
	switch {
	case hi == 0:
		return p.new(nEmpty)
	case lo == 1 && hi == 1:
		return n
	}
	if n.op == nRepeat && n.min <= 1 && lo <= 1 && (n.max < 0 || n.max == 1) && (hi < 0 || hi == 1) {
		n.min = min(lo, n.min)
		if hi < 0 {
			n.max = -1
		}
		return n
	}
	times := hi
	if hi < 0 {
		times = max(lo, 1)
	}
	if times > p.limit || (n.size+1)*times > p.limit {
		p.grow(at, p.limit, 1)
	}
	p.kids = append(p.kids, n)
	r := p.take(nRepeat, len(p.kids)-1, (n.size+1)*times)
	r.min, r.max = lo, hi
	return r
}

// counts reads {n}, {n,} or {n,m}; hi is -1 without an upper bound.
func (p *parser) counts() (lo, hi int) {
	start := p.pos
	p.pos++
	if p.pos >= len(p.src) || !isDigit(p.src[p.pos]) {
		p.brace(start)
	}
	lo = p.number()
	hi = lo
	if p.pos < len(p.src) && p.src[p.pos] == ',' {
		p.pos++
		hi = -1
		if p.pos < len(p.src) && isDigit(p.src[p.pos]) {
			hi = p.number()
		}
	}
	if p.pos >= len(p.src) {
		p.fail(start, "missing }")
	}
	if p.src[p.pos] != '}' {
		p.failNamed(p.pos, "bad character inside {}'s")
	}
	p.pos++
	return lo, hi
}

func (p *parser) number() int {
	n := 0
	for p.pos < len(p.src) && isDigit(p.src[p.pos]) {
		if n < maxCount {
			n = n*10 + int(p.src[p.pos]-'0')
		}
		p.pos++
	}
	return n
}

// brace reports a { that starts no count: the reference keeps {name} for definitions, of which it has none.
func (p *parser) brace(start int) {
	i := start + 1
	for i < len(p.src) && (isAlpha(p.src[i]) || p.src[i] == '_' || i > start+1 && (isDigit(p.src[i]) || p.src[i] == '-')) {
		i++
	}
	if i > start+1 && i < len(p.src) && p.src[i] == '}' {
		p.failNamed(start, "undefined definition")
	}
	p.fail(start, `{ without a count (write \{ for the character)`)
}

func (p *parser) atom() *node {
	at := p.pos
	c := p.src[at]
	switch c {
	case '(':
		return p.group()
	case '[':
		return p.class()
	case '"':
		return p.quoted()
	case '.':
		p.pos++
		var set charset
		if !p.single {
			set.add('\n')
		}
		set.negate()
		return p.setNode(set)
	case '^':
		p.pos++
		return p.new(nBOL)
	case '$':
		p.pos++
		return p.new(nEOL)
	case '\\':
		return p.byteNode(p.escape())
	case '*', '+', '?':
		p.fail(at, "nothing to repeat before "+string(rune(c)))
	case '{':
		if at+1 < len(p.src) && isDigit(p.src[at+1]) {
			p.fail(at, "nothing to repeat before {")
		}
		p.brace(at)
	case '}':
		p.fail(at, `unmatched } (write \} for the character)`)
	}
	p.pos++
	if p.ci && isAlpha(c) {
		var set charset
		set.add(c | 0x20)
		set.add(c &^ 0x20)
		return p.setNode(set)
	}
	return p.byteNode(c)
}

func (p *parser) group() *node {
	at := p.pos
	if p.depth++; p.depth > MaxDepth {
		p.fail(at, "pattern nested more than "+strconv.Itoa(MaxDepth)+" deep")
	}
	mode := byte(0)
	switch {
	case p.peek("(?i:") || p.peek("(?I:"):
		mode, p.ci = 'i', true
		p.pos += 4
	case p.peek("(?s:") || p.peek("(?S:"):
		mode, p.single = 's', true
		p.pos += 4
	default:
		p.pos++
	}
	n := p.alternation()
	if p.pos >= len(p.src) {
		p.fail(at, "missing )")
	}
	p.pos++
	p.depth--
	switch mode {
	case 'i':
		p.ci = false
	case 's':
		p.single = false
	}
	return n
}

// quoted reads "…", whose characters stand for themselves, in their own case; only escapes count.
func (p *parser) quoted() *node {
	at := p.pos
	p.pos++
	from := len(p.kids)
	for {
		if p.pos >= len(p.src) {
			p.failNamed(at, "missing quote")
		}
		c := p.src[p.pos]
		if c == '"' {
			p.pos++
			if len(p.kids) == from {
				return p.new(nEmpty)
			}
			return p.take(nCat, from, p.grow(at, 0, len(p.kids)-from))
		}
		if c == '\\' {
			c = p.escape()
		} else {
			p.pos++
		}
		p.kids = append(p.kids, p.byteNode(c))
	}
}

// escape reads a backslash and what it names: \b \f \n \r \t \a \v, up to three octal digits (further ones are
// swallowed, as the reference does), \x and two hexadecimal digits; any other byte names itself.
func (p *parser) escape() byte {
	at := p.pos
	p.pos++
	if p.pos >= len(p.src) {
		p.fail(at, `pattern ends in \`)
	}
	c := p.src[p.pos]
	p.pos++
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'a':
		return '\a'
	case 'v':
		return '\v'
	case 'x':
		if p.pos+2 > len(p.src) {
			p.fail(at, "bad hexadecimal escape")
		}
		v, err := strconv.ParseUint(p.src[p.pos:p.pos+2], 16, 8)
		if err != nil {
			p.fail(at, "bad hexadecimal escape")
		}
		p.pos += 2
		return byte(v)
	}
	if c < '0' || c > '7' {
		return c
	}
	v, n := int(c-'0'), 1
	for p.pos < len(p.src) && p.src[p.pos] >= '0' && p.src[p.pos] <= '7' {
		if n < 3 {
			v = v<<3 | int(p.src[p.pos]-'0')
		}
		n++
		p.pos++
	}
	if v > 255 {
		p.fail(at, "octal escape above \\377")
	}
	return byte(v)
}

// class reads […]: a ] or - that comes first stands for itself, as does a - before the closing ].
func (p *parser) class() *node {
	at := p.pos
	p.pos++
	var set charset
	first, negated := true, false
	if p.peek("^") && p.pos+1 < len(p.src) {
		negated = true
		p.pos++
		// Before - and ] the scanner of the reference stays at the start of the class.
		first = p.src[p.pos] == '-' || p.src[p.pos] == ']'
	}
	for ; ; first = false {
		if p.pos >= len(p.src) {
			p.failNamed(at, "unterminated character class")
		}
		switch {
		case p.src[p.pos] == ']' && !first:
			p.pos++
			if negated {
				set.negate()
			}
			return p.setNode(set)
		case p.namedClass(&set):
			continue
		}
		p.classItem(&set, first)
	}
}

// classItem reads one character or one range.
func (p *parser) classItem(set *charset, first bool) {
	at := p.pos
	if !first && p.rangeDash() {
		p.fail(at, "- in a character class without a character before it")
	}
	lo := p.classChar()
	if !p.rangeDash() {
		set.add(lo)
		if p.ci && isAlpha(lo) {
			set.add(lo ^ 0x20)
		}
		return
	}
	p.pos++
	if _, ok := p.className(); ok || p.rangeDash() {
		p.fail(at, "range in a character class ends in no character")
	}
	hi := p.classChar()
	switch {
	case lo > hi:
		p.failNamed(at, "negative range in character class")
	case p.ci && (isAlpha(lo) || isAlpha(hi)):
		if !isAlpha(lo) || !isAlpha(hi) || isUpper(lo) != isUpper(hi) {
			p.failNamed(at, "ambiguous case-insensitive character class")
		}
		set.addRange(lo|0x20, hi|0x20)
		set.addRange(lo&^0x20, hi&^0x20)
	default:
		set.addRange(lo, hi)
	}
}

// rangeDash reports whether a - stands here that makes a range: not one before the closing ].
func (p *parser) rangeDash() bool {
	return p.pos+1 < len(p.src) && p.src[p.pos] == '-' && p.src[p.pos+1] != ']'
}

func (p *parser) classChar() byte {
	if p.pos >= len(p.src) {
		p.failNamed(p.pos, "unterminated character class")
	}
	if p.src[p.pos] == '\\' {
		return p.escape()
	}
	p.pos++
	return p.src[p.pos-1]
}

// className returns the name of the [:name:] that stands here.
func (p *parser) className() (string, bool) {
	if !p.peek("[:") {
		return "", false
	}
	i := p.pos + 2
	for i < len(p.src) && isAlpha(p.src[i]) {
		i++
	}
	if i == p.pos+2 || i+1 >= len(p.src) || p.src[i] != ':' || p.src[i+1] != ']' {
		return "", false
	}
	return p.src[p.pos+2 : i], true
}

// namedClass adds a [:name:] to set if one stands here.
func (p *parser) namedClass(set *charset) bool {
	name, ok := p.className()
	if !ok {
		return false
	}
	lower := make([]byte, len(name))
	for i := range lower {
		lower[i] = name[i] | 0x20
	}
	key := string(lower)
	if p.ci && (key == "lower" || key == "upper") {
		key = "alpha"
	}
	c, ok := namedClass(key)
	if !ok {
		p.failNamed(p.pos, "bad character class expression")
	}
	set.union(c)
	p.pos += len(name) + 4
	return true
}
