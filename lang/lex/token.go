// Package lex turns a script's text into tokens, all at once and without knowing anything of what the script means.
//
// The token set is the union of Bro 2.6 and Zeek 8.0. Lexing never depends on evaluation: a directive is a token, and text that
// does not lex becomes an Illegal token that carries its reason, so that a branch skipped by `@if` may hold anything. Literals
// are only delimited here; literal.go reads their values. The parser and the loader are the callers.
package lex

import (
	"path/filepath"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
)

// Kind tells tokens apart.
type Kind uint8

// Token kinds. Words that only one version reserves (assert, list, union, timer, counter) come as Ident, and the parser
// knows them by their place.
const (
	EOF Kind = iota
	Illegal

	Ident       // x, M::x
	GlobalIdent // ::x
	Attr        // &name

	// Literals.
	Bool
	Count
	Double
	Interval
	String
	Pattern
	Port
	Addr
	Subnet
	Hostname

	// Punctuation. A bar is told apart by its place: BarOpen and BarClose surround |x|, Pipe is the operator.
	LParen
	RParen
	LBrack
	RBrack
	LBrace
	RBrace
	Comma
	Semi
	Colon
	Dollar
	HasField // ?$
	Quest
	Assign
	AddTo
	RemoveFrom
	Plus
	Minus
	Star
	Slash
	Percent
	Amp
	Pipe
	BarOpen
	BarClose
	Caret
	Tilde
	Not
	Shl
	Shr
	AndAnd
	OrOr
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	Inc
	Dec
	NotIn // !in

	// Directives. Those that take the rest of the line or a word hold it in their text; see Source.Arg.
	AtLoad
	AtLoadSigs
	AtLoadPlugin
	AtUnload
	AtPrefixes
	AtIf
	AtIfdef
	AtIfndef
	AtElse
	AtEndif
	AtDir
	AtFilename
	AtDebug
	AtDeprecated
	AtPragma

	// Keywords that are no types.
	KwAdd
	KwAs
	KwBreak
	KwCase
	KwConst
	KwCopy
	KwDefault
	KwDelete
	KwElse
	KwEnum
	KwEvent
	KwExport
	KwFallthrough
	KwFile
	KwFor
	KwFunction
	KwGlobal
	KwHook
	KwIf
	KwIn
	KwIs
	KwLocal
	KwModule
	KwNext
	KwOf
	KwOpaque
	KwOption
	KwPrint
	KwRecord
	KwRedef
	KwReturn
	KwSchedule
	KwSet
	KwSwitch
	KwTable
	KwTimeout
	KwType
	KwVector
	KwWhen
	KwWhile

	// KwBase is a keyword that names a base type: addr, any, bool, count, …
	KwBase

	numKinds
)

var kindNames = [numKinds]string{
	EOF: "EOF", Illegal: "Illegal", Ident: "Ident", GlobalIdent: "GlobalIdent", Attr: "Attr",
	Bool: "Bool", Count: "Count", Double: "Double", Interval: "Interval", String: "String", Pattern: "Pattern", Port: "Port",
	Addr: "Addr", Subnet: "Subnet", Hostname: "Hostname",
	LParen: "LParen", RParen: "RParen", LBrack: "LBrack", RBrack: "RBrack", LBrace: "LBrace", RBrace: "RBrace",
	Comma: "Comma", Semi: "Semi", Colon: "Colon", Dollar: "Dollar", HasField: "HasField", Quest: "Quest",
	Assign: "Assign", AddTo: "AddTo", RemoveFrom: "RemoveFrom", Plus: "Plus", Minus: "Minus", Star: "Star", Slash: "Slash",
	Percent: "Percent", Amp: "Amp", Pipe: "Pipe", BarOpen: "BarOpen", BarClose: "BarClose", Caret: "Caret", Tilde: "Tilde",
	Not: "Not", Shl: "Shl", Shr: "Shr", AndAnd: "AndAnd", OrOr: "OrOr", Eq: "Eq", Ne: "Ne", Lt: "Lt", Le: "Le", Gt: "Gt",
	Ge: "Ge", Inc: "Inc", Dec: "Dec", NotIn: "NotIn",
	AtLoad: "AtLoad", AtLoadSigs: "AtLoadSigs", AtLoadPlugin: "AtLoadPlugin", AtUnload: "AtUnload", AtPrefixes: "AtPrefixes",
	AtIf: "AtIf", AtIfdef: "AtIfdef", AtIfndef: "AtIfndef", AtElse: "AtElse", AtEndif: "AtEndif", AtDir: "AtDir",
	AtFilename: "AtFilename", AtDebug: "AtDebug", AtDeprecated: "AtDeprecated", AtPragma: "AtPragma",
	KwAdd: "add", KwAs: "as", KwBreak: "break", KwCase: "case", KwConst: "const", KwCopy: "copy", KwDefault: "default",
	KwDelete: "delete", KwElse: "else", KwEnum: "enum", KwEvent: "event", KwExport: "export", KwFallthrough: "fallthrough",
	KwFile: "file", KwFor: "for", KwFunction: "function", KwGlobal: "global", KwHook: "hook", KwIf: "if", KwIn: "in", KwIs: "is",
	KwLocal: "local", KwModule: "module", KwNext: "next", KwOf: "of", KwOpaque: "opaque", KwOption: "option", KwPrint: "print",
	KwRecord: "record", KwRedef: "redef", KwReturn: "return", KwSchedule: "schedule", KwSet: "set", KwSwitch: "switch",
	KwTable: "table", KwTimeout: "timeout", KwType: "type", KwVector: "vector", KwWhen: "when", KwWhile: "while",
	KwBase: "BaseType",
}

// String returns the kind's name; for a keyword the keyword.
func (k Kind) String() string { return kindNames[k] }

// Keywords lists the reserved words, those of types included, in alphabetical order within each.
func Keywords() []string {
	list := []string{"addr", "any", "bool", "count", "double", "int", "interval", "pattern", "port", "string", "subnet", "time"}
	for k := KwAdd; k <= KwWhile; k++ {
		list = append(list, k.String())
	}
	return list
}

// IsLiteral reports whether k is a constant of the language.
func (k Kind) IsLiteral() bool { return k >= Bool && k <= Hostname }

// IsDirective reports whether k starts with an @; @DIR and @FILENAME, which are expressions, do not count.
func (k Kind) IsDirective() bool {
	return k >= AtLoad && k <= AtPragma && k != AtDir && k != AtFilename
}

// IsConditional reports whether k is one of @if, @ifdef, @ifndef, @else and @endif.
func (k Kind) IsConditional() bool { return k >= AtIf && k <= AtEndif }

// keyword returns the kind of a reserved word, or Ident. A switch over strings compiles to comparisons by length and value.
func keyword(s string) Kind {
	switch s {
	case "T", "F":
		return Bool
	case "add":
		return KwAdd
	case "addr", "any", "bool", "count", "double", "int", "interval", "pattern", "port", "string", "subnet", "time":
		return KwBase
	case "as":
		return KwAs
	case "break":
		return KwBreak
	case "case":
		return KwCase
	case "const":
		return KwConst
	case "copy":
		return KwCopy
	case "default":
		return KwDefault
	case "delete":
		return KwDelete
	case "else":
		return KwElse
	case "enum":
		return KwEnum
	case "event":
		return KwEvent
	case "export":
		return KwExport
	case "fallthrough":
		return KwFallthrough
	case "file":
		return KwFile
	case "for":
		return KwFor
	case "function":
		return KwFunction
	case "global":
		return KwGlobal
	case "hook":
		return KwHook
	case "if":
		return KwIf
	case "in":
		return KwIn
	case "is":
		return KwIs
	case "local":
		return KwLocal
	case "module":
		return KwModule
	case "next":
		return KwNext
	case "of":
		return KwOf
	case "opaque":
		return KwOpaque
	case "option":
		return KwOption
	case "print":
		return KwPrint
	case "record":
		return KwRecord
	case "redef":
		return KwRedef
	case "return":
		return KwReturn
	case "schedule":
		return KwSchedule
	case "set":
		return KwSet
	case "switch":
		return KwSwitch
	case "table":
		return KwTable
	case "timeout":
		return KwTimeout
	case "type":
		return KwType
	case "vector":
		return KwVector
	case "when":
		return KwWhen
	case "while":
		return KwWhile
	}
	return Ident
}

// attribute reports whether name (without the ampersand) is an attribute of either version.
func attribute(name string) bool {
	switch name {
	case "add_func", "create_expire", "default", "default_insert", "delete_func", "deprecated", "raw_output", "error_handler",
		"expire_func", "group", "log", "optional", "is_assigned", "is_used", "priority", "type_column", "read_expire", "redef",
		"write_expire", "on_change", "broker_store", "broker_allow_complex_type", "backend", "ordered", "no_ZAM_opt", "no_CPP_opt",
		"encrypt", "mergeable", "persistent", "rotate_interval", "rotate_size", "synchronized":
		return true
	}
	return false
}

// Token is one word of a script: the bytes [Off, End) of its source. No token spans lines. Line and Col count from 1, Col in bytes.
type Token struct {
	Kind      Kind
	why       reason // of an Illegal token
	Off, End  int32
	Line, Col int32
}

// DocKind tells where a documentation comment belongs.
type DocKind uint8

// Kinds of documentation comments.
const (
	DocBefore  DocKind = iota // "## …", about what follows
	DocAfter                  // "##< …", about what went before
	DocSummary                // "##! …", about the whole file
)

// Doc is a documentation comment. Its text is the bytes [Off, End) of the source, without the marker. Token is the index
// in Source.Tokens of the token that follows it.
type Doc struct {
	Kind     DocKind
	Off, End int32
	Line     int32
	Token    int32
}

// Source is a lexed file.
type Source struct {
	File   *diag.File
	Tokens []Token // the last one is EOF
	Docs   []Doc
	// Dir and Base are the values of @DIR and @FILENAME. Scan sets them from the file's name; a loader that knows the
	// working directory makes a relative Dir absolute, as the reference does.
	Dir, Base string
	// Dialect chooses between the versions' texts of syntax errors; nil stands for Zeek's.
	Dialect *dialect.Dialect
	// KeepDocs makes the parser fill the Doc fields of the tree; loading for a run leaves them empty, since joining the
	// comments of the base scripts costs more than parsing some of them.
	KeepDocs bool
}

// New lexes f. It never fails: what does not lex is in the tokens.
func New(f *diag.File) *Source {
	s := Unread(f)
	scan(s)
	return s
}

// Unread is New without any tokens; Part lexes pieces of it.
func Unread(f *diag.File) *Source {
	dir, base := filepath.Split(f.Name)
	return &Source{File: f, Dir: filepath.Clean(dir), Base: base}
}

// Part lexes the bytes [off, end) of s by themselves, where no operand goes before and no bracket is open; off stands in the given line.
func (s *Source) Part(off, end, line int32) *Source {
	part := *s
	part.Docs = nil
	part.Tokens = make([]Token, 0, (end-off)/5+8)
	sc := scanner{src: &part, s: s.File.Src[:end], pos: int(off), line: line, lineOff: strings.LastIndexByte(s.File.Src[:off], '\n') + 1}
	for sc.next() {
	}
	return &part
}

// Text returns the token's source text.
func (s *Source) Text(t Token) string { return s.File.Src[t.Off:t.End] }

// Span returns where the token stands.
func (s *Source) Span(t Token) diag.Span {
	return diag.Span{File: s.File, Line: t.Line, Col: t.Col, EndLine: t.Line, EndCol: t.Col + t.End - t.Off}
}

// DocText returns the text of a documentation comment.
func (s *Source) DocText(d Doc) string { return s.File.Src[d.Off:d.End] }
