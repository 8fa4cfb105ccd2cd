package val

import "github.com/brogo/brogo/lang/types"

// Watch is told of every change of the container it is set on; when statements use it.
// A container without watchers has none, so that a write costs one nil test.
type Watch interface{ Changed() }

// Record is a record value. Fields of a type that `redef record` grew after the record was made read as unset.
//
// A record is one allocation of 64 bytes and 16 for each field up to 16 of them (rounded up to what Go allocates), two beyond.
type Record struct {
	T     *types.Type
	Watch Watch
	set   uint64  // bit i: field i is set
	f     []Value // the first 64 fields
	more  *moreFields
}

// moreFields are those from 64 on; a record has none until one of them is set.
type moreFields struct {
	set []uint64
	f   []Value
}

// The first few sizes keep their fields behind the header.
type (
	record1 struct {
		Record
		a [1]Value
	}
	record2 struct {
		Record
		a [2]Value
	}
	record3 struct {
		Record
		a [3]Value
	}
	record4 struct {
		Record
		a [4]Value
	}
	record5 struct {
		Record
		a [5]Value
	}
	record6 struct {
		Record
		a [6]Value
	}
	record7 struct {
		Record
		a [7]Value
	}
	record8 struct {
		Record
		a [8]Value
	}
	record9 struct {
		Record
		a [9]Value
	}
	record10 struct {
		Record
		a [10]Value
	}
	record11 struct {
		Record
		a [11]Value
	}
	record12 struct {
		Record
		a [12]Value
	}
	record14 struct {
		Record
		a [14]Value
	}
	record16 struct {
		Record
		a [16]Value
	}
)

// NewRecord makes a record with no field set.
func NewRecord(t *types.Type) *Record {
	n := len(t.Rec.Fields)
	var r *Record
	switch n {
	case 0:
		r = new(Record)
	case 1:
		x := new(record1)
		r, x.f = &x.Record, x.a[:]
	case 2:
		x := new(record2)
		r, x.f = &x.Record, x.a[:]
	case 3:
		x := new(record3)
		r, x.f = &x.Record, x.a[:]
	case 4:
		x := new(record4)
		r, x.f = &x.Record, x.a[:]
	case 5:
		x := new(record5)
		r, x.f = &x.Record, x.a[:]
	case 6:
		x := new(record6)
		r, x.f = &x.Record, x.a[:]
	case 7:
		x := new(record7)
		r, x.f = &x.Record, x.a[:]
	case 8:
		x := new(record8)
		r, x.f = &x.Record, x.a[:]
	case 9:
		x := new(record9)
		r, x.f = &x.Record, x.a[:]
	case 10:
		x := new(record10)
		r, x.f = &x.Record, x.a[:]
	case 11:
		x := new(record11)
		r, x.f = &x.Record, x.a[:]
	case 12:
		x := new(record12)
		r, x.f = &x.Record, x.a[:]
	case 13, 14:
		x := new(record14)
		r, x.f = &x.Record, x.a[:n]
	case 15, 16:
		x := new(record16)
		r, x.f = &x.Record, x.a[:n]
	default:
		r = &Record{f: make([]Value, min(n, 64))}
	}
	r.T = t
	return r
}

// Has reports whether field i is set.
func (r *Record) Has(i int) bool {
	return r.set>>uint(i)&1 != 0 || r.hasMore(i) // shifting by 64 or more leaves 0
}

// Get returns field i and whether it is set.
func (r *Record) Get(i int) (Value, bool) {
	if r.set>>uint(i)&1 != 0 {
		return r.f[i], true
	}
	return r.getMore(i)
}

// Field is the part of Get that can be inlined: it is false for unset fields and those from 64 on, where the caller must use Get.
func (r *Record) Field(i int) (Value, bool) {
	if r.set>>uint(i)&1 != 0 {
		return r.f[i], true
	}
	return Value{}, false
}

// Set sets field i.
func (r *Record) Set(i int, v Value) {
	if p := r.Slot(i); p != nil {
		*p = v
		return
	}
	r.SetSlow(i, v)
}

// Slot marks field i as set and returns where its value goes, or nil if the caller must use SetSlow: it is the part of Set that
// can be inlined.
func (r *Record) Slot(i int) *Value {
	if uint(i) < uint(len(r.f)) && r.Watch == nil {
		r.set |= 1 << uint(i)
		return &r.f[i]
	}
	return nil
}

// SetSlow is Set for fields from 64 on, fields that redef added, and watched records.
func (r *Record) SetSlow(i int, v Value) {
	if i < 64 {
		if i >= len(r.f) {
			f := make([]Value, min(len(r.T.Rec.Fields), 64))
			copy(f, r.f)
			r.f = f
		}
		r.f[i] = v
		r.set |= 1 << uint(i)
	} else {
		m := r.more
		if m == nil || i-64 >= len(m.f) {
			m = new(moreFields)
			n := len(r.T.Rec.Fields) - 64
			m.f, m.set = make([]Value, n), make([]uint64, (n+63)/64)
			if r.more != nil {
				copy(m.f, r.more.f)
				copy(m.set, r.more.set)
			}
			r.more = m
		}
		m.f[i-64] = v
		m.set[i>>6-1] |= 1 << (i & 63)
	}
	r.changed()
}

// Unset unsets field i.
func (r *Record) Unset(i int) {
	switch {
	case !r.Has(i):
		return
	case i < 64:
		r.f[i] = Value{}
		r.set &^= 1 << uint(i)
	default:
		r.more.f[i-64] = Value{}
		r.more.set[i>>6-1] &^= 1 << (i & 63)
	}
	r.changed()
}

func (r *Record) changed() {
	if r.Watch != nil {
		r.Watch.Changed()
	}
}

// hasMore is Has for fields from 64 on.
func (r *Record) hasMore(i int) bool {
	return r.more != nil && i >= 64 && i-64 < len(r.more.f) && r.more.set[i>>6-1]&(1<<(i&63)) != 0
}

// getMore is Get for fields from 64 on and unset ones.
func (r *Record) getMore(i int) (Value, bool) {
	if !r.hasMore(i) {
		return Value{}, false
	}
	return r.more.f[i-64], true
}
