// Package ir is the typed program: what the checker makes of syntax and what the interpreter compiles to closures.
//
// Every name is resolved (a slot of a frame or a Global), every conversion is a node, every operator's operands have the type
// that it works on. Nothing here runs. Describe (describe.go) prints nodes in the reference's style: it is the text of error
// messages, of printed functions and of `assert`.
package ir

import (
	"net/netip"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
)

// GlobalKind tells what a global name stands for.
type GlobalKind uint8

// Kinds of globals.
const (
	KindVar     GlobalKind = iota
	KindConst              // const
	KindOption             // option
	KindFunc               // function, event or hook with a declaration or body; its value is a func
	KindBuiltin            // function implemented in Go
	KindType               // names a type: T is the type itself
	KindEnum               // names an enum value: T is the enum, EnumVal the value
)

// Global is one global name of one engine.
type Global struct {
	Name     string // qualified: "M::x", bare for GLOBAL
	Kind     GlobalKind
	T        *types.Type
	Attrs    types.Attrs
	Slot     int // index of its value; -1 for types and enum values
	EnumVal  int64
	At       diag.Span // of the defining declaration
	Doc      string
	Exported bool
	Redef    bool // has &redef
	// Bodies of functions, events and hooks in order of definition; the interpreter sorts by priority.
	Bodies []*Func
	// Builtin is the interpreter's row of a KindBuiltin.
	Builtin any
	// Deprecated is the message of &deprecated, nil when not deprecated.
	Deprecated *string
	// Uses counts references from checked code (unused warnings).
	Uses int
	// Awaited tells that something waits for the global to be looked up: see check.Checker.Await.
	Awaited bool
}

// Local is a variable of one function's frame: parameter, local, loop variable or captured name.
type Local struct {
	Name string
	// Module is where the function stands, "" for GLOBAL: the reference's texts qualify locals with it.
	Module string
	T      *types.Type
	Slot   int
	At     diag.Span
	// Checked: reads that may come before the first assignment exist, so that the frame must know whether it is set.
	Checked bool
	// Assigned: written after its declaration (or captured and written).
	Assigned bool
	Const    bool
	Captured bool
}

// Text is the local's name as texts show it.
func (l *Local) Text() string {
	if l.Module == "" {
		return l.Name
	}
	return l.Module + "::" + l.Name
}

// Func is one body: of a function, event handler, hook, lambda, when statement or a piece of top-level code.
type Func struct {
	Name   string // qualified name; `lambda_<hash>` of anonymous functions
	T      *types.Type
	Params []*Local
	// ArgIdx[i] is the canonical argument that Params[i] takes (alternate prototypes); nil when they are the same.
	ArgIdx   []int
	NSlots   int // size of the frame; slots from 0
	Body     Stmt
	Captures []Capture // lambdas and whens
	Priority int64
	Groups   []string
	At       diag.Span
	Module   string
	// Source is the body as the reference prints it behind the function's name.
	Syntax *ast.Block
	// Later, if set, fills in Body and NSlots: the body has not been needed yet. See Complete.
	Later func()
	// Wait, if set, is asked before a handler runs that has not run yet. If it returns true the handler is left out; run then runs it, if ever
	// something needs what it does.
	Wait func(run func()) bool
}

// Complete has the body checked if that was put off. Whoever looks at Body or NSlots of a function of the program calls it first.
func (f *Func) Complete() {
	if later := f.Later; later != nil {
		f.Later = nil
		later()
	}
}

// Capture carries one outer local into an inner frame when a lambda is made or a when starts.
type Capture struct {
	Outer, Inner *Local
	Copy         bool // deep copy
}

// Expr is a sealed interface of typed expressions.
type Expr interface {
	Type() *types.Type
	Span() diag.Span
	Parens() bool
	expr()
}

// Stmt is a sealed interface of statements.
type Stmt interface {
	Span() diag.Span
	stmt()
}

// X is embedded by every expression: its type and place. Paren tells that it stood in parentheses, which texts show.
type X struct {
	T     *types.Type
	At    diag.Span
	Paren bool
}

// Parens reports whether the expression stood in parentheses.
func (x *X) Parens() bool { return x.Paren }

// SetParen notes parentheses around the expression. Only the checker calls it.
func (x *X) SetParen() { x.Paren = true }

// Type returns the expression's type.
func (x *X) Type() *types.Type { return x.T }

// Span returns the expression's place.
func (x *X) Span() diag.Span { return x.At }

// Expressions. Op is ast's; the operands' types select the operation.
type (
	// Const is a literal or folded constant of an atomic type: bits of scalars in N (ports: number | proto<<16 with tcp 1, udp 2,
	// icmp 3, unknown 0), bytes of strings in S, Addr for addr (IPv4 unmapped), Prefix for subnet, Pat for pattern.
	Const struct {
		X
		N      uint64
		S      string
		Addr   netip.Addr
		Prefix netip.Prefix
		Pat    *pattern.Pattern
	}
	// LocalRef reads a frame slot. Checked: it may be unset here (run-time error "value used but not set").
	LocalRef struct {
		X
		Sym     *Local
		Checked bool
	}
	// GlobalRef reads a global; the value of a KindFunc or KindBuiltin is a func value. For KindEnum see Const.
	GlobalRef struct {
		X
		Sym *Global
	}
	// TypeRef is a type used as a value.
	TypeRef struct{ X }
	// Unary: OpNot, OpSub, OpAdd, OpCompl, OpSize. Vectors: element-wise.
	Unary struct {
		X
		Op  ast.Op
		Arg Expr
	}
	// Incr is ++L or --L; Op is OpInc or OpDec. Its value is the new one.
	Incr struct {
		X
		Op ast.Op
		L  Expr
	}
	// Binary: arithmetic, comparison, bits, && and ||, set and pattern operators. Both operands have one type except:
	// interval*double, interval/double, time±interval, string==pattern (pattern on the left), shifts, addr/count, vector forms
	// (element-wise; Scalar tells which side is a scalar repeated: 0 none, 1 left, 2 right).
	Binary struct {
		X
		Op     ast.Op
		L, R   Expr
		Scalar uint8
	}
	// In is `Elem in Coll`: Keys are the index expressions for tables and sets, one operand otherwise
	// (string in string, pattern in string, addr in subnet, subnet in subnet-keyed table, index in vector, string in table[pattern]).
	// Coll is on the right in syntax. For pattern in string, Keys[0] is the pattern and Coll the string.
	In struct {
		X
		Keys []Expr
		Coll Expr
		// Whole: Keys[0] is a whole record or list value that stands for all keys of a composite index.
		Whole bool
	}
	// CondExpr is C ? A : B; with a vector C element-wise.
	CondExpr struct {
		X
		C, A, B Expr
	}
	// Assign is L = R; L is LocalRef, GlobalRef, Index, Slice, Field, or a ListExpr of such. Value: R.
	Assign struct {
		X
		L, R Expr
	}
	// OpAssign is L += R or L -= R (arithmetic, string and pattern append, vector append, add or remove of containers).
	// Elem: R is one element to append to a vector.
	OpAssign struct {
		X
		Op   ast.Op
		L, R Expr
		Elem bool
	}
	// Index is Obj[Keys] of a table, vector or string (a string's one-byte substring).
	Index struct {
		X
		Obj  Expr
		Keys []Expr
		// Whole as in In.
		Whole bool
	}
	// Slice is Obj[Lo:Hi] of a vector or string; nil ends are the object's.
	Slice struct {
		X
		Obj, Lo, Hi Expr
	}
	// Field is Rec$Name with its offset; HasField is Rec?$Name.
	Field struct {
		X
		Rec  Expr
		Idx  int
		Name string
	}
	HasField struct {
		X
		Rec  Expr
		Idx  int
		Name string
	}
	// RecordCtor makes a record of type T from the given fields; defaults fill the rest.
	// Untyped: written `[$a=…]` (describes differently from T($a=…)).
	RecordCtor struct {
		X
		Fields  []FieldInit
		Untyped bool
	}
	// TableCtor makes a table or set; Val is nil in sets. Attrs are those written behind the constructor or of the declaration.
	TableCtor struct {
		X
		Entries []TableEntry
		Attrs   types.Attrs
		Brace   bool // written { … }
	}
	// VectorCtor makes a vector.
	VectorCtor struct {
		X
		Elems []Expr
		Brace bool
	}
	// ListExpr is a list of expressions: indices, `[a, b]`, or a brace list before it gets its type.
	ListExpr struct {
		X
		Elems []Expr
	}
	// Call calls Fn with Args (converted, defaults filled in). Hook: `hook f(…)`, value bool.
	// Arguments for parameters of type any are boxed (CoerceToAny) for script functions, and left as they are for builtins,
	// which get the static types beside the values.
	Call struct {
		X
		Fn   Expr
		Args []Expr
		Hook bool
	}
	// Schedule queues Ev(Args) at network time + When (interval) or at When (time).
	Schedule struct {
		X
		When Expr
		Ev   EventRef
		Args []Expr
	}
	// Lambda makes a function value with captures.
	Lambda struct {
		X
		Fn *Func
	}
	// Cast is `Arg as T`, a run-time error when it does not fit; Is is `Arg is Target`.
	Cast struct {
		X
		Arg Expr
	}
	Is struct {
		X
		Arg    Expr
		Target *types.Type
	}
	// Coerce is an implicit conversion, see the How values.
	Coerce struct {
		X
		How How
		Arg Expr
		// Silent: the reference has no node here, so texts do not show it.
		Silent bool
		// Map[i] is the source field of target field i of a CoerceRecord, -1 for none.
		Map []int
		// Fields[i], when not nil, is how source field i is converted further (a Coerce or RecordCtor over a nil Arg).
		Fields []*Coerce
	}
	// Copy is copy(Arg): a deep copy.
	Copy struct {
		X
		Arg Expr
	}
	// AddDel is add/delete of an Index or Field, or of a whole container (delete only: cleared). As an expression `add` and
	// `delete` of sets tell whether something changed; T is Void where the reference has no value.
	AddDel struct {
		X
		Delete bool
		Arg    Expr
	}
	// Seq evaluates First for its effect and yields Then: `local x = e` in a when condition is an Assign and then T. It describes
	// as First.
	Seq struct {
		X
		First, Then Expr
	}
	// Bad stands for an expression that had an error; it never runs.
	Bad struct{ X }
)

// How names an implicit conversion.
type How uint8

// Conversions.
const (
	CoerceIntToCount How = iota // run-time error when negative
	CoerceCountToInt            // run-time error when too large
	CoerceIntToDouble
	CoerceCountToDouble
	CoerceDoubleToInt // only where the reference allows it
	CoerceDoubleToCount
	CoerceToInterval // double to interval and the like: same bits
	CoerceRecord     // by field names; Map and Fields
	CoerceTable      // empty unspecified table or set to the target type
	CoerceVector     // empty unspecified vector, or element types that differ by an any
	CoerceToAny      // box with the static type
	CoerceFromAny    // unbox; run-time error when the dynamic type differs
	CoerceVecElems   // element-wise arithmetic conversion of a vector
	CoerceFunc       // function value to a compatible function type (any parameters, alternates): same value
	CoerceSame       // types that are the same for the reference though not identical here: same value
)

// FieldInit is one `$Name = Val` of a RecordCtor.
type FieldInit struct {
	Idx int
	Val Expr
	At  diag.Span
}

// TableEntry is one `[Keys] = Val` of a TableCtor. Whole as in In. A one-key entry whose key is a list of addresses or
// strings (host names) has been expanded by the checker.
type TableEntry struct {
	Keys  []Expr
	Val   Expr
	Whole bool
	// Spread lists the Keys that are sets whose elements each make an entry of their own.
	Spread []int
	At     diag.Span
}

// EventRef names the event of an event statement or schedule. Sym is nil when no such event is declared: nothing handles it.
type EventRef struct {
	Name string
	Sym  *Global
}

// S is embedded by every statement.
type S struct{ At diag.Span }

// Span returns the statement's place.
func (s *S) Span() diag.Span { return s.At }

// Statements.
type (
	Block struct {
		S
		Stmts []Stmt
	}
	ExprStmt struct {
		S
		X Expr
	}
	// Print prints Args; a first argument of type file is where to.
	Print struct {
		S
		Args []Expr
	}
	EventStmt struct {
		S
		Ev   EventRef
		Args []Expr
	}
	If struct {
		S
		C          Expr
		Then, Else Stmt // Else may be nil
	}
	// Switch compares X with constants (Vals) or tests types; see Case.
	Switch struct {
		S
		X     Expr
		Cases []Case
	}
	// For iterates over a table, set, vector, string or (8.0) nothing else. Keys[i] nil is a blank; Val nil is none wanted.
	// KeyIsWhole: a composite table's one loop variable (a record is never split).
	For struct {
		S
		Keys []*Local
		Val  *Local
		X    Expr
		Body Stmt
	}
	While struct {
		S
		C    Expr
		Body Stmt
	}
	Next        struct{ S }
	Break       struct{ S } // leaves a loop or a switch, or makes a hook fail: Hook
	HookBreak   struct{ S }
	Fallthrough struct{ S }
	Return      struct {
		S
		X Expr // may be nil
	}
	// Init declares locals: each is reset to unset or, for containers without initialiser, to a new empty one.
	// With initialiser, an Assign in an ExprStmt follows it or X holds it.
	Init struct {
		S
		Sym   *Local
		X     Expr // nil: none
		Attrs types.Attrs
	}
	// When waits for C. Its frame is Fn's: Captures are copied from the outer frame when it starts; C, Body, Timeout
	// and OnTimeout all run on it. Fn.Body is nil.
	When struct {
		S
		Fn        *Func
		Return    bool
		C         Expr
		Body      Stmt
		Timeout   Expr // interval, evaluated on the OUTER frame when it starts; nil: none
		OnTimeout Stmt
	}
	// Assert reports when C is false. Text is C as the reference prints it.
	Assert struct {
		S
		C    Expr
		Msg  Expr // string; may be nil
		Text string
		// Operands are locals that hold the operands of the comparison C, to be shown when it fails; nil unless they were asked for.
		Operands []*Local
	}
	Null struct{ S }
)

// Case is one case of a Switch. The interpreter falls through where the body ends in Fallthrough.
type Case struct {
	At      diag.Span
	Default bool
	Vals    []Expr // constant expressions of the switch's type
	Types   []CaseType
	Body    *Block
}

// CaseType is `type T as Name`; Sym is nil without a name.
type CaseType struct {
	T   *types.Type
	Sym *Local
}

// Action is what the loader has the engine do for one checked item, at once and in order.
type Action interface{ action() }

// Actions.
type (
	// Define makes a global. Init nil: unset, or a new empty container for aggregates. Op is OpAssign or OpAddTo.
	Define struct {
		Sym  *Global
		Init *Func // evaluates to the value: its Body is one Return
		Op   ast.Op
		At   diag.Span
	}
	// RedefVar changes a global's initial value: =, += or -=.
	RedefVar struct {
		Sym  *Global
		Init *Func
		Op   ast.Op
		At   diag.Span
	}
	// AddBody adds a body to a function, event or hook. Replace drops earlier ones (redef function/event/hook), Drop
	// takes single ones away; a prompt may drop bodies without adding one, Body being nil.
	AddBody struct {
		Sym     *Global
		Body    *Func
		Replace bool
		Drop    []*Func
	}
	// RunStmt runs a statement of the top level after loading.
	RunStmt struct{ Fn *Func }
	// GrowRecord tells that a record type got fields, and GrowEnum an enum members.
	GrowRecord struct{ T *types.Type }
	GrowEnum   struct{ T *types.Type }
)

func (*Define) action()     {}
func (*RedefVar) action()   {}
func (*AddBody) action()    {}
func (*RunStmt) action()    {}
func (*GrowRecord) action() {}
func (*GrowEnum) action()   {}

func (*Const) expr()      {}
func (*LocalRef) expr()   {}
func (*GlobalRef) expr()  {}
func (*TypeRef) expr()    {}
func (*Unary) expr()      {}
func (*Incr) expr()       {}
func (*Binary) expr()     {}
func (*In) expr()         {}
func (*CondExpr) expr()   {}
func (*Assign) expr()     {}
func (*OpAssign) expr()   {}
func (*Index) expr()      {}
func (*Slice) expr()      {}
func (*Field) expr()      {}
func (*HasField) expr()   {}
func (*RecordCtor) expr() {}
func (*TableCtor) expr()  {}
func (*VectorCtor) expr() {}
func (*ListExpr) expr()   {}
func (*Call) expr()       {}
func (*Schedule) expr()   {}
func (*Lambda) expr()     {}
func (*Cast) expr()       {}
func (*Is) expr()         {}
func (*Coerce) expr()     {}
func (*Copy) expr()       {}
func (*AddDel) expr()     {}
func (*Seq) expr()        {}
func (*Bad) expr()        {}

func (*Block) stmt()       {}
func (*ExprStmt) stmt()    {}
func (*Print) stmt()       {}
func (*EventStmt) stmt()   {}
func (*If) stmt()          {}
func (*Switch) stmt()      {}
func (*For) stmt()         {}
func (*While) stmt()       {}
func (*Next) stmt()        {}
func (*Break) stmt()       {}
func (*HookBreak) stmt()   {}
func (*Fallthrough) stmt() {}
func (*Return) stmt()      {}
func (*Init) stmt()        {}
func (*When) stmt()        {}
func (*Assert) stmt()      {}
func (*Null) stmt()        {}
