package probabilistic

import (
	"math"

	"github.com/brogo/brogo/runtime/val"
)

// entropyTest measures how random bytes look: the five figures of John Walker's program ent (public domain, 1996).
type entropyTest struct {
	bins  [256]int64
	total int64

	// Six bytes make a point of 24-bit coordinates; the share inside the quarter circle approximates pi/4.
	point          [6]byte
	filled         int
	points, inside int64

	// Sums for the correlation of each byte with the one before it.
	first, last float64
	s1, s2, s3  float64
}

func (*entropyTest) OpaqueName() string { return "entropy" }

// Clone copies the test in its present state.
func (e *entropyTest) Clone() val.Opaque { c := *e; return &c }

func (e *entropyTest) add(data string) {
	const radius = 1<<24 - 1
	for i := range len(data) {
		c := data[i]
		x := float64(c)
		e.bins[c]++
		e.total++
		e.point[e.filled] = c
		if e.filled++; e.filled == len(e.point) {
			e.filled = 0
			e.points++
			p := e.point
			px := float64(uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]))
			py := float64(uint32(p[3])<<16 | uint32(p[4])<<8 | uint32(p[5]))
			if px*px+py*py <= radius*radius {
				e.inside++
			}
		}
		if e.total == 1 {
			e.first = x
		} else {
			e.s1 += e.last * x
		}
		e.s2 += x
		e.s3 += x * x
		e.last = x
	}
}

// result gives entropy in bits per byte, chi square, mean, the approximation of pi and the serial correlation. Like the
// reference's, it changes the sums: only the first result after the last data is sound.
func (e *entropyTest) result() [5]float64 {
	n := float64(e.total)
	e.s1 += e.last * e.first
	e.s2 *= e.s2
	correlation := n*e.s3 - e.s2
	if correlation == 0 {
		correlation = -100000
	} else {
		correlation = (n*e.s1 - e.s2) / correlation
	}
	expected := n / 256
	var entropy, chi, sum float64
	for i, count := range e.bins {
		c := float64(count)
		chi += (c - expected) * (c - expected) / expected
		sum += float64(i) * c
		if p := c / n; p > 0 {
			entropy += p * math.Log2(1/p)
		}
	}
	pi := 0.0
	if e.points > 0 {
		pi = 4 * float64(e.inside) / float64(e.points)
	}
	return [5]float64{entropy, chi, sum / n, pi, correlation}
}
