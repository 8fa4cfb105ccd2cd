package brokerstore

import (
	"errors"
	"time"

	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// updates are the builtins that change a store. Behind the handle come the operands in the order of params, then the expiry.
var updates = []struct {
	code   store.OpCode
	name   string
	params string // with the letters of operands
	doc    string
}{
	{store.OpPut, "put", "k: any, v: any, e: interval", "Sets the value of a key."},
	{store.OpErase, "erase", "k: any", "Takes a key out."},
	{store.OpIncrement, "increment", "k: any, a: any, e: interval", "Adds to a number or time; a missing key counts as zero."},
	{store.OpDecrement, "decrement", "k: any, a: any, e: interval", "Subtracts from a number or time."},
	{store.OpAppend, "append", "k: any, s: any, e: interval", "Adds to the end of a string."},
	{store.OpInsertSet, "insert_into_set", "k: any, i: any, e: interval", "Adds an element to a set."},
	{store.OpInsertTable, "insert_into_table", "k: any, i: any, v: any, e: interval", "Sets an element of a table."},
	{store.OpRemoveFrom, "remove_from", "k: any, i: any, e: interval", "Takes an element out of a set or table."},
	{store.OpPush, "push", "k: any, v: any, e: interval", "Adds an element to the end of a vector."},
	{store.OpPop, "pop", "k: any, e: interval", "Takes the last element off a vector."},
	{store.OpClear, "clear", "", "Takes all keys out of a store."},
}

// operandNames are what messages call the operands behind the key.
var operandNames = map[store.OpCode][]string{
	store.OpPut: {"value"}, store.OpIncrement: {"amount"}, store.OpDecrement: {"amount"}, store.OpAppend: {"str"},
	store.OpInsertSet: {"index"}, store.OpInsertTable: {"index", "value"}, store.OpRemoveFrom: {"index"}, store.OpPush: {"value"},
}

func (f *Family) updateRows() []interp.Builtin {
	var rows []interp.Builtin
	for _, u := range updates {
		sep := ""
		if u.params != "" {
			sep = ", "
		}
		rows = append(rows, interp.Builtin{
			Sig: "function Broker::__" + u.name + "(h: opaque of Broker::Store" + sep + u.params + "): bool",
			Doc: u.doc + " F if the handle or the data is unfit, or if the store of a master cannot keep it.",
			Fn:  f.update(u.code, operandNames[u.code]),
		})
	}
	return rows
}

func (f *Family) update(code store.OpCode, operands []string) func(*interp.M, *interp.Site, []val.Value) val.Value {
	return func(m *interp.M, s *interp.Site, a []val.Value) val.Value {
		h := open(m, s, a[0])
		if h == nil {
			return val.Bool(false)
		}
		op := store.Op{Code: code}
		if code == store.OpClear {
			return val.Bool(f.apply(m, s, h, op))
		}
		var ok bool
		if op.Key, ok = f.argument(m, s, a, 1, "key"); !ok {
			return val.Bool(false)
		}
		for i, what := range operands {
			d, ok := f.argument(m, s, a, 2+i, what)
			if !ok {
				return val.Bool(false)
			}
			if what == "index" && code != store.OpInsertSet {
				op.Index = d
			} else {
				op.Value = d
			}
		}
		if last := 2 + len(operands); last < len(a) {
			op.Expiry = expiry(a[last])
		}
		return val.Bool(f.apply(m, s, h, op))
	}
}

// apply does an op. What does not go with the value that is there is no failure, as in the reference; that a master could not keep it
// is one, since T promises that it is safe.
func (f *Family) apply(m *interp.M, s *interp.Site, h *handle, op store.Op) bool {
	err := h.s.Update(op)
	if err == nil {
		return true
	}
	var e *store.Error
	if errors.As(err, &e) && (e.Code == store.TypeClash || e.Code == store.NoSuchKey) {
		return true
	}
	if e == nil || e.Code != store.StaleData {
		m.Errorf(s, "store %s: %s", h.s.Name(), err)
	}
	return false
}

// expiry turns an interval into how long a key lives. Zero is for ever; a time that is over is the shortest there is.
func expiry(v val.Value) time.Duration {
	d := duration(v.Double())
	if d < 0 {
		return 1
	}
	return d
}
