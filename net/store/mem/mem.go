// Package mem keeps the rows of a store in memory. It is the backend of masters without a file and the copy that each clone has.
package mem

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/brogo/brogo/net/wire"
)

// Table is a map from data to data with deadlines. It has one owner, as have the values in it. The zero value is not usable; see New.
//
// Keys are equal when their encodings are. Rows lie in pieces, numbered without gaps; an open-addressed index, in which the collector has
// nothing to look at, holds a word for each. A Go map of encoded keys took two allocations more for each new key, and had every string encoded.
type Table struct {
	index  []uint64 // hash<<32 | number of the row + 1; 0 is a free slot
	pieces [][]row
	n      int
	buf    []byte // an encoded key
	other  []byte
	// last is where the last look at a string ended: a change of a value looks twice.
	last struct {
		key wire.String
		at  place
		ok  bool
	}
}

type row struct {
	key, val wire.Data
	deadline int64
}

// place is where a key is, or would be.
type place struct {
	slot int
	hash uint32
	row  *row // nil if there is none
}

const (
	pieceRows = 64
	minIndex  = 16
)

var seed = maphash.MakeSeed()

// New returns an empty table.
func New() *Table { return &Table{index: make([]uint64, minIndex)} }

func (t *Table) row(number int) *row { return &t.pieces[number/pieceRows][number%pieceRows] }

func (t *Table) find(key wire.Data) place {
	s, isString := key.(wire.String)
	var hash uint32
	if isString {
		if t.last.ok && s == t.last.key {
			return t.last.at
		}
		hash = uint32(maphash.String(seed, string(s)))
	} else {
		t.buf = wire.Append(t.buf[:0], key)
		hash = uint32(maphash.Bytes(seed, t.buf))
	}
	at := place{slot: t.home(hash), hash: hash}
	for ; t.index[at.slot] != 0; at.slot = t.next(at.slot) {
		if w := t.index[at.slot]; uint32(w>>32) == hash {
			if r := t.row(int(uint32(w)) - 1); t.is(r, s, isString) {
				at.row = r
				break
			}
		}
	}
	if isString {
		t.last.key, t.last.at, t.last.ok = s, at, true
	}
	return at
}

// is tells whether r is the row of the string s, or of the key that is encoded in buf.
func (t *Table) is(r *row, s wire.String, isString bool) bool {
	if have, ok := r.key.(wire.String); ok || isString {
		return ok && isString && have == s
	}
	t.other = wire.Append(t.other[:0], r.key)
	return bytes.Equal(t.other, t.buf)
}

func (t *Table) home(hash uint32) int { return int(hash) & (len(t.index) - 1) }
func (t *Table) next(slot int) int    { return (slot + 1) & (len(t.index) - 1) }
func (t *Table) free(hash uint32) int {
	slot := t.home(hash)
	for t.index[slot] != 0 {
		slot = t.next(slot)
	}
	return slot
}

// Get returns the value of key and its deadline in nanoseconds since 1970, 0 if it has none. The value is the one in the table.
func (t *Table) Get(key wire.Data) (val wire.Data, deadline int64, found bool, err error) {
	if r := t.find(key).row; r != nil {
		return r.val, r.deadline, true, nil
	}
	return nil, 0, false, nil
}

// Put sets value and deadline of key; both data belong to the table from now on.
func (t *Table) Put(key, val wire.Data, deadline int64) error {
	at := t.find(key)
	if at.row != nil {
		at.row.val, at.row.deadline = val, deadline
		return nil
	}
	t.last.ok = false
	if t.n == len(t.pieces)*pieceRows {
		t.pieces = append(t.pieces, make([]row, pieceRows))
	}
	*t.row(t.n) = row{key, val, deadline}
	t.n++
	t.index[at.slot] = uint64(at.hash)<<32 | uint64(t.n)
	if 4*t.n > 3*len(t.index) {
		t.grow()
	}
	return nil
}

// grow doubles the index, for which no key is looked at.
func (t *Table) grow() {
	old := t.index
	t.index = make([]uint64, 2*len(old))
	for _, w := range old {
		if w != 0 {
			t.index[t.free(uint32(w>>32))] = w
		}
	}
}

// Erase removes key. The last row takes its number.
func (t *Table) Erase(key wire.Data) error {
	at := t.find(key)
	t.last.ok = false
	if at.row == nil {
		return nil
	}
	number := uint32(t.index[at.slot])
	if end := t.row(t.n - 1); end != at.row {
		to := t.find(end.key)
		t.last.ok = false
		t.index[to.slot] = uint64(to.hash)<<32 | uint64(number)
		*at.row = *end
	}
	*t.row(t.n - 1) = row{}
	if t.n--; t.n <= (len(t.pieces)-2)*pieceRows {
		t.pieces = t.pieces[:len(t.pieces)-1] // one stays in reserve
	}
	// What was pushed on by the slot that is free now moves back.
	hole := at.slot
	for i := t.next(hole); t.index[i] != 0; i = t.next(i) {
		mask := len(t.index) - 1
		if from := t.home(uint32(t.index[i] >> 32)); (i-from)&mask >= (i-hole)&mask {
			t.index[hole], hole = t.index[i], i
		}
	}
	t.index[hole] = 0
	return nil
}

// Clear removes all rows.
func (t *Table) Clear() error {
	*t = *New()
	return nil
}

// Each calls f for each row in the order of the encoded keys, until it returns an error.
func (t *Table) Each(f func(key, val wire.Data, deadline int64) error) error {
	type named struct {
		code string
		*row
	}
	rows := make([]named, t.n)
	for i := range rows {
		r := t.row(i)
		t.buf = wire.Append(t.buf[:0], r.key)
		rows[i] = named{string(t.buf), r}
	}
	slices.SortFunc(rows, func(a, b named) int { return cmp.Compare(a.code, b.code) })
	for _, r := range rows {
		if err := f(r.key, r.val, r.deadline); err != nil {
			return err
		}
	}
	return nil
}

// Keys returns all keys as a set.
func (t *Table) Keys() (*wire.Set, error) {
	keys := make([]wire.Data, t.n)
	for i := range keys { // the set puts them in order
		keys[i] = wire.Clone(t.row(i).key)
	}
	slices.SortFunc(keys, wire.Compare)
	return wire.NewSet(keys...), nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return t.n }

// Begin does nothing: there is nothing to make durable.
func (t *Table) Begin() error { return nil }

// Commit does nothing.
func (t *Table) Commit() error { return nil }

// Close does nothing.
func (t *Table) Close() error { return nil }
