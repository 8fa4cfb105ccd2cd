package val

// epoch is a time in which a table's positions keep their meaning. A cursor remembers its epoch; when that is over, `to` leads from
// its positions to those of the next one. The garbage collector drops what no cursor needs.
type epoch struct {
	to   []uint32 // new position plus one; 0 or beyond the end: a gap
	next *epoch
}

// endEpoch is called when positions have changed.
func (t *Table) endEpoch(to []uint32) {
	if t.era == nil {
		return
	}
	next := new(epoch)
	t.era.to, t.era.next = to, next
	t.era = next
}

// Iter is a cursor: for it := t.Iter(); it.Next(); { it.Key(0); it.Val() }. Keys and value must be read before the table changes.
type Iter struct {
	t        *Table
	era      *epoch
	pos, end int
	mods     uint32
}

// Iter starts a cursor.
func (t *Table) Iter() Iter {
	if t.era == nil {
		t.era = new(epoch)
	}
	return Iter{t: t, era: t.era, pos: int(t.first) - 1, end: int(t.n), mods: t.mods}
}

// Next moves to the next element; Key returns its i-th index value, Val its value.
func (it *Iter) Next() bool {
	t := it.t
	if it.era != t.era {
		it.catchUp()
	}
	for it.pos++; it.pos < it.end; it.pos++ {
		if t.dead == nil || !t.gap(it.pos) {
			return true
		}
	}
	return false
}

// catchUp brings the cursor to the table's current positions.
func (it *Iter) catchUp() {
	for e := it.era; e != it.t.era; e = e.next {
		it.pos = e.before(it.pos+1) - 1
		it.end = e.before(it.end)
	}
	it.era = it.t.era
}

// before returns how many of the positions before p went into the next epoch.
func (e *epoch) before(p int) int {
	for i := min(p, len(e.to)) - 1; i >= 0; i-- {
		if e.to[i] != 0 {
			return int(e.to[i])
		}
	}
	return 0
}

// Key returns the current element's i-th index value; containers are fresh copies.
func (it *Iter) Key(i int) Value { return it.t.keyAt(it.pos, i) }

// Keys returns all index values of the current element in a new slice.
func (it *Iter) Keys() []Value { return it.t.keysAt(it.pos) }

// Val returns the current element's value.
func (it *Iter) Val() Value { return it.t.valueAt(it.pos) }

// Modified reports whether elements were added or taken out since the cursor started (the reference warns of it).
func (it *Iter) Modified() bool { return it.mods != it.t.mods }

// next returns the next position behind i that has an element, -1 if there is none, for readers that change nothing.
func (t *Table) next(i int) int {
	for i = max(i+1, int(t.first)); i < int(t.n); i++ {
		if t.dead == nil || !t.gap(i) {
			return i
		}
	}
	return -1
}
