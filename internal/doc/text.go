package doc

import (
	"fmt"
	"io"
	"strings"

	"github.com/brogo/brogo/internal/names"
)

// width is where text is broken, in columns.
const width = 100

// Printer writes answers for a terminal. The zero value of its colours has none.
type Printer struct {
	W         io.Writer
	Bold, Off string
}

func (p Printer) printf(format string, args ...any) { fmt.Fprintf(p.W, format, args...) }

func (p Printer) title(s string) { p.printf("%s%s%s\n", p.Bold, s, p.Off) }

// text writes paragraphs, broken and indented. Lines that begin with a blank or a list's mark in the comment stay as they are.
func (p Printer) text(s, indent string) {
	line := ""
	flush := func() {
		if line != "" {
			p.printf("%s%s\n", indent, line)
			line = ""
		}
	}
	for l := range strings.Lines(plain(s)) {
		words := strings.Fields(l)
		if len(words) == 0 {
			flush()
			p.printf("\n")
			continue
		}
		if strings.HasSuffix(words[0], ":") || strings.HasPrefix(words[0], "-") || strings.HasPrefix(words[0], "*") {
			flush()
		}
		for _, w := range words {
			if line != "" && len(indent)+len(line)+1+len(w) > width {
				flush()
			}
			if line != "" {
				line += " "
			}
			line += w
		}
	}
	flush()
}

// Answer writes all that was found.
func (p Printer) Answer(a Answer) {
	between := ""
	part := func(f func()) {
		p.printf("%s", between)
		between = "\n"
		f()
	}
	if a.Word != nil {
		part(func() { p.word(a.Word) })
	}
	switch {
	case a.Field != nil:
		part(func() { p.field(a.Entry, a.Field) })
	case a.Entry != nil:
		part(func() { p.Entry(a.Entry) })
	}
	if a.Module != nil {
		part(func() { p.module(a.Module) })
	}
	if a.Script != nil {
		part(func() { p.script(a.Script) })
	}
	if a.Several != nil {
		part(func() { p.List(a.Several) })
	}
}

func (p Printer) word(w *names.Word) {
	p.title(strings.Join(w.Names, ", ") + ": " + w.Kind)
	for _, s := range w.Syntax {
		p.printf("    %s\n", s)
	}
	p.printf("\n")
	p.text(w.Text, "    ")
	if w.Example != "" {
		p.printf("\n")
		for l := range strings.Lines(w.Example) {
			p.printf("        %s", l)
		}
	}
}

// Entry writes one name's documentation.
func (p Printer) Entry(e *Entry) {
	if e.Fields == nil {
		p.title(e.Declaration)
	} else {
		p.title(e.Declaration + " {")
		for i, f := range e.Fields {
			if f.Text != "" && i > 0 {
				p.printf("\n")
			}
			p.text(f.Text, "    ## ")
			p.printf("    %s;\n", f.Declaration)
		}
		p.title("}")
	}
	if e.Value != "" {
		p.printf("    = %s\n", strings.ReplaceAll(e.Value, "\n", "\n    "))
	}
	if e.Deprecated != nil {
		p.printf("    %s\n", strings.TrimSuffix("deprecated: "+*e.Deprecated, ": "))
	}
	if e.Text != "" {
		p.printf("\n")
		p.text(e.Text, "    ")
	}
	p.where(e)
}

func (p Printer) field(e *Entry, f *Field) {
	p.title(e.Name + "$" + f.Declaration)
	if f.Text != "" {
		p.printf("\n")
		p.text(f.Text, "    ")
	}
	p.where(e)
}

// where tells where a name comes from.
func (p Printer) where(e *Entry) {
	switch {
	case e.Script == "":
		p.printf("\nbuilt in\n")
	case e.Extra:
		p.printf("\n%s, line %d; not loaded by itself: @load %s\n", e.Script, e.Line, LoadName(e.Script))
	default:
		p.printf("\n%s, line %d\n", e.Script, e.Line)
	}
}

// LoadName is what to write behind @load for a script.
func LoadName(script string) string {
	name := strings.TrimSuffix(strings.TrimSuffix(script, ".zeek"), ".bro")
	return strings.TrimSuffix(name, "/__load__")
}

func (p Printer) module(m *Module) {
	p.title("module " + m.Name)
	if m.Text != "" {
		p.printf("\n")
		p.text(m.Text, "    ")
	}
	for k, title := range Titles {
		var list []*Entry
		for _, e := range m.Entries {
			if e.Kind == Kind(k) {
				list = append(list, e)
			}
		}
		if list != nil {
			p.printf("\n")
			p.title(title)
			p.List(list)
		}
	}
	if len(m.Scripts) > 0 {
		p.printf("\n")
		p.title("Scripts")
		for _, s := range m.Scripts {
			p.printf("  %s\n", s)
		}
	}
}

func (p Printer) script(s *Script) {
	p.title(s.Path)
	if s.Text != "" {
		p.printf("\n")
		p.text(s.Text, "    ")
	}
	if s.Extra {
		p.printf("\n    Not loaded by itself: @load %s\n", LoadName(s.Path))
	}
}

// List writes a line for each entry: its name and the first sentence of its text.
func (p Printer) List(list []*Entry) {
	wide := 0
	for _, e := range list {
		wide = max(wide, min(len(e.Name), 40))
	}
	for _, e := range list {
		p.line(e.Name, Brief(e.Text), wide)
	}
}

func (p Printer) line(name, text string, wide int) {
	s := fmt.Sprintf("  %-*s  %s", wide, name, text)
	if len(s) > width {
		s = strings.ToValidUTF8(s[:width-3], "") + "..."
	}
	p.printf("%s\n", strings.TrimRight(s, " "))
}

// Contents writes the modules and what each is about.
func (p Printer) Contents(l *Library) {
	wide := 0
	for _, m := range l.Modules {
		wide = max(wide, len(m.Name))
	}
	p.title("Modules")
	for _, m := range l.Modules {
		p.line(m.Name, Brief(m.Text), wide)
	}
	p.printf("\n")
	p.title("Language")
	byKind := map[string][]string{}
	var kinds []string
	for _, w := range names.Language() {
		kind, _, _ := strings.Cut(w.Kind, ",")
		if byKind[kind] == nil {
			kinds = append(kinds, kind)
		}
		byKind[kind] = append(byKind[kind], w.Names...)
	}
	for _, k := range kinds {
		p.printf("  %ss\n", k)
		p.text(strings.Join(byKind[k], " "), "    ")
	}
	p.printf("\nbrogo doc NAME tells of a name, a module, a script or a word of the language; brogo doc -k WORD searches.\n")
}
