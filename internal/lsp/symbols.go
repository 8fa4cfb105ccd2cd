package lsp

import (
	"os"
	"sort"
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/diag"
)

// outlineSymbols is the tree of what a text declares: modules hold what follows them, records their fields, enums their members.
func outlineSymbols(t *tree, x *text) []*documentSymbol {
	at := func(s diag.Span) textRange {
		if t.now != nil {
			s = t.now(s)
		}
		return x.span(s)
	}
	root := &documentSymbol{}
	into := root
	for i := range t.items {
		it := &t.items[i]
		if it.decl == nil {
			continue
		}
		if m, ok := it.decl.(*ast.Module); ok {
			into = root
			if m.Name.Name != "GLOBAL" {
				into = &documentSymbol{Name: m.Name.Name, Kind: symbolModule, Range: at(m.Span()), SelectionRange: at(m.Name.Span())}
				root.Children = append(root.Children, into)
			}
			continue
		}
		if sym := declSymbol(it.decl, at); sym != nil {
			sym.Range = textRange{x.position(int(it.from)), x.position(int(it.to))}
			into.Children = append(into.Children, sym)
			if into != root {
				into.Range.End = sym.Range.End
			}
		}
	}
	if root.Children == nil {
		return []*documentSymbol{}
	}
	return root.Children
}

// declSymbol is the symbol of a declaration, nil if it declares nothing.
func declSymbol(d ast.Decl, at func(diag.Span) textRange) *documentSymbol {
	named := func(id ast.Ident, kind int, detail string) *documentSymbol {
		return &documentSymbol{Name: id.Name, Kind: kind, Detail: detail, Range: at(d.Span()), SelectionRange: at(id.Span())}
	}
	switch d := d.(type) {
	case *ast.Var:
		kind := symbolVariable
		switch d.Kind {
		case ast.Const, ast.Option:
			kind = symbolConstant
		case ast.Redef:
			return named(d.Name, symbolVariable, "redef")
		}
		if ft, ok := d.Type.(*ast.FuncType); ok {
			if kind = symbolFunction; ft.Flavor != ast.Function {
				kind = symbolEvent
			}
		}
		return named(d.Name, kind, typeText(d.Type))
	case *ast.TypeDecl:
		switch t := d.Type.(type) {
		case *ast.RecordType:
			sym := named(d.Name, symbolStruct, "record")
			sym.Children = fieldSymbols(t.Fields, at)
			return sym
		case *ast.EnumType:
			sym := named(d.Name, symbolEnum, "enum")
			sym.Children = memberSymbols(t.Members, at)
			return sym
		}
		return named(d.Name, symbolType, typeText(d.Type))
	case *ast.RedefRecord:
		sym := named(d.Name, symbolStruct, "redef record")
		sym.Children = fieldSymbols(d.Fields, at)
		return sym
	case *ast.RedefEnum:
		sym := named(d.Name, symbolEnum, "redef enum")
		sym.Children = memberSymbols(d.Members, at)
		return sym
	case *ast.FuncDecl:
		kind := symbolFunction
		if d.Type.Flavor != ast.Function {
			kind = symbolEvent
		}
		return named(d.Name, kind, typeText(&d.Type))
	}
	return nil
}

func fieldSymbols(fields []ast.FieldDecl, at func(diag.Span) textRange) []*documentSymbol {
	var out []*documentSymbol
	for _, f := range fields {
		out = append(out, &documentSymbol{Name: f.Name.Name, Kind: symbolField, Detail: typeText(f.Type), Range: at(f.Span()), SelectionRange: at(f.Name.Span())})
	}
	return out
}

func memberSymbols(members []ast.EnumMember, at func(diag.Span) textRange) []*documentSymbol {
	var out []*documentSymbol
	for _, m := range members {
		out = append(out, &documentSymbol{Name: m.Name.Name, Kind: symbolEnumMember, Range: at(m.Span()), SelectionRange: at(m.Name.Span())})
	}
	return out
}

// typeText is a type as it is written, on one line.
func typeText(t ast.Type) string {
	if t == nil {
		return ""
	}
	at := t.Span()
	if at.File == nil || at.Line < 1 || at.Line != at.EndLine {
		return ""
	}
	line := at.File.Line(int(at.Line))
	from, to := min(int(at.Col)-1, len(line)), min(int(at.EndCol)-1, len(line))
	if from < 0 || to < from {
		return ""
	}
	return line[from:to]
}

// documentSymbols lists what a document declares, as a tree if the client can show one.
func (s *server) documentSymbols(d *document, _ documentParams) any {
	tree := outlineSymbols(d.outline(), d.text)
	if s.client.Capabilities.TextDocument.DocumentSymbol.Hierarchical {
		return tree
	}
	flat := []symbolInformation{}
	flatten(tree, "", func(sym *documentSymbol, in string) {
		flat = append(flat, symbolInformation{sym.Name, sym.Kind, location{d.uri, sym.Range}, in})
	})
	return flat
}

func flatten(tree []*documentSymbol, in string, f func(*documentSymbol, string)) {
	for _, sym := range tree {
		f(sym, in)
		flatten(sym.Children, sym.Name, f)
	}
}

// maxSymbols bounds the answer to a question for symbols of the workspace.
const maxSymbols = 500

// workspaceSymbols lists what the scripts of the workspace declare whose names hold the letters of a query in their order.
func workspaceSymbols(s *server, p workspaceSymbolParams) (any, error) {
	out := []symbolInformation{}
	for _, path := range s.workspaceFiles("") {
		x, t := (*text)(nil), (*tree)(nil)
		if d := s.docAt(path); d != nil {
			x, t = d.text, d.outline()
		} else if b, err := os.ReadFile(path); err == nil && holds(string(b), p.Query[strings.LastIndexByte(p.Query, ':')+1:]) {
			x = newText(string(b))
			t = parseTree(path, x.s)
		}
		if t == nil {
			continue
		}
		uri := s.fileURI(path)
		flatten(outlineSymbols(t, x), "", func(sym *documentSymbol, in string) {
			full := sym.Name
			if in != "" {
				full = in + "::" + full
			}
			if holds(full, p.Query) {
				out = append(out, symbolInformation{sym.Name, sym.Kind, location{uri, sym.SelectionRange}, in})
			}
		})
	}
	sort.SliceStable(out, func(i, j int) bool { return len(out[i].Name) < len(out[j].Name) })
	if len(out) > maxSymbols {
		out = out[:maxSymbols]
	}
	return out, nil
}

// holds reports whether the letters of query come in s in their order, whatever their case.
func holds(s, query string) bool {
	s, query = strings.ToLower(s), strings.ToLower(query)
	for i := 0; i < len(query); i++ {
		j := strings.IndexByte(s, query[i])
		if j < 0 {
			return false
		}
		s = s[j+1:]
	}
	return true
}

// folding lists what an editor can fold: items and blocks of several lines, and runs of comments and of @loads.
func (s *server) folding(d *document, _ documentParams) any {
	out := []foldingRange{}
	var open []diag.Span
	src := d.outline().src
	for _, t := range src.Tokens {
		switch src.File.Src[t.Off:t.End] {
		case "{":
			open = append(open, src.Span(t))
		case "}":
			if n := len(open); n > 0 {
				if from := open[n-1]; t.Line > from.Line+1 {
					out = append(out, foldingRange{int(from.Line) - 1, int(t.Line) - 2, ""})
				}
				open = open[:n-1]
			}
		}
	}
	for _, run := range []struct{ prefix, kind string }{{"#", "comment"}, {"@load", "imports"}} {
		from := -1
		for n := 0; n <= len(d.text.lines); n++ {
			is := n < len(d.text.lines) && strings.HasPrefix(strings.TrimLeft(d.text.line(n), " \t"), run.prefix)
			switch {
			case is && from < 0:
				from = n
			case !is && from >= 0:
				if n-1 > from {
					out = append(out, foldingRange{from, n - 1, run.kind})
				}
				from = -1
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].StartLine < out[j].StartLine })
	return out
}
