package lex

// maxSource bounds the text of one file, since offsets are 32 bits wide.
const maxSource = 1 << 30

// scanner is the state of one run over a text. What a slash or a bar means depends on whether an operand went before,
// and for a bar also on whether one is open in the same pair of brackets.
type scanner struct {
	src     *Source
	s       string
	pos     int
	line    int32
	lineOff int
	operand bool   // the last token ended an operand
	bars    int32  // open bars within the innermost brackets
	outer   []bars // the same for the brackets around
}

type bars int32

func scan(src *Source) {
	s := src.File.Src
	if len(s) > maxSource {
		src.Tokens = []Token{{Kind: Illegal, why: tooLarge, Line: 1, Col: 1}, {Kind: EOF, Line: 1, Col: 1}}
		return
	}
	// Scripts have a token every 4 (dense code) to 12 bytes (much documentation); growing copies everything.
	src.Tokens = make([]Token, 0, len(s)/5+16)
	sc := scanner{src: src, s: s, line: 1}
	for sc.next() {
	}
}

// add appends the token [off, end) and goes on behind it.
func (sc *scanner) add(k Kind, off, end int) {
	sc.src.Tokens = append(sc.src.Tokens, Token{Kind: k, Off: int32(off), End: int32(end), Line: sc.line, Col: int32(off-sc.lineOff) + 1})
	sc.pos = end
}

func (sc *scanner) illegal(why reason, off, end int) {
	sc.add(Illegal, off, end)
	sc.src.Tokens[len(sc.src.Tokens)-1].why = why
}

// op adds a punctuation token of n bytes behind which an operand is expected.
func (sc *scanner) op(k Kind, n int) {
	sc.add(k, sc.pos, sc.pos+n)
	sc.operand = false
}

func (sc *scanner) at(i int) byte {
	if i < len(sc.s) {
		return sc.s[i]
	}
	return 0
}

// next scans one token, or skips blanks and comments; false at the end.
func (sc *scanner) next() bool {
	s := sc.s
	for sc.pos < len(s) {
		switch s[sc.pos] {
		case ' ', '\t', '\r':
			sc.pos++
			continue
		case '\n':
			sc.pos++
			sc.line++
			sc.lineOff = sc.pos
			continue
		case '#':
			sc.comment()
			continue
		}
		break
	}
	if sc.pos >= len(s) {
		sc.add(EOF, len(s), len(s))
		return false
	}
	c := s[sc.pos]
	switch {
	case identStart[c]:
		sc.ident()
	case isDigit(c), c == '.' && isDigit(sc.at(sc.pos+1)):
		sc.number()
	case c == '"':
		sc.str()
	case c == '@':
		sc.directive()
	default:
		sc.punct(c)
	}
	return true
}

// lineEnd returns the offset of the end of the line, without its carriage return.
func (sc *scanner) lineEnd(from int) int {
	i := from
	for i < len(sc.s) && sc.s[i] != '\n' {
		i++
	}
	if i > from && i < len(sc.s) && sc.s[i-1] == '\r' {
		i--
	}
	return i
}

func (sc *scanner) comment() {
	off, end := sc.pos, sc.lineEnd(sc.pos)
	sc.pos = end
	text := sc.s[off:end]
	if len(text) < 2 || text[1] != '#' {
		return
	}
	d := Doc{Off: int32(off + 2), End: int32(end), Line: sc.line, Token: int32(len(sc.src.Tokens))}
	if len(text) > 2 {
		switch text[2] {
		case '!':
			d.Kind, d.Off = DocSummary, d.Off+1
		case '<':
			d.Kind, d.Off = DocAfter, d.Off+1
		case '#':
			return
		}
	}
	sc.src.Docs = append(sc.src.Docs, d)
}

func (sc *scanner) ident() {
	off := sc.pos
	i := off + 1
	qualified := false
	for {
		for i < len(sc.s) && identPart[sc.s[i]] {
			i++
		}
		if sc.at(i) == ':' && sc.at(i+1) == ':' && identStart[sc.at(i+2)] {
			qualified = true
			i += 3
			continue
		}
		break
	}
	// A host name wins when it is longer: www.example.com, but also a-b.c.
	if c := sc.at(i); c == '.' || c == '-' {
		if h := sc.hostname(off); h > i {
			sc.add(Hostname, off, h)
			sc.operand = true
			return
		}
	}
	k := Ident
	if !qualified {
		k = keyword(sc.s[off:i])
	}
	sc.add(k, off, i)
	// What follows `assert` is an expression, though 2.6 lets the word be a name.
	sc.operand = k == Ident && sc.s[off:i] != "assert" || k == Bool
}

// hostname returns the end of a dotted name that starts at off and ends in a label with a leading letter, or 0.
func (sc *scanner) hostname(off int) int {
	end, i := 0, off
	for {
		start := i
		for i < len(sc.s) && (isAlnum(sc.s[i]) || i > start && sc.s[i] == '-') {
			i++
		}
		if i == start {
			return end
		}
		if start > off && isLetter(sc.s[start]) {
			end = i
		}
		if sc.at(i) != '.' {
			return end
		}
		i++
	}
}

// number scans everything that starts like a number. As in the reference the longest reading wins and nothing is said about
// what follows: `10 sec` and `10sec` are intervals, `10 section` is an interval and a name.
func (sc *scanner) number() {
	off := sc.pos
	d := sc.digits(off)
	kind, end := Count, d
	if d == off {
		kind = Double // .5
	}
	take := func(k Kind, e int) {
		if e > end {
			kind, end = k, e
		}
	}
	f := sc.float(off)
	take(Double, f)
	if sc.at(d) == '/' {
		for _, p := range [...]string{"tcp", "udp", "icmp", "unknown"} {
			if hasPrefix(sc.s[d+1:], p) {
				take(Port, d+1+len(p))
			}
		}
	}
	u := sc.blanks(f)
	if c := sc.at(u); isLetter(c) {
		for _, p := range [...]string{"day", "hr", "min", "sec", "msec", "usec"} {
			if p[0] == c && hasPrefix(sc.s[u:], p) {
				e := u + len(p)
				if sc.at(e) == 's' {
					e++
				}
				take(Interval, e)
			}
		}
	}
	if d == off+1 && sc.s[off] == '0' && sc.at(d) == 'x' {
		i := d + 1
		for i < len(sc.s) && isHex(sc.s[i]) {
			i++
		}
		if i > d+1 {
			take(Count, i)
		}
	}
	if sc.at(d) == '.' && d > off {
		if a := sc.ipv4(off); a > 0 {
			take(Addr, a)
			if l := sc.prefixLen(a); l > 0 {
				take(Subnet, l)
			}
		}
	}
	if c := sc.at(d); d > off && (c == '.' || c == '-' || isLetter(c)) {
		take(Hostname, sc.hostname(off))
	}
	sc.add(kind, off, end)
	sc.operand = true
}

func (sc *scanner) digits(i int) int {
	for i < len(sc.s) && isDigit(sc.s[i]) {
		i++
	}
	return i
}

func (sc *scanner) blanks(i int) int {
	for i < len(sc.s) && (sc.s[i] == ' ' || sc.s[i] == '\t') {
		i++
	}
	return i
}

// float returns the end of a number with optional fraction and exponent: 5, 5., .5, 5.5e-3.
func (sc *scanner) float(off int) int {
	i := sc.digits(off)
	if sc.at(i) == '.' {
		i = sc.digits(i + 1)
	}
	if c := sc.at(i); c == 'e' || c == 'E' {
		j := i + 1
		if c := sc.at(j); c == '+' || c == '-' {
			j++
		}
		if e := sc.digits(j); e > j {
			return e
		}
	}
	return i
}

func (sc *scanner) ipv4(i int) int {
	for n := 0; ; n++ {
		e := sc.digits(i)
		if e == i {
			return 0
		}
		if n == 3 {
			return e
		}
		if sc.at(e) != '.' {
			return 0
		}
		i = e + 1
	}
}

// prefixLen returns the end of a `/LEN` behind an address that ends at i, or 0.
func (sc *scanner) prefixLen(i int) int {
	j := sc.blanks(i)
	if sc.at(j) != '/' {
		return 0
	}
	j = sc.blanks(j + 1)
	if e := sc.digits(j); e > j {
		return e
	}
	return 0
}

// ipv6 returns the end of an address in brackets that starts at off, or 0: eight groups, or any run of hexadecimal digits
// and colons that holds `::`, with an optional 0x in front or a dotted tail.
func (sc *scanner) ipv6(off int) int {
	i := off + 1
	zerox := sc.at(i) == '0' && sc.at(i+1) == 'x'
	if zerox {
		i += 2
		if !isHex(sc.at(i)) {
			return 0
		}
	}
	start, double, groups := i, -1, 0
	for i < len(sc.s) && (isHex(sc.s[i]) || sc.s[i] == ':') {
		if sc.s[i] == ':' {
			groups++
			if sc.at(i+1) == ':' && double < 0 {
				double = i
			}
		}
		i++
	}
	switch sc.at(i) {
	case ']':
		if double >= 0 || groups == 7 && !zerox && sc.s[start] != ':' && sc.s[i-1] != ':' {
			return i + 1
		}
	case '.':
		if zerox {
			return 0
		}
		// The first group of the dotted tail was taken for hexadecimal digits.
		j := i
		for j > start && isDigit(sc.s[j-1]) {
			j--
		}
		e := sc.ipv4(j)
		if e > 0 && sc.at(e) == ']' && (double >= 0 && double+2 <= j || groups == 6 && j > start && sc.s[j-1] == ':') {
			return e + 1
		}
	}
	return 0
}

func (sc *scanner) str() {
	i := sc.pos + 1
	for i < len(sc.s) {
		switch sc.s[i] {
		case '"':
			sc.add(String, sc.pos, i+1)
			sc.operand = true
			return
		case '\\':
			i++
			if c := sc.at(i); i >= len(sc.s) || c == '\n' || c == '\r' {
				sc.illegal(openString, sc.pos, sc.lineEnd(sc.pos))
				return
			}
		case '\n', '\r':
			sc.illegal(openString, sc.pos, sc.lineEnd(sc.pos))
			return
		}
		i++
	}
	sc.illegal(openString, sc.pos, len(sc.s))
}

// pattern scans /…/ and its flags. Only a backslash hides a slash; brackets and quotes do not.
func (sc *scanner) pattern() {
	i := sc.pos + 1
	for i < len(sc.s) && sc.s[i] != '\n' && sc.s[i] != '\r' {
		switch sc.s[i] {
		case '/':
			if i == sc.pos+1 { // `//` holds no pattern; the parser says so
				sc.op(Slash, 1)
				return
			}
			i++
			for n := 0; n < 2 && (sc.at(i) == 'i' || sc.at(i) == 's'); n++ {
				i++
			}
			sc.add(Pattern, sc.pos, i)
			sc.operand = true
			return
		case '\\':
			if c := sc.at(i + 1); c != '\n' && c != '\r' {
				i++
			}
		}
		i++
	}
	sc.illegal(openPattern, sc.pos, min(i, len(sc.s)))
	sc.operand = true
}

func (sc *scanner) directive() {
	off := sc.pos
	i := off + 1
	for i < len(sc.s) && isLetter(sc.s[i]) {
		i++
	}
	word := sc.s[off+1 : i]
	if word == "load" {
		for _, more := range [...]string{"-sigs", "-plugin"} {
			if hasPrefix(sc.s[i:], more) {
				i += len(more)
				word = sc.s[off+1 : i]
				break
			}
		}
	}
	kind := Illegal
	switch word {
	case "if":
		kind = AtIf
	case "ifdef":
		kind = AtIfdef
	case "ifndef":
		kind = AtIfndef
	case "else":
		kind = AtElse
	case "endif":
		kind = AtEndif
	case "DEBUG":
		kind = AtDebug
	case "DIR", "FILENAME":
		kind = AtDir
		if word == "FILENAME" {
			kind = AtFilename
		}
		sc.add(kind, off, i)
		sc.operand = true
		return
	case "load", "load-sigs", "load-plugin", "unload":
		switch word {
		case "load":
			kind = AtLoad
		case "load-sigs":
			kind = AtLoadSigs
		case "load-plugin":
			kind = AtLoadPlugin
		default:
			kind = AtUnload
		}
		b := sc.blanks(i)
		e := b
		for e < len(sc.s) && !isSpace(sc.s[e]) {
			e++
		}
		if b == i || e == b {
			kind = Illegal
		} else {
			i = e
		}
	case "prefixes":
		kind = AtPrefixes
		e := sc.blanks(i)
		ok := e > i
		if sc.at(e) == '+' {
			e++
		}
		ok = ok && sc.at(e) == '='
		b := sc.blanks(e + 1)
		ok = ok && b > e+1
		e = b
		for e < len(sc.s) && !isSpace(sc.s[e]) {
			e++
		}
		if !ok || e == b {
			kind = Illegal
		} else {
			i = e
		}
	case "deprecated":
		kind, i = AtDeprecated, sc.lineEnd(i)
	case "pragma":
		kind, i = AtPragma, sc.lineEnd(i)
	}
	if kind == Illegal {
		sc.illegal(badDirective, off, i)
		return
	}
	sc.add(kind, off, i)
	sc.operand = false
}

// punct scans operators and brackets; c is the byte at hand.
func (sc *scanner) punct(c byte) {
	d := sc.at(sc.pos + 1)
	switch c {
	case '(':
		sc.open(LParen)
	case '[':
		if e := sc.ipv6(sc.pos); e > 0 {
			k := Addr
			if l := sc.prefixLen(e); l > 0 {
				k, e = Subnet, l
			}
			sc.add(k, sc.pos, e)
			sc.operand = true
			return
		}
		sc.open(LBrack)
	case '{':
		sc.open(LBrace)
	case ')':
		sc.close(RParen)
		sc.operand = true
	case ']':
		sc.close(RBrack)
		sc.operand = true
	case '}':
		sc.close(RBrace)
	case ',':
		sc.op(Comma, 1)
	case ';':
		sc.bars = 0
		sc.op(Semi, 1)
	case ':':
		if d == ':' && identStart[sc.at(sc.pos+2)] {
			i := sc.pos + 3
			for i < len(sc.s) && identPart[sc.s[i]] {
				i++
			}
			sc.add(GlobalIdent, sc.pos, i)
			// Only one component belongs to it: a further `::x` is a token of its own.
			sc.operand = true
			return
		}
		sc.op(Colon, 1)
	case '$':
		sc.op(Dollar, 1)
	case '?':
		sc.choose(d, '$', HasField, Quest)
	case '=':
		sc.choose(d, '=', Eq, Assign)
	case '+':
		if d == '+' {
			sc.op(Inc, 2)
			return
		}
		sc.choose(d, '=', AddTo, Plus)
	case '-':
		if d == '-' {
			sc.op(Dec, 2)
			return
		}
		sc.choose(d, '=', RemoveFrom, Minus)
	case '*':
		sc.op(Star, 1)
	case '%':
		sc.op(Percent, 1)
	case '^':
		sc.op(Caret, 1)
	case '~':
		sc.op(Tilde, 1)
	case '<':
		if d == '<' {
			sc.op(Shl, 2)
			return
		}
		sc.choose(d, '=', Le, Lt)
	case '>':
		if d == '>' {
			sc.op(Shr, 2)
			return
		}
		sc.choose(d, '=', Ge, Gt)
	case '!':
		if e := sc.notIn(sc.pos); e > 0 {
			sc.op(NotIn, e-sc.pos)
			return
		}
		sc.choose(d, '=', Ne, Not)
	case '&':
		if d == '&' {
			sc.op(AndAnd, 2)
			return
		}
		i := sc.pos + 1
		for i < len(sc.s) && identPart[sc.s[i]] {
			i++
		}
		if attribute(sc.s[sc.pos+1 : i]) {
			sc.op(Attr, i-sc.pos)
			return
		}
		sc.op(Amp, 1)
	case '|':
		if d == '|' {
			sc.op(OrOr, 2)
			return
		}
		sc.bar()
	case '/':
		if sc.operand {
			sc.op(Slash, 1)
			return
		}
		sc.pattern()
	default:
		sc.illegal(badChar, sc.pos, sc.pos+1)
	}
}

func (sc *scanner) choose(d, want byte, two, one Kind) {
	if d == want {
		sc.op(two, 2)
		return
	}
	sc.op(one, 1)
}

func (sc *scanner) open(k Kind) {
	sc.outer = append(sc.outer, bars(sc.bars))
	sc.bars = 0
	sc.op(k, 1)
}

func (sc *scanner) close(k Kind) {
	sc.bars = 0
	if n := len(sc.outer); n > 0 {
		sc.bars = int32(sc.outer[n-1])
		sc.outer = sc.outer[:n-1]
	}
	sc.op(k, 1)
}

// notIn returns the end of `!in` with optional blanks, or 0.
func (sc *scanner) notIn(off int) int {
	i := sc.blanks(off + 1)
	if hasPrefix(sc.s[i:], "in") && i+2 < len(sc.s) && !identPart[sc.s[i+2]] {
		return i + 2
	}
	return 0
}

// bar decides what a single `|` is. Where an operand is expected it opens a size. Behind an operand with a size open it closes
// that size, unless what follows can only be an operand; the reference's grammar resolves the same conflict the same way.
func (sc *scanner) bar() {
	switch {
	case !sc.operand:
		sc.bars++
		sc.op(BarOpen, 1)
	case sc.bars > 0 && !sc.operandFollows(sc.pos+1):
		sc.bars--
		sc.op(BarClose, 1)
		sc.operand = true
	default:
		sc.op(Pipe, 1)
	}
}

// operandFollows reports whether the text at i starts an operand and cannot continue a finished expression.
func (sc *scanner) operandFollows(i int) bool {
	for i < len(sc.s) && isSpace(sc.s[i]) {
		i++
	}
	c, d := sc.at(i), sc.at(i+1)
	switch {
	case identStart[c]:
		j := i
		for j < len(sc.s) && identPart[sc.s[j]] {
			j++
		}
		switch sc.s[i:j] {
		case "in", "is", "as", "timeout", "of":
			return false
		}
		return true
	case isDigit(c), c == '"', c == '~', c == '+' && d == '+', c == '-' && d == '-', c == ':' && d == ':':
		return true
	case c == '!':
		return d != '=' && sc.notIn(i) == 0
	}
	return false
}

var identStart, identPart = identTables()

func identTables() (start, part [256]bool) {
	for c := 0; c < 256; c++ {
		start[c] = isLetter(byte(c)) || c == '_'
		part[c] = start[c] || isDigit(byte(c))
	}
	return start, part
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }
func isHex(c byte) bool    { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func hasPrefix(s, p string) bool { return len(s) >= len(p) && s[:len(p)] == p }
