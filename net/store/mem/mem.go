// Package mem keeps the rows of a store in memory. It is the backend of masters without a file and the copy that each clone has.
package mem

import (
	"bytes"
	"slices"

	"github.com/brogo/brogo/net/wire"
)

// Table is a map from data to data with deadlines. It has one owner, as have the values in it. The zero value is not usable; see New.
type Table struct {
	rows map[string]*row // by the encoded key, which is equal for equal keys
	// buf is the encoded key of the last look, whose row (nil: there is none) is last while known: a change of a value looks twice.
	buf, spare []byte
	last       *row
	known      bool
}

type row struct {
	key, val wire.Data
	deadline int64
}

// New returns an empty table.
func New() *Table { return &Table{rows: make(map[string]*row)} }

func (t *Table) find(key wire.Data) *row {
	t.spare = wire.Append(t.spare[:0], key)
	if t.known && bytes.Equal(t.spare, t.buf) {
		return t.last
	}
	t.buf, t.spare = t.spare, t.buf
	t.last, t.known = t.rows[string(t.buf)], true
	return t.last
}

// Get returns the value of key and its deadline in nanoseconds since 1970, 0 if it has none. The value is the one in the table.
func (t *Table) Get(key wire.Data) (val wire.Data, deadline int64, found bool, err error) {
	if r := t.find(key); r != nil {
		return r.val, r.deadline, true, nil
	}
	return nil, 0, false, nil
}

// Put sets value and deadline of key; both data belong to the table from now on.
func (t *Table) Put(key, val wire.Data, deadline int64) error {
	if r := t.find(key); r != nil {
		r.val, r.deadline = val, deadline
		return nil
	}
	t.last = &row{key, val, deadline}
	t.rows[string(t.buf)] = t.last
	return nil
}

// Erase removes key.
func (t *Table) Erase(key wire.Data) error {
	t.buf = wire.Append(t.buf[:0], key)
	t.last, t.known = nil, true
	delete(t.rows, string(t.buf))
	return nil
}

// Clear removes all rows.
func (t *Table) Clear() error {
	t.rows = make(map[string]*row)
	t.known = false
	return nil
}

// Each calls f for each row in the order of the encoded keys, until it returns an error.
func (t *Table) Each(f func(key, val wire.Data, deadline int64) error) error {
	keys := make([]string, 0, len(t.rows))
	for k := range t.rows {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		r := t.rows[k]
		if err := f(r.key, r.val, r.deadline); err != nil {
			return err
		}
	}
	return nil
}

// Keys returns all keys as a set.
func (t *Table) Keys() (*wire.Set, error) {
	keys := make([]wire.Data, 0, len(t.rows))
	for _, r := range t.rows { // the set puts them in order
		keys = append(keys, wire.Clone(r.key))
	}
	slices.SortFunc(keys, wire.Compare)
	return wire.NewSet(keys...), nil
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Begin does nothing: there is nothing to make durable.
func (t *Table) Begin() error { return nil }

// Commit does nothing.
func (t *Table) Commit() error { return nil }

// Close does nothing.
func (t *Table) Close() error { return nil }
