// Package pattern is the regular expressions of Bro and Zeek: an own parser of their lex-like syntax, a Thompson
// automaton and a lazily built deterministic one over byte classes. Texts are bytes, NUL and those above 0x7f
// included; there are no captures and no back references, so that matching never backtracks.
//
// The beginning and the end of a text are marks that ^ and $ consume, as in the reference: hence they match at
// those places only, and once.
//
// A Pattern builds its automata while it matches and has no lock (an uncontended one would cost a tenth of a
// match): it belongs to one goroutine. Clone gives another goroutine its own. Nothing is compiled at package
// level, and Compile only checks the text; an automaton is built by the first match that needs it.
package pattern

import (
	"math"
	"strings"
)

// Flags are the letters behind a pattern's closing slash.
type Flags uint8

const (
	CaseInsensitive Flags = 1 << iota // i
	SingleLine                        // s: . matches a newline too
)

// Error is a mistake in a pattern's text.
type Error struct {
	Offset int    // in the text handed to the failing function, bytes
	Reason string // what is wrong
	// Named: the reference prints "REASON (compiling pattern /TEXT/)" before "error compiling pattern /TEXT/";
	// for other mistakes it prints only the latter.
	Named bool
	Text  string // the text that the reference names in its messages
}

func (e *Error) Error() string { return e.Reason + " (compiling pattern /" + e.Text + "/)" }

// Messages returns the lines that the reference prints for the mistake, without "error" and place.
func (e *Error) Messages() []string {
	last := "error compiling pattern /" + e.Text + "/"
	if e.Named {
		return []string{e.Error(), last}
	}
	return []string{last}
}

// Pattern is a regular expression. Its texts never change. See the package comment for who may use it.
type Pattern struct {
	src             string
	exact, anywhere string
	exactDFA        *dfa
	anyDFA          *dfa
	filter          prefilter
}

// Compile makes a pattern of the text between the slashes. The error, if any, is an *Error.
func Compile(src string, flags Flags) (*Pattern, error) {
	exact, anywhere := exactText(src), anywhereText(src)
	if flags&CaseInsensitive != 0 {
		exact, anywhere = "(?i:"+exact+")", "(?i:"+anywhere+")"
	}
	if flags&SingleLine != 0 {
		exact, anywhere = "(?s:"+exact+")", "(?s:"+anywhere+")"
	}
	if _, err := check(exact); err != nil {
		return nil, locate(err, src, strings.Index(exact, src), anywhere)
	}
	return &Pattern{src: src, exact: exact, anywhere: anywhere}, nil
}

// locate turns a mistake in a wrapped text into one of src. What is left open in src is noticed only behind
// the wrapping, or blamed on it: then src by itself tells better.
func locate(err *Error, src string, shift int, text string) *Error {
	if own, e := check(src); own == nil {
		err, shift = e, 0
	}
	err.Offset = min(max(err.Offset-shift, 0), len(src))
	err.Text = text
	return err
}

// FromTexts makes a pattern of the two texts under which patterns travel between nodes. The error, if any, is
// an *Error whose Text is the failing one.
func FromTexts(exact, anywhere string) (*Pattern, error) {
	for _, text := range []string{anywhere, exact} {
		if _, err := check(text); err != nil {
			err.Text = text
			return nil, err
		}
	}
	return &Pattern{exact: exact, anywhere: anywhere}, nil
}

func exactText(src string) string    { return "^?(" + src + ")$?" }
func anywhereText(src string) string { return `^?(.|\n)*(` + src + ")" }

// Or is the | of two patterns: a text that either matches.
func Or(a, b *Pattern) (*Pattern, error) { return Compile("("+a.exact+")|("+b.exact+")", 0) }

// And is the & of two patterns: what a matches followed by what b matches.
func And(a, b *Pattern) (*Pattern, error) { return Compile("("+a.exact+")("+b.exact+")", 0) }

// Merge matches what either matches, with the text of merge_pattern(a, b). The reference evaluates p += q as
// Merge(q, p).
func Merge(a, b *Pattern) (*Pattern, error) {
	return FromTexts(
		"("+exactText(a.exact)+")|("+exactText(b.exact)+")",
		"("+anywhereText(a.exact)+")|("+anywhereText(b.exact)+")")
}

// Clone returns an equal pattern that shares no automaton with p, for use by another goroutine.
func (p *Pattern) Clone() *Pattern { return &Pattern{src: p.src, exact: p.exact, anywhere: p.anywhere} }

// Source returns the text that Compile was given, "" for a pattern made by FromTexts or Merge.
func (p *Pattern) Source() string { return p.src }

// Text returns the pattern as scripts print it: /^?(re)$?/, with (?i:…) and (?s:…) around it for the flags.
func (p *Pattern) Text() string { return "/" + p.exact + "/" }

// Exact returns the text of the whole match: Text without the slashes.
func (p *Pattern) Exact() string { return p.exact }

// Anywhere returns the text of the search.
func (p *Pattern) Anywhere() string { return p.anywhere }

// Equal reports whether the texts are equal: that is what == of two patterns means.
func (p *Pattern) Equal(q *Pattern) bool { return p.exact == q.exact }

// Quote returns s with a backslash before each byte that means something in a pattern (convert_for_pattern).
// NUL becomes \x00: the reference's text would end there.
func Quote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == 0:
			b.WriteString(`\x00`)
			continue
		case strings.IndexByte(`^$-:"\/|*+?.(){}[]`, s[i]) >= 0:
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// check parses a text within the limits.
func check(text string) (*node, *Error) { return parse(text, len(text)+MaxExpanded) }

// mustParse parses a text that has been checked before, or whose other form has.
func mustParse(text string) *node {
	n, err := parse(text, math.MaxInt)
	if err != nil {
		panic("pattern: a checked text fails: " + err.Error())
	}
	return n
}

// compile builds the automaton of one text.
func compile(n *node, collapse bool) *dfa {
	b := newBuilder(n.size)
	return newDFA(b.finish(b.node(n, b.match(0))), collapse)
}

func (p *Pattern) whole() *dfa {
	if p.exactDFA == nil {
		p.exactDFA = compile(mustParse(p.exact), false)
		p.exactDFA.one = p.oneByte()
	}
	return p.exactDFA
}

// oneByte returns the bytes that p matches if it matches single bytes and nothing else, as those do at which texts are split; else nil.
// Patterns with flags are not looked at.
func (p *Pattern) oneByte() *[256]bool {
	if p.exact != exactText(p.src) {
		return nil
	}
	n, err := parse(p.src, math.MaxInt)
	if err != nil {
		return nil // such as a)(b, which is whole only in its parentheses
	}
	set := new([256]bool)
	switch n.op {
	case nByte:
		set[n.b] = true
	case nSet:
		for b := range set {
			set[b] = n.set.has(byte(b))
		}
	default:
		return nil
	}
	return set
}

func (p *Pattern) somewhere() *dfa {
	if p.anyDFA == nil {
		n := mustParse(p.anywhere)
		p.anyDFA = compile(n, true)
		p.filter = searchFilter(n)
	}
	return p.anyDFA
}

// MatchAll reports whether p matches the whole of s (the == of a pattern and a string).
func (p *Pattern) MatchAll(s string) bool { return p.whole().matchWhole(s) }

// MatchIn reports whether p matches anywhere in s (the in of a pattern and a string). As in the reference, a
// match that ends before the first byte does not count: /a*/ is not in "", /^/ is in nothing.
func (p *Pattern) MatchIn(s string) bool {
	d := p.somewhere()
	from := 0
	if p.filter.any != nil {
		var ok bool
		if from, ok = p.filter.find(s); !ok || p.filter.whole {
			return ok
		}
	}
	return d.search(s, from)
}

// MatchPrefixLongest returns the length of the longest match that begins at s[from], -1 if none does. bol says
// whether ^ matches there; $ matches at the end of s.
func (p *Pattern) MatchPrefixLongest(s string, from int, bol bool) int {
	end, _ := p.whole().longest(s, from, bol)
	if end < 0 {
		return -1
	}
	return end - from
}
