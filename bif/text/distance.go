package text

import (
	"slices"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

func distanceRows() []interp.Builtin {
	return []interp.Builtin{
		count2("function levenshtein_distance(s1: string, s2: string): count",
			"Counts the bytes to insert, take out or replace to turn one string into the other.", levenshtein),
		{Sig: "function str_smith_waterman(s1: string, s2: string, params: sw_params): sw_substring_vec",
			Doc: "Aligns two strings by the algorithm of Smith and Waterman and gives the substrings that they share, with their places.",
			F3:  smithWaterman},
	}
}

// levenshtein keeps one row of the matrix.
func levenshtein(a, b string) int {
	if len(a) < len(b) {
		a, b = b, a
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(row[j]+1, row[j-1]+1, change)
		}
	}
	return row[len(b)]
}

// maxCells bounds the matrix of an alignment, at 12 bytes a cell.
const maxCells = 1 << 26

// cell is one place of the matrix: i bytes of the first string against j of the second.
type cell struct {
	score   int32
	prev    int32 // the cell that it continues, -1 for none
	match   bool  // the bytes before (i, j) are the same
	visited bool
}

// common is a substring of both strings and where it begins in each.
type common struct {
	text  string
	at    [2]int
	isNew bool // first of an alignment
}

// covers reports whether c lies around d in both strings.
func (c *common) covers(d *common) bool {
	for k, at := range c.at {
		if at > d.at[k] || at+len(c.text) < d.at[k]+len(d.text) {
			return false
		}
	}
	return true
}

// alignment is the matrix of two strings.
type alignment struct {
	a, b  string
	cols  int
	cells []cell
	best  int32 // the cell with the highest score, -1 for none
}

// A match that continues another counts this much more than one that stands alone.
const chain = 99

func align(a, b string) *alignment {
	x := &alignment{a: a, b: b, cols: len(b) + 1, best: -1}
	x.cells = make([]cell, (len(a)+1)*x.cols)
	for i := range x.cells {
		x.cells[i].prev = -1
	}
	top := int32(1)
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			at := i*x.cols + j
			up, left, corner := at-x.cols, at-1, at-x.cols-1
			c := &x.cells[at]
			if a[i-1] == b[j-1] {
				c.match = true
				c.score = x.cells[corner].score + 1
				if x.cells[corner].match {
					c.score += chain
				}
				c.prev = int32(corner)
			} else {
				c.score = max(x.cells[up].score, x.cells[left].score, x.cells[corner].score)
				if c.score == x.cells[up].score {
					c.prev = int32(up)
				} else {
					c.prev = int32(left)
				}
			}
			if c.score > top {
				top, x.best = c.score, int32(at)
			}
		}
	}
	return x
}

// collect walks back from a cell and gathers the stretches of matches of at least minLen bytes, last first. A walk ends in the
// first row or column, where nothing matches.
func (x *alignment) collect(from int32, minLen uint64) []*common {
	var out []*common
	row, col, n := 0, 0, 0
	for at := from; at >= 0; at = x.cells[at].prev {
		c := &x.cells[at]
		c.visited = true
		if c.match {
			row, col = int(at)/x.cols, int(at)%x.cols
			n++
			continue
		}
		if n > 0 && uint64(n) >= minLen {
			out = append(out, &common{text: x.a[row-1 : row-1+n], at: [2]int{row - 1, col - 1}})
		}
		n = 0
	}
	if len(out) > 0 {
		out[len(out)-1].isNew = true
	}
	return out
}

// collectAll walks back from every match not visited yet. An alignment in which a substring lies within one of another
// alignment goes.
func (x *alignment) collectAll(minLen uint64) []*common {
	var kept [][]*common
	redundant := func(fresh []*common) bool {
		for k, old := range kept {
			for _, o := range old {
				for _, f := range fresh {
					if o.covers(f) {
						return true
					}
					if f.covers(o) {
						kept[k] = nil
						return false
					}
				}
			}
		}
		return false
	}
	for i := len(x.a); i > 0; i-- {
		for j := len(x.b); j > 0; j-- {
			at := i*x.cols + j
			if c := &x.cells[at]; !c.match || c.visited {
				continue
			}
			if fresh := x.collect(int32(at), minLen); !redundant(fresh) {
				kept = append(kept, fresh)
			}
		}
	}
	return slices.Concat(kept...)
}

// alignMultiple is the value of sw_params$sw_variant that asks for all alignments.
const alignMultiple = 1

func smithWaterman(m *interp.M, site *interp.Site, s1, s2, params val.Value) val.Value {
	field := func(i int) uint64 {
		v, _ := params.Rec().Get(i)
		return v.Count()
	}
	minLen, variant := field(0), field(1)
	a, b := s1.Str(), s2.Str()
	out := val.NewVector(site.Result)
	if uint64(len(a)) < minLen || uint64(len(b)) < minLen {
		return val.Vec(out)
	}
	if (len(a)+1)*(len(b)+1) > maxCells {
		m.Throw(site, "strings of %d and %d bytes are too long to be aligned", len(a), len(b))
	}
	x := align(a, b)
	var found []*common
	if variant == alignMultiple {
		found = x.collectAll(minLen)
	} else {
		found = x.collect(x.best, minLen)
	}
	by := 1 // the places in the shorter string give the order
	if len(a) > len(b) {
		by = 0
	}
	slices.SortStableFunc(found, func(p, q *common) int { return p.at[by] - q.at[by] })
	for _, c := range found {
		out.Append(val.Rec(c.record(a, b, site)))
	}
	return val.Vec(out)
}

// record makes a sw_substring: str, aligns (vector of sw_align: str, index), new.
func (c *common) record(a, b string, site *interp.Site) *val.Record {
	sub := val.NewRecord(site.Result.Elem)
	alignsType := site.Result.Elem.Rec.Fields[1].Type
	aligns := val.NewVector(alignsType)
	for k, s := range []string{a, b} {
		r := val.NewRecord(alignsType.Elem)
		r.Set(0, val.Str(s))
		r.Set(1, val.Count(uint64(c.at[k])))
		aligns.Append(val.Rec(r))
	}
	sub.Set(0, val.Str(c.text))
	sub.Set(1, val.Vec(aligns))
	sub.Set(2, val.Bool(c.isNew))
	return sub
}
