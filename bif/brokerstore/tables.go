package brokerstore

import (
	"path/filepath"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// storeTable is a global set or table whose elements a store holds too: &broker_store="name" or &backend.
type storeTable struct {
	name  string // of the store
	t     *types.Type
	table *val.Table
	index *types.Type // what keys are in data: the one index, or the list of all
	busy  bool        // a change that came from the store is being made: it does not go back
}

// backendPrefix starts the names of stores of tables with &backend; the name of the global follows.
const backendPrefix = "___sync_store_"

// Begin joins the tables that have stores to them, once the scripts are loaded. A table with &backend gets its master here if this
// node is to have it; its clones are made by base/frameworks/cluster when they know of the master. False: an attribute could not be
// evaluated, which has been reported.
func (f *Family) Begin(m *interp.M) bool {
	f.m = m
	for _, g := range m.Known() {
		if g.T == nil || g.T.Tag != types.Table {
			continue
		}
		if x, ok := g.Attrs.Get(types.AttrBrokerStore).(ir.Expr); ok {
			v, ok := m.EvalAttr(x)
			if !ok {
				return false
			}
			f.join(m, g, v.Str())
		}
		if x, ok := g.Attrs.Get(types.AttrBackend).(ir.Expr); ok && !f.beginBackend(m, g, x) {
			return false
		}
	}
	return true
}

func (f *Family) beginBackend(m *interp.M, g *ir.Global, x ir.Expr) bool {
	v, ok := m.EvalAttr(x)
	if !ok {
		m.Report(diag.Diagnostic{Severity: diag.ExprError, Code: diag.Store, Msg: "bad &backend attribute (" + ir.Describe(x) + ")", At: x.Span()})
		return false
	}
	name := backendPrefix + g.Name
	if !f.join(m, g, name) || !option(m, "Broker::table_store_master", val.Bool(true)).Bool() {
		return true
	}
	dir := option(m, "Broker::table_store_db_directory", val.Str(".")).Str()
	if _, err := f.master(m, name, int(v.Int()), nil, filepath.Join(dir, name+".sqlite")); err != nil {
		m.Codef(diag.Store, diag.Error, "Failed to attach master store %s: %s", codeText(err), err)
	}
	return true
}

// join has the changes of a table go to the store of a name, as soon as there is one.
func (f *Family) join(m *interp.M, g *ir.Global, name string) bool {
	v, ok := m.Value(g)
	if !ok || v.P == nil {
		return false
	}
	if f.tableOf(name) != nil {
		m.Codef(diag.Store, diag.Error, "same &broker_store %s specified for two different variables", name)
		return false
	}
	t := &storeTable{name: name, t: g.T, table: v.Table(), index: g.T.Keys[0]}
	if len(g.T.Keys) > 1 {
		t.index = types.NewList(g.T.Keys...)
	}
	attrs := val.TableAttrs{Now: m.NetworkTime}
	if t.table.Attrs != nil {
		attrs = *t.table.Attrs
	}
	attrs.Mirror = func(_ *val.Table, c val.Change, keys []val.Value, v val.Value) { f.forward(m, t, c, keys, v) }
	t.table.Attrs = &attrs
	f.tables = append(f.tables, t)
	return true
}

func (f *Family) tableOf(name string) *storeTable {
	for _, t := range f.tables {
		if t.name == name {
			return t
		}
	}
	return nil
}

// forward sends a change of a table to its store. Elements that expire go from the store by themselves.
func (f *Family) forward(m *interp.M, t *storeTable, c val.Change, keys []val.Value, v val.Value) {
	h := f.find(t.name)
	if t.busy || h == nil || c == val.ElementExpired {
		return
	}
	key, err := f.cfg.Codec.ToData(t.index, indexValue(t, keys))
	if err != nil {
		f.cfg.Codec.Report(err)
		m.Codef(diag.Store, diag.Error, "invalid Broker data conversation for table index")
		return
	}
	op := store.Op{Code: store.OpErase, Key: key}
	if c != val.ElementRemoved {
		op.Code, op.Value = store.OpPut, wire.None{}
		if t.t.Elem != nil {
			if op.Value, err = f.cfg.Codec.ToData(t.t.Elem, v); err != nil {
				f.cfg.Codec.Report(err)
				m.Codef(diag.Store, diag.Error, "invalid Broker data conversation for table value")
				return
			}
		}
		if a := t.table.Attrs; a.ExpireAfter != nil {
			after := a.ExpireAfter()
			if after >= 0 && a.Expire == val.CreateExpire {
				after = max(0, after-(m.NetworkTime()-t.table.Touched(keys)))
			}
			if after == 0 {
				return
			}
			if after > 0 {
				op.Expiry = duration(after)
			}
		}
	}
	if err := h.s.Update(op); err != nil {
		m.Codef(diag.Store, diag.Error, "store %s: %s", t.name, err)
	}
}

func indexValue(t *storeTable, keys []val.Value) val.Value {
	if len(keys) == 1 {
		return keys[0]
	}
	return val.ListVal(keys)
}

// observer returns what tells a table of the changes that other nodes make in its store; nil if the store has no table.
func (f *Family) observer(m *interp.M, t *storeTable) store.Observer {
	if t == nil {
		return nil
	}
	self := f.cfg.ID()
	return func(c store.Change) {
		if c.Publisher != self && c.Kind != store.Expired {
			m.Post(func() { f.change(m, t, c) })
		}
	}
}

// change makes a change that came from the store. Keys of another type than the table's are not this table's.
func (f *Family) change(m *interp.M, t *storeTable, c store.Change) {
	word := "ProcessStoreEvent"
	switch c.Kind {
	case store.Inserted:
		word += " Insert"
	case store.Updated:
		word += " Update"
	}
	const differ = "This probably means the tables have different types on different nodes."
	if t.t.Elem == nil && c.Kind != store.Erased && c.Value.Kind() != wire.KindNone {
		m.Codef(diag.Store, diag.Error, "%s got %s when expecting set", word, c.Value.Kind())
		return
	}
	keys, ok := f.keys(t, c.Key)
	if !ok {
		m.Codef(diag.Store, diag.Error, "%s: could not convert key \"%s\" for store \"%s\" while receiving remote data. "+differ, word, f.text(m, c.Key), t.name)
		return
	}
	t.busy = true
	defer func() { t.busy = false }()
	if c.Kind == store.Erased {
		t.table.Delete(keys)
		return
	}
	var v val.Value
	if t.t.Elem != nil {
		var err error
		if v, err = f.cfg.Codec.FromData(c.Value, t.t.Elem); err != nil {
			m.Codef(diag.Store, diag.Error, "%s: could not convert value \"%s\" for key \"%s\" in store \"%s\" while receiving remote data. "+differ,
				word, f.text(m, c.Value), f.text(m, c.Key), t.name)
			return
		}
	}
	t.table.Set(keys, v)
}

// keys turns the key of a store into an index of the table.
func (f *Family) keys(t *storeTable, d wire.Data) ([]val.Value, bool) {
	v, err := f.cfg.Codec.FromData(d, t.index)
	if err != nil {
		return nil, false
	}
	if t.index.Tag == types.List {
		return v.List(), true
	}
	return []val.Value{v}, true
}

func (f *Family) text(m *interp.M, d wire.Data) string {
	return wire.Format(d, !m.Dialect().OldNumbers)
}

// fill brings what a new master found in its file to the table. What does not fit ends it: the types of script and file differ.
func (f *Family) fill(m *interp.M, t *storeTable, s *store.Store) {
	t.busy = true
	was := t.table.Quiet(true)
	defer func() {
		t.busy = false
		t.table.Quiet(was)
	}()
	var problem strings.Builder
	err := s.Each(func(key, d wire.Data) {
		if problem.Len() > 0 {
			return
		}
		keys, ok := f.keys(t, key)
		if !ok {
			problem.WriteString("Failed to convert key \"" + f.text(m, key) + "\" while importing broker store to table for store \"" + t.name +
				"\". Aborting import.")
			return
		}
		var v val.Value
		if t.t.Elem != nil {
			var err error
			if v, err = f.cfg.Codec.FromData(d, t.t.Elem); err != nil {
				problem.WriteString("Could not convert " + f.text(m, d) + " to table value while trying to import Broker store " + t.name +
					". Aborting import.")
				return
			}
		}
		t.table.Set(keys, v)
	})
	if err != nil {
		problem.WriteString("Failed to import Broker store " + t.name + " to table: " + err.Error())
	}
	if problem.Len() > 0 {
		m.Codef(diag.Store, diag.Error, "%s", problem.String())
	}
}
