// Package dialect is the one table of the points in which Bro 2.6 and Zeek 8.0 contradict each other.
//
// The language is the union of both; a Dialect settles only contradictions. Code asks for a named property, never for the
// dialect itself, so that this table is the whole list.
package dialect

// Dialect is a row set of differences.
type Dialect struct {
	// Name is "bro" or "zeek".
	Name string
	// InitPrefix starts the names of the init, done and script_loaded events: "bro_" or "zeek_". Either spelling works in both.
	InitPrefix string
	// OutOfScopeLocals: a local may be used behind the block that declares it (2.6).
	OutOfScopeLocals bool
	// LambdaCaptures: anonymous functions may capture outer locals by a list (8.0).
	LambdaCaptures bool
	// VectorScalarOps: arithmetic between a vector and a scalar works on each element (2.6, deprecated there).
	VectorScalarOps bool
	// MandatoryFields: a record constructor that names its type must give every field that is neither optional nor a container (8.0).
	MandatoryFields bool
	// InitByElement: a constructor that does not fit its variable's type is told element by element, and constructors that name a
	// record type are conversions of anonymous records (2.6).
	InitByElement bool
	// UntypedVector: a variable that starts as vector() holds anything (2.6).
	UntypedVector bool
	// DeleteWord is what messages call delete: "statement" or "expression".
	DeleteWord string
	// ConstLoopVars: loops may not use constants as variables (8.0); 2.6 only refuses globals, in other words.
	ConstLoopVars bool
	// VectorIndexInt: loops over vectors count in int instead of count (2.6).
	VectorIndexInt bool
	// EventsByLiteralName: `event f()` and `schedule` inside a module use the name as written (the namespace quirk).
	EventsByLiteralName bool
	// ImplicitCaptures: `when` may use outer locals without a capture list.
	ImplicitCaptures bool
	// OldCommFatal: old communication functions and &synchronized stop the program unless old_comm_usage_is_ok.
	OldCommFatal bool
	// CounterType: `counter` is another word for count (2.6).
	CounterType bool
	// DeleteContainers: `delete x` empties a whole table, set or vector (8.0).
	DeleteContainers bool
	// InitErrorsEnd: an error while the init event is handled ends the program, unless ZEEK_ALLOW_INIT_ERRORS is set (8.0).
	InitErrorsEnd bool
	// UnsetEndsStatement: reading a variable without a value is an error that ends the statement, not the body (2.6).
	UnsetEndsStatement bool
	// AnyFillsNumbers: a value of type any may be assigned to a number, checked at run time (2.6).
	AnyFillsNumbers bool
	// AppendVectors: `vector += vector` appends the elements (8.0); before it appends one element.
	AppendVectors bool
	// StrictGlobalAttrs: &optional, and &default but for tables, are refused for globals (8.0).
	StrictGlobalAttrs bool
	// ExpireFuncUnrolls: &expire_func may take the index as one argument each (8.0).
	ExpireFuncUnrolls bool
	// PatternLogic: && and || between patterns mean & and | (2.6).
	PatternLogic bool
	// BlankIdentifier: the name `_` stands for a value that is not wanted (8.0).
	BlankIdentifier bool
	// HostLiteralsWarn: host names as literals are deprecated (8.0).
	HostLiteralsWarn bool
	// VectorChoice: the alternatives of a vector conditional may be of any element type (2.6).
	VectorChoice bool
	// CastSetVector: `as` turns sets into vectors and back (8.0).
	CastSetVector bool
	// NoGlobalPrefix: GLOBAL::name is refused in favour of ::name (8.0).
	NoGlobalPrefix bool
	// ShadowOuterLocals: a local of an anonymous function may bear the name of one of the function around it (2.6).
	ShadowOuterLocals bool
	// AlternatePrototypes: events and hooks may be declared several times, with subsets of their parameters (8.0).
	AlternatePrototypes bool
	// TypeWord is what messages call a type that a name is not: "BRO" or "Zeek".
	TypeWord string
	// TopicPrefix starts the topics of the base scripts: "bro/" or "zeek/".
	TopicPrefix string
	// EnvPrefix starts environment variables: "BRO_" or "ZEEK_".
	EnvPrefix string
	// PathVar is the search path's environment variable: "BROPATH" or "ZEEKPATH".
	PathVar string
	// UsageWarnings: handlers of events that nothing raises and functions without callers are warned of after loading (8.0).
	UsageWarnings bool
	// Ext is the script suffix tried first: ".bro" or ".zeek".
	Ext string
	// ExprErrorBrackets: run-time expression errors end in `[expr]` and are not parenthesised (2.6).
	ExprErrorBrackets bool
	// HashTagsLengths: fnv1a32 hashes type tag and length along with a string's bytes (2.6).
	HashTagsLengths bool
	// WrappingRand: the seeded random generator wraps to 32 bits where 8.0 reduces (2.6).
	WrappingRand bool
	// CaretAnywhere: sub, gsub and split_string let ^ match at every byte, not only at the first (2.6).
	CaretAnywhere bool
	// LenientNumbers: to_int takes what is no number for 0 in silence, to_count wants no blanks behind a number (2.6).
	LenientNumbers bool
	// OldNumbers: doubles and intervals print with fewer digits (2.6).
	OldNumbers bool
	// PlainAddrErrors: to_addr and to_subnet name the text that is none, without the call (2.6).
	PlainAddrErrors bool
	// CountUnderflowWarns: a count that goes below zero gives a warning (since 5.2).
	CountUnderflowWarns bool
	// PlainFakeText: made-up DNS text records do not name the record type (2.6).
	PlainFakeText bool
	// MD5FakeAddrs: made-up addresses of names are their MD5 (2.6), not a HighwayHash.
	MD5FakeAddrs bool
	// SpacedJSON: to_json puts blanks behind commas and colons and writes ports as numbers (2.6).
	SpacedJSON bool
	// ArgPlaceAlone: an error about a constant that was passed on to a builtin names the constant's place instead of both (2.6).
	ArgPlaceAlone bool
	// WholeWordBytes: bytestring_to_count takes 1, 2, 4 or 8 bytes only (2.6).
	WholeWordBytes bool
	// NoReporterTime: reporter events carry time 0 as long as there are no packets, which is always (2.6).
	NoReporterTime bool
	// PlainLogs: logs escape every byte that is not ASCII, JSON logs also some that are, and numbers are 2.6's (2.6).
	PlainLogs bool
	// PrintHook: print raises the event print_hook if it is handled (2.6).
	PrintHook bool
	// FullTypeNames: mismatch texts print whole types instead of base type names (8.0).
	FullTypeNames bool
	// OldBrokerData: functions in Broker data are their names, times in it print as numbers, holes of vectors are left out (2.6).
	OldBrokerData bool
	// OldPublishErrors: errors of Broker::publish count the event as an argument and name base types (2.6); arguments that do not
	// convert are numbered from 0.
	OldPublishErrors bool
	// NumericNodeIDs: ids of nodes are 40 hexadecimal digits and a number, and an unknown one is invalid-node (2.6). Otherwise they are
	// UUIDs.
	NumericNodeIDs bool
	// Peers are the texts of what happens to peers.
	Peers PeerTexts
	// EOFNamesFile: a syntax error at the end of a file ends in the file's name (8.0).
	EOFNamesFile bool
	// OldInput: the Input framework's messages name no lines, and its readers are more lenient with numbers and absent values and
	// stricter with addresses, blanks and fields at a line's end (2.6).
	OldInput bool
}

// PeerTexts are what the events about peers say: of a new one on the side that dialled and on the other, of one that this node gave up,
// of one that is lost, of an attempt that failed, and of one that is to be given up but is unknown.
type PeerTexts struct {
	AddedOutbound, AddedInbound, Removed, Lost, Unavailable, NoSuchPeer string
}

// The two dialects.
var (
	Bro = &Dialect{
		Name:                "bro",
		InitPrefix:          "bro_",
		OutOfScopeLocals:    true,
		VectorScalarOps:     true,
		VectorIndexInt:      true,
		EventsByLiteralName: true,
		ImplicitCaptures:    true,
		OldCommFatal:        true,
		TopicPrefix:         "bro/",
		EnvPrefix:           "BRO_",
		PathVar:             "BROPATH",
		Ext:                 ".bro",
		ExprErrorBrackets:   true,
		HashTagsLengths:     true,
		WrappingRand:        true,
		CaretAnywhere:       true,
		LenientNumbers:      true,
		OldNumbers:          true,
		PlainAddrErrors:     true,
		PlainFakeText:       true,
		MD5FakeAddrs:        true,
		SpacedJSON:          true,
		ArgPlaceAlone:       true,
		WholeWordBytes:      true,
		CounterType:         true,
		InitByElement:       true,
		UntypedVector:       true,
		DeleteWord:          "statement",
		AnyFillsNumbers:     true,
		UnsetEndsStatement:  true,
		PatternLogic:        true,
		VectorChoice:        true,
		ShadowOuterLocals:   true,
		PrintHook:           true,
		OldBrokerData:       true,
		OldPublishErrors:    true,
		NumericNodeIDs:      true,
		Peers: PeerTexts{
			AddedOutbound: "received handshake from remote core",
			AddedInbound:  "handshake successful",
			Removed:       "removed peering",
			Lost:          "lost remote peer",
			Unavailable:   "remote endpoint unavailable",
			NoSuchPeer:    "no such peer when unpeering",
		},
		PlainLogs:      true,
		NoReporterTime: true,
		OldInput:       true,
		TypeWord:       "BRO",
	}
	Zeek = &Dialect{
		Name:                "zeek",
		InitPrefix:          "zeek_",
		LambdaCaptures:      true,
		UsageWarnings:       true,
		InitErrorsEnd:       true,
		MandatoryFields:     true,
		DeleteWord:          "expression",
		TopicPrefix:         "zeek/",
		EnvPrefix:           "ZEEK_",
		PathVar:             "ZEEKPATH",
		Ext:                 ".zeek",
		FullTypeNames:       true,
		EOFNamesFile:        true,
		CountUnderflowWarns: true,
		DeleteContainers:    true,
		ConstLoopVars:       true,
		AppendVectors:       true,
		StrictGlobalAttrs:   true,
		ExpireFuncUnrolls:   true,
		BlankIdentifier:     true,
		HostLiteralsWarn:    true,
		CastSetVector:       true,
		NoGlobalPrefix:      true,
		AlternatePrototypes: true,
		TypeWord:            "Zeek",
		Peers: PeerTexts{
			AddedOutbound: "handshake successful",
			AddedInbound:  "handshake successful",
			Removed:       "removed connection to remote peer",
			Lost:          "lost connection to remote peer",
			Unavailable:   "unable to connect to remote peer",
			NoSuchPeer:    "cannot unpeer from unknown peer",
		},
	}
)

// ByName returns the dialect of that name, or nil.
func ByName(name string) *Dialect {
	switch name {
	case "bro":
		return Bro
	case "zeek":
		return Zeek
	}
	return nil
}
