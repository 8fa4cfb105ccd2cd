// Package store keeps key-value stores: one node has the master, others clones of it that follow every change.
//
// Master and Clone are state machines; an Engine holds those of one node, takes local calls and joins them to the peers through a
// function that sends frames. Nothing here knows where the frames go.
package store

import (
	"time"

	"github.com/brogo/brogo/net/wire"
)

// Code is the kind of an Error, named as scripts name it.
type Code string

// The kinds of errors.
const (
	NoSuchKey      Code = "NO_SUCH_KEY"
	TypeClash      Code = "TYPE_CLASH"
	InvalidData    Code = "INVALID_DATA"
	StaleData      Code = "STALE_DATA"
	RequestTimeout Code = "REQUEST_TIMEOUT"
	BackendFailure Code = "BACKEND_FAILURE"
	MasterExists   Code = "MASTER_EXISTS"
	NoSuchMaster   Code = "NO_SUCH_MASTER"
	Closed         Code = "CLOSED" // the store was closed here or at its master; scripts see a failure
)

// Error is why a store did not do something.
type Error struct {
	Code Code
	Text string
}

// Error returns the text.
func (e *Error) Error() string {
	if e.Text == "" {
		return string(e.Code)
	}
	return e.Text
}

func backendError(err error) *Error { return &Error{BackendFailure, err.Error()} }

// Backend keeps the rows of a master. Deadlines are in nanoseconds since 1970, 0 for none. It has one owner.
//
// Values that Get returns may be changed in place when they are then Put again. What Put, Erase or Clear did outside of Begin and Commit
// survives the death of the process when they return, and what they did between them when Commit does.
type Backend interface {
	Get(key wire.Data) (val wire.Data, deadline int64, found bool, err error)
	Put(key, val wire.Data, deadline int64) error
	Erase(key wire.Data) error
	Clear() error
	// Each calls f for each row in a fixed order.
	Each(f func(key, val wire.Data, deadline int64) error) error
	Keys() (*wire.Set, error)
	Begin() error
	Commit() error
	Close() error
}

// OpCode is what an Op does to a key.
type OpCode uint8

// The operations. The numbers are those on the wire.
const (
	OpPut         OpCode = iota + 1 // Value becomes the value
	OpPutUnique                     // the same if there is none
	OpErase                         // the key goes
	OpIncrement                     // number plus Value; a missing one counts as zero
	OpDecrement                     // number minus Value
	OpAppend                        // string and Value
	OpInsertSet                     // Value becomes an element
	OpInsertTable                   // Index gets Value
	OpRemoveFrom                    // Index goes from set or table; a vector loses its last element
	OpPush                          // Value becomes the last element
	OpPop                           // the last element goes
	OpClear                         // all keys go
	OpExpire                        // the key goes because its time is over; only a master says so
)

// Op is one change of a store.
type Op struct {
	Code OpCode
	Key  wire.Data // nil only for OpClear
	// Value and Index are as Code says, else nil.
	Value, Index wire.Data
	// Expiry is how long from now the key lives; 0 leaves a deadline as it is, except that OpPut then takes it away.
	Expiry time.Duration
}

// appendOp writes an op as [code, key, value, index, expiry], absent ones as none.
func appendOp(b []byte, op Op) []byte {
	b = wire.AppendCount(wire.AppendVector(b, 5), uint64(op.Code))
	for _, d := range [...]wire.Data{op.Key, op.Value, op.Index} {
		if d == nil {
			b = wire.AppendNone(b)
		} else {
			// In a vector of its own, since none alone means that there is no value.
			b = wire.Append(wire.AppendVector(b, 1), d)
		}
	}
	if op.Expiry == 0 {
		return wire.AppendNone(b)
	}
	return wire.AppendTimespan(b, int64(op.Expiry))
}

func readOp(r *wire.Reader) (op Op, ok bool) {
	ok = r.Vector() == 5
	op.Code = OpCode(r.Count())
	for _, d := range [...]*wire.Data{&op.Key, &op.Value, &op.Index} {
		if !r.IsNone() {
			ok = r.Vector() == 1 && ok
			*d = r.Data()
		}
	}
	if !r.IsNone() {
		op.Expiry = time.Duration(r.Timespan())
	}
	return op, ok && r.Err() == nil && op.valid()
}

// valid tells whether the op has the data that its code needs.
func (op *Op) valid() bool {
	if op.Expiry < 0 || op.Code < OpPut || op.Code > OpExpire {
		return false
	}
	needsValue, needsIndex := false, false
	switch op.Code {
	case OpPut, OpPutUnique, OpIncrement, OpDecrement, OpAppend, OpInsertSet, OpPush:
		needsValue = true
	case OpInsertTable:
		needsValue, needsIndex = true, true
	case OpRemoveFrom:
		needsIndex = true
	}
	return (op.Key == nil) == (op.Code == OpClear) && (op.Value != nil || !needsValue) && (op.Index != nil || !needsIndex)
}

var typeClash = &Error{TypeClash, "the operation does not go with the value's type"}

// modify returns what an op that changes a value makes of old, which is nil if the key is missing. Containers are changed in place.
func modify(op Op, old wire.Data) (wire.Data, *Error) {
	switch op.Code {
	case OpIncrement, OpDecrement:
		return add(op, old)
	case OpAppend:
		s, ok := op.Value.(wire.String)
		if !ok {
			return nil, typeClash
		}
		if old == nil {
			return s, nil
		}
		if o, ok := old.(wire.String); ok {
			return o + s, nil
		}
	case OpInsertSet:
		if old == nil {
			return wire.NewSet(op.Value), nil
		}
		if s, ok := old.(*wire.Set); ok {
			s.Add(op.Value)
			return s, nil
		}
	case OpInsertTable:
		if old == nil {
			return wire.NewTable(wire.Entry{Key: op.Index, Val: op.Value}), nil
		}
		if t, ok := old.(*wire.Table); ok {
			t.Put(op.Index, op.Value)
			return t, nil
		}
	case OpPush:
		if old == nil {
			return wire.Vector{op.Value}, nil
		}
		if v, ok := old.(wire.Vector); ok {
			return append(v, op.Value), nil
		}
	case OpPop, OpRemoveFrom:
		switch o := old.(type) {
		case nil:
			return nil, &Error{Code: NoSuchKey}
		case wire.Vector:
			if len(o) > 0 {
				o[len(o)-1] = nil
				o = o[:len(o)-1]
			}
			return o, nil
		case *wire.Set:
			if op.Code == OpRemoveFrom {
				o.Remove(op.Index)
				return o, nil
			}
		case *wire.Table:
			if op.Code == OpRemoveFrom {
				o.Remove(op.Index)
				return o, nil
			}
		}
	}
	return nil, typeClash
}

// add adds to a number or takes away from it. A missing one is created from zero by an increment; a timespan creates a timestamp.
func add(op Op, old wire.Data) (wire.Data, *Error) {
	sign := int64(1)
	if op.Code == OpDecrement {
		sign = -1
		if old == nil {
			return nil, &Error{Code: NoSuchKey}
		}
	}
	switch by := op.Value.(type) {
	case wire.Count:
		if o, ok := orZero(old, wire.Count(0)); ok {
			return o + wire.Count(sign)*by, nil
		}
	case wire.Int:
		if o, ok := orZero(old, wire.Int(0)); ok {
			return o + wire.Int(sign)*by, nil
		}
	case wire.Real:
		if o, ok := orZero(old, wire.Real(0)); ok {
			return o + wire.Real(sign)*by, nil
		}
	case wire.Timespan:
		if o, ok := old.(wire.Timespan); ok {
			return o + wire.Timespan(sign)*by, nil
		}
		if o, ok := orZero(old, wire.Timestamp(0)); ok {
			return o + wire.Timestamp(sign*int64(by)), nil
		}
	}
	return nil, &Error{TypeClash, "the amount does not go with the value's type"}
}

func orZero[T wire.Data](old wire.Data, zero T) (T, bool) {
	if old == nil {
		return zero, true
	}
	o, ok := old.(T)
	return o, ok
}

// Change is what an op did, as an observer hears of it. The data must not be changed.
type Change struct {
	Kind ChangeKind
	Key  wire.Data
	// Value is the new value, Old the one before of an update, nil for the others.
	Value, Old wire.Data
	// Expiry is how long the key lives from now, 0 for ever.
	Expiry time.Duration
	// Publisher is the id of the node that asked for the change.
	Publisher string
}

// ChangeKind is the kind of a Change.
type ChangeKind uint8

// The kinds of changes.
const (
	Inserted ChangeKind = iota
	Updated
	Erased
	Expired
)

// Observer hears of the changes of one store, in order.
type Observer func(Change)

// apply does an op on a backend: at the master, and with the same result at each clone. It returns false for an OpPutUnique that found a
// value. A negative now (at clones) keeps no deadlines.
func apply(b Backend, op Op, now int64, publisher string, see Observer) (done bool, deadline int64, err *Error) {
	switch op.Code {
	case OpClear:
		return true, 0, clearAll(b, publisher, see)
	case OpErase, OpExpire:
		return true, 0, erase(b, op, publisher, see)
	}
	old, deadline, found, berr := b.Get(op.Key)
	if berr != nil {
		return false, 0, backendError(berr)
	}
	if !found {
		old = nil
	}
	was := old
	if see != nil && found {
		was = wire.Clone(old) // modify works in place
	}
	val := op.Value
	switch op.Code {
	case OpPut:
		deadline = 0
	case OpPutUnique:
		if found {
			return false, deadline, nil
		}
	default:
		if val, err = modify(op, old); err != nil {
			return false, deadline, err
		}
	}
	if op.Expiry > 0 {
		deadline = now + int64(op.Expiry)
	}
	if now < 0 {
		deadline = 0
	}
	if berr := b.Put(op.Key, val, deadline); berr != nil {
		return false, deadline, backendError(berr)
	}
	if see != nil {
		c := Change{Kind: Inserted, Key: op.Key, Value: wire.Clone(val), Expiry: op.Expiry, Publisher: publisher}
		if found {
			c.Kind, c.Old = Updated, was
		}
		see(c)
	}
	return true, deadline, nil
}

func erase(b Backend, op Op, publisher string, see Observer) *Error {
	val, _, found, err := b.Get(op.Key)
	if err == nil && found {
		err = b.Erase(op.Key)
	}
	if err != nil {
		return backendError(err)
	}
	if found && see != nil {
		kind := Erased
		if op.Code == OpExpire {
			kind = Expired
		}
		see(Change{Kind: kind, Key: op.Key, Value: val, Publisher: publisher})
	}
	return nil
}

func clearAll(b Backend, publisher string, see Observer) *Error {
	var gone []Change
	if see != nil {
		err := b.Each(func(key, val wire.Data, _ int64) error {
			gone = append(gone, Change{Kind: Erased, Key: wire.Clone(key), Value: wire.Clone(val), Publisher: publisher})
			return nil
		})
		if err != nil {
			return backendError(err)
		}
	}
	if err := b.Clear(); err != nil {
		return backendError(err)
	}
	for _, c := range gone {
		see(c)
	}
	return nil
}

// QueryCode is what a Query asks.
type QueryCode uint8

// The queries.
const (
	QueryExists QueryCode = iota // a bool
	QueryGet                     // the value
	QueryIndex                   // of a set whether Index is in it, of a table or vector the element, of others the value itself
	QueryKeys                    // the set of all keys
)

// Query asks a store.
type Query struct {
	Code  QueryCode
	Key   wire.Data // not for QueryKeys
	Index wire.Data // only for QueryIndex
}

// answer returns the result as a copy.
func answer(b Backend, q Query) (wire.Data, *Error) {
	if q.Code == QueryKeys {
		keys, err := b.Keys()
		if err != nil {
			return nil, backendError(err)
		}
		return keys, nil
	}
	val, _, found, err := b.Get(q.Key)
	switch {
	case err != nil:
		return nil, backendError(err)
	case q.Code == QueryExists:
		return wire.Bool(found), nil
	case !found:
		return nil, &Error{Code: NoSuchKey}
	case q.Code == QueryIndex:
		return element(val, q.Index)
	}
	return wire.Clone(val), nil
}

func element(val, index wire.Data) (wire.Data, *Error) {
	switch v := val.(type) {
	case *wire.Set:
		return wire.Bool(v.Has(index)), nil
	case *wire.Table:
		if e, found := v.Get(index); found {
			return wire.Clone(e), nil
		}
		return nil, &Error{Code: NoSuchKey}
	case wire.Vector:
		at := -1
		switch i := index.(type) {
		case wire.Count:
			if uint64(i) < uint64(len(v)) {
				at = int(i)
			}
		case wire.Int:
			if i >= 0 && int64(i) < int64(len(v)) {
				at = int(i)
			}
		default:
			return nil, &Error{TypeClash, "the index of a vector is a number"}
		}
		if at < 0 {
			return nil, &Error{Code: NoSuchKey}
		}
		return wire.Clone(v[at]), nil
	}
	return wire.Clone(val), nil
}
