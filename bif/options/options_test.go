package options

import (
	"testing"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

func fn(flavor types.Flavor, result *types.Type, params ...*types.Type) *types.Type {
	p := &types.RecordInfo{}
	for i, t := range params {
		p.Append(&types.Field{Name: string(rune('a' + i)), Type: t})
	}
	return &types.Type{Tag: types.Func, Fn: &types.FuncInfo{Flavor: flavor, Params: p, Result: result}}
}

func TestMisfit(t *testing.T) {
	g := &ir.Global{Name: "limit", Kind: ir.KindOption, T: types.CountT}
	f := types.FlavorFunction
	for _, tt := range []struct {
		t    *types.Type
		want string
	}{
		{fn(f, types.CountT, types.StringT, types.CountT), ""},
		{fn(f, types.CountT, types.StringT, types.CountT, types.StringT), ""},
		{types.BoolT, "Option::on_change needs function argument; got 'bool' for ID 'limit'"},
		{fn(types.FlavorHook, types.BoolT, types.StringT), "Option::on_change needs function argument; not hook or event"},
		{fn(f, types.CountT, types.StringT), "Wrong number of arguments for passed function in Option::on_change for ID 'limit'; expected 2 or 3, got 1"},
		{fn(f, types.CountT, types.CountT, types.CountT), "First argument of passed function has to be string in Option::on_change for ID 'limit'; got 'count'"},
		{fn(f, types.CountT, types.StringT, types.IntT), "Second argument of passed function has to be count in Option::on_change for ID 'limit'; got 'int'"},
		{fn(f, types.CountT, types.StringT, types.CountT, types.IntT), "Third argument of passed function has to be string in Option::on_change for ID 'limit'; got 'int'"},
		{fn(f, types.VoidT, types.StringT, types.CountT), "Passed function needs to return type 'count' for ID 'limit'; got 'void'"},
		{fn(f, nil, types.StringT, types.CountT), "Passed function needs to return type 'count' for ID 'limit'; got 'void'"},
	} {
		if got := misfit(g, tt.t); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
