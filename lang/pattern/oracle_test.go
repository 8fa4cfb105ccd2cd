package pattern

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Two oracles: Go's regexp on the syntax that both share, and a direct reading of the tree, which also knows
// the marks and bytes above 0x7f.

// sharedText draws a pattern whose text means the same to Go's regexp.
func sharedText(depth int) *rapid.Generator[string] {
	atom := rapid.SampledFrom([]string{"a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", `\n`, `\x41`, "[[:alpha:]]", "()", "ab", "(?i:B)"})
	if depth == 0 {
		return atom
	}
	sub := sharedText(depth - 1)
	return rapid.OneOf(atom,
		rapid.Custom(func(t *rapid.T) string { return sub.Draw(t, "x") + sub.Draw(t, "y") }),
		rapid.Custom(func(t *rapid.T) string { return "(" + sub.Draw(t, "x") + "|" + sub.Draw(t, "y") + ")" }),
		rapid.Custom(func(t *rapid.T) string {
			return "(" + sub.Draw(t, "x") + ")" + rapid.SampledFrom([]string{"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"}).Draw(t, "q")
		}))
}

func TestAgainstRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := sharedText(3).Draw(t, "pattern")
		p, err := Compile(src, 0)
		if err != nil {
			t.Fatalf("Compile(%q): %v", src, err)
		}
		whole := regexp.MustCompile(`\A(?:` + src + `)\z`)
		part := regexp.MustCompile(src)
		part.Longest()
		for range 4 {
			text := rapid.StringOfN(rapid.SampledFrom([]rune("abcA\n")), 0, 12, -1).Draw(t, "text")
			if got, want := p.MatchAll(text), whole.MatchString(text); got != want {
				t.Fatalf("/%s/ == %q: got %v", src, text, got)
			}
			if got, want := p.MatchIn(text), text != "" && part.MatchString(text); got != want {
				t.Fatalf("/%s/ in %q: got %v", src, text, got)
			}
			loc := part.FindStringIndex(text)
			start, end, ok := p.Find(text, 0, Empty)
			if text != "" && (ok != (loc != nil) && (loc == nil || loc[0] < len(text)) || ok && (start != loc[0] || end != loc[1])) {
				t.Fatalf("/%s/ first in %q: got %d:%d %v, want %v", src, text, start, end, ok, loc)
			}
		}
	})
}

// reach returns the offsets in syms at which a match of n that begins at one of from can end, in ascending order.
func reach(n *node, syms []int, from []int) []int {
	consume := func(ok func(sym int) bool) []int {
		var out []int
		for _, i := range from {
			if i < len(syms) && ok(syms[i]) {
				out = append(out, i+1)
			}
		}
		return out
	}
	switch n.op {
	case nEmpty:
		return from
	case nByte:
		return consume(func(s int) bool { return s == int(n.b) })
	case nSet:
		return consume(func(s int) bool { return s < 256 && n.set.has(byte(s)) })
	case nBOL:
		return consume(func(s int) bool { return s == symBOL })
	case nEOL:
		return consume(func(s int) bool { return s == symEOL })
	case nCat:
		for _, k := range n.kids {
			from = reach(k, syms, from)
		}
		return from
	case nAlt:
		var out []int
		for _, k := range n.kids {
			out = append(out, reach(k, syms, from)...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	var out []int
	for i := 0; len(from) > 0 && (n.max < 0 || i <= n.max); i++ {
		if i >= n.min {
			size := len(out)
			out = append(out, from...)
			slices.Sort(out)
			if out = slices.Compact(out); len(out) == size && i > n.min {
				break
			}
		}
		from = reach(n.kids[0], syms, from)
	}
	return out
}

func symbols(text string) []int {
	syms := []int{symBOL}
	for i := 0; i < len(text); i++ {
		syms = append(syms, int(text[i]))
	}
	return append(syms, symEOL)
}

// slowLongest is MatchPrefixLongest by the oracle.
func slowLongest(n *node, text string, from int, bol bool) int {
	first := 0
	syms := symbols(text[from:])
	if !bol {
		syms = syms[1:]
	} else {
		first = 1
	}
	best := -1
	for _, end := range reach(n, syms, []int{0}) {
		if end >= first {
			best = max(best, min(end-first, len(text)-from))
		}
	}
	return best
}

func anyText(depth int) *rapid.Generator[string] {
	atom := rapid.SampledFrom([]string{"a", "b", `\x00`, `\xff`, "^", "$", ".", "[^b]", `[\x80-\xff]`, `"aB"`, "(?i:a)", "(?s:.)", "b*", "(|a)"})
	if depth == 0 {
		return atom
	}
	sub := anyText(depth - 1)
	return rapid.OneOf(atom,
		rapid.Custom(func(t *rapid.T) string { return sub.Draw(t, "x") + sub.Draw(t, "y") }),
		rapid.Custom(func(t *rapid.T) string { return sub.Draw(t, "x") + sub.Draw(t, "y") + sub.Draw(t, "z") }),
		rapid.Custom(func(t *rapid.T) string { return "(" + sub.Draw(t, "x") + "|" + sub.Draw(t, "y") + ")" }),
		rapid.Custom(func(t *rapid.T) string {
			return "(" + sub.Draw(t, "x") + ")" + rapid.SampledFrom([]string{"*", "+", "?", "{2}", "{0,2}", "{2,}", "{1,3}"}).Draw(t, "q")
		}))
}

func TestAgainstTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var pats []*Pattern
		var exact, anywhere []*node
		for range 3 {
			src := anyText(3).Draw(t, "pattern")
			flags := Flags(rapid.IntRange(0, 3).Draw(t, "flags"))
			p, err := Compile(src, flags)
			if err != nil {
				t.Fatalf("Compile(%q): %v", src, err)
			}
			pats = append(pats, p)
			exact = append(exact, mustParse(p.Exact()))
			anywhere = append(anywhere, mustParse(p.Anywhere()))
		}
		set := NewSet(pats)
		for range 4 {
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "A", "aB", "\x00", "\xff", "\n"}), 0, 8).Draw(t, "text"), "")
			var wantAll, wantIn []int
			for i, p := range pats {
				all := slices.Contains(reach(exact[i], symbols(text), []int{0}), len(text)+2)
				if all {
					wantAll = append(wantAll, i)
				}
				ends := reach(anywhere[i], symbols(text), []int{0})
				in := len(ends) > 0 && ends[len(ends)-1] >= 2
				if in {
					wantIn = append(wantIn, i)
				}
				if p.MatchAll(text) != all || p.MatchIn(text) != in {
					t.Fatalf("%s and %q: whole %v, anywhere %v", p.Text(), text, !all, !in)
				}
				for from := range len(text) + 1 {
					for _, bol := range []bool{true, false} {
						if got, want := p.MatchPrefixLongest(text, from, bol), slowLongest(exact[i], text, from, bol); got != want {
							t.Fatalf("%s at %d of %q, bol %v: got %d, want %d", p.Text(), from, text, bol, got, want)
						}
					}
				}
				checkFinder(t, p, exact[i], text)
			}
			if got := set.MatchAll(text, nil); !slices.Equal(got, wantAll) {
				t.Fatalf("set whole %q: got %v, want %v", text, got, wantAll)
			}
			if got := set.MatchIn(text, nil); !slices.Equal(got, wantIn) {
				t.Fatalf("set in %q: got %v, want %v", text, got, wantIn)
			}
		}
	})
}

// checkFinder compares a Finder, with and without its memo, with the loops that the builtins are defined by.
func checkFinder(t *rapid.T, p *Pattern, n *node, text string) {
	for how := range Search(4) {
		var want [][2]int
		bol := true
		for i := 0; i < len(text); {
			k := slowLongest(n, text, i, bol || how&EachBOL != 0)
			switch {
			case k > 0:
				want = append(want, [2]int{i, i + k})
				i += k
				continue
			case k == 0 && how&Empty != 0:
				want = append(want, [2]int{i, i})
			}
			bol = false
			i++
		}
		for _, work := range []int{0, 1 << 40} {
			f := p.Matches(text, how)
			f.work = work
			var got [][2]int
			for start, end, ok := f.Next(); ok; start, end, ok = f.Next() {
				got = append(got, [2]int{start, end})
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s in %q, how %d, work %d: got %v, want %v", p.Text(), text, how, work, got, want)
			}
		}
	}
}

// FuzzCompileMatch looks for crashes and for differences between the ways to match.
func FuzzCompileMatch(f *testing.F) {
	for _, seed := range []string{
		`foo`, `a(b|c)*d{2,3}`, `[^]a-z[:digit:]-]+`, `"q\"x"|^y$`, `(?i:ab)(?s:.)`, `\x41\0\377`, `a{3,2}`, `(a{9}){9}`, `[`, `{x}`, `\`,
	} {
		f.Add(seed, "aabbcc foo", byte(0))
		f.Add(seed, "\x00\xffABab", byte(3))
	}
	f.Fuzz(func(t *testing.T, src, text string, flags byte) {
		if len(src) > 200 || len(text) > 500 {
			return
		}
		p, err := Compile(src, Flags(flags&3))
		if err != nil {
			if e := err.(*Error); e.Offset < 0 || e.Offset > len(src) {
				t.Fatalf("offset %d of %q", e.Offset, src)
			}
			return
		}
		q, err := FromTexts(p.Exact(), p.Anywhere())
		if err != nil {
			t.Fatalf("%s does not travel: %v", p.Text(), err)
		}
		set := NewSet([]*Pattern{p})
		if whole := p.MatchAll(text); whole != set.MatchesAll(text) || whole != q.MatchAll(text) {
			t.Fatalf("%s == %q", p.Text(), text)
		}
		if in := p.MatchIn(text); in != (len(set.MatchIn(text, nil)) > 0) || in != q.MatchIn(text) {
			t.Fatalf("%s in %q", p.Text(), text)
		}
		fast, noting := p.Matches(text, EachBOL|Empty), p.Matches(text, EachBOL|Empty)
		noting.work = 1 << 40
		for {
			s1, e1, ok1 := fast.Next()
			s2, e2, ok2 := noting.Next()
			if s1 != s2 || e1 != e2 || ok1 != ok2 {
				t.Fatalf("%s finds %d:%d and %d:%d in %q", p.Text(), s1, e1, s2, e2, text)
			}
			if !ok1 {
				return
			}
		}
	})
}
