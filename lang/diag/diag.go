// Package diag holds source positions and diagnostics: what went wrong, where, and what to do about it.
//
// It knows nothing of scripts beyond their text; every stage of the language and the run time reports
// through it. Rendering is in render.go.
package diag

import "strings"

// File is one source text. Name is what messages show; Src is the whole text.
type File struct {
	Name string
	Src  string
}

// Line returns the text of line n (from 1) without its newline, or "" when there is no such line.
func (f *File) Line(n int) string {
	if f == nil || n < 1 {
		return ""
	}
	rest := f.Src
	for ; n > 1; n-- {
		i := strings.IndexByte(rest, '\n')
		if i < 0 {
			return ""
		}
		rest = rest[i+1:]
	}
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return strings.TrimSuffix(rest, "\r")
}

// Span is a stretch of a File: lines and columns count from 1, columns in bytes, the end is inclusive of
// its line and exclusive of its column. A zero Line names the file alone: the reference gives builtin
// types a location whose file name is the type's name ("error in count and x.zeek, line 3: …").
type Span struct {
	File            *File
	Line, Col       int32
	EndLine, EndCol int32
}

// IsZero reports whether the span names nothing.
func (s Span) IsZero() bool { return s.File == nil }

// To returns the span from the start of s to the end of t. Spans of different files are not joined: s wins.
func (s Span) To(t Span) Span {
	if s.File == nil {
		return t
	}
	if t.File != s.File {
		return s
	}
	s.EndLine, s.EndCol = t.EndLine, t.EndCol
	return s
}

// Named returns a span that shows only a name, as the reference does for builtin types.
func Named(name string) Span { return Span{File: &File{Name: name}} }

// Severity orders diagnostics; its texts are the reference's prefixes.
type Severity uint8

// The severities, with the prefix that the reference style prints.
const (
	Info          Severity = iota // "" (Reporter::info)
	Warning                       // "warning"
	Error                         // "error"
	Fatal                         // "fatal error": ends the program
	ExprError                     // "expression error": ends the handler body
	ExprWarning                   // "expression warning"
	RuntimeError                  // "runtime error"
	InternalError                 // "internal error"
)

var prefixes = [...]string{"", "warning", "error", "fatal error", "expression error", "expression warning", "runtime error", "internal error"}

// String returns the reference's prefix.
func (s Severity) String() string { return prefixes[s] }

// IsError reports whether the severity makes a run fail when met before it starts.
func (s Severity) IsError() bool { return s != Info && s != Warning && s != ExprWarning }

// Diagnostic is one message. Msg is in the reference's words and holds everything that the reference prints after
// the location, such as "no such index (t[3])". Hint says what to do and is shown in the pretty style only.
type Diagnostic struct {
	Severity Severity
	Code     Code // stable name of the kind, see codes.go
	Msg      string
	At       Span
	And      Span // second location: "error in A and B: …"
	Hint     string
	// Cascade marks what the reference also says about the mistake that the diagnostic before it reported. The reference style
	// prints it; counts of mistakes and the pretty style leave it out.
	Cascade bool
	Stack   []Frame // script call stack, innermost first; run-time errors only
}

// Frame is one line of a script stack.
type Frame struct {
	Func string
	At   Span
}

// Sink takes diagnostics as they arise; order matters, since scripts print in between.
type Sink interface {
	Report(Diagnostic)
}

// List is a Sink that keeps everything.
type List struct{ All []Diagnostic }

// Report appends d.
func (l *List) Report(d Diagnostic) { l.All = append(l.All, d) }

// Errors counts the diagnostics that are errors.
func (l *List) Errors() int {
	n := 0
	for _, d := range l.All {
		if d.Severity.IsError() {
			n++
		}
	}
	return n
}
