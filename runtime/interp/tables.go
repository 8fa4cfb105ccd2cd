package interp

import (
	"unsafe"
	"weak"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// attrKey names the attributes of one declaration.
type attrKey struct {
	t *types.Type
	a *types.Attr
	n int
}

func listValue(keys []val.Value) val.Value {
	vs := append([]val.Value(nil), keys...)
	return val.Value{P: unsafe.Pointer(&vs)}
}

// tableAttrs makes the run-time attributes of tables of type t declared with attrs, or with those of its type; nil for none.
// All tables of one declaration share them.
func (m *M) tableAttrs(t *types.Type, attrs types.Attrs) *val.TableAttrs {
	if len(attrs) == 0 {
		attrs = t.Attrs
	}
	if len(attrs) == 0 || t.Tag != types.Table {
		return nil
	}
	key := attrKey{t, &attrs[0], len(attrs)}
	if ta, ok := m.attrs[key]; ok {
		return ta
	}
	ta := m.buildAttrs(t, attrs)
	m.attrs[key] = ta
	return ta
}

func (m *M) buildAttrs(t *types.Type, attrs types.Attrs) *val.TableAttrs {
	ta := &val.TableAttrs{Now: func() float64 { return m.netTime }}
	any := false
	for i := range attrs {
		x, _ := attrs[i].X.(ir.Expr)
		if x == nil {
			continue
		}
		used := true
		switch attrs[i].Kind {
		case types.AttrDefault, types.AttrDefaultInsert:
			used = elementDefault(t, x)
			if used {
				ta.Default = m.elementDefault(t, x)
				ta.Insert = attrs[i].Kind == types.AttrDefaultInsert
			}
		case types.AttrCreateExpire:
			ta.Expire, ta.ExpireAfter = val.CreateExpire, m.seconds(x)
		case types.AttrReadExpire:
			ta.Expire, ta.ExpireAfter = val.ReadExpire, m.seconds(x)
		case types.AttrWriteExpire:
			ta.Expire, ta.ExpireAfter = val.WriteExpire, m.seconds(x)
		case types.AttrExpireFunc:
			ta.ExpireFunc = m.expireFunc(t, x)
		case types.AttrOnChange:
			ta.OnChange = m.changeFunc(t, x)
		default:
			used = false
		}
		any = any || used
	}
	if !any {
		return nil
	}
	if ta.Expire != val.NoExpire {
		ta.Copied = m.expires
	}
	return ta
}

// seconds evaluates an interval anew at each use: it may be a global that changes.
func (m *M) seconds(x ir.Expr) func() float64 {
	return func() float64 {
		sec := -1.0
		m.guard(func() { sec = m.evalDefault(x).Double() })
		return sec
	}
}

// elementDefault makes the values of missing elements: a function is called with the index, anything else evaluated once and copied
// at each access.
func (m *M) elementDefault(t *types.Type, x ir.Expr) func(keys []val.Value) (val.Value, bool) {
	if x.Type().Tag == types.Func && t.Elem != nil && t.Elem.Tag != types.Func {
		return func(keys []val.Value) (val.Value, bool) {
			fn := m.evalDefault(x).Func()
			v := m.invokeAny(fn, nil, append([]val.Value(nil), keys...))
			if t.Elem.Tag == types.Any && fn.T.Fn.Result.Tag != types.Any {
				v = val.Any(fn.T.Fn.Result, v)
			}
			return v, v.P != unsetP
		}
	}
	var v val.Value
	have := false
	// The type of the value itself: that of an empty constructor's elements is known only where it is assigned.
	et := x.Type()
	copies := !et.IsScalar() && et.Tag != types.String
	return func([]val.Value) (val.Value, bool) {
		if !have {
			v, have = m.evalDefault(x), true
		}
		if copies {
			return val.Clone(et, v), true
		}
		return v, true
	}
}

// invokeAny calls any function value; run-time errors pass through.
func (m *M) invokeAny(f *val.Func, site *ir.Call, args []val.Value) val.Value {
	cl := f.Impl.(*closure)
	if cl.fn.builtin != nil {
		return m.callBuiltin(cl.fn.builtin, m.valueSite(cl.fn.builtin, f.T, site), args)
	}
	return m.invoke(cl, site, args)
}

// expireFunc: `function(t: table[…], idx: any): interval` gets a composite index as a list; 8.0 also takes the index unrolled.
func (m *M) expireFunc(t *types.Type, x ir.Expr) func(tv *val.Table, keys []val.Value) float64 {
	return func(tv *val.Table, keys []val.Value) (sec float64) {
		m.guard(func() {
			fn := m.evalDefault(x).Func()
			args := append([]val.Value{val.Tab(tv)}, m.indexArgs(t, fn, 1, keys)...)
			sec = m.invokeAny(fn, nil, args).Double()
		})
		return sec
	}
}

// indexArgs are a table's index values as the parameters of fn from the given one on want them: boxed if they are any.
func (m *M) indexArgs(t *types.Type, fn *val.Func, from int, keys []val.Value) []val.Value {
	params := fn.T.Fn.Params.Fields
	if len(params) == from+1 && params[from].Type.Tag == types.Any && len(keys) > 1 {
		return []val.Value{val.Any(types.NewList(t.Keys...), listValue(keys))}
	}
	out := append([]val.Value(nil), keys...)
	for i := range out {
		if from+i < len(params) && params[from+i].Type.Tag == types.Any {
			out[i] = val.Any(t.Keys[i], out[i])
		}
	}
	return out
}

// changeFunc: `function(t: table[…], tpe: TableChange, index…, value)`; sets have no value.
func (m *M) changeFunc(t *types.Type, x ir.Expr) func(tv *val.Table, c val.Change, keys []val.Value, v val.Value) {
	busy := false
	return func(tv *val.Table, c val.Change, keys []val.Value, v val.Value) {
		// Changes made by the handler itself are not told to it again.
		if busy {
			return
		}
		busy = true
		defer func() { busy = false }()
		m.guard(func() {
			fn := m.evalDefault(x).Func()
			args := append([]val.Value{val.Tab(tv), val.Enum(int64(c))}, m.indexArgs(t, fn, 2, keys)...)
			if t.Elem != nil {
				args = append(args, v)
			}
			m.invokeAny(fn, nil, args)
		})
	}
}

// adopt gives a table the attributes of the variable that it is the first value of.
func (m *M) adopt(tv *val.Table, ta *val.TableAttrs) {
	if ta == nil || tv.Attrs == ta {
		return
	}
	tv.Attrs = ta
	m.expires(tv)
}

// expires starts the timer that lets old elements of a table go. The timer holds the table weakly: it ends with it.
func (m *M) expires(tv *val.Table) {
	if tv.Attrs == nil || tv.Attrs.Expire == val.NoExpire {
		return
	}
	m.expireTimer(weak.Make(tv), 0) // the interval may still be redefined: it counts from the first pass
}

func (m *M) expireTimer(ref weak.Pointer[val.Table], after float64) {
	from := m.netTime
	if !m.running {
		from = m.startTime
	}
	m.addTimer(from+after, func(expire bool) {
		tv := ref.Value()
		if tv == nil || expire {
			return
		}
		next := m.number("table_expire_interval", 10)
		if m.expireStep(tv) {
			next = m.number("table_expire_delay", 0.01)
		}
		m.expireTimer(ref, next)
	})
}

// expireStep looks at the next elements of a table; true when not all have been looked at.
func (m *M) expireStep(tv *val.Table) (more bool) {
	return tv.ExpireStep(m.netTime, int(m.whole("table_incremental_step", 5000)))
}
