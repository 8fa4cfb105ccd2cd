package repl

import (
	"bytes"
	"testing"
)

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		reads  []string // what the terminal sends, read by read, while a line is edited
		editor string   // what the editor is given of it
		queue  []string // the lines that wait behind
	}{
		{"typing", []string{"a", "b\t", "\r"}, "ab\t\r", nil},
		{"typed ahead", []string{"a\r", "b\r", "c"}, "a\r", []string{"b"}},
		{"a paste without brackets", []string{"a\tb\rc\td\re"}, "a    b\r", []string{"c\td"}},
		{"a paste", []string{pasteBegin + "a\tb\rc\td\re" + pasteEnd}, "a    b\r", []string{"c\td"}},
		{"a paste within a line", []string{pasteBegin + "a\tb" + pasteEnd, "c\t"}, "a    bc\t", nil},
		{"brackets cut by reads", []string{"\x1b[20", "0~a\r\x1b", "[201~b\r"}, "a\r", []string{"[201~b"}},
		{"keys in a paste", []string{pasteBegin + "a\x03\x04b\rc\x1b[Ad\r" + pasteEnd}, "ab\r", []string{"c[Ad"}},
		{"an arrow cut by reads", []string{"a\x1b[", "D"}, "a\x1b[D", nil},
		{"Ctrl-C forgets what was typed ahead", []string{"a\rb\r", "\x03", "c\r"}, "a\r", []string{"c"}},
	} {
		var out bytes.Buffer
		k := &keys{editor: &out, live: true}
		for _, r := range c.reads {
			k.feed([]byte(r))
		}
		if out.String() != c.editor {
			t.Errorf("%s: the editor got %q, want %q", c.name, out.String(), c.editor)
		}
		for _, want := range c.queue {
			if got, ok := k.next(); !ok || got != want {
				t.Errorf("%s: next line %q %v, want %q", c.name, got, ok, want)
			}
		}
		if _, ok := k.peek(); ok {
			t.Errorf("%s: more lines than expected", c.name)
		}
	}
}

func TestKeysDropPaste(t *testing.T) {
	var out bytes.Buffer
	k := &keys{editor: &out, live: true}
	k.feed([]byte(pasteBegin + "a\rb\rc\r"))
	k.dropPaste()
	k.feed([]byte("d\re\r" + pasteEnd + "f\r"))
	if line, ok := k.next(); !ok || line != "f" {
		t.Errorf("behind a paste that is dropped while it comes: %q %v", line, ok)
	}
	k.live = true
	k.feed([]byte(pasteBegin + "a\rb\r" + pasteEnd + "g\r"))
	k.dropPaste()
	if line, ok := k.next(); !ok || line != "g" {
		t.Errorf("behind a paste that has come: %q %v", line, ok)
	}
}

func TestScreen(t *testing.T) {
	var out bytes.Buffer
	redraws := 0
	s := &screen{out: &out, redraw: func() { redraws++ }}
	s.Write([]byte("before\n"))
	s.begin()
	s.Write([]byte("half"))
	s.Write([]byte(" a line\nand"))
	s.end()
	s.Write([]byte(" the rest\n"))
	if want := "before\n\r\x1b[Khalf a line\nand the rest\n"; out.String() != want || redraws != 1 {
		t.Errorf("%q, %d redraws; want %q", out.String(), redraws, want)
	}
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		text string
		next string // the line behind it, "" for none
		want kind
	}{
		{"", "", blank}, {"# comment", "", blank}, {"## doc", "", more},
		{":help", "", command}, {"::x", "", value}, {"1 + 2", "", value}, {"1 +", "", more}, {"f(1,", "", more}, {"a = b", "", value},
		{"x", "&redef;", more}, {"print 1", "", items}, {"print 1;", "", items}, {"local x = 1", "", items},
		{"global x: count", "&redef;", more}, {"global x: count", "", items}, {"global x: table[count] of", "", more},
		{"function f()", "", more}, {"function f() {", "", more}, {"function f() { }", "", items}, {"event f()", "", more}, {"event f();", "", items},
		{"if ( T ) { }", "else", more}, {"if ( T ) { }", "print 1;", items}, {"when ( T ) { }", ":whens", items}, {"when ( T ) { }", "timeout 1sec { }", more},
		{"@if ( T )", "", more}, {"@if ( T )\n@endif", "", items}, {"@load x", "", items}, {"export {", "", more}, {"export { }", "", items},
		{"foo bar", "", items}, {"\"open", "", items}, {"module M", "", items}, {"redef x +=", "", more},
	} {
		next := func(bool) (string, bool) { return c.next, c.next != "" }
		if got, _ := classify(c.text, next); got != c.want {
			t.Errorf("%q before %q: kind %d, want %d", c.text, c.next, got, c.want)
		}
	}
}
