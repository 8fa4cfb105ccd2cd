package lsp

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/lang/diag"
)

func (s *server) vets() bool { return s.o.Vet != nil && (s.set.Vet == nil || *s.set.Vet) }

// settle is called when no message waits: it tells what is wrong with the texts that have changed.
func (s *server) settle() {
	for _, d := range s.opened() {
		if d.urgent {
			s.check(d)
			d.urgent = false
			s.publish(d)
		}
	}
}

// idleIn is how long to wait for messages before idle; negative if there is nothing to do then.
func (s *server) idleIn() time.Duration {
	for _, d := range s.docs {
		if d.stale || d.edited || d.prog != nil && !d.prog.vetted {
			return s.o.Quiet
		}
	}
	return -1
}

// idle does one thing that can wait: checking what depends on a text that has changed, or looking for likely mistakes.
func (s *server) idle() {
	for _, d := range s.opened() {
		switch {
		case d.stale || d.edited || d.prog == nil:
			s.check(d)
		case !d.prog.vetted:
			d.prog.vetted = true
			d.prog.findings = s.findings(d)
		default:
			continue
		}
		s.publish(d)
		return
	}
}

// findings are the likely mistakes in a document.
func (s *server) findings(d *document) (out []diag.Diagnostic) {
	if !s.vets() || d.prog.failed || d.prog.e == nil || embedded(d.path) {
		return nil
	}
	// Analyzers belong to others: what goes wrong in one must not cost the session.
	defer func() {
		if recover() != nil {
			out = nil
		}
		d.prog.sink.All = nil // of base scripts that have been checked by the way
	}()
	for _, f := range s.o.Vet(d.prog.e) {
		if f.At.File != nil && f.At.File.Name == d.path {
			out = append(out, f)
		}
	}
	return out
}

// publish sends what is known of a document, and of files that it loads and that are not open.
func (s *server) publish(d *document) {
	byURI := map[string][]diagnostic{d.uri: {}}
	if !embedded(d.path) {
		for _, x := range slices.Concat(d.prog.diags, d.prog.findings) {
			uri, ok := s.uriOf(x.At.File, d)
			if ok {
				byURI[uri] = append(byURI[uri], s.diagnostic(d, x))
			}
		}
	}
	own := byURI[d.uri]
	delete(byURI, d.uri)
	version := d.version
	s.notify("textDocument/publishDiagnostics", publishDiagnosticsParams{URI: d.uri, Version: &version, Diagnostics: own})
	s.publishElsewhere(d.uri, byURI)
}

// uriOf is the document that shows diagnostics about a file: those without a place belong to the one that was checked. Other opened
// documents speak for themselves.
func (s *server) uriOf(f *diag.File, d *document) (uri string, ok bool) {
	if f == nil || f.Name == d.path || embedded(f.Name) || strings.HasPrefix(f.Name, "<") {
		return d.uri, true
	}
	if !strings.HasPrefix(f.Name, "/") {
		return d.uri, true
	}
	return uriOf(f.Name), s.docAt(f.Name) == nil
}

// publishElsewhere replaces what a document says of files that are not open.
func (s *server) publishElsewhere(doc string, found map[string][]diagnostic) {
	changed := maps.Clone(s.elsewhere[doc])
	if changed == nil {
		changed = make(map[string][]diagnostic)
	}
	maps.Copy(changed, found)
	if s.elsewhere[doc] = found; len(found) == 0 {
		delete(s.elsewhere, doc)
	}
	for _, uri := range slices.Sorted(maps.Keys(changed)) {
		if s.docs[uri] != nil {
			continue
		}
		all := []diagnostic{}
		for _, from := range slices.Sorted(maps.Keys(s.elsewhere)) {
			for _, x := range s.elsewhere[from][uri] {
				if !slices.ContainsFunc(all, func(y diagnostic) bool { return x.Range == y.Range && x.Message == y.Message }) {
					all = append(all, x)
				}
			}
		}
		s.notify("textDocument/publishDiagnostics", publishDiagnosticsParams{URI: uri, Diagnostics: all})
	}
}

// withdraw takes back what a document has said.
func (s *server) withdraw(uri string) {
	s.notify("textDocument/publishDiagnostics", publishDiagnosticsParams{URI: uri, Diagnostics: []diagnostic{}})
	s.publishElsewhere(uri, nil)
}

// diagnostic is x in the protocol's form. What is said of no place, or of a base script, stands at the start of the document.
func (s *server) diagnostic(d *document, x diag.Diagnostic) diagnostic {
	out := diagnostic{Severity: severityError, Code: string(x.Code), Source: "brogo", Message: x.Msg}
	switch x.Severity {
	case diag.Info:
		out.Severity = severityInformation
	case diag.Warning, diag.ExprWarning:
		out.Severity = severityWarning
	}
	f := x.At.File
	switch {
	case f == nil || x.At.Line == 0 || f.Name != d.path && (embedded(f.Name) || !strings.HasPrefix(f.Name, "/")):
		out.Range = textRange{position{}, position{0, d.text.width(d.text.line(0))}}
		if f != nil && x.At.Line > 0 {
			out.Message = diag.Location(x.At) + ": " + out.Message
		}
	default:
		at := d.prog.now(x.At)
		out.Range = d.prog.textOf(at.File).span(at)
	}
	if x.Hint != "" {
		out.Message += "\n" + x.Hint
	}
	if href := s.base.explanation(x.Code); href != "" {
		out.CodeDescription = &codeDescription{href}
	}
	switch x.Code {
	case diag.UnusedLocal:
		out.Tags = []int{tagUnnecessary}
	case diag.Deprecated:
		out.Tags = []int{tagDeprecated}
	}
	if s.client.Capabilities.TextDocument.PublishDiagnostics.RelatedInformation && x.And.Line > 0 {
		if loc, ok := s.location(d.prog, x.And); ok {
			out.RelatedInformation = []relatedInformation{{loc, "this is the other place"}}
		}
	}
	return out
}

// location is a place of a program for the client: base scripts become files.
func (s *server) location(p *program, at diag.Span) (location, bool) {
	if at.File == nil || at.Line < 1 || strings.HasPrefix(at.File.Name, "<") {
		return location{}, false
	}
	at = p.now(at)
	return location{s.fileURI(at.File.Name), p.textOf(at.File).span(at)}, true
}

// fileURI is what a client opens to see a file.
func (s *server) fileURI(path string) string {
	if d := s.docAt(path); d != nil {
		return d.uri
	}
	if embedded(path) {
		path = s.base.file(path)
	}
	return uriOf(path)
}
