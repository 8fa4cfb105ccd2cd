package lsp

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

const quickFix = "quickfix"

// codeActions offers what mends the diagnostics in a range: the name that one of them suggests, or a comment that silences a finding.
func (s *server) codeActions(d *document, p codeActionParams) any {
	out := []codeAction{}
	wanted := len(p.Context.Only) == 0 || slices.ContainsFunc(p.Context.Only, func(kind string) bool { return kind == quickFix || kind == "" })
	if !wanted || s.client.Capabilities.TextDocument.CodeAction.Literal == nil || embedded(d.path) {
		return out
	}
	each := func(list []diag.Diagnostic, mend func(diag.Diagnostic, diagnostic) (string, *textEdit)) {
		for _, x := range list {
			if x.At.File == nil || x.At.File.Name != d.path {
				continue
			}
			shown := s.diagnostic(d, x)
			if p.Range.End.before(shown.Range.Start) || shown.Range.End.before(p.Range.Start) {
				continue
			}
			if title, edit := mend(x, shown); edit != nil {
				out = append(out, codeAction{Title: title, Kind: quickFix, Diagnostics: []diagnostic{shown},
					Edit: workspaceEdit{map[string][]textEdit{d.uri: {*edit}}}})
			}
		}
	}
	each(d.prog.diags, func(x diag.Diagnostic, shown diagnostic) (string, *textEdit) { return d.rightName(x.Hint, shown.Range) })
	each(d.prog.findings, func(x diag.Diagnostic, shown diagnostic) (string, *textEdit) {
		return d.ignore(string(x.Code), shown.Range)
	})
	return out
}

// rightName puts the name that a hint suggests in the place of the one in a range.
func (d *document) rightName(hint string, r textRange) (string, *textEdit) {
	_, rest, _ := strings.Cut(hint, "did you mean `")
	name, _, ok := strings.Cut(rest, "`")
	from, to := d.text.offset(r.Start), d.text.offset(r.End)
	if !ok || from >= to {
		return "", nil
	}
	old := d.text.s[from:to]
	if strings.HasPrefix(name, "$") {
		// The range is that of the record with its field.
		i := strings.LastIndexByte(old, '$')
		if i < 0 {
			return "", nil
		}
		from, old = from+i, old[i:]
	}
	if word := strings.TrimLeft(strings.TrimPrefix(old, "$"), " \t"); word == "" || strings.ContainsFunc(word, func(c rune) bool { return c >= 0x80 || !names.WordByte(byte(c)) }) {
		return "", nil // more than a name
	}
	return "Change it to " + name, &textEdit{textRange{d.text.position(from), r.End}, name}
}

// ignore puts a comment that silences a finding of vet above its line, or adds to the one there.
func (d *document) ignore(code string, r textRange) (string, *textEdit) {
	title := "Silence " + code + " here"
	line := r.Start.Line
	const mark = "# vet:ignore "
	if above := d.text.line(line - 1); strings.HasPrefix(strings.TrimLeft(above, " \t"), mark) {
		at := d.text.lines[line-1] + strings.Index(above, mark) + len(mark)
		p := d.text.position(at)
		return title, &textEdit{textRange{p, p}, code + ","}
	}
	text := d.text.line(line)
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	return title, &textEdit{textRange{position{line, 0}, position{line, 0}}, indent + mark + code + "\n"}
}

// documentLinks leads from each @load to its file.
func (s *server) documentLinks(d *document, _ documentParams) any {
	out := []documentLink{}
	if d.prog.e == nil {
		return out
	}
	src := d.outline().src
	for _, t := range src.Tokens {
		if t.Kind != lex.AtLoad {
			continue
		}
		arg := src.Arg(t)
		path := d.prog.e.FindFrom(arg, d.path)
		i := strings.Index(src.Text(t), arg)
		if path == "" || arg == "" || i < 0 {
			continue
		}
		at := int(t.Off) + i
		out = append(out, documentLink{textRange{d.text.position(at), d.text.position(at + len(arg))}, s.fileURI(path)})
	}
	return out
}
