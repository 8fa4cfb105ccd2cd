package val

import "github.com/brogo/brogo/lang/types"

// Func is a function value. Impl belongs to the interpreter (code, captures, builtin row); two values of one
// global function share one Func.
type Func struct {
	Name string // qualified name, lambda_<hash> of anonymous functions
	T    *types.Type
	Impl any
	// Body appends what a print shows behind the name: the reference's `: TYPE` (not in 2.6), newline and bodies. Lines are
	// indented by level tabs in the modes that indent. Nil: the name stands alone, as for builtins.
	Body func(b []byte, mode DescMode, level int) []byte
}

// FuncCloner is what a Func's Impl implements when a deep copy of the function has to copy state (captures).
type FuncCloner interface {
	CloneFunc(f *Func) *Func
}

// FileSink is what an open File's Impl offers to print: Write takes a whole line or string, Raw tells whether strings go out as they
// are and without a newline (&raw_output, enable_raw_output), SetRaw makes it so.
type FileSink interface {
	Write(b []byte) (int, error)
	Raw() bool
	SetRaw()
}

// File is a script file. Impl belongs to the family that opened it and implements FileSink; it is nil once closed.
type File struct {
	Name string
	T    *types.Type
	Impl any
}

// Size is the length of an open file in bytes; 0 for files that are closed or have none.
func (f *File) Size() float64 {
	if s, ok := f.Impl.(interface{ Size() int64 }); ok {
		return float64(s.Size())
	}
	return 0
}
