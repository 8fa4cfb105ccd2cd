package interp

import (
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// recordPlan is what a new record of a type gets beyond the fields that are given: values of &default, and empty containers and
// records in fields that must have one.
type recordPlan struct {
	rec    *types.RecordInfo
	n      int // fields the plan was made for; redef record may add some
	fields []fieldPlan
}

type fieldPlan struct {
	idx   int
	value val.Value // of constant defaults
	make  func(m *M) (val.Value, bool)
}

// stale reports whether the type has grown since.
func (p *recordPlan) stale() bool { return p.n != len(p.rec.Fields) }

func (fp *fieldPlan) apply(m *M, r *val.Record) {
	if fp.make == nil {
		r.Set(fp.idx, fp.value)
		return
	}
	if v, ok := fp.make(m); ok {
		r.Set(fp.idx, v)
	}
}

// plan returns the plan of a record type.
func (m *M) plan(t *types.Type) *recordPlan {
	p := m.plans[t.Rec]
	if p != nil && !p.stale() {
		return p
	}
	p = &recordPlan{rec: t.Rec, n: len(t.Rec.Fields)}
	m.plans[t.Rec] = p
	for i, f := range t.Rec.Fields {
		if fp, ok := m.planField(i, f); ok {
			p.fields = append(p.fields, fp)
		}
	}
	return p
}

func (m *M) planField(i int, f *types.Field) (fieldPlan, bool) {
	if d, ok := f.Default().(ir.Expr); ok && !elementDefault(f.Type, d) {
		if k, ok := d.(*ir.Const); ok {
			return fieldPlan{idx: i, value: constValue(k)}, true
		}
		return fieldPlan{idx: i, make: func(m *M) (val.Value, bool) { return m.evalDefault(d), true }}, true
	}
	if f.Optional() || !f.Type.IsAggregate() {
		return fieldPlan{}, false
	}
	t := f.Type
	attrs := f.Attrs
	return fieldPlan{idx: i, make: func(m *M) (val.Value, bool) { return m.empty(t, attrs) }}, true
}

// elementDefault reports whether a table's &default is the value of missing elements and not of the whole, as it may be for fields.
func elementDefault(t *types.Type, d ir.Expr) bool {
	dt := d.Type()
	if t.Tag != types.Table || dt.Tag != types.Table {
		return t.Tag == types.Table
	}
	if t.Elem == nil || t.Elem.Tag != types.Table {
		return false
	}
	if dt.Unspecified {
		return dt.IsSet() == t.Elem.IsSet() || dt.IsSet() != t.IsSet()
	}
	return types.Same(dt, t.Elem)
}

// maxNested bounds records in records that are made without being asked for: a type may hold itself.
const maxNested = 64

// empty makes a new container or a record with its defaults.
func (m *M) empty(t *types.Type, attrs types.Attrs) (val.Value, bool) {
	switch t.Tag {
	case types.Table:
		tv := val.NewTable(t, m.tableAttrs(t, attrs))
		m.expires(tv)
		return val.Tab(tv), true
	case types.Vector:
		return val.Vec(val.NewVector(t)), true
	case types.Record:
		if m.nested >= maxNested {
			return val.Value{}, false
		}
		m.nested++
		defer func() { m.nested-- }()
		return val.Rec(m.NewRecord(t)), true
	}
	return val.Value{}, false
}

// restore gives a deleted field what a new record would have there, if that has to be made anew for each record: containers, records
// and computed defaults. Constant defaults do not come back, as in the reference.
func (m *M) restore(r *val.Record, i int) {
	p := m.plan(r.T)
	for k := range p.fields {
		if fp := &p.fields[k]; fp.idx == i && fp.make != nil {
			fp.apply(m, r)
		}
	}
}

// NewRecord makes a record of type t with the defaults of its fields.
func (m *M) NewRecord(t *types.Type) *val.Record {
	r := m.rawRecord(t)
	p := m.plan(t)
	for i := range p.fields {
		p.fields[i].apply(m, r)
	}
	return r
}

// earlyRecord is a record made while loading, with the number of fields that its type had then.
type earlyRecord struct {
	r      *val.Record
	fields int
}

// rawRecord makes a record without fields. Those made while loading are remembered: `redef record` gives them the new fields.
func (m *M) rawRecord(t *types.Type) *val.Record {
	r := val.NewRecord(t)
	if !m.running {
		m.early[t.Rec] = append(m.early[t.Rec], earlyRecord{r, len(t.Rec.Fields)})
	}
	return r
}

// growRecords gives the records made so far the fields that their type has got, in the order in which they were made.
func (m *M) growRecords(t *types.Type) {
	if p := m.plans[t.Rec]; p != nil {
		p.n = -1
		delete(m.plans, t.Rec)
	}
	p := m.plan(t)
	for i := range m.early[t.Rec] {
		e := &m.early[t.Rec][i]
		r, from := e.r, e.fields
		e.fields = p.n
		m.guard(func() {
			for i := range p.fields {
				if p.fields[i].idx >= from {
					p.fields[i].apply(m, r)
				}
			}
		})
	}
}

// evalDefault evaluates an attribute's expression, which refers to no locals.
func (m *M) evalDefault(d ir.Expr) val.Value {
	code := m.isolated[d]
	if code == nil {
		code = m.isolate(d)
		m.isolated[d] = code
	}
	return code(m)
}

// isolate compiles an expression that stands outside any function.
func (m *M) isolate(d ir.Expr) func(m *M) val.Value {
	b := scratchBody(1)
	code := newCompiler(m, b).expr(d)
	return func(m *M) val.Value {
		f := m.push(b.size)
		v := code(m, f)
		clearFrame(f, b.size)
		m.pop(b.size)
		return v
	}
}

// FieldDefault evaluates the &default of field i of a record type; ok is false if it has none or it failed.
func (m *M) FieldDefault(t *types.Type, i int) (v val.Value, ok bool) {
	d, has := t.Rec.Fields[i].Default().(ir.Expr)
	if !has {
		return v, false
	}
	ok = m.guard(func() { v = m.evalDefault(d) })
	return v, ok
}

// EvalAttr evaluates the expression of an attribute, such as the column of &type_column; ok is false if it failed or
// yields nothing.
func (m *M) EvalAttr(x types.Expr) (v val.Value, ok bool) {
	d, is := x.(ir.Expr)
	if !is {
		return v, false
	}
	ok = m.guard(func() { v = m.evalDefault(d) })
	return v, ok && v.P != unsetP
}
