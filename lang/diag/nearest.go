package diag

import "iter"

// Nearest returns the candidate with the least edit distance to name, of several the first; "" if none is near.
func Nearest(name string, candidates iter.Seq[string]) string {
	best, bestDist := "", min(len(name)/3+1, 3)
	for cand := range candidates {
		if cand == name || cand == "" {
			continue
		}
		if d := distance(name, cand, bestDist); d < bestDist || d == bestDist && best == "" {
			best, bestDist = cand, d
		}
	}
	return best
}

// distance is the edit distance of a and b, or more than limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit || len(a) > 100 {
		return limit + 1
	}
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	row := make([]int, len(b)+1)
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
		}
		prev, row = row, prev
	}
	return prev[len(b)]
}
