// Package ast holds the syntax of one script item as immutable nodes: what was written, where, nothing of what it means.
//
// Directives (@load, @if, …) are no nodes: the loader acts on them before an item is parsed. The checker writes
// only to its own tables, so that engines can share parsed scripts.
package ast

import "github.com/brogo/brogo/lang/diag"

// Node is any piece of syntax.
type Node interface {
	Span() diag.Span
}

// Expr, Stmt, Type and Decl are sealed: only this package's nodes implement them.
type (
	Expr interface {
		Node
		expr()
	}
	Stmt interface {
		Node
		stmt()
	}
	Type interface {
		Node
		typ()
	}
	Decl interface {
		Node
		decl()
	}
)

// At is the span of a node, embedded by all.
type At struct{ Pos diag.Span }

// Span returns where the node stands, from its first to its last token.
func (a At) Span() diag.Span { return a.Pos }

// Ident is a name as written, `x`, `M::x` or `::x` (Name keeps the leading `::`).
type Ident struct {
	At
	Name string
}

// LitKind tells the kinds of literals apart.
type LitKind uint8

// Literal kinds.
const (
	LitBool LitKind = iota
	LitCount
	LitDouble
	LitInterval // number and unit; seconds in F
	LitString   // value in S, escapes undone
	LitPattern  // text between the slashes in S, flags ("i", "s", "is") in Flags
	LitPort     // number in N, protocol in Flags ("tcp", "udp", "icmp", "unknown")
	LitAddr     // text in S, without brackets
	LitSubnet   // text in S: ADDR/LEN
	LitHostname // text in S: a name to look up in the DNS
)

// Lit is a literal. Text is its source.
type Lit struct {
	At
	Kind  LitKind
	N     uint64 // bool (0, 1), count, port number
	F     float64
	S     string
	Flags string
	Text  string
	Bad   string // why the literal is out of range, in the reference's words; "" when it is good
}

// Op is an operator of a Unary, Binary or Assign.
type Op uint8

// Operators.
const (
	OpNone   Op = iota
	OpAdd       // +
	OpSub       // -
	OpMul       // *
	OpDiv       // /
	OpMod       // %
	OpBitAnd    // &
	OpBitOr     // |
	OpBitXor    // ^
	OpShl       // <<
	OpShr       // >>
	OpAnd       // &&
	OpOr        // ||
	OpEq        // ==
	OpNe        // !=
	OpLt        // <
	OpLe        // <=
	OpGt        // >
	OpGe        // >=
	OpIn        // in
	OpNotIn     // !in
	OpNot       // ! (unary)
	OpCompl     // ~ (unary)
	OpInc       // ++ (unary)
	OpDec       // -- (unary)
	OpSize      // |x| (unary)
	OpAssign    // =
	OpAddTo     // +=
	OpRemove    // -=
)

var opText = [...]string{"", "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&&", "||", "==", "!=", "<", "<=", ">", ">=",
	"in", "!in", "!", "~", "++", "--", "|", "=", "+=", "-="}

// String returns the operator as written.
func (o Op) String() string { return opText[o] }

// Expressions.
type (
	// Name is a use of an identifier; it may turn out to be a type.
	Name struct{ Ident }
	// Unary is `op X`; OpAdd and OpSub are the signs, OpSize is |X|.
	Unary struct {
		At
		Op Op
		X  Expr
	}
	// Binary is `L op R`, `in` and the logical operators included.
	Binary struct {
		At
		Op   Op
		L, R Expr
	}
	// Assign is `L = R`, `L += R`, `L -= R`; inside braces also the `[k] = v` of a table element.
	Assign struct {
		At
		Op   Op
		L, R Expr
	}
	// Cond is `C ? A : B`.
	Cond struct {
		At
		C, A, B Expr
	}
	// Call is `Fn(Args)`; also a constructor when Fn names a type.
	Call struct {
		At
		Fn   Expr
		Args []Expr
		// TrailingComma tells a list that ends in a comma.
		TrailingComma bool
	}
	// HookCall is `hook X`, where X is a call if the script is right.
	HookCall struct {
		At
		X Expr
	}
	// Index is `X[Keys]`.
	Index struct {
		At
		X    Expr
		Keys []Expr
	}
	// Slice is `X[Lo:Hi]`; either end may be nil.
	Slice struct {
		At
		X, Lo, Hi Expr
	}
	// Field is `X$Name`, HasField `X?$Name`.
	Field struct {
		At
		X    Expr
		Name Ident
	}
	HasField struct {
		At
		X    Expr
		Name Ident
	}
	// FieldInit is `$Name = X` in a record constructor; `$f(a: T) = { … }` comes as X = *Lambda.
	FieldInit struct {
		At
		Name Ident
		X    Expr
	}
	// Bracket is `[ … ]` not behind an operand: a record constructor, a list of indices, or the left side of a for.
	Bracket struct {
		At
		Elems         []Expr
		TrailingComma bool
	}
	// Brace is `{ … }` as an initialiser.
	Brace struct {
		At
		Elems []Expr
	}
	// Ctor is `table(…)`, `set(…)`, `vector(…)`, `record(…)` with the keyword; Attrs may follow table and set.
	Ctor struct {
		At
		Kind  string
		Elems []Expr
		Attrs []Attr
	}
	// Schedule is `schedule When { Ev(Args) }`.
	Schedule struct {
		At
		When Expr
		Ev   Ident
		Args []Expr
	}
	// Lambda is an anonymous function; Captures is nil without a list, empty for `[]`.
	Lambda struct {
		At
		Captures []Capture
		Params   FuncType
		Attrs    []Attr
		Body     *Block
	}
	// Cast is `X as T`; Is is `X is T`.
	Cast struct {
		At
		X Expr
		T Type
	}
	Is struct {
		At
		X Expr
		T Type
	}
	// Copy is `copy(X)`.
	Copy struct {
		At
		X Expr
	}
	// AddDel is `add X` or `delete X`, a statement in 2.6 and an expression in 8.0.
	AddDel struct {
		At
		Delete bool
		X      Expr
	}
	// Paren is `( X )`.
	Paren struct {
		At
		X Expr
	}
	// TypeExpr is a type written where an expression stands, as in from_json(s, set[count]).
	TypeExpr struct {
		At
		T Type
	}
)

// Capture is one entry of a capture list: `x` or `copy x`. Type is set for the mistake `x: T`.
type Capture struct {
	At
	Name Ident
	Copy bool
	Type Type
}

// Types.
type (
	// NamedType is a type by its name; the base types (`count`, `addr`, …) come this way too.
	NamedType struct{ Ident }
	// TableType is `table[Keys] of Elem`, or `set[Keys]` with a nil Elem.
	TableType struct {
		At
		Keys []Type
		Elem Type
	}
	// VectorType is `vector of Elem`; ListType is the reserved `list of T`.
	VectorType struct {
		At
		Elem Type
	}
	ListType struct {
		At
		Elem Type
	}
	// RecordType is `record { … }`; EnumType is `enum { … }`.
	RecordType struct {
		At
		Fields []FieldDecl
	}
	EnumType struct {
		At
		Members []EnumMember
	}
	// FuncType is `function(…): R`, `event(…)`, `hook(…)`. Result is nil when none is written.
	FuncType struct {
		At
		Flavor Flavor
		Params []FieldDecl
		Result Type
	}
	// FileType is `file` or `file of T`; OpaqueType `opaque of Name`.
	FileType struct {
		At
		Elem Type
	}
	OpaqueType struct {
		At
		Name Ident
	}
)

// Flavor tells functions, events and hooks apart.
type Flavor uint8

// Flavors.
const (
	Function Flavor = iota
	Event
	Hook
)

// String returns the keyword.
func (f Flavor) String() string { return [...]string{"function", "event", "hook"}[f] }

// FieldDecl is a record field or a parameter: `Name: Type Attrs`. Doc is its `##` comment.
type FieldDecl struct {
	At
	Name  Ident
	Type  Type
	Attrs []Attr
	Doc   string
}

// EnumMember is `Name` or `Name = Value`, with an optional &deprecated.
type EnumMember struct {
	At
	Name       Ident
	Value      Expr // nil: one more than the last
	Deprecated *Attr
	Doc        string
}

// Attr is `&Name` or `&Name = X`. Name is without the ampersand.
type Attr struct {
	At
	Name string
	X    Expr
}

// Statements.
type (
	// Block is `{ Stmts }`; End is the span of its closing brace.
	Block struct {
		At
		Stmts []Stmt
		End   diag.Span
	}
	ExprStmt struct {
		At
		X Expr
	}
	Print struct {
		At
		Args []Expr
	}
	// EventStmt is `event Ev(Args);`.
	EventStmt struct {
		At
		Ev   Ident
		Args []Expr
	}
	If struct {
		At
		C    Expr
		Then Stmt
		Else Stmt // nil: none
	}
	// Switch is `switch X { Cases }`.
	Switch struct {
		At
		X     Expr
		Cases []Case
	}
	// For is `for ( Vars[, Value] in X ) Body`; Vars has several names for `[a, b]`.
	// A blank identifier is a name "_". Bracketed tells `[a]` from `a`.
	For struct {
		At
		Vars      []Ident
		Bracketed bool
		Value     *Ident
		X         Expr
		Body      Stmt
	}
	While struct {
		At
		C    Expr
		Body Stmt
	}
	Next        struct{ At }
	Break       struct{ At }
	Fallthrough struct{ At }
	// Return has a nil X for a bare return.
	Return struct {
		At
		X Expr
	}
	// Local is `local Name: T = X &attrs;` or `const Name …` inside a body. Op is OpNone without initialiser, and where one
	// stands without a sign.
	Local struct {
		At
		Const bool
		Name  Ident
		Type  Type
		Op    Op
		Init  Expr
		Attrs []Attr
	}
	// When is `when [Captures] ( C ) Body timeout Timeout { OnTimeout }`; Return for `return when`.
	// Captures is nil without a list, empty for `[]`.
	When struct {
		At
		Return    bool
		Captures  []Capture
		C         Expr // a *LocalCond when the condition declares a local
		Body      Stmt
		Timeout   Expr
		OnTimeout Stmt
	}
	Assert struct {
		At
		C   Expr
		Msg Expr
	}
	Null struct{ At }
)

// LocalCond is `local x = e` as (part of) a when condition.
type LocalCond struct {
	At
	Name Ident
	Init Expr
}

// Case is one `case …:` or `default:` of a switch.
type Case struct {
	At
	Default bool
	Exprs   []Expr
	Types   []CaseType
	Body    *Block
}

// CaseType is `type T` or `type T as Name`.
type CaseType struct {
	At
	Type Type
	Name *Ident
}

// Declarations.
type (
	// Module is `module Name;`.
	Module struct {
		At
		Name Ident
	}
	// ExportBegin and ExportEnd are `export {` and its `}`, items of their own.
	ExportBegin struct{ At }
	ExportEnd   struct{ At }
	// Var is `global|const|option|redef Name: Type Op Init Attrs;`. Op is OpNone without initialiser, and also where one
	// stands without a sign, as in `redef t["k"] = v;` (Init is an Assign then, which adds to t) and `global t: T { … };`.
	Var struct {
		At
		Kind  VarKind
		Name  Ident
		Type  Type
		Op    Op
		Init  Expr
		Attrs []Attr
		Doc   string
	}
	// RedefEnum is `redef enum Name += { … };`.
	RedefEnum struct {
		At
		Name    Ident
		Members []EnumMember
		Doc     string
	}
	// RedefRecord is `redef record Name += { … } Attrs;`.
	RedefRecord struct {
		At
		Name   Ident
		Fields []FieldDecl
		Attrs  []Attr
		Doc    string
	}
	// RedefField is `redef record Name$Field += { &log };` or `-=`.
	RedefField struct {
		At
		Name  Ident
		Field Ident
		Op    Op
		Attrs []Attr
	}
	// TypeDecl is `type Name: Type Attrs;`.
	TypeDecl struct {
		At
		Name  Ident
		Type  Type
		Attrs []Attr
		Doc   string
	}
	// FuncDecl is a body: `[redef] function|event|hook Name(Params): Result Attrs { … }`.
	FuncDecl struct {
		At
		Redef bool
		Name  Ident
		Type  FuncType
		Attrs []Attr
		Body  *Block
		Doc   string
	}
	// StmtDecl is a statement at the top level.
	StmtDecl struct {
		At
		S Stmt
	}
)

// VarKind is the keyword of a Var.
type VarKind uint8

// Keywords of Var.
const (
	Global VarKind = iota
	Const
	Option
	Redef
)

func (*Name) expr()      {}
func (*Lit) expr()       {}
func (*Unary) expr()     {}
func (*Binary) expr()    {}
func (*Assign) expr()    {}
func (*Cond) expr()      {}
func (*Call) expr()      {}
func (*HookCall) expr()  {}
func (*Index) expr()     {}
func (*Slice) expr()     {}
func (*Field) expr()     {}
func (*HasField) expr()  {}
func (*FieldInit) expr() {}
func (*Bracket) expr()   {}
func (*Brace) expr()     {}
func (*Ctor) expr()      {}
func (*Schedule) expr()  {}
func (*Lambda) expr()    {}
func (*Cast) expr()      {}
func (*Is) expr()        {}
func (*Copy) expr()      {}
func (*AddDel) expr()    {}
func (*Paren) expr()     {}
func (*TypeExpr) expr()  {}
func (*LocalCond) expr() {}

func (*NamedType) typ()  {}
func (*TableType) typ()  {}
func (*VectorType) typ() {}
func (*ListType) typ()   {}
func (*RecordType) typ() {}
func (*EnumType) typ()   {}
func (*FuncType) typ()   {}
func (*FileType) typ()   {}
func (*OpaqueType) typ() {}

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
func (*Fallthrough) stmt() {}
func (*Return) stmt()      {}
func (*Local) stmt()       {}
func (*When) stmt()        {}
func (*Assert) stmt()      {}
func (*Null) stmt()        {}

func (*Module) decl()      {}
func (*ExportBegin) decl() {}
func (*ExportEnd) decl()   {}
func (*Var) decl()         {}
func (*RedefEnum) decl()   {}
func (*RedefRecord) decl() {}
func (*RedefField) decl()  {}
func (*TypeDecl) decl()    {}
func (*FuncDecl) decl()    {}
func (*StmtDecl) decl()    {}
