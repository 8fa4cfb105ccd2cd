package val

import "github.com/brogo/brogo/lang/types"

// Watch is told of every change of the container it is set on; when statements use it.
// A container without watchers has none, so that a write costs one nil test.
type Watch interface{ Changed() }

// Record is a record value. Fields of a type that `redef record` grew after the record was made read as unset.
type Record struct {
	T     *types.Type
	Watch Watch
	set   []uint64 // bit i: field i is set
	f     []Value
}

// NewRecord makes a record with no field set.
func NewRecord(t *types.Type) *Record {
	n := len(t.Rec.Fields)
	return &Record{T: t, set: make([]uint64, (n+63)/64), f: make([]Value, n)}
}

// Len returns the number of fields that the record has room for.
func (r *Record) Len() int { return len(r.f) }

// Has reports whether field i is set.
func (r *Record) Has(i int) bool { return i < len(r.f) && r.set[i>>6]&(1<<(i&63)) != 0 }

// Get returns field i and whether it is set.
func (r *Record) Get(i int) (Value, bool) {
	if !r.Has(i) {
		return Value{}, false
	}
	return r.f[i], true
}

// Set sets field i.
func (r *Record) Set(i int, v Value) {
	if i >= len(r.f) {
		r.grow()
	}
	r.f[i] = v
	r.set[i>>6] |= 1 << (i & 63)
	if r.Watch != nil {
		r.Watch.Changed()
	}
}

// Unset unsets field i.
func (r *Record) Unset(i int) {
	if !r.Has(i) {
		return
	}
	r.f[i] = Value{}
	r.set[i>>6] &^= 1 << (i & 63)
	if r.Watch != nil {
		r.Watch.Changed()
	}
}

// grow makes room for fields that redef added.
func (r *Record) grow() {
	n := len(r.T.Rec.Fields)
	f := make([]Value, n)
	copy(f, r.f)
	s := make([]uint64, (n+63)/64)
	copy(s, r.set)
	r.f, r.set = f, s
}
