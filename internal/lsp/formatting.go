package lsp

import (
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// formatting lays a document out, or a range of it. The range goes to whole lines; the text has to be in order as a whole.
func formatting(s *server, p formattingParams) (any, error) {
	d := s.docs[p.TextDocument.URI]
	if d == nil || s.o.Format == nil {
		return nil, nil
	}
	out, err := s.o.Format(d.path, d.text.s)
	if err != nil {
		return nil, err
	}
	if out == d.text.s {
		return []textEdit{}, nil
	}
	if p.Range == nil {
		return []textEdit{trimmed(d.text, 0, len(d.text.s), out)}, nil
	}
	end := p.Range.End
	if end.Character > 0 || end.Line == p.Range.Start.Line {
		end = position{end.Line + 1, 0}
	}
	from, to, with := sameTokens(d.text.s, out, d.text.offset(position{p.Range.Start.Line, 0}), d.text.offset(end))
	if from == to || d.text.s[from:to] == with {
		return []textEdit{}, nil
	}
	return []textEdit{trimmed(d.text, from, to, with)}, nil
}

// trimmed replaces x[from:to], but for the whole lines at both ends that stay as they are.
func trimmed(x *text, from, to int, with string) textEdit {
	old := x.s[from:to]
	for {
		i := strings.IndexByte(old, '\n')
		if i < 0 || !strings.HasPrefix(with, old[:i+1]) {
			break
		}
		old, with, from = old[i+1:], with[i+1:], from+i+1
	}
	for {
		i := strings.LastIndexByte(strings.TrimSuffix(old, "\n"), '\n')
		if i < 0 || !strings.HasSuffix(with, old[i:]) {
			break
		}
		n := len(old) - i - 1
		old, with, to = old[:i+1], with[:len(with)-n], to-n
	}
	return textEdit{textRange{x.position(from), x.position(to)}, with}
}

// sameTokens finds what the tokens of old between two offsets have become in new, which has the same tokens in another layout: old[i:j] is
// to be replaced by with.
func sameTokens(old, new string, from, to int) (i, j int, with string) {
	a, b := lex.New(&diag.File{Src: old}).Tokens, lex.New(&diag.File{Src: new}).Tokens
	if len(a) != len(b) {
		return 0, 0, ""
	}
	first, last := -1, -1
	for n, t := range a {
		if t.Kind != lex.EOF && int(t.Off) >= from && int(t.Off) < to {
			if first < 0 {
				first = n
			}
			last = n
		}
	}
	if first < 0 {
		return 0, 0, ""
	}
	i, j = int(a[first].Off), int(a[last].End)
	k, l := int(b[first].Off), int(b[last].End)
	// The indentation goes with the first token if it begins its line in both.
	if p, q := indented(old, i), indented(new, k); p >= 0 && q >= 0 {
		i, k = p, q
	}
	return i, j, new[k:l]
}

// indented is where the line of s[off] begins if only blanks stand before it, else -1.
func indented(s string, off int) int {
	start := strings.LastIndexByte(s[:off], '\n') + 1
	if strings.TrimLeft(s[start:off], " \t") != "" {
		return -1
	}
	return start
}
