package pattern

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func must(t testing.TB, src string, flags Flags) *Pattern {
	t.Helper()
	p, err := Compile(src, flags)
	if err != nil {
		t.Fatalf("Compile(%q): %v", src, err)
	}
	return p
}

func TestMatch(t *testing.T) {
	const i, s = CaseInsensitive, SingleLine
	tests := []struct {
		src   string
		flags Flags
		text  string
		all   bool // text == pattern
		in    bool // pattern in text
	}{
		// Characters, alternatives, groups.
		{`foo`, 0, "foo", true, true},
		{`foo`, 0, "xfoox", false, true},
		{`foo`, 0, "fo", false, false},
		{`foo|bar`, 0, "bar", true, true},
		{`(foo|ba)r`, 0, "foor", true, true},
		{`(|a)b`, 0, "b", true, true},
		{`()`, 0, "", true, false},
		{``, 0, "", true, false},
		{``, 0, "x", false, true},
		{`a)(b`, 0, "ab", true, true},   // the text is wrapped in ^?(…)$? as it stands,
		{`a)|(b`, 0, "b", false, false}, // which here leaves neither branch both marks
		// Repetition.
		{`ab*`, 0, "abbb", true, true},
		{`ab+`, 0, "a", false, false},
		{`ab?c`, 0, "ac", true, true},
		{`a{3}`, 0, "aaa", true, true},
		{`a{3}`, 0, "aa", false, false},
		{`a{2,}`, 0, "aaaaa", true, true},
		{`a{2,}`, 0, "a", false, false},
		{`a{1,3}`, 0, "aaaa", false, true},
		{`a{0,2}b`, 0, "b", true, true},
		{`a{0}b`, 0, "ab", false, true},
		{`a{0,0}b`, 0, "b", true, true},
		{`(ab){2}`, 0, "abab", true, true},
		{`a**?+`, 0, "aaa", true, true},
		{`a+?`, 0, "", true, false}, // no lazy forms: ? makes a+ optional
		// Any byte; the newline; the s flag.
		{`a.c`, 0, "abc", true, true},
		{`a.c`, 0, "a\nc", false, false},
		{`a.c`, s, "a\nc", true, true},
		{`(?s:a.c)`, 0, "a\nc", true, true},
		{`(?s:a.)c.`, 0, "a\nc\n", false, false},
		{`.`, 0, "\xff", true, true},
		// Classes.
		{`[abc]+`, 0, "cab", true, true},
		{`[^abc]`, 0, "\n", true, true},
		{`[a-c-]+`, 0, "a-c", true, true},
		{`[]a]+`, 0, "]a", true, true},
		{`[^]a]`, 0, "]", false, false},
		{`[-a]+`, 0, "-a", true, true},
		{`[^-a]`, 0, "-", false, false},
		{`[+--]+`, 0, "+,-", true, true},
		{`[a^]+`, 0, "^a", true, true},
		{`[\]\\]+`, 0, `]\`, true, true},
		{`[[:digit:]x]+`, 0, "1x9", true, true},
		{`[^[:space:]]+`, 0, "a b", false, true},
		{`[[:ALPHA:]]`, 0, "q", true, true},
		{`[(?"*.|$]+`, 0, `(?"*.|$`, true, true},
		// Case.
		{`foo`, i, "FoO", true, true},
		{`[a-c]+`, i, "aBC", true, true},
		{`[^a]`, i, "A", false, false},
		{`"foo"`, i, "FOO", false, false}, // quotes keep their case
		{`\x41`, i, "a", false, false},    // so do escapes
		{`[[:lower:]]`, i, "Q", true, true},
		{`(?i:foo)bar`, 0, "FOObar", true, true},
		{`(?i:foo)bar`, 0, "fooBAR", false, false},
		{`(?i:foo)bar`, i, "fooBAR", false, false}, // the inner ) ends the mode for good
		{`a.B`, i | s, "A\nb", true, true},
		// Quotes and escapes.
		{`"a.*b"`, 0, "a.*b", true, true},
		{`"ab"+`, 0, "abab", true, true},
		{`""x`, 0, "x", true, true},
		{`"\x41\""`, 0, `A"`, true, true},
		{`\/\.\d`, 0, "/.d", true, true}, // \d is just d
		{`\x00\xff`, 0, "\x00\xff", true, true},
		{`a\0b`, 0, "xa\x00b", false, true},
		{`\1014`, 0, "A", true, true}, // digits past the third are swallowed
		{`\t\n\r\a\b\f\v`, 0, "\t\n\r\a\b\f\v", true, true},
		{"\xc3\xa4+", 0, "\xc3\xa4\xa4", true, true},
		// Anchors are marks that can be consumed once.
		{`^foo`, 0, "foo", true, true},
		{`^foo`, 0, "xfoo", false, false},
		{`foo$`, 0, "foo", true, true},
		{`foo$`, 0, "foox", false, false},
		{`^foo$`, 0, "foo", true, true},
		{`^^foo`, 0, "foo", false, false},
		{`a^b`, 0, "ab", false, false},
		{`(^|x)foo`, 0, "axfoo", false, true},
		{`(^|x)foo`, 0, "afoo", false, false},
		{`foo($|x)`, 0, "foo", true, true},
		{`^$`, 0, "", true, true},
		{`$`, 0, "abc", false, true},
		// A search wants at least one byte or the end.
		{`a*`, 0, "", true, false},
		{`a*`, 0, "b", false, true},
		{`^`, 0, "abc", false, false},
	}
	for _, tt := range tests {
		p := must(t, tt.src, tt.flags)
		for range 2 { // the second time all states are there
			if got := p.MatchAll(tt.text); got != tt.all {
				t.Errorf("%s == %q: got %v, want %v", p.Text(), tt.text, got, tt.all)
			}
			if got := p.MatchIn(tt.text); got != tt.in {
				t.Errorf("%s in %q: got %v, want %v", p.Text(), tt.text, got, tt.in)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		src    string
		offset int
		reason string
		named  bool
	}{
		{`a(b`, 1, "missing )", false},
		{`ab)`, 2, "unmatched )", false},
		{`a|`, 1, "nothing after |", false},
		{`a||b`, 1, "nothing after |", false},
		{`*a`, 0, "nothing to repeat before *", false},
		{`(+)`, 1, "nothing to repeat before +", false},
		{`a{3,2}`, 1, "bad iteration values", true},
		{`a{1,a}`, 4, "bad character inside {}'s", true},
		{`a{1 }`, 3, "bad character inside {}'s", true},
		{`a{1,2`, 1, "missing }", false},
		{`x{name}`, 1, "undefined definition", true},
		{`x{,3}`, 1, `{ without a count (write \{ for the character)`, false},
		{`{3}`, 0, "nothing to repeat before {", false},
		{`a}`, 1, `unmatched } (write \} for the character)`, false},
		{`a"b`, 1, "missing quote", true},
		{`[123`, 0, "unterminated character class", true},
		{`a[12}`, 1, "unterminated character class", true},
		{`[]`, 0, "unterminated character class", true},
		{`[z-a]`, 1, "negative range in character class", true},
		{`[a-c-e]`, 4, "- in a character class without a character before it", false},
		{`[a-[:digit:]]`, 1, "range in a character class ends in no character", false},
		{`[[:foo:]]`, 1, "bad character class expression", true},
		{`(?i:[A-z])`, 5, "ambiguous case-insensitive character class", true},
		{`\x4`, 0, "bad hexadecimal escape", false},
		{`\xzz`, 0, "bad hexadecimal escape", false},
		{`\777`, 0, `octal escape above \377`, false},
		{`foo\`, 3, `pattern ends in \`, false},
		{`(a{1000}){1000}`, 0, "repetition too large: more than 32768 states", false},
		{`a{99999999999999999999}`, 0, "repetition too large: more than 32768 states", false},
		{strings.Repeat("(", 6000), 5000, "pattern nested more than 5000 deep", false},
	}
	for _, tt := range tests {
		_, err := Compile(tt.src, 0)
		e, ok := err.(*Error)
		if !ok {
			t.Errorf("Compile(%q): got %v, want an error", tt.src, err)
			continue
		}
		if e.Offset != tt.offset || e.Reason != tt.reason || e.Named != tt.named {
			t.Errorf("Compile(%.40q): got %d %q %v, want %d %q %v",
				tt.src, e.Offset, e.Reason, e.Named, tt.offset, tt.reason, tt.named)
		}
	}
}

func TestErrorMessages(t *testing.T) {
	_, err := Compile("a{3,2}", CaseInsensitive)
	want := []string{
		`bad iteration values (compiling pattern /(?i:^?(.|\n)*(a{3,2}))/)`,
		`error compiling pattern /(?i:^?(.|\n)*(a{3,2}))/`,
	}
	if got := err.(*Error).Messages(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err = Compile("a|", 0)
	if got := err.(*Error).Messages(); !slices.Equal(got, []string{`error compiling pattern /^?(.|\n)*(a|)/`}) {
		t.Errorf("got %q", got)
	}
}

func TestTexts(t *testing.T) {
	a, b := must(t, `foo`, 0), must(t, `b\/r`, CaseInsensitive)
	both := func(f func(a, b *Pattern) (*Pattern, error)) *Pattern {
		p, err := f(a, b)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	tests := []struct {
		p               *Pattern
		exact, anywhere string
		matches         string
	}{
		{a, `^?(foo)$?`, `^?(.|\n)*(foo)`, "foo"},
		{b, `(?i:^?(b\/r)$?)`, `(?i:^?(.|\n)*(b\/r))`, "B/R"},
		{must(t, `x`, SingleLine), `(?s:^?(x)$?)`, `(?s:^?(.|\n)*(x))`, "x"},
		{must(t, `x`, SingleLine|CaseInsensitive), `(?s:(?i:^?(x)$?))`, `(?s:(?i:^?(.|\n)*(x)))`, "X"},
		{both(Or), `^?((^?(foo)$?)|((?i:^?(b\/r)$?)))$?`, `^?(.|\n)*((^?(foo)$?)|((?i:^?(b\/r)$?)))`, "b/R"},
		{both(And), `^?((^?(foo)$?)((?i:^?(b\/r)$?)))$?`, `^?(.|\n)*((^?(foo)$?)((?i:^?(b\/r)$?)))`, "foob/R"},
		{both(Merge), `(^?(^?(foo)$?)$?)|(^?((?i:^?(b\/r)$?))$?)`,
			`(^?(.|\n)*(^?(foo)$?))|(^?(.|\n)*((?i:^?(b\/r)$?)))`, "foo"},
	}
	for _, tt := range tests {
		if tt.p.Exact() != tt.exact || tt.p.Anywhere() != tt.anywhere || tt.p.Text() != "/"+tt.exact+"/" {
			t.Errorf("texts %q and %q, want %q and %q", tt.p.Exact(), tt.p.Anywhere(), tt.exact, tt.anywhere)
		}
		back, err := FromTexts(tt.p.Exact(), tt.p.Anywhere())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []*Pattern{tt.p, back, tt.p.Clone()} {
			if !p.Equal(tt.p) || !p.MatchAll(tt.matches) || !p.MatchIn("--"+tt.matches+"--") || p.MatchAll("q") {
				t.Errorf("%s does not match %q alone", p.Text(), tt.matches)
			}
		}
	}
	if _, err := FromTexts(`^?(a)$?`, `(`); err == nil {
		t.Error("FromTexts accepted a broken text")
	}
	if a.Equal(b) {
		t.Error("different patterns are equal")
	}
}

// TestGrownPattern adds to one pattern again and again, as scripts do in loops, up to the limit.
func TestGrownPattern(t *testing.T) {
	p := must(t, "x0", 0)
	for i := 1; i < 300; i++ {
		q, err := Or(p, must(t, fmt.Sprintf("x%d", i), 0))
		if err != nil {
			t.Fatal(err)
		}
		p = q
	}
	if !p.MatchAll("x299") || !p.MatchAll("x0") || p.MatchAll("x300") || !p.MatchIn("..x150..") {
		t.Error("a grown pattern lost an alternative")
	}
}

func TestPrefix(t *testing.T) {
	tests := []struct {
		src, text string
		from      int
		bol       bool
		want      int
	}{
		{`a+`, "aab", 0, true, 2},
		{`a+`, "aab", 1, false, 1},
		{`a+`, "aab", 2, true, -1},
		{`a*`, "b", 0, true, 0},
		{`a*`, "", 0, true, 0},
		{`a|ab|abcd`, "abcx", 0, true, 2},
		{`^a`, "aa", 1, false, -1},
		{`^a`, "aa", 1, true, 1},
		{`a$`, "aa", 0, true, -1},
		{`a$`, "aa", 1, true, 1},
		{`a($|b)`, "ab", 0, true, 2},
	}
	for _, tt := range tests {
		p := must(t, tt.src, 0)
		if got := p.MatchPrefixLongest(tt.text, tt.from, tt.bol); got != tt.want {
			t.Errorf("/%s/ at %d of %q, bol %v: got %d, want %d", tt.src, tt.from, tt.text, tt.bol, got, tt.want)
		}
	}
}

func TestFinder(t *testing.T) {
	tests := []struct {
		src, text string
		how       Search
		want      string // matches in brackets
	}{
		{`o+`, "foo boo o", 0, "f[oo] b[oo] [o]"},
		{`,`, "a,b,,c", 0, "a[,]b[,][,]c"},
		{`[^a\x00]`, "ab\x00\xff", EachBOL | Empty, "a[b]\x00[\xff]"},
		{`a|ab`, "abab", 0, "[ab][ab]"},
		{`x*`, "axxb", 0, "a[xx]b"},
		{`x*`, "axxb", Empty, "[]a[xx][]b"},
		{`^a`, "aaba", 0, "[a][a]ba"},         // ^ holds while matches follow one another
		{`^a`, "aaba", EachBOL, "[a][a]b[a]"}, // everywhere, as find_all does
		{`a$`, "aaa", 0, "aa[a]"},
		{`$`, "aaa", Empty, "aaa"},
		{`a*b|a`, "aaaaaab", 0, "[aaaaaab]"},
		{`a*b|a`, "aaaa", 0, "[a][a][a][a]"},
	}
	for _, tt := range tests {
		p := must(t, tt.src, 0)
		f := p.Matches(tt.text, tt.how)
		if got := bracket(tt.text, &f); got != tt.want {
			t.Errorf("/%s/ how %d: got %s, want %s", tt.src, tt.how, got, tt.want)
		}
	}
}

func bracket(text string, f *Finder) string {
	var b strings.Builder
	done := 0
	for start, end, ok := f.Next(); ok; start, end, ok = f.Next() {
		b.WriteString(text[done:start] + "[" + text[start:end] + "]")
		done = end
	}
	return b.String() + text[done:]
}

func TestFindLast(t *testing.T) {
	tests := []struct {
		src, text, want string
		ok              bool
	}{
		{`.*`, "abc", "c", true},
		{`o+`, "foo boo", "o", true},
		{`^b.`, "abcbd", "bd", true},
		{`x`, "abc", "", false},
		{`x*`, "abc", "", true},
		{`a*`, "", "", false},
	}
	for _, tt := range tests {
		p := must(t, tt.src, 0)
		start, end, ok := p.FindLast(tt.text)
		if ok != tt.ok || tt.text[start:end] != tt.want {
			t.Errorf("/%s/ in %q: got %q %v", tt.src, tt.text, tt.text[start:end], ok)
		}
	}
}

func TestQuote(t *testing.T) {
	const all = `^$-:"\/|*+?.(){}[]` + "\x00\xff a'<"
	if got, want := Quote(`a.b[c]-"x"`), `a\.b\[c\]\-\"x\"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if p := must(t, Quote(all), 0); !p.MatchAll(all) {
		t.Errorf("%s does not match what was quoted", p.Text())
	}
}

func TestSet(t *testing.T) {
	srcs := []string{`foo`, `fo*`, `(foo|bletch)`, `^bar$`, `.*`, `a.c`}
	var pats []*Pattern
	for _, s := range srcs {
		pats = append(pats, must(t, s, 0))
	}
	pats = append(pats, must(t, `a.c`, SingleLine), must(t, `A.C`, CaseInsensitive))
	s := NewSet(pats)
	tests := []struct {
		text    string
		all, in []int
	}{
		{"foo", []int{0, 1, 2, 4}, []int{0, 1, 2, 4}},
		{"xfoo", []int{4}, []int{0, 1, 2, 4}},
		{"bletch", []int{2, 4}, []int{2, 4}},
		{"bar", []int{3, 4}, []int{3, 4}},
		{"bar\n", nil, []int{4}},
		{"a\nc", []int{6}, []int{4, 6}},
		{"abc", []int{4, 5, 6, 7}, []int{4, 5, 6, 7}},
		{"", []int{4}, nil},
	}
	for _, tt := range tests {
		if got := s.MatchAll(tt.text, nil); !slices.Equal(got, tt.all) {
			t.Errorf("MatchAll(%q): got %v, want %v", tt.text, got, tt.all)
		}
		if got := s.MatchIn(tt.text, []int{9}); !slices.Equal(got, append([]int{9}, tt.in...)) {
			t.Errorf("MatchIn(%q): got %v, want 9 and %v", tt.text, got, tt.in)
		}
		if got := s.MatchesAll(tt.text); got != (tt.all != nil) {
			t.Errorf("MatchesAll(%q): got %v", tt.text, got)
		}
	}
	st := s.Stats()
	if st.Matchers != 2 || st.DFAStates == 0 || st.NFAStates < st.DFAStates || st.Computed == 0 || st.Bytes == 0 || st.Misses == 0 {
		t.Errorf("stats: %+v", st)
	}
	empty := NewSet(nil)
	if empty.MatchesAll("") || empty.MatchAll("", nil) != nil || empty.MatchIn("x", nil) != nil || empty.Stats() != (Stats{}) {
		t.Error("an empty set matches")
	}
}

// TestCacheFlush runs a pattern that needs more states than the cache holds.
func TestCacheFlush(t *testing.T) {
	p := must(t, `(a|b)*a(a|b){15}`, 0)
	r := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, 100_000)
	for i := range text {
		text[i] = "ab"[r.IntN(2)]
	}
	for n := len(text); n > len(text)-8; n-- {
		if n == len(text)-4 {
			p = p.Clone()
		}
		if got, want := p.MatchAll(string(text[:n])), text[n-16] == 'a'; got != want {
			t.Fatalf("length %d: got %v, want %v", n, got, want)
		}
	}
	if p.exactDFA.gen < 2 {
		t.Errorf("the cache was never emptied")
	}
	if m := p.exactDFA.memory(); m > 16<<20 {
		t.Errorf("%d bytes", m)
	}
}

// TestHostile runs patterns that make backtracking or repeated scanning blow up. The bound is loose: without
// the measures against it each takes minutes.
func TestHostile(t *testing.T) {
	n := 50_000
	if testing.Short() {
		n = 20_000
	}
	text := strings.Repeat("a", n)
	// Backtracking would not end before the tests are given up.
	for _, src := range []string{`(a*)*b`, `(a|a)*b`, `(a?){30}a{30}b`, `a*b|a`, `(aaaaaaa)*b`, `a|a(aaa)*b`, `((a+)+)+b`} {
		p := must(t, src, 0)
		p.MatchAll(text)
		p.MatchIn(text)
		p.FindLast(text)
		f := p.Matches(text, EachBOL)
		for _, _, ok := f.Next(); ok; _, _, ok = f.Next() {
		}
	}
}

func TestPrefilter(t *testing.T) {
	tests := []struct {
		src  string
		want prefilter
	}{
		{`foo`, prefilter{any: []string{"foo"}, whole: true}},
		{`x`, prefilter{any: []string{"x"}, whole: true}},
		{`foo|bar|baz|qux`, prefilter{}},
		{`foo|ba[rz]`, prefilter{any: []string{"foo", "bar", "baz"}, whole: true}},
		{`^foo`, prefilter{any: []string{"foo"}, prefix: true}},
		{`foo[0-9]+`, prefilter{any: []string{"foo"}, prefix: true}},
		{`(curl|wget)\/[0-9]`, prefilter{any: []string{"curl/", "wget/"}, prefix: true}},
		{`ho[0-9]*5\.example\.(org|com)`, prefilter{any: []string{"5.example.org", "5.example.com"}}},
		{`[0-9]+(abc|defg)+`, prefilter{any: []string{"abc", "defg"}}},
		{`(ab){2}.`, prefilter{any: []string{"abab"}, prefix: true}},
		{`a*`, prefilter{}},
		{`(foo)?`, prefilter{}},
		{`foo|` + `[a-z]+`, prefilter{}},
		{`x[0-9]`, prefilter{}},
	}
	for _, tt := range tests {
		p := must(t, tt.src, 0)
		p.somewhere()
		if got := p.filter; !slices.Equal(got.any, tt.want.any) || got.prefix != tt.want.prefix || got.whole != tt.want.whole {
			t.Errorf("/%s/: got %+v, want %+v", tt.src, got, tt.want)
		}
	}
}
