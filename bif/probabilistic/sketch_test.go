package probabilistic

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo/bif/digest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

var keys = digest.New(digest.ZeroSeeds(), dialect.Zeek).Keys()

func str(s string) []byte   { return keyOf(keys, types.StringT, val.Str(s)) }
func count(n uint64) []byte { return keyOf(keys, types.CountT, val.Count(n)) }

func basic(fp float64, capacity uint64, seed string) *bloom {
	cells, k := dimensions(fp, capacity)
	return &bloom{h: hasher{uint64(k), makeSeed([]byte(seed)), true}, bits: newBitVector(uint64(cells))}
}

func TestBloomStateAgreesWithReference(t *testing.T) {
	// The digest that Zeek shows for a filter of three bits, seeded by name, after two strings.
	b := basic(0.9, 10, "my_seed")
	b.add(str("foo"))
	b.add(str("bar"))
	if got := b.state(); got != "4955302038280957656" {
		t.Errorf("state %s", got)
	}
}

func TestBloomFalsePositives(t *testing.T) {
	b := basic(0.05, 2000, "x")
	for i := range uint64(2000) {
		b.add(count(i))
	}
	wrong := 0
	for i := range uint64(4000) {
		switch found := b.count(count(i)); {
		case i < 2000 && found != 1:
			t.Fatalf("%d was added and is not found", i)
		case i >= 2000:
			wrong += int(found)
		}
	}
	if wrong > 160 {
		t.Errorf("%d false positives of 2000, about 100 expected", wrong)
	}
}

func TestHugeFilterIsCheap(t *testing.T) {
	b := basic(1e-8, 100_000_000, "x")
	b.add(str("one"))
	if b.count(str("one")) != 1 || b.count(str("two")) != 0 {
		t.Error("wrong membership")
	}
	c := b.clone()
	c.add(str("two"))
	if b.count(str("two")) != 0 {
		t.Error("a clone shares bits")
	}
}

func counting(k, cells, width uint64) *bloom {
	return &bloom{h: hasher{k, makeSeed(make([]byte, 4)), false}, cells: newCounters(width, cells)}
}

func TestCountingSaturatesAndDecrements(t *testing.T) {
	b := counting(3, 1024, 2)
	for i, want := range []uint64{1, 2, 3, 3} {
		b.add(str("foo"))
		if got := b.count(str("foo")); got != want {
			t.Errorf("after %d additions: %d, want %d", i+1, got, want)
		}
	}
	for i, want := range []uint64{2, 1, 0} {
		if !b.decrement(str("foo")) || b.count(str("foo")) != want {
			t.Errorf("after %d subtractions: %d, want %d", i+1, b.count(str("foo")), want)
		}
	}
	if b.decrement(str("foo")) {
		t.Error("an element that is not in the filter was taken out")
	}
}

func TestCombine(t *testing.T) {
	x, y := basic(0.01, 100, "s"), basic(0.01, 100, "s")
	for _, s := range []string{"a", "both"} {
		x.add(str(s))
	}
	for _, s := range []string{"b", "both"} {
		y.add(str(s))
	}
	union, _ := combine(x, y, false)
	meet, _ := combine(x, y, true)
	for _, tt := range []struct {
		s           string
		union, meet uint64
	}{{"a", 1, 0}, {"b", 1, 0}, {"both", 1, 1}, {"none", 0, 0}} {
		if u, m := union.count(str(tt.s)), meet.count(str(tt.s)); u != tt.union || m != tt.meet {
			t.Errorf("%s: union %d, intersection %d", tt.s, u, m)
		}
	}
	if x.count(str("b")) != 0 {
		t.Error("merging changed an operand")
	}
	for _, tt := range []struct {
		x, y      *bloom
		intersect bool
		why       string
	}{
		{x, basic(0.01, 100, "other"), false, "incompatible hashers in BasicBloomFilter merge, failed to merge Bloom filter"},
		{x, counting(3, 10, 2), true, "cannot intersect different Bloom filter types"},
		{counting(3, 10, 2), counting(3, 11, 2), false, "different bitvector size in CountingBloomFilter merge, failed to merge Bloom filter"},
	} {
		if _, why := combine(tt.x, tt.y, tt.intersect); strings.Join(why, ", ") != tt.why {
			t.Errorf("got %q, want %q", why, tt.why)
		}
	}
}

func TestCountingMergeAddsAndIntersectionIsBasic(t *testing.T) {
	x, y := counting(3, 1024, 2), counting(3, 1024, 2)
	for range 2 {
		x.add(str("a"))
		y.add(str("a"))
	}
	x.add(str("b"))
	m, _ := combine(x, y, false)
	if m.count(str("a")) != 3 || m.count(str("b")) != 1 {
		t.Errorf("a %d, b %d", m.count(str("a")), m.count(str("b")))
	}
	i, _ := combine(x, y, true)
	if i.cells != nil || i.count(str("a")) != 1 || i.count(str("b")) != 0 {
		t.Errorf("intersection: a %d, b %d", i.count(str("a")), i.count(str("b")))
	}
}

func TestHLLSmallCountsAgreeWithReference(t *testing.T) {
	p, ok := hllSize(0.01, 0.95)
	if !ok {
		t.Fatal("no size")
	}
	c := newHLL(p)
	for i := range uint64(13) {
		c.add(keys.Hash64(count(i)))
	}
	if got := fmt.Sprintf("%.6f", c.estimate()); got != "13.001290" {
		t.Errorf("estimate of 13 is %s", got)
	}
	if newHLL(p).estimate() != 0 {
		t.Error("an empty counter does not estimate 0")
	}
}

func TestHLLErrorStaysWithinMargin(t *testing.T) {
	p, _ := hllSize(0.01, 0.99)
	c, d := newHLL(p), newHLL(p)
	for i := range uint64(200_000) {
		if i%2 == 0 {
			c.add(keys.Hash64(count(i)))
		} else {
			d.add(keys.Hash64(count(i)))
		}
	}
	if !c.merge(d) {
		t.Fatal("counters of one size do not merge")
	}
	if e := c.estimate(); math.Abs(e-200_000) > 4000 {
		t.Errorf("estimate %g", e)
	}
	if c.merge(newHLL(p + 1)) {
		t.Error("counters of different sizes merged")
	}
}

func TestHLLHostileParameters(t *testing.T) {
	for _, tt := range [][2]float64{{0, 0.95}, {-1, 0.95}, {math.NaN(), 0.95}, {0.01, 2}, {1e-9, 0.95}, {5, 0.1}, {math.Inf(1), 0.5}, {0.01, math.NaN()}} {
		if p, ok := hllSize(tt[0], tt[1]); ok {
			t.Errorf("margin %g, confidence %g gave 2^%d buckets", tt[0], tt[1], p)
		}
	}
}

func TestTopk(t *testing.T) {
	k := newTopk(2)
	show := func() string {
		var b strings.Builder
		for _, v := range k.top(5) {
			e := k.elems[string(str(v.Str()))]
			fmt.Fprintf(&b, "%s=%d-%d ", v.Str(), e.home.Value.(*bucket).count, e.epsilon)
		}
		return fmt.Sprintf("%ssum %d", b.String(), k.sum())
	}
	for _, step := range []struct{ add, want string }{
		{"a", "a=1-0 sum 1"}, {"b", "a=1-0 b=1-0 sum 2"}, {"b", "b=2-0 a=1-0 sum 3"}, {"c", "b=2-0 c=2-1 sum 4"},
		{"d", "d=3-2 c=2-1 sum 5"}, {"e", "d=3-2 e=3-2 sum 6"},
	} {
		k.encounter(string(str(step.add)), val.Str(step.add))
		if got := show(); got != step.want {
			t.Errorf("after %s: %s, want %s", step.add, got, step.want)
		}
	}
}

func stream(size uint64, s string) *topk {
	k := newTopk(size)
	for _, c := range strings.Split(s, "") {
		k.encounter(string(str(c)), val.Str(c))
	}
	return k
}

func tops(k *topk, n uint64) string {
	var out []string
	for _, v := range k.top(n) {
		out = append(out, v.Str())
	}
	return strings.Join(out, "")
}

func TestTopkMergeAndClone(t *testing.T) {
	big := stream(100, "abbccccccddddeeeeef")
	small := newTopk(2)
	small.merge(big, true)
	if got := tops(small, 3); got != "ce" || !small.pruned {
		t.Errorf("pruned merge: %s", got)
	}
	whole := newTopk(2)
	whole.merge(big, false)
	whole.merge(big, false)
	if got := tops(whole, 3); got != "ced" || whole.sum() != 38 {
		t.Errorf("merge twice: %s, sum %d", got, whole.sum())
	}
	c := big.Clone().(*topk)
	big.merge(big, false)
	if c.sum() != 19 || big.sum() != 38 || tops(c, 100) != tops(big, 100) {
		t.Errorf("clone %d %s, doubled %d %s", c.sum(), tops(c, 100), big.sum(), tops(big, 100))
	}
	if empty := stream(0, "abc"); empty.sum() != 0 {
		t.Error("a structure of size 0 tracks something")
	}
}

func TestEntropy(t *testing.T) {
	var e entropyTest
	e.add("dh3Hie02uh^s#Sdf9L3frd243h$d78r2G4cM6*")
	c := e.Clone().(*entropyTest)
	rest := "Q05d(7rh46f!0|4-f"
	e.add(rest)
	c.add(rest)
	for _, x := range []*entropyTest{&e, c} {
		r := x.result()
		if got := fmt.Sprintf("%.6f %.6f %.6f %g %.6f", r[0], r[1], r[2], r[3], r[4]); got != "4.715374 591.981818 75.472727 4 -0.110270" {
			t.Errorf("result %s", got)
		}
	}
}

func TestGlobs(t *testing.T) {
	for _, tt := range []struct {
		glob, text string
		want       bool
	}{
		{"*", "", true}, {"", "", true}, {"", "a", false}, {"d?g", "dog", true}, {"d?g", "dg", false}, {"*og", "dog", true},
		{"d[!wl]g", "dog", true}, {"d[!wl]g", "dwg", false}, {"d[a-o]g", "dog", true}, {"d[^a-o]g", "dog", false}, {"[]]", "]", true},
		{"a[", "a[", true}, {`\*`, "*", true}, {`\*`, "x", false}, {`\[a]`, "[a]", true}, {"a*b*c", "aXbYbZc", true}, {"a*b*c", "aXbYbZ", false},
		{"z*ro", "zero\x00zero", true}, {"*.com/*", "www.x.com/a/b", true}, {`[\]a]`, "]", true}, {`a\`, `a\`, true}, {"**", "abc", true},
	} {
		if got := GlobMatch(tt.glob, tt.text); got != tt.want {
			t.Errorf("%q on %q: %v", tt.glob, tt.text, got)
		}
		if tt.want && !strings.Contains(tt.text, literalOf(tt.glob)) {
			t.Errorf("%q: literal %q is not in %q", tt.glob, literalOf(tt.glob), tt.text)
		}
	}
}

func TestParaglobSortsAndDropsDuplicates(t *testing.T) {
	p := newParaglob([]string{"*", "d?g", "*og", "d?", "d[!wl]g", "*"})
	if got := p.match("dog"); !slices.Equal(got, []string{"*", "*og", "d?g", "d[!wl]g"}) {
		t.Errorf("%q", got)
	}
}

func TestGlobIsNotExponential(t *testing.T) {
	if GlobMatch(strings.Repeat("*a", 50)+"*b", strings.Repeat("a", 5000)) {
		t.Error("matched a text without a b")
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("a[b-]*", "ab-")
	f.Add("[", "]")
	f.Fuzz(func(t *testing.T, glob, text string) {
		if GlobMatch(glob, text) && !strings.Contains(text, literalOf(glob)) {
			t.Errorf("%q matches %q without %q", glob, text, literalOf(glob))
		}
	})
}
