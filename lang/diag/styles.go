package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Styles are the names that NewPrinter knows.
var Styles = []string{"pretty", "line", "reference", "json", "sarif"}

// Printer is a Sink that writes. Close writes what a style keeps for the end; nothing may be reported after it.
type Printer interface {
	Sink
	Close() error
}

// NewPrinter makes a printer of a style: "pretty" (excerpt and caret, several lines), "line" (`FILE:LINE:COLUMN: error: … [code]`),
// "reference" (the reference's one line), "json" (an object a line) or "sarif" (one SARIF 2.1.0 document, at Close). Version is the program's.
func NewPrinter(style string, w io.Writer, colors Colors, version string) (Printer, error) {
	switch style {
	case "pretty":
		return textPrinter{w, func(d Diagnostic) string { return Pretty(d, colors) }}, nil
	case "line":
		return textPrinter{w, Line}, nil
	case "reference":
		return textPrinter{w, Reference}, nil
	case "json":
		return textPrinter{w, JSON}, nil
	case "sarif":
		return &sarifPrinter{w: w, version: version}, nil
	}
	return nil, fmt.Errorf("unknown style %q: it is one of %s", style, strings.Join(Styles, ", "))
}

// textPrinter prints each diagnostic as it comes.
type textPrinter struct {
	w      io.Writer
	render func(Diagnostic) string
}

func (p textPrinter) Report(d Diagnostic) { fmt.Fprintln(p.w, p.render(d)) }
func (p textPrinter) Close() error        { return nil }

// Line renders d in the form that editors and compilers know: `FILE:LINE:COLUMN: error: message [code]`.
func Line(d Diagnostic) string {
	var b strings.Builder
	if s := d.At; s.File != nil {
		b.WriteString(s.File.Name)
		if s.Line > 0 {
			fmt.Fprintf(&b, ":%d", s.Line)
			if s.Col > 0 {
				fmt.Fprintf(&b, ":%d", s.Col)
			}
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s: %s", word(d.Severity), strings.ReplaceAll(d.Msg, "\n", " "))
	if d.Code != "" {
		fmt.Fprintf(&b, " [%s]", d.Code)
	}
	return b.String()
}

// word is the severity as a word, also where the reference's prefix is empty.
func word(s Severity) string {
	if s == Info {
		return "info"
	}
	return s.String()
}

// jsonPlace is a span in JSON; lines and columns (in bytes) count from 1, the end column is exclusive.
type jsonPlace struct {
	File      string `json:"file"`
	Line      int32  `json:"line,omitempty"`
	Column    int32  `json:"column,omitempty"`
	EndLine   int32  `json:"end_line,omitempty"`
	EndColumn int32  `json:"end_column,omitempty"`
}

func placeOf(s Span) *jsonPlace {
	if s.File == nil {
		return nil
	}
	return &jsonPlace{s.File.Name, s.Line, s.Col, s.EndLine, s.EndCol}
}

type jsonFrame struct {
	Function string     `json:"function"`
	At       *jsonPlace `json:"at,omitempty"`
}

// JSON renders d as one line of JSON.
func JSON(d Diagnostic) string {
	v := struct {
		Severity string      `json:"severity"`
		Code     Code        `json:"code"`
		Message  string      `json:"message"`
		At       *jsonPlace  `json:"at,omitempty"`
		And      *jsonPlace  `json:"and,omitempty"`
		Hint     string      `json:"hint,omitempty"`
		Stack    []jsonFrame `json:"stack,omitempty"`
	}{word(d.Severity), d.Code, d.Msg, placeOf(d.At), placeOf(d.And), d.Hint, nil}
	for _, f := range d.Stack {
		v.Stack = append(v.Stack, jsonFrame{f.Func, placeOf(f.At)})
	}
	return string(bytes.TrimRight(encode(v, ""), "\n"))
}

// encode writes JSON without escaping < and >, which are usual in messages.
func encode(v any, indent string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	if err := e.Encode(v); err != nil {
		panic("diag: " + err.Error()) // structs of strings and numbers always encode
	}
	return b.Bytes()
}

// sarifPrinter collects diagnostics into a SARIF 2.1.0 document (docs.oasis-open.org/sarif/sarif/v2.1.0). The few objects that are
// needed are plain structs: github.com/owenrumney/go-sarif would be several times this file, with a dependency on a JSON schema.
type sarifPrinter struct {
	w       io.Writer
	version string
	all     List
}

func (p *sarifPrinter) Report(d Diagnostic) { p.all.Report(d) }

type (
	sarifText struct {
		Text string `json:"text"`
	}
	sarifRule struct {
		ID    Code       `json:"id"`
		Short sarifText  `json:"shortDescription"`
		Full  *sarifText `json:"fullDescription,omitempty"`
	}
	sarifRegion struct {
		StartLine   int32 `json:"startLine"`
		StartColumn int   `json:"startColumn,omitempty"`
		EndLine     int32 `json:"endLine,omitempty"`
		EndColumn   int   `json:"endColumn,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifResult struct {
		RuleID    Code            `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
)

// Close writes the document, also when there is nothing in it.
func (p *sarifPrinter) Close() error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "brogo", Version: p.version, Rules: []sarifRule{}}
	rules := &run.Tool.Driver.Rules
	for _, d := range p.all.All {
		i := slices.IndexFunc(*rules, func(r sarifRule) bool { return r.ID == d.Code })
		if i < 0 {
			i = len(*rules)
			*rules = append(*rules, ruleOf(d.Code))
		}
		r := sarifResult{RuleID: d.Code, RuleIndex: i, Level: level(d.Severity), Message: sarifText{d.Msg}}
		if d.Hint != "" {
			r.Message.Text += "\nHint: " + d.Hint
		}
		r.Locations = locations(d.At)
		r.Related = locations(d.And)
		run.Results = append(run.Results, r)
	}
	_, err := p.w.Write(encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}, "  "))
	return err
}

func ruleOf(c Code) sarifRule {
	r := sarifRule{ID: c, Short: sarifText{string(c)}}
	if e, ok := Explain(c); ok {
		r.Short.Text = e.Title
		if e.Text != "" {
			r.Full = &sarifText{e.Text}
		}
	}
	return r
}

func level(s Severity) string {
	switch {
	case s.IsError():
		return "error"
	case s == Info:
		return "note"
	}
	return "warning"
}

func locations(s Span) []sarifLocation {
	if s.File == nil || s.Line == 0 {
		return nil
	}
	l := sarifLocation{sarifPhysical{Artifact: sarifArtifact{strings.ReplaceAll(strings.TrimPrefix(s.File.Name, "./"), " ", "%20")}}}
	l.Physical.Region = &sarifRegion{StartLine: s.Line, EndLine: max(s.EndLine, s.Line)}
	if s.Col > 0 {
		l.Physical.Region.StartColumn = runes(s.File, s.Line, s.Col)
		l.Physical.Region.EndColumn = runes(s.File, s.EndLine, s.EndCol)
	}
	return []sarifLocation{l}
}

// runes turns a column in bytes into one in code points.
func runes(f *File, line, col int32) int {
	text := f.Line(int(line))
	return utf8.RuneCountInString(text[:min(max(int(col)-1, 0), len(text))]) + 1
}
