package mathfn

import (
	"testing"

	. "github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
)

type args = []any

func TestRows(t *testing.T) {
	New(dialect.Zeek, Rows()).Run(t, []Case{
		{Fn: "floor", Args: args{-3.14}, Want: "-4.0"},
		{Fn: "ceil", Args: args{3.14}, Want: "4.0"},
		{Fn: "exp", Args: args{0.0}, Want: "1.0"},
		{Fn: "ln", Args: args{1.0}, Want: "0.0"},
		{Fn: "log2", Args: args{8.0}, Want: "3.0"},
		{Fn: "log10", Args: args{1000.0}, Want: "3.0"},
		{Fn: "sqrt", Args: args{9.0}, Want: "3.0"},
		{Fn: "sqrt", Args: args{-1.0}, Want: "-1.0", Errors: "error: negative sqrt argument"},
		{Fn: "pow", Args: args{2.0, 10.0}, Want: "1024.0"},
		{Fn: "ln", Args: args{0.0}, Want: "-inf"},
	})
}
