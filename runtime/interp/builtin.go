// Package interp runs checked programs: it compiles typed IR to closures, owns the globals, the event queue, timers and triggers, and
// calls the builtins. One goroutine owns an M; others talk to it through its loop's inbox.
package interp

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Builtin is one row of a family of builtin functions. Exactly one of Fn, F0, F1, F2, F3 is set; the fixed forms spare the slice.
//
// Arguments come converted to the parameter types of Sig. For a parameter of type any, and for the variadic rest, the argument
// comes as it is, unboxed, with its static type in Site.Args: use M.Arg to see through a static any. A result of type any must be
// boxed with val.Any.
type Builtin struct {
	// Sig is the declaration in script syntax: "function to_lower(s: string): string"; a last parameter `...` takes any rest.
	// Types that base scripts declare may be named; it is parsed at the first use of the name.
	Sig string
	// Doc says what it does, in one to three sentences.
	Doc string
	// Pure: no side effects and no dependence on state beyond the arguments; read-only prompts may call it.
	Pure bool
	Fn   func(m *M, s *Site, a []val.Value) val.Value
	F0   func(m *M, s *Site) val.Value
	F1   func(m *M, s *Site, a val.Value) val.Value
	F2   func(m *M, s *Site, a, b val.Value) val.Value
	F3   func(m *M, s *Site, a, b, c val.Value) val.Value
	// GivesUp: the function may call M.NoValue. A statement that calls such a builtin is guarded, which costs as much as a call; one
	// that gives up without saying so ends the whole body. TestGivesUp of the root package tells where the mark is missing.
	GivesUp bool
	// Append, if set, does what Fn does but appends the resulting string to b: part of a longer one, it needs no string of its own.
	// It must run no script code.
	Append func(m *M, s *Site, a []val.Value, b []byte) []byte
	// Borrows: an F1 that neither keeps its argument or a part of it, nor calls script code. A vector of scalars that is made for
	// the call alone then needs no memory of its own.
	Borrows bool
	// Code is that of what it reports at its call; "" is the one of its family, or else diag.Builtin.
	Code diag.Code
	// Deprecated, if set, tells what to use instead; each use is a warning.
	Deprecated string
	// Check, if set, looks at a call when it is checked: args are the checked expressions. It returns "" or an error in the
	// reference's words, to which the call's text is added.
	Check func(args []ir.Expr) string
	// Result, if set, gives the call's type from its arguments (builtins whose declared result is any but whose type is known,
	// such as from_json or table_keys); nil leaves the declared type.
	Result func(args []ir.Expr) *types.Type
}

// Site is one place that calls a builtin; calls through function values make one on the way.
type Site struct {
	At     diag.Span
	Args   []*types.Type // static types of the arguments as given
	Result *types.Type
	Call   *ir.Call // nil where no script calls it
	Row    *Builtin // what is called, nil as well
}

// Arg returns argument i with its dynamic type: a static any is unboxed.
func (s *Site) Arg(a []val.Value, i int) (*types.Type, val.Value) {
	t, v := s.Args[i], a[i]
	if t.Tag == types.Any {
		return v.Unbox()
	}
	return t, v
}
