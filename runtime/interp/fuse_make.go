package interp

import (
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/runtime/val"
)

// maxLent bounds the vectors that are lent to a builtin.
const maxLent = 4

// fuseVector compiles a short vector of scalars that is read by the code that runs next and by nobody later: the place in the program
// has one vector for all times that it runs. nil for other expressions. (It takes counts_to_addr(vector(n)) from 95 to 30 ns.)
func (c *compiler) fuseVector(e ir.Expr) expr {
	v, ok := e.(*ir.VectorCtor)
	if !ok || !c.fuse || !v.T.Elem.IsScalar() || len(v.Elems) > maxLent {
		return nil
	}
	lent := val.NewVectorCap(v.T, len(v.Elems))
	lent.Resize(len(v.Elems))
	for i := range v.Elems {
		lent.Set(i, val.Value{})
	}
	if len(v.Elems) == 1 {
		x := c.bits(v.Elems[0])
		return func(m *M, f frame) val.Value {
			lent.SetWord(0, x(m, f))
			return val.Vec(lent)
		}
	}
	xs := make([]bits, len(v.Elems))
	for i, el := range v.Elems {
		xs[i] = c.bits(el)
	}
	return func(m *M, f frame) val.Value {
		// An element may come from a call that runs this very code: all are known before the first is stored.
		var words [maxLent]uint64
		for i, x := range xs {
			words[i&(maxLent-1)] = x(m, f)
		}
		for i := range xs {
			lent.SetWord(i, words[i&(maxLent-1)])
		}
		return val.Vec(lent)
	}
}
