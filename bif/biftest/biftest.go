// Package biftest calls rows of builtins by name, for the table tests of their families. Only tests import it.
package biftest

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Case is one call. Args are Go values (see Of); Want is the result's text as cat() gives it, Errors what is reported, one line
// each.
type Case struct {
	Fn     string
	Args   []any
	Want   string
	Errors string
}

// Arg is a script value with its type.
type Arg struct {
	T *types.Type
	V val.Value
}

// Count is a Go value that stands for a count; int stands for an int.
type Count uint64

// Time is a Go value that stands for a time.
type Time float64

// Host is a family on an interpreter of its own.
type Host struct {
	M    *interp.M
	Out  bytes.Buffer // what was printed, after M.Flush
	rows map[string]interp.Builtin
	list diag.List
}

// New makes a host of rows.
func New(d *dialect.Dialect, rows []interp.Builtin) *Host {
	h := &Host{rows: map[string]interp.Builtin{}}
	h.M = interp.New(interp.Config{Dialect: d, Sink: &h.list, Out: &h.Out})
	for _, r := range rows {
		h.rows[name(r.Sig)] = r
	}
	return h
}

// name returns the name that a signature declares.
func name(sig string) string {
	sig = strings.TrimPrefix(sig, "function ")
	n, _, _ := strings.Cut(sig, "(")
	return n
}

// Types of results by the names that signatures give them.
var named = map[string]*types.Type{
	"bool": types.BoolT, "int": types.IntT, "count": types.CountT, "double": types.DoubleT, "time": types.TimeT, "interval": types.IntervalT,
	"string": types.StringT, "pattern": types.PatternT, "port": types.PortT, "addr": types.AddrT, "subnet": types.SubnetT, "any": types.AnyT,
	"string_vec": types.NewVector(types.StringT), "index_vec": types.NewVector(types.CountT), "addr_vec": types.NewVector(types.AddrT),
	"subnet_vec": types.NewVector(types.SubnetT), "any_vec": types.NewVector(types.AnyT),
	"string_set": types.NewSet(types.StringT), "addr_set": types.NewSet(types.AddrT),
	"string_array": types.NewTable(types.StringT, types.CountT),
}

// Of makes an Arg of a Go value: string, bool, int, Count, float64, Time, netip.Addr, netip.Prefix, *pattern.Pattern, *types.Type,
// *val.Vector, *val.Table, *val.Record, *val.Func, Arg.
func Of(x any) Arg {
	switch x := x.(type) {
	case Arg:
		return x
	case string:
		return Arg{types.StringT, val.Str(x)}
	case bool:
		return Arg{types.BoolT, val.Bool(x)}
	case int:
		return Arg{types.IntT, val.Int(int64(x))}
	case Count:
		return Arg{types.CountT, val.Count(uint64(x))}
	case float64:
		return Arg{types.DoubleT, val.Double(x)}
	case Time:
		return Arg{types.TimeT, val.Time(float64(x))}
	case netip.Addr:
		return Arg{types.AddrT, val.Addr(x)}
	case netip.Prefix:
		return Arg{types.SubnetT, val.Subnet(x)}
	case *pattern.Pattern:
		return Arg{types.PatternT, val.Pat(x)}
	case *val.Vector:
		return Arg{x.T, val.Vec(x)}
	case *val.Table:
		return Arg{x.T, val.Tab(x)}
	case *val.Record:
		return Arg{x.T, val.Rec(x)}
	case *types.Type:
		return Arg{types.NewTypeType(x), val.TypeVal(x)}
	}
	panic(fmt.Sprintf("biftest: argument of type %T", x))
}

// Vector makes a vector of Go values of one type.
func Vector(xs ...any) *val.Vector {
	v := val.NewVector(types.NewVector(Of(xs[0]).T))
	for _, x := range xs {
		v.Append(Of(x).V)
	}
	return v
}

// Set makes a set of Go values of one type.
func Set(xs ...any) *val.Table {
	t := val.NewTable(types.NewSet(Of(xs[0]).T), nil)
	for _, x := range xs {
		t.SetOne(Of(x).V, val.Value{})
	}
	return t
}

// Call calls a row. result is the call's type; nil: the declared one, which must be a base type or a common container.
func (h *Host) Call(fn string, result *types.Type, args ...any) Arg {
	r, ok := h.rows[fn]
	if !ok {
		panic("biftest: no builtin " + fn)
	}
	if result == nil {
		_, decl, _ := strings.Cut(r.Sig[strings.LastIndexByte(r.Sig, ')'):], ": ")
		result = named[decl]
		if r.Result != nil {
			var exprs []ir.Expr
			for _, x := range args {
				exprs = append(exprs, &ir.Const{X: ir.X{T: Of(x).T}})
			}
			result = r.Result(exprs)
		}
		if result == nil {
			panic("biftest: result type of " + fn)
		}
	}
	site := &interp.Site{Result: result}
	var vs []val.Value
	for _, x := range args {
		a := Of(x)
		site.Args = append(site.Args, a.T)
		vs = append(vs, a.V)
	}
	var v val.Value
	switch {
	case r.F0 != nil:
		v = r.F0(h.M, site)
	case r.F1 != nil:
		v = r.F1(h.M, site, vs[0])
	case r.F2 != nil:
		v = r.F2(h.M, site, vs[0], vs[1])
	case r.F3 != nil:
		v = r.F3(h.M, site, vs[0], vs[1], vs[2])
	default:
		v = r.Fn(h.M, site, vs)
	}
	return Arg{result, v}
}

// Reports returns what has been reported since the last call, one line each.
func (h *Host) Reports() string {
	var lines []string
	for _, d := range h.list.All {
		lines = append(lines, diag.Reference(d))
	}
	h.list.All = nil
	return strings.Join(lines, "\n")
}

// Run checks cases in order.
func (h *Host) Run(t *testing.T, cases []Case) {
	t.Helper()
	for _, c := range cases {
		got := h.Call(c.Fn, nil, c.Args...)
		if text := string(h.M.Describe(nil, got.T, got.V, val.DescText)); text != c.Want {
			t.Errorf("%s(%v) = %q, want %q", c.Fn, c.Args, text, c.Want)
		}
		if r := h.Reports(); r != c.Errors {
			t.Errorf("%s(%v) reports %q, want %q", c.Fn, c.Args, r, c.Errors)
		}
	}
}
