package reflect

import (
	"testing"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

func TestCompressPath(t *testing.T) {
	for path, want := range map[string]string{
		"/1/2/3": "/1/2/3", "/1/./2/3": "/1/2/3", "/1/2/../3": "/1/3", "1/2/3/": "1/2/3", "1/2//3///": "1/2/3", "~/a/b": "~/a/b",
		"~/a/b/../././.": "~/a", "./a": "./a", "../a": "../a", "../a/b/..": "../a", "./a/..": ".", "./a/../..": "..", "./a/../../..": "../..",
		"./..": "..", "../..": "../..", "/..": "/..", "~/..": "~/..", "/../..": "/../..", "~/../..": "~/../..", "a/..": "", "a/../..": "..",
		"": "", "/": "/",
	} {
		if got := compressPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func record(fields ...*types.Type) *types.Type {
	t := types.NewRecord()
	for i, f := range fields {
		t.Rec.Append(&types.Field{Name: string(rune('a' + i)), Type: f})
	}
	return t
}

func TestOldTypeText(t *testing.T) {
	params := &types.RecordInfo{}
	params.Append(&types.Field{Name: "aa", Type: types.IntT})
	params.Append(&types.Field{Name: "bb", Type: types.IntT})
	named := record(types.CountT, types.StringT)
	named.Name = "r"
	for _, tt := range []struct {
		t    *types.Type
		want string
	}{
		{named, "record { a:count; b:string; }"},
		{&types.Type{Tag: types.Enum, Name: "color"}, "enum"},
		{types.NewSet(types.PortT, types.StringT), "set[port,string]"},
		{types.NewTable(types.NewTable(types.StringT, types.AddrT), types.StringT), "table[string] of table[addr] of string"},
		{&types.Type{Tag: types.Func, Fn: &types.FuncInfo{Params: params, Result: types.BoolT}}, "function(aa:int; bb:int;) : bool"},
		{&types.Type{Tag: types.Func, Fn: &types.FuncInfo{Flavor: types.FlavorEvent, Params: &types.RecordInfo{}, Result: types.VoidT}}, "event()"},
		{types.FileT, "file of string"}, {types.NewOpaque("topk"), "opaque of topk"},
	} {
		if got := oldTypeText(tt.t, nil); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func vec(t *types.Type, elems ...val.Value) val.Value {
	v := val.NewVector(types.NewVector(t))
	for _, e := range elems {
		v.Append(e)
	}
	return val.Vec(v)
}

func TestFootprint(t *testing.T) {
	counts := vec(types.CountT, val.Count(9), val.Count(7), val.Count(3), val.Count(1))
	vt := types.NewVector(types.CountT)
	tab := val.NewTable(types.NewTable(types.CountT, types.CountT, types.CountT), nil)
	for i := range uint64(3) {
		tab.Set([]val.Value{val.Count(i), val.Count(3)}, val.Count(i))
	}
	self := val.NewTable(types.NewTable(types.AnyT, types.StringT), nil)
	self.SetOne(val.Str("x"), val.Any(self.T, val.Tab(self)))
	deep := counts
	for range 64 {
		deep = vec(vt, deep, deep)
	}
	for _, tt := range []struct {
		name string
		t    *types.Type
		v    val.Value
		want uint64
	}{
		{"count", types.CountT, val.Count(4), 1},
		{"long string", types.StringT, val.Str(string(make([]byte, 64))), 3},
		{"vector", vt, counts, 8},
		{"shared vector counts twice", types.NewVector(vt), vec(vt, counts, counts), 18},
		{"table with two indices", tab.T, val.Tab(tab), 18},
		{"table in itself", self.T, val.Tab(self), 4},
	} {
		if got := footprint(tt.t, tt.v); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	footprint(types.NewVector(vt), deep) // must not take exponential time
}
