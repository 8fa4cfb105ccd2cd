package val

import (
	"unsafe"

	"github.com/brogo/brogo/lang/types"
)

// Watch is told of every change of the container it is set on; when statements use it.
// A container without watchers has none, so that a write costs one nil test.
type Watch interface{ Changed() }

// Record is a record value. Fields of a type that `redef record` grew after the record was made read as unset.
//
// A record is one allocation: this header of 32 bytes, and its first fields behind it, 16 bytes each (rounded up to what Go
// allocates). What few records have is elsewhere.
type Record struct {
	T    *types.Type
	set  uint64 // bit i: field i is set and lies behind the header
	more *moreFields
	room uint32 // fields that lie behind the header, at most 64
	fast uint32 // as many of these may be written without further ado: all, or none of a watched record
}

// moreFields are those that do not lie behind the header, since the record has too many or had less when it was made.
type moreFields struct {
	watch Watch
	set   []uint64
	f     []Value // from field number Record.room on
}

// NewRecord makes a record with no field set.
func NewRecord(t *types.Type) *Record {
	n := len(t.Rec.Fields)
	r := behindHeader(n)
	r.T = t
	r.room = uint32(min(n, maxRoom))
	r.fast = r.room
	return r
}

const (
	maxRoom    = 64
	headerSize = unsafe.Sizeof(Record{})
	fieldSize  = unsafe.Sizeof(Value{})
)

// behindHeader allocates a record with room for n fields, or for maxRoom of them. The sizes are those that Go allocates.
func behindHeader(n int) *Record {
	switch n {
	case 0:
		return new(Record)
	case 1:
		return &new(struct {
			Record
			f [1]Value
		}).Record
	case 2:
		return &new(struct {
			Record
			f [2]Value
		}).Record
	case 3:
		return &new(struct {
			Record
			f [3]Value
		}).Record
	case 4:
		return &new(struct {
			Record
			f [4]Value
		}).Record
	case 5:
		return &new(struct {
			Record
			f [5]Value
		}).Record
	case 6:
		return &new(struct {
			Record
			f [6]Value
		}).Record
	case 7:
		return &new(struct {
			Record
			f [7]Value
		}).Record
	case 8:
		return &new(struct {
			Record
			f [8]Value
		}).Record
	case 9:
		return &new(struct {
			Record
			f [9]Value
		}).Record
	case 10:
		return &new(struct {
			Record
			f [10]Value
		}).Record
	case 11:
		return &new(struct {
			Record
			f [11]Value
		}).Record
	case 12:
		return &new(struct {
			Record
			f [12]Value
		}).Record
	case 13, 14:
		return &new(struct {
			Record
			f [14]Value
		}).Record
	case 15, 16:
		return &new(struct {
			Record
			f [16]Value
		}).Record
	case 17, 18:
		return &new(struct {
			Record
			f [18]Value
		}).Record
	case 19, 20:
		return &new(struct {
			Record
			f [20]Value
		}).Record
	case 21, 22, 23, 24:
		return &new(struct {
			Record
			f [24]Value
		}).Record
	case 25, 26, 27, 28:
		return &new(struct {
			Record
			f [28]Value
		}).Record
	case 29, 30, 31, 32:
		return &new(struct {
			Record
			f [32]Value
		}).Record
	case 33, 34, 35, 36, 37, 38, 39, 40:
		return &new(struct {
			Record
			f [40]Value
		}).Record
	case 41, 42, 43, 44, 45, 46, 47, 48:
		return &new(struct {
			Record
			f [48]Value
		}).Record
	}
	return &new(struct {
		Record
		f [maxRoom]Value
	}).Record
}

// at is where field i lies, which must be less than room.
func (r *Record) at(i int) *Value {
	return (*Value)(unsafe.Add(unsafe.Pointer(r), headerSize+uintptr(i)*fieldSize))
}

// Has reports whether field i is set.
func (r *Record) Has(i int) bool {
	return r.set>>uint(i)&1 != 0 || r.hasMore(i) // shifting by 64 or more leaves 0
}

// Get returns field i and whether it is set.
func (r *Record) Get(i int) (Value, bool) {
	if r.set>>uint(i)&1 != 0 {
		return *r.at(i), true
	}
	return r.getMore(i)
}

// Field is the part of Get that can be inlined: it is false for unset fields and those that do not lie behind the header, where the
// caller must use Get.
func (r *Record) Field(i int) (Value, bool) {
	if r.set>>uint(i)&1 != 0 {
		return *r.at(i), true
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
	if uint(i) < uint(r.fast) {
		r.set |= 1 << uint(i)
		return r.at(i)
	}
	return nil
}

// SetSlow is Set for fields that do not lie behind the header, and for watched records.
func (r *Record) SetSlow(i int, v Value) {
	if room := int(r.room); i < room {
		*r.at(i) = v
		r.set |= 1 << uint(i)
	} else {
		m, k := r.moreFields(), i-room
		if k >= len(m.f) {
			n := len(r.T.Rec.Fields) - room
			m.f = append(make([]Value, 0, n), m.f...)[:n]
			m.set = append(make([]uint64, 0, (n+63)/64), m.set...)[:(n+63)/64]
		}
		m.f[k] = v
		m.set[k>>6] |= 1 << (k & 63)
	}
	r.changed()
}

// Unset unsets field i.
func (r *Record) Unset(i int) {
	switch room := int(r.room); {
	case !r.Has(i):
		return
	case i < room:
		*r.at(i) = Value{}
		r.set &^= 1 << uint(i)
	default:
		k := i - room
		r.more.f[k] = Value{}
		r.more.set[k>>6] &^= 1 << (k & 63)
	}
	r.changed()
}

// Watched returns where the record's watch is; the caller is about to set one if there is none.
func (r *Record) Watched() *Watch {
	r.fast = 0
	return &r.moreFields().watch
}

// changed tells who watches. A record that nobody watches any more becomes fast again.
func (r *Record) changed() {
	switch {
	case r.more == nil:
	case r.more.watch != nil:
		r.more.watch.Changed()
	default:
		r.fast = r.room
	}
}

func (r *Record) moreFields() *moreFields {
	if r.more == nil {
		r.more = new(moreFields)
	}
	return r.more
}

// hasMore is Has for fields that do not lie behind the header.
func (r *Record) hasMore(i int) bool {
	k := i - int(r.room)
	return r.more != nil && k >= 0 && k < len(r.more.f) && r.more.set[k>>6]&(1<<(k&63)) != 0
}

// getMore is Get for fields that do not lie behind the header and unset ones.
func (r *Record) getMore(i int) (Value, bool) {
	if !r.hasMore(i) {
		return Value{}, false
	}
	return r.more.f[i-int(r.room)], true
}
