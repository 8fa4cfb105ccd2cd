package lsp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
)

// hover tells what the name at a position is: declaration, value, documentation, module; or what a word of the language means.
func (s *server) hover(d *document, p positionParams) any {
	u := d.useAt(p.Position)
	if u == nil {
		return s.hoverWord(d, p.Position)
	}
	r := d.prog.textOf(u.At.File).span(u.At)
	return hoverResult{s.markup(s.describe(d.prog, u)), &r}
}

// markup is a text in Markdown, without it for clients that do not say that they show it.
func (s *server) markup(md string) markup {
	if !slices.Contains(s.client.Capabilities.TextDocument.Hover.ContentFormat, "markdown") {
		return markup{"plaintext", strings.NewReplacer("```zeek\n", "", "```\n", "", "```", "").Replace(md)}
	}
	return markup{"markdown", md}
}

func (s *server) documentation(md string) *markup {
	m := s.markup(md)
	return &m
}

func code(text string) string { return "```zeek\n" + text + "\n```\n" }

// describe is what there is to say of a name, in Markdown.
func (s *server) describe(p *program, u *check.Use) string {
	switch {
	case u.Global != nil:
		return s.describeGlobal(p, u.Global)
	case u.Local != nil:
		word := "local "
		if u.Local.Const {
			word = "const "
		}
		return code(word + u.Local.Name + ": " + names.Type(u.Local.T))
	}
	f := u.Field
	text := code("$" + f.Name + ": " + names.Type(f.Type) + attributes(f.Attrs))
	return text + paragraph(docAbove(p.now(f.At), f.Doc)) + paragraph(where(p.now(f.At)))
}

func (s *server) describeGlobal(p *program, g *ir.Global) string {
	decl := names.Declaration(g)
	if g.Kind != ir.KindType {
		extra := g.Attrs
		if g.Redef {
			extra = slices.DeleteFunc(slices.Clone(extra), func(a types.Attr) bool { return a.Kind == types.AttrRedef })
		}
		decl += attributes(extra)
	}
	if v := value(p, g); v != "" {
		decl += " = " + v
	}
	text := code(decl)
	if g.Deprecated != nil {
		text += paragraph(strings.TrimSuffix("*deprecated*: "+*g.Deprecated, ": "))
	}
	doc := docAbove(p.now(g.At), g.Doc)
	if row, ok := g.Builtin.(*interp.Builtin); ok && doc == "" {
		doc = row.Doc
	}
	text += paragraph(doc)
	if m := names.Module(g.Name); m != "GLOBAL" {
		text += paragraph("module " + m)
	}
	switch {
	case g.Builtin != nil:
		text += paragraph("built in")
	case g.T != nil && g.T.Tag == types.Func && g.T.Fn.Flavor != types.FlavorFunction:
		if n := len(g.Bodies); n == 1 {
			text += paragraph("1 handler")
		} else {
			text += paragraph(fmt.Sprint(n, " handlers"))
		}
		fallthrough
	default:
		text += paragraph(where(p.now(g.At)))
	}
	return text
}

func paragraph(text string) string {
	if text == "" {
		return ""
	}
	return "\n" + text + "\n"
}

// where says in which file a name is declared.
func where(at diag.Span) string {
	if at.File == nil || at.Line == 0 || strings.HasPrefix(at.File.Name, "<") {
		return ""
	}
	return fmt.Sprintf("%s, line %d", strings.TrimPrefix(at.File.Name, embeddedPrefix), at.Line)
}

// attributes are written as in a declaration.
func attributes(as types.Attrs) string {
	var b strings.Builder
	for _, a := range as {
		b.WriteString(" " + a.Kind.String())
		if x, ok := a.X.(ir.Expr); ok && x != nil {
			b.WriteString("=" + ir.Describe(x))
		}
	}
	return b.String()
}

// maxValue is how much of a constant's value is shown.
const maxValue = 200

// value is the value of a constant, option or enum member.
func value(p *program, g *ir.Global) string {
	switch g.Kind {
	case ir.KindEnum:
		return fmt.Sprint(g.EnumVal)
	case ir.KindConst, ir.KindOption:
	default:
		return ""
	}
	if g.T == nil || g.T.IsError() || p.e == nil {
		return ""
	}
	text, ok := p.e.DescribeGlobal(g.Name)
	if !ok || text == g.Name+" = <uninitialized>" {
		return ""
	}
	if g.T.Tag == types.String {
		text = fmt.Sprintf("%q", text)
	}
	if len(text) > maxValue {
		text = strings.ToValidUTF8(text[:maxValue], "") + "…"
	}
	return text
}

// declaring are the words that may stand before a name in its declaration.
var declaring = []string{"global", "const", "option", "type", "function", "event", "hook", "redef", "record", "enum"}

// docAbove is the documentation of what is declared at a place: what the parser has kept, or else the comments around it. Texts are
// loaded without their comments, which few requests ask for.
func docAbove(at diag.Span, kept string) string {
	if kept != "" || at.File == nil || at.Line < 1 {
		return strings.TrimSpace(kept)
	}
	var lines []string
	line := at.File.Line(int(at.Line))
	above := int(at.Line) - 1
	for _, word := range strings.Fields(line[:min(max(int(at.Col)-1, 0), len(line))]) {
		if !slices.Contains(declaring, word) {
			above = 0 // the comment is about what else is declared in this line
		}
	}
	for n := above; n > 0; n-- {
		text, ok := strings.CutPrefix(strings.TrimSpace(at.File.Line(n)), "##")
		if !ok || strings.HasPrefix(text, "!") || strings.HasPrefix(text, "<") {
			break
		}
		lines = append(lines, strings.TrimSpace(text))
	}
	slices.Reverse(lines)
	if _, text, ok := strings.Cut(line, "##<"); ok {
		lines = append(lines, strings.TrimSpace(text))
		for n := int(at.Line) + 1; ; n++ {
			text, ok := strings.CutPrefix(strings.TrimSpace(at.File.Line(n)), "##<")
			if !ok {
				break
			}
			lines = append(lines, strings.TrimSpace(text))
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// hoverWord explains a keyword, attribute or directive.
func (s *server) hoverWord(d *document, p position) any {
	src := d.outline().src
	t, ok := tokenAt(src, d.text.offset(p))
	if !ok {
		return nil
	}
	word := src.Text(t)
	if i := strings.IndexAny(word, " \t("); i > 0 {
		word = word[:i] // a directive holds the rest of its line
	}
	w := names.LookupWord(word)
	if w == nil {
		return nil
	}
	text := code(strings.Join(w.Syntax, "\n"))
	if len(w.Syntax) == 0 {
		text = "**" + word + "**\n"
	}
	text += paragraph(w.Text)
	if w.Example != "" {
		text += "\n" + code(strings.TrimRight(w.Example, "\n"))
	}
	r := textRange{d.text.position(int(t.Off)), d.text.position(int(t.Off) + len(word))}
	return hoverResult{s.markup(text), &r}
}

// tokenAt is the token that an offset stands in or behind.
func tokenAt(src *lex.Source, off int) (lex.Token, bool) {
	i, ok := slices.BinarySearchFunc(src.Tokens, off, func(t lex.Token, off int) int { return int(t.Off) - off })
	if !ok {
		i--
	}
	if i < 0 || i >= len(src.Tokens) || int(src.Tokens[i].End) < off || src.Tokens[i].Kind == lex.EOF {
		return lex.Token{}, false
	}
	return src.Tokens[i], true
}
