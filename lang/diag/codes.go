package diag

// Code is the stable name of a kind of diagnostic: what `brogo explain` takes, what `--style json` and SARIF carry, and
// what an editor shows. Once released a code keeps its meaning. explain.txt holds what there is to say about each.
type Code string

// Reading files.
const (
	Syntax     Code = "syntax"
	BadLiteral Code = "bad-literal"
	Directive  Code = "directive"
	Pragma     Code = "pragma"
	Load       Code = "load"
	Nesting    Code = "nesting"
)

// Names.
const (
	UnknownName    Code = "unknown-name"
	UnknownField   Code = "unknown-field"
	NotExported    Code = "not-exported"
	GlobalPrefix   Code = "global-prefix"
	AlreadyDefined Code = "already-defined"
	DuplicateField Code = "duplicate-field"
	BlankName      Code = "blank-name"
	OutOfScope     Code = "out-of-scope"
	NotAType       Code = "not-a-type"
	ReservedType   Code = "reserved-type"
	Capture        Code = "capture"
	EventNamespace Code = "event-namespace"
	Deprecated     Code = "deprecated"
)

// Types.
const (
	TypeClash       Code = "type-mismatch"
	ArgumentCount   Code = "argument-count"
	AssignType      Code = "assign-type"
	ConditionType   Code = "condition-type"
	ConstructorType Code = "constructor-type"
	IndexType       Code = "index-type"
	OperandType     Code = "operand-type"
	RecordType      Code = "record-type"
	VoidValue       Code = "void-value"
	NotARecord      Code = "not-a-record"
	NotAFunction    Code = "not-a-function"
	NotAnEvent      Code = "not-an-event"
	MissingField    Code = "missing-field"
	LossyAssignment Code = "lossy-assignment"
	Cast            Code = "cast"
)

// Declarations and statements.
const (
	Attribute          Code = "attribute"
	AttributeValue     Code = "attribute-value"
	Prototype          Code = "prototype"
	Redef              Code = "redef"
	Enum               Code = "enum"
	NoType             Code = "no-type"
	Uninitialized      Code = "uninitialized"
	Initializer        Code = "initializer"
	NotAssignable      Code = "not-assignable"
	Delete             Code = "delete"
	TrailingComma      Code = "trailing-comma"
	HookCall           Code = "hook-call"
	Jump               Code = "jump"
	Loop               Code = "loop"
	Return             Code = "return"
	Schedule           Code = "schedule"
	Switch             Code = "switch"
	When               Code = "when"
	IfCondition        Code = "if-condition"
	AssertMessage      Code = "assert-message"
	IgnoredValue       Code = "ignored-value"
	UnreachableHandler Code = "unreachable-handler"
	UnusedFunction     Code = "unused-function"
	UnsetVariable      Code = "unset-variable"
)

// While a script runs.
const (
	UnsetValue           Code = "unset-value"
	UnsetField           Code = "unset-field"
	NoSuchIndex          Code = "no-such-index"
	DivisionByZero       Code = "division-by-zero"
	CountUnderflow       Code = "count-underflow"
	NumberRange          Code = "number-range"
	NegativeShift        Code = "negative-shift"
	VectorSize           Code = "vector-size"
	ListLength           Code = "list-length"
	IteratorInvalidation Code = "iterator-invalidation"
	BadCast              Code = "bad-cast"
	Coercion             Code = "coercion"
	SizeOf               Code = "size-of"
	SubnetWidth          Code = "subnet-width"
	CallArguments        Code = "call-arguments"
	CallDepth            Code = "call-depth"
	Interrupted          Code = "interrupted"
	NoReturnValue        Code = "no-return-value"
	Assertion            Code = "assertion"
	DelayedReturn        Code = "delayed-return"
	Startup              Code = "startup"
	ProgramState         Code = "program-state"
	ScriptMessage        Code = "script-message"
)

// Builtin functions and what they work with.
const (
	Builtin          Code = "builtin"
	Input            Code = "input"
	Logging          Code = "logging"
	Messaging        Code = "messaging"
	Store            Code = "store"
	OptionChange     Code = "option-change"
	HashFinished     Code = "hash-finished"
	IDPool           Code = "id-pool"
	IdentifyData     Code = "identify-data"
	OldCommunication Code = "old-communication"
	Metrics          Code = "metrics"
	Seeds            Code = "seeds"
	CommandLine      Code = "command-line"
	Refused          Code = "refused"
)

// What `brogo vet` finds, beside UnusedFunction; the names of its analyzers.
const (
	DeadHandler     Code = "dead-handler"
	UnheardTopic    Code = "unheard-topic"
	WhenTimeout     Code = "when-timeout"
	LoopChange      Code = "loop-change"
	UncheckedField  Code = "unchecked-field"
	Shadow          Code = "shadow"
	UnusedLocal     Code = "unused-local"
	UnusedParameter Code = "unused-parameter"
	UnusedLoad      Code = "unused-load"
)
