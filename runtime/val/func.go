package val

import "github.com/brogo/brogo/lang/types"

// Func is a function value. Impl belongs to the interpreter (code, captures, builtin row); two values of one
// global function share one Func.
type Func struct {
	Name string // qualified name, lambda_<hash> of anonymous functions
	T    *types.Type
	Impl any
}

// File is a script file. Impl belongs to the family that opened it; it is nil once closed.
type File struct {
	Name string
	T    *types.Type
	Impl any
}
