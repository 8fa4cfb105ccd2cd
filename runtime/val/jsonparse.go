package val

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// jsonKind is the kind of a JSON value.
type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonFalse
	jsonTrue
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

var jsonKindNames = [...]string{"null", "bool", "bool", "number", "string", "array", "object"}

// jsonNode is one parsed value.
type jsonNode struct {
	kind   jsonKind
	isInt  bool   // a number that fits int64, in n
	isUint bool   // a number that fits uint64, in n
	n      uint64 // integers
	f      float64
	s      string
	kids   []jsonNode // elements of an array, values of an object
	names  []string   // names of an object's members
}

// find returns the first member of that name, or nil.
func (j *jsonNode) find(name string) *jsonNode {
	for i, n := range j.names {
		if n == name {
			return &j.kids[i]
		}
	}
	return nil
}

// jsonError is thrown inside the parser only.
type jsonError struct {
	msg string
	at  int
}

// Messages of syntax errors, as the reference's JSON library (RapidJSON) words them.
const (
	jsonEmpty       = "The document is empty."
	jsonRoot        = "The document root must not be followed by other values."
	jsonValue       = "Invalid value."
	jsonName        = "Missing a name for object member."
	jsonColon       = "Missing a colon after a name of object member."
	jsonMemberEnd   = "Missing a comma or } after an object member."
	jsonElementEnd  = "Missing a comma or ] after an array element."
	jsonHex         = "Incorrect hex digit after \\u escape in string."
	jsonSurrogate   = "The surrogate pair in string is invalid."
	jsonEscape      = "Invalid escape character in string."
	jsonQuote       = "Missing a closing quotation mark in string."
	jsonEncoding    = "Invalid encoding in string."
	jsonTooBig      = "Number too big to be stored in double."
	jsonFraction    = "Miss fraction part in number."
	jsonExponent    = "Miss exponent in number."
	jsonTermination = "Terminate parsing due to Handler error."
)

// jsonParser reads RFC 8259 JSON. Errors have the offsets that RapidJSON gives them. Nesting deeper than maxJSONDepth is an error,
// where the reference would overflow its stack.
type jsonParser struct {
	s     string
	i     int
	depth int
}

// parseJSON reads a whole text; err is empty on success.
func parseJSON(s string) (root jsonNode, err string) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case jsonError:
			err = fmt.Sprintf("JSON parse error: %s Offset: %d", e.msg, e.at)
		default:
			panic(e)
		}
	}()
	p := jsonParser{s: s}
	p.space()
	if p.peek() == 0 {
		p.fail(jsonEmpty)
	}
	root = p.value()
	p.space()
	if p.peek() != 0 {
		p.fail(jsonRoot)
	}
	return root, ""
}

func (p *jsonParser) fail(msg string)           { panic(jsonError{msg, p.i}) }
func (p *jsonParser) failAt(msg string, at int) { panic(jsonError{msg, at}) }

// peek returns the next byte, 0 at the end.
func (p *jsonParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) take(c byte) bool {
	if p.i < len(p.s) && p.s[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\n', '\r', '\t':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonParser) value() jsonNode {
	switch p.peek() {
	case 'n':
		return p.word("null", jsonNull)
	case 't':
		return p.word("true", jsonTrue)
	case 'f':
		return p.word("false", jsonFalse)
	case '"':
		return jsonNode{kind: jsonString, s: p.str()}
	case '{', '[':
		if p.depth++; p.depth > maxJSONDepth {
			p.fail(jsonTermination)
		}
		defer func() { p.depth-- }()
		if p.s[p.i] == '{' {
			return p.object()
		}
		return p.array()
	}
	return p.number()
}

func (p *jsonParser) word(w string, k jsonKind) jsonNode {
	for i := range len(w) {
		if !p.take(w[i]) {
			p.fail(jsonValue)
		}
	}
	return jsonNode{kind: k}
}

func (p *jsonParser) object() jsonNode {
	j := jsonNode{kind: jsonObject}
	p.i++
	p.space()
	if p.take('}') {
		return j
	}
	for {
		if p.peek() != '"' {
			p.fail(jsonName)
		}
		j.names = append(j.names, p.str())
		p.space()
		if !p.take(':') {
			p.fail(jsonColon)
		}
		p.space()
		j.kids = append(j.kids, p.value())
		p.space()
		switch {
		case p.take(','):
			p.space()
		case p.take('}'):
			return j
		default:
			p.fail(jsonMemberEnd)
		}
	}
}

func (p *jsonParser) array() jsonNode {
	j := jsonNode{kind: jsonArray}
	p.i++
	p.space()
	if p.take(']') {
		return j
	}
	for {
		j.kids = append(j.kids, p.value())
		p.space()
		switch {
		case p.take(','):
			p.space()
		case p.take(']'):
			return j
		default:
			p.fail(jsonElementEnd)
		}
	}
}

// str reads a string whose opening quote is next.
func (p *jsonParser) str() string {
	p.i++
	start := p.i
	var b []byte // what stands before start when there are escapes
	for {
		c := p.peek()
		switch {
		case c == '"':
			s := p.s[start:p.i]
			p.i++
			if b != nil {
				return string(append(b, s...))
			}
			return s
		case c == '\\':
			b = append(b, p.s[start:p.i]...)
			b = p.escape(b)
			start = p.i
		case c == 0:
			p.fail(jsonQuote)
		case c < ' ':
			p.fail(jsonEncoding)
		default:
			p.i++
		}
	}
}

// escape reads one escape sequence.
func (p *jsonParser) escape(b []byte) []byte {
	at := p.i
	p.i++
	c := p.peek()
	p.i++
	switch c {
	case '"', '\\', '/':
		return append(b, c)
	case 'b':
		return append(b, '\b')
	case 'f':
		return append(b, '\f')
	case 'n':
		return append(b, '\n')
	case 'r':
		return append(b, '\r')
	case 't':
		return append(b, '\t')
	case 'u':
	default:
		p.failAt(jsonEscape, at)
	}
	r := p.hex4(at)
	if r >= 0xd800 && r <= 0xdfff {
		if r > 0xdbff || !p.take('\\') || !p.take('u') {
			p.failAt(jsonSurrogate, at)
		}
		low := p.hex4(at)
		if low < 0xdc00 || low > 0xdfff {
			p.failAt(jsonSurrogate, at)
		}
		r = (r-0xd800)<<10 | (low - 0xdc00) + 0x10000
	}
	return utf8.AppendRune(b, r)
}

func (p *jsonParser) hex4(at int) rune {
	var r rune
	for range 4 {
		c := p.peek()
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			p.failAt(jsonHex, at)
		}
		r = r<<4 | rune(c)
		p.i++
	}
	return r
}

func (p *jsonParser) digits() bool {
	start := p.i
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.i++
	}
	return p.i > start
}

func (p *jsonParser) number() jsonNode {
	start := p.i
	minus := p.take('-')
	if !p.take('0') && !p.digits() {
		p.fail(jsonValue)
	}
	end := p.i
	if p.take('.') && !p.digits() {
		p.fail(jsonFraction)
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if !p.digits() {
			p.fail(jsonExponent)
		}
	}
	j := jsonNode{kind: jsonNumber}
	j.f, _ = strconv.ParseFloat(p.s[start:p.i], 64)
	if math.IsInf(j.f, 0) {
		p.failAt(jsonTooBig, start)
	}
	if p.i > end {
		return j
	}
	if minus {
		n, err := strconv.ParseInt(p.s[start:end], 10, 64)
		j.n, j.isInt, j.isUint = uint64(n), err == nil, err == nil && n == 0
		return j
	}
	n, err := strconv.ParseUint(p.s[start:end], 10, 64)
	j.n, j.isInt, j.isUint = n, err == nil && n <= math.MaxInt64, err == nil
	return j
}
