package pattern

import "strings"

// The prefilter: most searches fail, and most patterns hold a stretch of fixed text without which they cannot
// match. strings.Index looks for it at several bytes a cycle where the automaton takes a cycle or two a byte.

// Limits of the analysis.
const (
	maxLiterals   = 3  // alternatives of one stretch; to look for four costs more than the automaton does
	maxLiteralLen = 32 // bytes; more decides nothing
	minLiteralLen = 2  // a single byte is too common to pay, unless it is the whole pattern
)

// prefilter holds texts of which one must occur in any match. The zero value filters nothing.
type prefilter struct {
	any []string
	// prefix: every match begins with one of them, so that the search may begin at the first.
	prefix bool
	// whole: the texts are all that the pattern matches, so that to find one is to match.
	whole bool
}

// find returns an offset before which no match begins, or false if there can be none.
func (f *prefilter) find(s string) (from int, ok bool) {
	first := -1
	for _, lit := range f.any {
		if i := strings.Index(s, lit); i >= 0 {
			if !f.prefix {
				return 0, true
			}
			if first < 0 || i < first {
				first = i
			}
		}
	}
	return max(first, 0), first >= 0
}

// stretch is what the analysis knows of a node.
type stretch struct {
	exact    []string // all that it matches, nil if that is too much
	must     []string // the best set of texts of which one occurs in whatever it matches, nil if there is none
	lead     []string // all that it matches begins with one of these; {""} if unknown
	anchored bool     // it holds ^ or $
}

var unknownLead = []string{""}

func exactly(set []string) stretch { return stretch{exact: set, must: set, lead: set} }

func unknown() stretch { return stretch{lead: unknownLead} }

// score tells how much a set of texts filters: 0 for not worth the while.
func score(set []string) int {
	if len(set) == 0 || len(set) > maxLiterals {
		return 0
	}
	shortest := len(set[0])
	for _, s := range set[1:] {
		shortest = min(shortest, len(s))
	}
	if shortest < minLiteralLen {
		return 0
	}
	return shortest*maxLiterals - len(set)
}

// better returns the one that filters more.
func better(a, b []string) []string {
	if score(b) > score(a) {
		return b
	}
	return a
}

// cross returns all a+b, or nil when they are too many or too long.
func cross(a, b []string) []string {
	if a == nil || b == nil || len(a)*len(b) > maxLiterals {
		return nil
	}
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			if len(x)+len(y) > maxLiteralLen {
				return nil
			}
			out = append(out, x+y)
		}
	}
	return out
}

func analyze(n *node) stretch {
	switch n.op {
	case nEmpty:
		return exactly(unknownLead)
	case nBOL, nEOL:
		s := exactly(unknownLead)
		s.anchored = true
		return s
	case nByte:
		return exactly([]string{string([]byte{n.b})})
	case nSet:
		if n.set.count() > maxLiterals || n.set.count() == 0 {
			return unknown()
		}
		var set []string
		for _, b := range n.set.bytes(nil) {
			set = append(set, string([]byte{b}))
		}
		return exactly(set)
	case nCat:
		return analyzeCat(n.kids)
	case nAlt:
		return analyzeAlt(n.kids)
	case nRepeat:
		return analyzeRepeat(n)
	}
	panic("pattern: unknown node")
}

// analyzeCat joins neighbouring exact texts for as long as they stay few; each run is a candidate.
func analyzeCat(kids []*node) stretch {
	out := stretch{lead: unknownLead}
	run, leading, exact := unknownLead, true, true
	for _, kid := range kids {
		k := analyze(kid)
		out.anchored = out.anchored || k.anchored
		out.must = better(out.must, k.must)
		if leading {
			joined := cross(out.lead, k.lead)
			if joined != nil {
				out.lead = joined
			}
			leading = joined != nil && k.exact != nil
		}
		if joined := cross(run, k.exact); joined != nil {
			run = joined
			continue
		}
		exact = false
		out.must = better(out.must, run)
		if run = k.exact; run == nil {
			run = unknownLead
		}
	}
	out.must = better(out.must, run)
	if exact {
		out.exact = run
	}
	return out
}

func analyzeAlt(kids []*node) stretch {
	var out stretch
	exact, must, lead := true, true, true
	for _, kid := range kids {
		k := analyze(kid)
		out.anchored = out.anchored || k.anchored
		exact = exact && k.exact != nil && len(out.exact)+len(k.exact) <= maxLiterals
		must = must && k.must != nil && len(out.must)+len(k.must) <= maxLiterals
		lead = lead && len(out.lead)+len(k.lead) <= maxLiterals
		if exact {
			out.exact = append(out.exact, k.exact...)
		}
		if must {
			out.must = append(out.must, k.must...)
		}
		if lead {
			out.lead = append(out.lead, k.lead...)
		}
	}
	if !exact {
		out.exact = nil
	}
	if !must {
		out.must = nil
	}
	if !lead {
		out.lead = unknownLead
	}
	return out
}

func analyzeRepeat(n *node) stretch {
	k := analyze(n.kids[0])
	if n.min == 0 {
		return stretch{lead: unknownLead, anchored: k.anchored}
	}
	if n.min == n.max && n.min <= maxLiteralLen {
		exact := k.exact
		for i := 1; i < n.min && exact != nil; i++ {
			exact = cross(exact, k.exact)
		}
		if exact != nil {
			out := exactly(exact)
			out.anchored = k.anchored
			return out
		}
	}
	k.exact = nil
	return k
}

// searchFilter makes the prefilter of a search text, that is ^?(.|\n)*(…) or what came over the wire as such.
func searchFilter(n *node) prefilter {
	rest := searched(n)
	if rest == nil {
		if k := analyze(n); score(k.must) > 0 {
			return prefilter{any: k.must}
		}
		return prefilter{}
	}
	k := analyzeCat(rest)
	switch {
	case k.exact != nil && !k.anchored && nonEmpty(k.exact):
		return prefilter{any: k.exact, whole: true}
	case score(k.lead) > 0 && score(k.lead) >= score(k.must):
		return prefilter{any: k.lead, prefix: true}
	case score(k.must) > 0:
		return prefilter{any: k.must}
	}
	return prefilter{}
}

func nonEmpty(set []string) bool {
	for _, s := range set {
		if s == "" {
			return false
		}
	}
	return true
}

// searched returns what follows the leading ^?(.|\n)* of a search text, nil if it has none.
func searched(n *node) []*node {
	if n.op != nCat || len(n.kids) < 3 {
		return nil
	}
	bol, loop := n.kids[0], n.kids[1]
	if bol.op != nRepeat || bol.min != 0 || bol.max != 1 || bol.kids[0].op != nBOL ||
		loop.op != nRepeat || loop.min != 0 || loop.max >= 0 {
		return nil
	}
	var all charset
	body := []*node{loop.kids[0]}
	if body[0].op == nAlt {
		body = body[0].kids
	}
	for _, k := range body {
		switch k.op {
		case nSet:
			all.union(*k.set)
		case nByte:
			all.add(k.b)
		default:
			return nil
		}
	}
	if all.count() != 256 {
		return nil
	}
	return n.kids[2:]
}
