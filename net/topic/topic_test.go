package topic

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMatchIsByteWiseOnPrefixes(t *testing.T) {
	var s Set[string]
	for _, p := range []string{"", "bro/events", "bro/events/", "bro/logs/", "bro/events/a", "\xff\x00"} {
		s.Add(p, "<"+p+">")
	}
	for topic, want := range map[string]string{
		"":                  "<>",
		"bro":               "<>",
		"bro/events":        "<> <bro/events>",
		"bro/events/b":      "<> <bro/events> <bro/events/>",
		"bro/events/ab":     "<> <bro/events> <bro/events/> <bro/events/a>",
		"bro/eventsandmore": "<> <bro/events>",
		"bro/log":           "<>",
		"bro/logs/conn":     "<> <bro/logs/>",
		"\xff\x00\x01":      "<> <\xff\x00>",
	} {
		if got := strings.Join(s.Match(topic, nil), " "); got != want {
			t.Errorf("match of %q: got %q, want %q", topic, got, want)
		}
	}
}

func TestSubscriptionsAreCounted(t *testing.T) {
	var s Set[int]
	if s.Add("a/b", 1) != 1 || s.Add("a/b", 1) != 2 || s.Add("a/b", 2) != 1 {
		t.Fatal("Add must count for each subscriber")
	}
	if n := s.Remove("a/b", 1); n != 1 {
		t.Errorf("one subscription should remain, got %d", n)
	}
	if n := s.Remove("a/b", 1); n != 0 {
		t.Errorf("none should remain, got %d", n)
	}
	for _, p := range []string{"a/b", "a", "a/b/c", "", "x"} {
		if n := s.Remove(p, 1); n != -1 {
			t.Errorf("removing %q, which is not subscribed: got %d", p, n)
		}
	}
	if got := s.Match("a/bc", nil); !slices.Equal(got, []int{2}) {
		t.Errorf("got %v", got)
	}
	s.Drop(2)
	if s.Len() != 0 || len(s.root.kids) != 0 {
		t.Errorf("the tree should be empty: %d subscriptions, %d children", s.Len(), len(s.root.kids))
	}
}

// The tree agrees with a list of pairs, whatever is added and removed.
func TestAgreesWithAList(t *testing.T) {
	type pair struct {
		p string
		s int
	}
	rapid.Check(t, func(rt *rapid.T) {
		var s Set[int]
		model := map[pair]int{}
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab/")), 0, 5, -1)
		for range rapid.IntRange(0, 60).Draw(rt, "steps") {
			k := pair{text.Draw(rt, "prefix"), rapid.IntRange(0, 3).Draw(rt, "who")}
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0, 1, 2:
				model[k]++
				if got := s.Add(k.p, k.s); got != model[k] {
					rt.Fatalf("Add(%q, %d) = %d, want %d", k.p, k.s, got, model[k])
				}
			case 3, 4:
				want := model[k] - 1
				if want > 0 {
					model[k] = want
				} else {
					delete(model, k)
				}
				if got := s.Remove(k.p, k.s); got != want {
					rt.Fatalf("Remove(%q, %d) = %d, want %d", k.p, k.s, got, want)
				}
			case 5:
				s.Drop(k.s)
				for m := range model {
					if m.s == k.s {
						delete(model, m)
					}
				}
			}
			topic := text.Draw(rt, "topic")
			got := s.Match(topic, nil)
			sort.Ints(got)
			var want []int
			for m := range model {
				if strings.HasPrefix(topic, m.p) && !slices.Contains(want, m.s) {
					want = append(want, m.s)
				}
			}
			sort.Ints(want)
			if !slices.Equal(got, want) || s.Len() != len(model) {
				rt.Fatalf("match of %q: got %v, want %v; %d of %d", topic, got, want, s.Len(), len(model))
			}
			var prefixes []string
			for m := range model {
				if m.s == k.s {
					prefixes = append(prefixes, m.p)
				}
			}
			sort.Strings(prefixes)
			if p := s.Prefixes(k.s); !slices.Equal(p, prefixes) {
				rt.Fatalf("prefixes of %d: got %q, want %q", k.s, p, prefixes)
			}
		}
	})
}

func BenchmarkMatch10000(b *testing.B) {
	var s Set[int]
	for i := range 10000 {
		s.Add(fmt.Sprintf("zeek/cluster/node/worker-%d/", i), i%24)
	}
	dst := make([]int, 0, 8)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		dst = s.Match("zeek/cluster/node/worker-4711/hello", dst[:0])
	}
	if len(dst) != 1 {
		b.Fatal(dst)
	}
}
