package val

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/brogo/brogo/lang/types"
)

func recordOf(n int) *types.Type {
	t := types.NewRecord()
	for i := range n {
		t.Rec.Append(&types.Field{Name: fmt.Sprintf("f%d", i), Type: types.CountT})
	}
	return t
}

func TestRecordAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rt := recordOf(rapid.IntRange(0, 200).Draw(t, "fields"))
		r := NewRecord(rt)
		m := map[int]uint64{}
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				if n := len(rt.Rec.Fields); n > 0 {
					i, v := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.Uint64().Draw(t, "v")
					r.Set(i, Count(v))
					m[i] = v
				}
			},
			"unset": func(t *rapid.T) {
				i := rapid.IntRange(0, 210).Draw(t, "i")
				r.Unset(i)
				delete(m, i)
			},
			"redef": func(t *rapid.T) {
				rt.Rec.Append(&types.Field{Name: fmt.Sprintf("f%d", len(rt.Rec.Fields)), Type: types.CountT})
			},
			"": func(t *rapid.T) {
				for i := range len(rt.Rec.Fields) + 3 {
					v, ok := r.Get(i)
					want, wantOK := m[i]
					if ok != wantOK || v.N != want || ok != r.Has(i) {
						t.Fatalf("field %d is %d %v, want %d %v", i, v.N, ok, want, wantOK)
					}
				}
			},
		})
	})
}

func TestVectorAgainstModel(t *testing.T) {
	for _, elem := range []*types.Type{types.CountT, types.StringT} {
		t.Run(elem.String(), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { vectorOps(t, elem) })
		})
	}
}

// vectorOps compares a vector with a slice of pointers, nil for holes.
func vectorOps(t *rapid.T, elem *types.Type) {
	v := NewVector(types.NewVector(elem))
	var m []*Value
	val := func(t *rapid.T) *Value {
		x := Count(rapid.Uint64().Draw(t, "v"))
		if elem == types.StringT {
			x = Str(rapid.String().Draw(t, "s"))
		}
		return &x
	}
	index := func(t *rapid.T, past int) int { return rapid.IntRange(0, len(m)+past).Draw(t, "i") }
	t.Repeat(map[string]func(*rapid.T){
		"set": func(t *rapid.T) {
			i, x := index(t, 70), val(t)
			v.Set(i, *x)
			for len(m) <= i {
				m = append(m, nil)
			}
			m[i] = x
		},
		"append": func(t *rapid.T) {
			x := val(t)
			v.Append(*x)
			m = append(m, x)
		},
		"unset": func(t *rapid.T) {
			i := index(t, 0)
			v.Unset(i)
			if i < len(m) {
				m[i] = nil
			}
		},
		"resize": func(t *rapid.T) {
			n := index(t, 70)
			v.Resize(n)
			for len(m) < n {
				m = append(m, nil)
			}
			m = m[:n]
		},
		"insert": func(t *rapid.T) {
			i, x := index(t, 0), val(t)
			v.Insert(i, *x)
			m = append(m[:i:i], append([]*Value{x}, m[i:]...)...)
		},
		"remove": func(t *rapid.T) {
			i := index(t, 0)
			v.Remove(i)
			if i < len(m) {
				m = append(m[:i:i], m[i+1:]...)
			}
		},
		"splice": func(t *rapid.T) {
			lo := index(t, 0)
			hi := rapid.IntRange(lo, len(m)).Draw(t, "hi")
			from := rapid.IntRange(0, len(m)).Draw(t, "from")
			w := v.Slice(from, len(m))
			v.Splice(lo, hi, w)
			m = append(m[:lo:lo], append(append([]*Value{}, m[from:]...), m[hi:]...)...)
		},
		"": func(t *rapid.T) {
			if v.Len() != len(m) {
				t.Fatalf("%d elements, want %d", v.Len(), len(m))
			}
			holes := false
			for i, want := range m {
				got, ok := v.Get(i)
				holes = holes || want == nil
				if ok != (want != nil) || ok && !Equal(elem, got, *want) {
					t.Fatalf("element %d: %v %v", i, got, ok)
				}
			}
			if holes != v.HasHoles() {
				t.Fatalf("HasHoles is %v", !holes)
			}
		},
	})
}
