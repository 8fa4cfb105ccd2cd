package lsp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/lex"
)

func TestReferences(t *testing.T) {
	c := startFruit(t)
	tests := []struct{ file, at, want string }{
		{"user.zeek", "Fruit::we|igh", "main.zeek:16:weigh main.zeek:21:weigh main.zeek:39:weigh user.zeek:6:Fruit::weigh"},
		{"main.zeek", "event Fruit::se|en", "main.zeek:15:seen main.zeek:29:seen main.zeek:34:Fruit::seen user.zeek:5:Fruit::seen"},
		{"main.zeek", "\t\tki|nd: Kind", "main.zeek:8:kind main.zeek:31:kind user.zeek:4:kind"},
		{"main.zeek", "local |w", "main.zeek:23:w main.zeek:25:w main.zeek:26:w main.zeek:26:w"},
		{"main.zeek", "enum { APP|LE", "main.zeek:5:APPLE user.zeek:4:Fruit::APPLE"},
		{"main.zeek", "for ( ix, |it", "main.zeek:37:it main.zeek:38:it"},
	}
	for _, tt := range tests {
		p := c.at(tt.file, tt.at)
		p["context"] = map[string]any{"includeDeclaration": true}
		var locs []location
		c.call("textDocument/references", p, &locs)
		var got []string
		for _, l := range locs {
			got = append(got, c.place(l))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("references of %s: %q, want %q", tt.at, s, tt.want)
		}
	}
	var marks []documentHighlight
	c.call("textDocument/documentHighlight", c.at("main.zeek", "local |w"), &marks)
	if len(marks) != 4 || marks[0].Kind != highlightWrite || marks[1].Kind != highlightRead {
		t.Errorf("highlights are %v", marks)
	}
}

// TestReferencesElsewhere finds uses in files that are not open.
func TestReferencesElsewhere(t *testing.T) {
	c := start(t, map[string]string{"main.zeek": mainScript, "deep/user.zeek": strings.Replace(userScript, "./main", "../main", 1), "other.zeek": "print 1;"})
	c.open("main.zeek")
	p := c.at("main.zeek", "global we|igh")
	p["context"] = map[string]any{"includeDeclaration": false}
	var locs []location
	c.call("textDocument/references", p, &locs)
	var got []string
	for _, l := range locs {
		got = append(got, c.place(l))
	}
	if want := []string{"deep/user.zeek:6:Fruit::weigh", "main.zeek:39:weigh"}; !slices.Equal(got, want) {
		t.Errorf("references are %q, want %q", got, want)
	}
}

func (c *client) renamed(at map[string]any, name string) (map[string]string, error) {
	at["newName"] = name
	var edit workspaceEdit
	if err := c.try("textDocument/rename", at, &edit); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for uri, edits := range edit.Changes {
		text := c.texts[uri]
		if text == "" {
			path, _ := pathOf(uri)
			text = readFile(c.t, path)
		}
		out[strings.TrimPrefix(uri, uriOf(c.dir)+"/")] = applied(text, edits)
	}
	return out, nil
}

// applied is a text with edits that are in order and do not overlap.
func applied(text string, edits []textEdit) string {
	x := newText(text)
	for i := len(edits) - 1; i >= 0; i-- {
		x = x.edit(contentChange{&edits[i].Range, edits[i].NewText})
	}
	return x.s
}

func TestRename(t *testing.T) {
	c := startFruit(t)
	tests := []struct {
		file, at, name string
		old, new       string // what becomes of each old in both files
	}{
		{"user.zeek", "Fruit::we|igh", "ponder", "weigh", "ponder"},
		{"user.zeek", "Fruit::we|igh", "Fruit::ponder", "weigh", "ponder"},
		{"main.zeek", "global se|en", "met", "seen", "met"},
		{"main.zeek", "return |w", "heft", "w#", "heft"},
		{"user.zeek", "$ki|nd", "sort", "kind#", "sort"},
		{"user.zeek", "Fruit::AP|PLE", "QUINCE", "APPLE", "QUINCE"},
		{"main.zeek", "w > li|mit", "most", "limit", "most"},
		{"main.zeek", "vector of In|fo", "Facts", "Info", "Facts"},
	}
	for _, tt := range tests {
		got, err := c.renamed(c.at(tt.file, tt.at), tt.name)
		if err != nil {
			t.Errorf("%s: %v", tt.at, err)
			continue
		}
		for file, text := range map[string]string{"main.zeek": mainScript, "user.zeek": userScript} {
			want := replaceWord(text, strings.TrimSuffix(tt.old, "#"), tt.new)
			if had, ok := got[file]; ok && had != want || !ok && want != text {
				t.Errorf("%s to %s makes %s\n%s", tt.at, tt.name, file, had)
			}
		}
	}
}

// replaceWord replaces a whole word in code; comments stay.
func replaceWord(text, old, new string) string {
	var b strings.Builder
	at := 0
	src := parseTree("x", text).src
	for _, tok := range src.Tokens {
		b.WriteString(text[at:tok.Off])
		at = int(tok.End)
		word := src.Text(tok)
		if base := word[strings.LastIndexByte(word, ':')+1:]; base == old && tok.Kind == lex.Ident {
			word = word[:len(word)-len(old)] + new
		}
		b.WriteString(word)
	}
	return b.String() + text[at:]
}

func TestRenameRefused(t *testing.T) {
	c := startFruit(t)
	tests := []struct{ file, at, name, want string }{
		{"user.zeek", "Fruit::we|igh", "2x", "no name"},
		{"user.zeek", "Fruit::we|igh", "while", "no name"},
		{"user.zeek", "Fruit::we|igh", "Veg::weigh", "no name"},
		{"user.zeek", "Fruit::we|igh", "seen", "Fruit::seen is there already"},
		{"user.zeek", "Fruit::we|igh", "to_upper", "to_upper is there already (built in)"},
		{"main.zeek", "return |w", "i", "already defined"},
		{"main.zeek", "return |w", "limit", "Fruit::limit is there already"},
		{"user.zeek", "$ki|nd", "tags", "Fruit::Info has a field tags already"},
		{"user.zeek", "Broker::sub|scribe", "x", "belongs to the base scripts"},
		{"main.zeek", "to_up|per", "x", "to_upper is built in"},
		{"user.zeek", "zeek_i|nit", "x", "belongs to the base scripts"},
		{"main.zeek", "|export", "x", "no name here"},
	}
	for _, tt := range tests {
		if _, err := c.renamed(c.at(tt.file, tt.at), tt.name); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s to %s: %v, want %q", tt.at, tt.name, err, tt.want)
		}
	}
	// What cannot be understood may be a use.
	c.change("user.zeek", "print Fruit::weigh(i);", "print Fruit::weigh(i;\n\tif ( Fruit::weigh(i) { }")
	if _, err := c.renamed(c.at("main.zeek", "global we|igh"), "ponder"); err == nil || !strings.Contains(err.Error(), "mend the errors first") {
		t.Errorf("with a broken use: %v", err)
	}
	var ok *prepareRenameResult
	c.call("textDocument/prepareRename", c.at("main.zeek", "global we|igh"), &ok)
	if ok == nil || ok.Placeholder != "weigh" {
		t.Errorf("prepareRename says %v", ok)
	}
}

func TestSignatureHelp(t *testing.T) {
	c := startFruit(t)
	rest := "\tBroker::subscribe(\"x\");\n"
	tests := []struct{ typed, want, active string }{
		{"print Fruit::weigh(|", "function Fruit::weigh(i: Fruit::Info): double", "i: Fruit::Info"},
		{"print Fruit::weigh(|);", "function Fruit::weigh(i: Fruit::Info): double", "i: Fruit::Info"},
		{"event Fruit::seen(i, |", "event Fruit::seen(i: Fruit::Info, n: count)", "n: count"},
		{"event Fruit::seen(i, |);", "event Fruit::seen(i: Fruit::Info, n: count)", "n: count"},
		{"schedule 1sec { Fruit::seen(i, |", "event Fruit::seen(i: Fruit::Info, n: count)", "n: count"},
		{"Broker::publish(\"t\", Fruit::seen, i, |", "Broker::publish of event (i: Fruit::Info, n: count)", "n: count"},
		{"Broker::publish(|", "function Broker::publish(", "topic: string"},
		{"print fmt(\"%d\", sub_bytes(\"abc\", 1, |", "function sub_bytes(s: string, start: count, n: int): string", "n: int"},
		{"print fmt(\"%d %d\", 1, 2, |", "function fmt(...): string", "..."},
		{"local j = Fruit::Info($weight=|", "Fruit::Info($kind: ", "$weight: double &optional"},
		{"if ( (1 + |", "", ""},
	}
	for _, tt := range tests {
		typed := "\t" + strings.Replace(tt.typed, "|", "", 1) + "\n"
		c.change("user.zeek", rest, typed)
		var help *signatureHelp
		c.call("textDocument/signatureHelp", c.at("user.zeek", "\t"+tt.typed), &help)
		c.change("user.zeek", typed, rest)
		if help == nil {
			if tt.want != "" {
				t.Errorf("%s: nothing", tt.typed)
			}
			continue
		}
		sig := help.Signatures[0]
		active := ""
		if help.ActiveParameter < len(sig.Parameters) {
			l := sig.Parameters[help.ActiveParameter].Label
			active = sig.Label[l[0]:l[1]]
		}
		if tt.want == "" || !strings.HasPrefix(sig.Label, tt.want) || active != tt.active {
			t.Errorf("%s: %q, active %q", tt.typed, sig.Label, active)
		}
	}
}

func TestSymbols(t *testing.T) {
	c := startFruit(t)
	var tree []*documentSymbol
	c.call("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": c.uri("main.zeek")}}, &tree)
	var b strings.Builder
	var show func(list []*documentSymbol, depth int)
	show = func(list []*documentSymbol, depth int) {
		for _, s := range list {
			fmt.Fprintf(&b, "%s%s/%d %s\n", strings.Repeat("  ", depth), s.Name, s.Kind, s.Detail)
			if s.SelectionRange.Start.before(s.Range.Start) || s.Range.End.before(s.SelectionRange.End) {
				t.Errorf("%s: its name is not within it", s.Name)
			}
			show(s.Children, depth+1)
		}
	}
	show(tree, 0)
	want := `Fruit/2 
  Kind/10 enum
    APPLE/22 
    PEAR/22 
  Info/23 record
    kind/8 Kind
    weight/8 double
    tags/8 set[string]
  limit/14 
  seen/24 event(i: Info, n: count)
  weigh/12 function(i: Info): double
  all/13 vector of Info
  weigh/12 (i: Info): double
  seen/24 (i: Info, n: count)
  Fruit::seen/24 (i: Info, n: count)
`
	if b.String() != want {
		t.Errorf("the symbols are\n%s", b.String())
	}
	var found []symbolInformation
	c.call("workspace/symbol", map[string]any{"query": "wgh"}, &found)
	var names []string
	for _, s := range found {
		names = append(names, s.ContainerName+"/"+s.Name)
	}
	if !slices.Equal(names, []string{"Fruit/weigh", "Fruit/weigh", "Info/weight"}) {
		t.Errorf("symbols of the workspace: %v", names)
	}
	var folds []foldingRange
	c.call("textDocument/foldingRange", map[string]any{"textDocument": map[string]any{"uri": c.uri("main.zeek")}}, &folds)
	if len(folds) < 5 || folds[0] != (foldingRange{2, 15, ""}) {
		t.Errorf("foldings: %v", folds)
	}
}

func TestSemanticTokens(t *testing.T) {
	c := startFruit(t)
	doc := map[string]any{"textDocument": map[string]any{"uri": c.uri("user.zeek")}}
	show := func(data []uint32) []string {
		x := newText(userScript)
		var out []string
		line, col := 0, 0
		for i := 0; i+4 < len(data); i += 5 {
			if data[i] > 0 {
				col = 0
			}
			line, col = line+int(data[i]), col+int(data[i+1])
			off := x.offset(position{line, col})
			s := x.s[off:off+int(data[i+2])] + "/" + tokenTypes[data[i+3]]
			for m, name := range tokenModifiers {
				if data[i+4]&(1<<m) != 0 {
					s += "." + name
				}
			}
			out = append(out, s)
		}
		return out
	}
	var all semanticTokens
	c.call("textDocument/semanticTokens/full", doc, &all)
	got := show(all.Data)
	for _, want := range []string{"@load/macro", "./main/string", "event/keyword", "zeek_init/event.declaration.defaultLibrary", "local/keyword", "i/variable.declaration",
		"Fruit/namespace", "Info/struct", "kind/property", "APPLE/enumMember.readonly", "seen/event", "3/number", "weigh/function",
		"subscribe/function.defaultLibrary", "\"x\"/string"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %v", want, got)
		}
	}
	doc["range"] = textRange{position{4, 0}, position{5, 0}}
	var part semanticTokens
	c.call("textDocument/semanticTokens/range", doc, &part)
	if got := show(part.Data); strings.Join(got, " ") != "event/keyword Fruit/namespace seen/event i/variable 3/number" {
		t.Errorf("the tokens of a line are %v", got)
	}
}
