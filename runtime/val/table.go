package val

import "github.com/brogo/brogo/lang/types"

// Change is the kind of a change that &on_change is told of.
type Change uint8

// Changes, in the order of the script's TableChange enum.
const (
	ElementNew Change = iota
	ElementChanged
	ElementRemoved
	ElementExpired
)

// ExpireKind tells which accesses push an element's expiry back.
type ExpireKind uint8

// Kinds of expiry.
const (
	NoExpire ExpireKind = iota
	CreateExpire
	ReadExpire
	WriteExpire
)

// TableAttrs are the attributes of a table value that work at run time; tables copied from one another share them.
// The functions are the interpreter's.
type TableAttrs struct {
	// Default makes the value of a missing element (&default or &default_insert); nil: none. Insert: &default_insert.
	Default func(keys []Value) (Value, bool)
	Insert  bool
	// DefaultText is the &default expression for show.
	Expire ExpireKind
	// ExpireAfter returns the interval in seconds; it is evaluated at each use, since it may be a redef-able global.
	// Negative: never.
	ExpireAfter func() float64
	// ExpireFunc is called before an element goes: it returns seconds to keep it longer, 0 to let it go.
	ExpireFunc func(t *Table, keys []Value) float64
	// Copied is told of each copy, which has elements that expire of its own; nil: nobody needs to know.
	Copied func(t *Table)
	// Now is network time in seconds; 0 before there is any.
	Now func() float64
	// OnChange is the &on_change function. v is the new value of an ElementNew, the old one otherwise. It is not told of
	// changes that happen while it runs.
	OnChange func(t *Table, c Change, keys []Value, v Value)
	// Mirror is told of every change, before OnChange: v is the value that the element has now, zero when it went.
	Mirror func(t *Table, c Change, keys []Value, v Value)
}

// Table is a table or set value that keeps insertion order. Keys are given as one Value per index type; the One forms serve
// tables with one index. T is its own type (see Vector).
//
// Iteration goes by insertion order: elements deleted meanwhile are skipped, elements added meanwhile are not visited.
//
// Elements lie in parallel arrays in order of insertion; deleted ones leave gaps that are closed when the arrays are next copied.
// An open-addressing index of 64-bit words, 32 bits of hash and 32 of position, leads from keys to positions; tables of up to
// smallTable elements have none and are searched. Measured against a Go map of positions beside a slice of entries, misses
// and deletes cost half and a 10^6-element table[addr] of count two thirds of the memory.
type Table struct {
	T     *types.Type
	Attrs *TableAttrs
	Watch Watch

	kn   []uint64 // width words an element: its keys while none has a pointer, then its value if that is a scalar
	kv   []Value  // keys otherwise, stride values each
	vv   []Value  // values that are no scalars
	idx  []uint64 // index words, a power of two of them; nil in small tables
	dead *holeMap // positions that are gaps; nil: none is
	x    *tableExtra
	era  *epoch // made for the first cursor

	n      uint32 // positions in use, gaps included
	live   uint32 // elements
	first  uint32 // no element lies before this position
	mods   uint32 // additions and removals, for Iter.Modified
	stride uint16 // number of index types
	width  uint16 // words of kn an element
	keys   keyMode
	vals   valMode
	quiet  bool // OnChange is running
}

// keyMode is how a table keeps its keys.
type keyMode uint8

const (
	keysFlat   keyMode = iota // kn: every column is a scalar, or an addr or subnet and IPv4 so far
	keysValues                // kv: scalars, strings, addrs, subnets
	keysPacked                // kv, and x.packed with their canonical bytes: any types
)

// valMode is how a table keeps its values.
type valMode uint8

const (
	valsNone valMode = iota // a set
	valsFlat                // kn
	valsFull                // vv
)

// tableExtra is what few tables need.
type tableExtra struct {
	packed  []string   // keysPacked: canonical bytes of each key
	times   []float64  // time that an element's expiry counts from; may be shorter than the arrays, missing ones are 0
	cursor  Iter       // ExpireStep's place
	passing bool       // cursor is in use
	match   *tableTrie // longest-prefix and pattern lookups
}

// smallTable is the number of positions up to which a table has no index.
const smallTable = 8

// NewTable makes an empty table or set of type t; attrs may be nil.
func NewTable(t *types.Type, attrs *TableAttrs) *Table {
	tab := &Table{T: t, Attrs: attrs, stride: uint16(len(t.Keys))}
	for _, k := range t.Keys {
		switch k.Tag {
		case types.Bool, types.Int, types.Count, types.Double, types.Time, types.Interval, types.Enum, types.Port, types.Addr,
			types.Subnet:
		case types.String:
			tab.keys = max(tab.keys, keysValues)
		default:
			tab.keys = keysPacked
		}
	}
	switch {
	case t.Elem == nil:
	case t.Elem.IsScalar():
		tab.vals = valsFlat
	default:
		tab.vals = valsFull
	}
	if tab.keys == keysFlat {
		tab.width = tab.stride
	}
	if tab.vals == valsFlat {
		tab.width++
	}
	return tab
}

// Len returns the number of elements.
func (t *Table) Len() int { return int(t.live) }

// One and Lookup return the value of an element (zero Value in sets). A read pushes &read_expire back. Defaults are not applied.
// In tables indexed by subnet, an addr in `subnet` lookups must be given as a host subnet: longest prefix matches; see Exact.
func (t *Table) One(k Value) (Value, bool) {
	i := t.lookupOne(k)
	if i < 0 {
		return Value{}, false
	}
	if t.Attrs != nil {
		t.readAt(i)
	}
	return t.valueAt(i), true
}

// Lookup is One for any number of keys.
func (t *Table) Lookup(keys []Value) (Value, bool) {
	if len(keys) == 1 {
		return t.One(keys[0])
	}
	i := t.find(keys)
	if i < 0 {
		return Value{}, false
	}
	if t.Attrs != nil {
		t.readAt(i)
	}
	return t.valueAt(i), true
}

// HasOne and Has report whether there is an element. They count as reads.
func (t *Table) HasOne(k Value) bool {
	i := t.lookupOne(k)
	if i >= 0 && t.Attrs != nil {
		t.readAt(i)
	}
	return i >= 0
}

// Has is HasOne for any number of keys.
func (t *Table) Has(keys []Value) bool {
	if len(keys) == 1 {
		return t.HasOne(keys[0])
	}
	i := t.find(keys)
	if i >= 0 && t.Attrs != nil {
		t.readAt(i)
	}
	return i >= 0
}

// Exact returns the value of the element with exactly these keys, without side effects and without longest-prefix matching.
func (t *Table) Exact(keys []Value) (Value, bool) {
	if i := t.find(keys); i >= 0 {
		return t.valueAt(i), true
	}
	return Value{}, false
}

// SetOne adds an element or changes its value; sets ignore v.
func (t *Table) SetOne(k, v Value) {
	if t.stride == 1 {
		switch {
		case t.keys == keysFlat && k.P == nil:
			h := hashWord(k.N)
			if i := t.findFlat1(k.N, h); i >= 0 {
				t.replace(i, v)
			} else {
				i = t.add(h)
				t.kn = append(t.kn, k.N)
				t.added(i, v)
			}
			return
		case t.keys == keysValues && t.T.Keys[0].Tag == types.String:
			h := hashString(k.Str())
			if i := t.findString(k.Str(), h); i >= 0 {
				t.replace(i, v)
			} else {
				i = t.add(h)
				t.kv = append(t.kv, k)
				t.added(i, v)
			}
			return
		}
	}
	keys := [1]Value{k}
	t.set(keys[:], v)
}

// Set is SetOne for any number of keys.
func (t *Table) Set(keys []Value, v Value) {
	if len(keys) == 1 {
		t.SetOne(keys[0], v)
		return
	}
	t.set(keys, v)
}

// set is Set without short cuts.
func (t *Table) set(keys []Value, v Value) {
	if t.keys == keysPacked {
		t.setPacked(keys, v)
		return
	}
	if t.keys == keysFlat && hasPointer(keys) {
		t.toValues()
	}
	h := t.hash(keys)
	if i := t.findHashed(keys, h); i >= 0 {
		t.replace(i, v)
		return
	}
	i := t.add(h)
	if t.keys == keysFlat {
		for _, k := range keys {
			t.kn = append(t.kn, k.N)
		}
	} else {
		t.kv = append(t.kv, keys...)
	}
	t.added(i, v)
}

// setPacked is set for keys with contents.
func (t *Table) setPacked(keys []Value, v Value) {
	var buf [packBuf]byte
	packed := t.pack(buf[:0], keys)
	h := hashBytes(packed)
	if i := t.findPacked(packed, h); i >= 0 {
		t.replace(i, v)
		return
	}
	i := t.add(h)
	for c, k := range keys {
		t.kv = append(t.kv, cloneKey(t.T.Keys[c], k)) // the element keeps its key whatever becomes of the object
	}
	x := t.extra()
	x.packed = append(x.packed, string(packed))
	t.added(i, v)
}

// DeleteOne and Delete take an element out and return its value; subnet keys match exactly.
func (t *Table) DeleteOne(k Value) (Value, bool) {
	i := t.exactOne(k)
	if i < 0 {
		return Value{}, false
	}
	return t.deleteAt(i), true
}

// Delete is DeleteOne for any number of keys.
func (t *Table) Delete(keys []Value) (Value, bool) {
	i := t.find(keys)
	if i < 0 {
		return Value{}, false
	}
	return t.deleteAt(i), true
}

// deleteAt takes out the element at a position for a script.
func (t *Table) deleteAt(i int) Value {
	v := t.valueAt(i)
	if !t.tells() {
		t.remove(i)
		t.changed()
		return v
	}
	keys := t.keysAt(i)
	t.remove(i)
	t.changed()
	t.tell(ElementRemoved, keys, Value{}, v)
	return v
}

// Clear takes everything out at once; as in the reference, &on_change is not told.
func (t *Table) Clear() {
	t.kn, t.kv, t.vv, t.idx, t.dead = nil, nil, nil, nil, nil
	if t.x != nil {
		t.x.packed, t.x.times, t.x.match, t.x.passing = nil, nil, nil, false
	}
	t.n, t.live, t.first = 0, 0, 0
	t.mods++
	t.endEpoch(nil)
	t.changed()
}

// changed tells the watcher.
func (t *Table) changed() {
	if t.Watch != nil {
		t.Watch.Changed()
	}
}

// tells reports whether anybody wants to know of changes.
func (t *Table) tells() bool {
	return t.Attrs != nil && (t.Attrs.OnChange != nil || t.Attrs.Mirror != nil)
}

// tell calls Mirror and OnChange.
func (t *Table) tell(c Change, keys []Value, now, v Value) {
	if t.Attrs == nil {
		return
	}
	if t.Attrs.Mirror != nil {
		t.Attrs.Mirror(t, c, keys, now)
	}
	if t.Attrs.OnChange == nil || t.quiet {
		return
	}
	t.quiet = true
	defer func() { t.quiet = false }()
	t.Attrs.OnChange(t, c, keys, v)
}

// Quiet switches &on_change calls off or on; it returns what it was.
func (t *Table) Quiet(q bool) bool {
	old := t.quiet
	t.quiet = q
	return old
}

// extra returns t.x, made at need.
func (t *Table) extra() *tableExtra {
	if t.x == nil {
		t.x = new(tableExtra)
	}
	return t.x
}

// valueAt returns the value at a position.
func (t *Table) valueAt(i int) Value {
	switch t.vals {
	case valsFlat:
		return Value{N: t.kn[(i+1)*int(t.width)-1]}
	case valsFull:
		return t.vv[i]
	}
	return Value{}
}

// keysAt returns fresh copies of the keys at a position.
func (t *Table) keysAt(i int) []Value {
	keys := make([]Value, t.stride)
	for c := range keys {
		keys[c] = t.keyAt(i, c)
	}
	return keys
}

// keyAt returns one key at a position. Containers are copied: the key of an element cannot be changed.
func (t *Table) keyAt(i, c int) Value {
	if t.keys == keysPacked {
		return cloneKey(t.T.Keys[c], t.storedKey(i, c))
	}
	return t.storedKey(i, c)
}

// storedKey is keyAt without the copy, for readers.
func (t *Table) storedKey(i, c int) Value {
	if t.keys == keysFlat {
		return Value{N: t.kn[i*int(t.width)+c]}
	}
	return t.kv[i*int(t.stride)+c]
}

// replace changes the value at a position.
func (t *Table) replace(i int, v Value) {
	old := t.valueAt(i)
	switch t.vals {
	case valsFlat:
		t.kn[(i+1)*int(t.width)-1] = v.N
	case valsFull:
		t.vv[i] = v
	}
	if t.Attrs != nil && t.Attrs.Expire > CreateExpire {
		t.touch(i, t.Attrs.Now())
	}
	t.changed()
	if t.tells() {
		t.tell(ElementChanged, t.keysAt(i), v, old)
	}
}

// addValue appends a value behind its key.
func (t *Table) addValue(v Value) {
	switch t.vals {
	case valsFlat:
		t.kn = append(t.kn, v.N)
	case valsFull:
		t.vv = append(t.vv, v)
	}
}

// added appends the value of the new element at position i, whose key is in place, and does what else it needs.
func (t *Table) added(i int, v Value) {
	t.addValue(v)
	if t.x != nil && t.x.match != nil {
		t.x.match.add(t, i)
	}
	if t.Attrs != nil && t.Attrs.Expire != NoExpire {
		t.touch(i, t.Attrs.Now())
	}
	t.changed()
	if t.tells() {
		t.tell(ElementNew, t.keysAt(i), v, v)
	}
}
