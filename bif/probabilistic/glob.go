package probabilistic

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/runtime/val"
)

// paraglob holds shell globs that are matched against a text together. A glob without its longest stretch of plain text in the
// text is passed over, which leaves few to be tried.
type paraglob struct {
	globs    []string // sorted, each once
	literals []string // the longest plain stretch of each
}

func (*paraglob) OpaqueName() string { return "paraglob" }

// Clone returns the same globs: they never change.
func (p *paraglob) Clone() val.Opaque { c := *p; return &c }

func newParaglob(globs []string) *paraglob {
	slices.Sort(globs)
	p := &paraglob{globs: slices.Compact(globs)}
	for _, g := range p.globs {
		p.literals = append(p.literals, literalOf(g))
	}
	return p
}

func (p *paraglob) match(text string) (out []string) {
	for i, g := range p.globs {
		if strings.Contains(text, p.literals[i]) && GlobMatch(g, text) {
			out = append(out, g)
		}
	}
	return out
}

// literalOf returns the longest stretch of a glob that stands for itself.
func literalOf(glob string) string {
	best, start := "", 0
	cut := func(end int) {
		if end-start > len(best) {
			best = glob[start:end]
		}
	}
	for i := 0; i < len(glob); i++ {
		switch glob[i] {
		case '*', '?':
			cut(i)
			start = i + 1
		case '\\':
			// The escaped character starts the next stretch.
			cut(i)
			start = i + 1
			i++
		case '[':
			end := classEnd(glob, i)
			if end < 0 {
				continue // stands for itself
			}
			cut(i)
			start = end
			i = end - 1
		}
	}
	if start <= len(glob) {
		cut(len(glob))
	}
	return best
}

// classEnd returns the index behind the bracket expression at i, -1 if it is not closed.
func classEnd(glob string, i int) int {
	j := i + 1
	if j < len(glob) && (glob[j] == '!' || glob[j] == '^') {
		j++
	}
	if j < len(glob) && glob[j] == ']' {
		j++
	}
	for ; j < len(glob); j++ {
		switch glob[j] {
		case '\\':
			j++
		case ']':
			return j + 1
		}
	}
	return -1
}

// classMatch tells whether the bracket expression glob[i:end] takes c.
func classMatch(glob string, i, end int, c byte) bool {
	j, last := i+1, end-1
	negate := glob[j] == '!' || glob[j] == '^'
	if negate {
		j++
	}
	in := false
	for first := true; j < last; first = false {
		lo := glob[j]
		if lo == '\\' && j+1 < last && !first {
			j++
			lo = glob[j]
		}
		j++
		hi := lo
		if j+1 < last && glob[j] == '-' {
			hi = glob[j+1]
			j += 2
			if hi == '\\' && j < last {
				hi = glob[j]
				j++
			}
		}
		in = in || lo <= c && c <= hi
	}
	return in != negate
}

// GlobMatch matches a glob against the whole text: `*`, `?`, `[…]` with ranges and `!` or `^`, and `\` before a character that
// stands for itself. It tries again from the last star only, which is enough, so the time is the product of the lengths at most.
func GlobMatch(glob, text string) bool {
	g, t := 0, 0
	starG, starT := -1, 0
	for {
		if g < len(glob) && glob[g] == '*' {
			g++
			starG, starT = g, t
			continue
		}
		if t == len(text) && g == len(glob) {
			return true
		}
		if t < len(text) && g < len(glob) {
			if next, ok := one(glob, g, text[t]); ok {
				g = next
				t++
				continue
			}
		}
		if starG < 0 || starT >= len(text) {
			return false
		}
		starT++
		g, t = starG, starT
	}
}

// one matches the element of the glob at g against c and returns the index behind it.
func one(glob string, g int, c byte) (next int, ok bool) {
	switch glob[g] {
	case '?':
		return g + 1, true
	case '\\':
		if g+1 < len(glob) {
			return g + 2, glob[g+1] == c
		}
	case '[':
		if end := classEnd(glob, g); end >= 0 {
			return end, classMatch(glob, g, end, c)
		}
	}
	return g + 1, glob[g] == c
}
