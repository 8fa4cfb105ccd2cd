package doc

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/brogo/brogo/internal/names"
)

//go:embed style.css
var styleCSS string

//go:embed search.js
var searchJS string

// WriteHTML writes pages into a directory, which is made if it is missing: index.html, a page for each module, the language, the scripts. They
// need no server and nothing from the network. Files of these names are replaced.
func (l *Library) WriteHTML(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	index, err := json.Marshal(l.searchIndex())
	if err != nil {
		return err
	}
	files := map[string]string{
		"style.css":     styleCSS,
		"search.js":     "const names = " + string(index) + ";\n" + searchJS,
		"index.html":    l.contentsPage(),
		"language.html": languagePage(),
		"scripts.html":  l.scriptsPage(),
	}
	for _, m := range l.Modules {
		files[modulePage(m.Name)] = l.modulePage(m)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func modulePage(module string) string {
	return "module-" + strings.ReplaceAll(module, "::", "-") + ".html"
}

// href is the link to an entry.
func href(e *Entry) string { return modulePage(names.Module(e.Name)) + "#" + e.Name }

// searchIndex lists what the search box offers: name, first sentence and link.
func (l *Library) searchIndex() [][3]string {
	var list [][3]string
	for _, m := range l.Modules {
		for _, e := range m.Entries {
			list = append(list, [3]string{e.Name, Brief(e.Text), href(e)})
			for _, p := range e.Parts {
				list = append(list, [3]string{p, "a " + e.Name, href(e)})
			}
		}
	}
	for _, w := range names.Language() {
		for _, n := range w.Names {
			list = append(list, [3]string{n, Brief(w.Text), "language.html#" + w.Names[0]})
		}
	}
	return list
}

// page is a page around its body, which is HTML.
func page(title, body string) string {
	return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>` + html.EscapeString(title) + `</title><link rel="stylesheet" href="style.css"></head><body>
<header><a class="home" href="index.html">brogo</a><a href="language.html">Language</a><a href="scripts.html">Scripts</a>
<input id="search" type="search" placeholder="Search names (/)" autocomplete="off"><ul id="found"></ul></header>
<main>
` + body + `</main><script src="search.js"></script></body></html>
`
}

func (l *Library) contentsPage() string {
	var b strings.Builder
	b.WriteString("<h1>Modules</h1>\n<table>\n")
	for _, m := range l.Modules {
		fmt.Fprintf(&b, "<tr><td><a href=%q>%s</a></td><td class=\"n\">%d</td><td>%s</td></tr>\n",
			modulePage(m.Name), html.EscapeString(m.Name), len(m.Entries), html.EscapeString(Brief(m.Text)))
	}
	b.WriteString("</table>\n")
	return page("brogo: modules", b.String())
}

func languagePage() string {
	var b strings.Builder
	b.WriteString("<h1>The words of the language</h1>\n")
	for _, w := range names.Language() {
		fmt.Fprintf(&b, "<section id=%q><h3>%s <small>%s</small></h3>\n", html.EscapeString(w.Names[0]),
			html.EscapeString(strings.Join(w.Names, ", ")), html.EscapeString(w.Kind))
		if w.Syntax != nil {
			fmt.Fprintf(&b, "<pre class=\"decl\">%s</pre>\n", html.EscapeString(strings.Join(w.Syntax, "\n")))
		}
		fmt.Fprintf(&b, "<p>%s</p>\n", html.EscapeString(w.Text))
		if w.Example != "" {
			fmt.Fprintf(&b, "<pre>%s</pre>\n", html.EscapeString(w.Example))
		}
		b.WriteString("</section>\n")
	}
	return page("brogo: the language", b.String())
}

func (l *Library) scriptsPage() string {
	var b strings.Builder
	b.WriteString("<h1>Scripts</h1>\n<table>\n")
	for _, s := range l.Scripts {
		note := ""
		if s.Extra {
			note = " <small>@load " + html.EscapeString(LoadName(s.Path)) + "</small>"
		}
		fmt.Fprintf(&b, "<tr id=%q><td><code>%s</code>%s</td><td>%s</td></tr>\n", html.EscapeString(s.Path),
			html.EscapeString(s.Path), note, html.EscapeString(strings.Join(strings.Fields(plain(s.Text)), " ")))
	}
	b.WriteString("</table>\n")
	return page("brogo: scripts", b.String())
}

func (l *Library) modulePage(m *Module) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<h1>module %s</h1>\n", html.EscapeString(m.Name))
	l.paragraphs(&b, m.Text)
	last := Kind(-1)
	for _, e := range m.Entries {
		if e.Kind != last {
			last = e.Kind
			fmt.Fprintf(&b, "<h2>%s</h2>\n", Titles[e.Kind])
		}
		l.section(&b, e)
	}
	return page("brogo: "+m.Name, b.String())
}

func (l *Library) section(b *strings.Builder, e *Entry) {
	fmt.Fprintf(b, "<section id=%q><h3><a href=\"#%s\">%s</a></h3>\n", e.Name, e.Name, html.EscapeString(e.Name))
	decl := l.linked(e.Declaration, e.Name)
	if e.Fields != nil {
		decl += " {\n"
		for _, f := range e.Fields {
			if f.Text != "" {
				decl += "    <i>## " + html.EscapeString(strings.Join(strings.Fields(plain(f.Text)), " ")) + "</i>\n"
			}
			decl += "    " + l.linked(f.Declaration, e.Name) + ";\n"
		}
		decl += "}"
	}
	if e.Value != "" {
		decl += "\n    = " + html.EscapeString(e.Value)
	}
	fmt.Fprintf(b, "<pre class=\"decl\">%s</pre>\n", decl)
	if e.Deprecated != nil {
		fmt.Fprintf(b, "<p class=\"old\">Deprecated. %s</p>\n", html.EscapeString(*e.Deprecated))
	}
	l.paragraphs(b, e.Text)
	if e.Script != "" {
		note := ""
		if e.Extra {
			note = "; not loaded by itself: @load " + html.EscapeString(LoadName(e.Script))
		}
		fmt.Fprintf(b, "<p class=\"where\"><a href=\"scripts.html#%s\">%s</a>, line %d%s</p>\n", e.Script, html.EscapeString(e.Script), e.Line, note)
	}
	b.WriteString("</section>\n")
}

func (l *Library) paragraphs(b *strings.Builder, text string) {
	for p := range strings.SplitSeq(strings.TrimSpace(plain(text)), "\n\n") {
		if p != "" {
			fmt.Fprintf(b, "<p>%s</p>\n", l.linked(p, ""))
		}
	}
}

// qualified finds names that may be entries: with a module, or types without one.
var qualified = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*`)
})

// linked is text as HTML with links from the names that have entries of their own; in plain sentences only names with a module are taken for
// such. self gets none.
func (l *Library) linked(text, self string) string {
	var b strings.Builder
	at := 0
	for _, m := range qualified().FindAllStringIndex(text, -1) {
		name := text[m[0]:m[1]]
		e := l.byName[name]
		if e == nil {
			e = l.members[name]
		}
		if e == nil || name == self || !strings.Contains(name, "::") && (self == "" || e.Kind != Types) {
			continue
		}
		fmt.Fprintf(&b, "%s<a href=\"%s\">%s</a>", html.EscapeString(text[at:m[0]]), href(e), name)
		at = m[1]
	}
	return b.String() + html.EscapeString(text[at:])
}
