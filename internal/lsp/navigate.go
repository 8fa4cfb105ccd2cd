package lsp

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// useAt is the name that stands at a position, nil if there is none that means anything.
func (d *document) useAt(p position) *check.Use {
	off := d.text.offset(p)
	n := min(p.Line, len(d.text.lines)-1)
	return d.source().at(int32(n)+1, int32(off-d.text.lines[max(n, 0)])+1)
}

// declared is where a name is declared; a zero span for builtins.
func declared(u *check.Use) diag.Span {
	switch {
	case u.Global != nil:
		return nameSpan(u.Global.At, baseName(u.Global.Name))
	case u.Local != nil:
		return nameSpan(u.Local.At, u.Local.Name)
	}
	return nameSpan(u.Field.At, u.Field.Name)
}

// nameSpan is the name at the start of a span. The name of a declaration may be written with its module.
func nameSpan(at diag.Span, name string) diag.Span {
	if at.File == nil || at.Line < 1 || at.Col < 1 {
		return at
	}
	line := at.File.Line(int(at.Line))
	rest := line[min(int(at.Col)-1, len(line)):]
	n := nameLen(rest)
	if n == 0 {
		n = len(name)
	}
	at.EndLine, at.EndCol = at.Line, at.Col+int32(n)
	return at
}

// nameLen is the length of the name that s begins with, its module included.
func nameLen(s string) int {
	n := 0
	for n < len(s) && names.WordByte(s[n]) {
		if s[n] == ':' {
			if !strings.HasPrefix(s[n:], "::") {
				break
			}
			n++
		}
		n++
	}
	return n
}

// bodyName is the name in the head of a body, which begins at a place.
func bodyName(at diag.Span, name string) diag.Span {
	if at.File == nil {
		return at
	}
	line := at.File.Line(int(at.Line))
	from := min(max(int(at.Col)-1, 0), len(line))
	short := baseName(name)
	for i := from; ; i++ {
		j := strings.Index(line[i:], short)
		if j < 0 {
			return nameSpan(at, "")
		}
		i += j
		end := i + len(short)
		if (end == len(line) || !names.WordByte(line[end])) && (i == 0 || line[i-1] == ':' || !names.WordByte(line[i-1])) {
			for i > 0 && names.WordByte(line[i-1]) {
				i--
			}
			at.Col, at.EndLine, at.EndCol = int32(i)+1, at.Line, int32(end)+1
			return at
		}
	}
}

// bodies are the names of the bodies of a function, event or hook, in the order in which they run.
func (p *program) bodies(g *ir.Global) []diag.Span {
	list := slices.Clone(g.Bodies)
	slices.SortStableFunc(list, func(a, b *ir.Func) int { return int(b.Priority - a.Priority) })
	var out []diag.Span
	for _, b := range list {
		out = append(out, bodyName(p.now(b.At), b.Name))
	}
	return out
}

// locations turns places into the client's.
func (s *server) locations(d *document, spans []diag.Span) any {
	out := []location{}
	for _, at := range spans {
		if loc, ok := s.location(d.prog, at); ok && !slices.Contains(out, loc) {
			out = append(out, loc)
		}
	}
	return out
}

// definition goes to the body of a function, and to the declaration of all else; from a declaration of an event or hook to its handlers.
// The name of a file behind @load leads to the file.
func (s *server) definition(d *document, p positionParams) any {
	u := d.useAt(p.Position)
	if u == nil {
		return s.loadedFile(d, p.Position)
	}
	at := d.prog.now(declared(u))
	if g := u.Global; g != nil && g.T != nil && g.T.Tag == types.Func && g.Kind == ir.KindFunc {
		b := d.prog.bodies(g)
		if len(b) > 0 && (g.T.Fn.Flavor == types.FlavorFunction || at.File == nil || u.At.File == at.File && u.At.Line == at.Line) {
			return s.locations(d, b)
		}
	}
	return s.locations(d, []diag.Span{at})
}

func (s *server) declaration(d *document, p positionParams) any {
	u := d.useAt(p.Position)
	if u == nil {
		return nil
	}
	return s.locations(d, []diag.Span{declared(u)})
}

// implementation lists the bodies of a function, or all handlers of an event or hook.
func (s *server) implementation(d *document, p positionParams) any {
	u := d.useAt(p.Position)
	if u == nil || u.Global == nil {
		return nil
	}
	return s.locations(d, d.prog.bodies(u.Global))
}

// loadedFile is the file that a @load in the line of a position names.
func (s *server) loadedFile(d *document, p position) any {
	words := strings.Fields(d.text.line(p.Line))
	if len(words) < 2 || words[0] != "@load" || d.prog.e == nil {
		return nil
	}
	path := d.prog.e.FindFrom(words[1], d.path)
	if path == "" {
		return nil
	}
	return []location{{URI: s.fileURI(path)}}
}
