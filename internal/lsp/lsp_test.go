package lsp

import (
	"slices"
	"strings"
	"testing"
)

const mainScript = `module Fruit;

export {
	## A kind of fruit.
	type Kind: enum { APPLE, PEAR };
	## What is known of one.
	type Info: record {
		kind: Kind;	##< which kind
		weight: double &optional;
		tags: set[string] &default=set();
	};
	## How heavy at most.
	const limit = 12.5 &redef;
	## Raised for each.
	global seen: event(i: Info, n: count);
	global weigh: function(i: Info): double;
}

global all: vector of Info;

function weigh(i: Info): double
	{
	local w = 0.0;
	if ( i?$weight )
		w = i$weight;
	return w > limit ? limit : w;
	}

event seen(i: Info, n: count)
	{
	print fmt("%s", i$kind);
	}

event Fruit::seen(i: Info, n: count) &priority=5
	{
	local list = vector(i);
	for ( ix, it in list )
		all += it;
	print weigh(i), to_upper("x"), |all|;
	}
`

const userScript = `@load ./main
event zeek_init()
	{
	local i = Fruit::Info($kind=Fruit::APPLE);
	event Fruit::seen(i, 3);
	print Fruit::weigh(i);
	Broker::subscribe("x");
	}
`

func startFruit(t testing.TB) *client {
	c := start(t, map[string]string{"main.zeek": mainScript, "user.zeek": userScript})
	c.open("main.zeek")
	c.open("user.zeek")
	return c
}

func TestDiagnostics(t *testing.T) {
	c := startFruit(t)
	if d := c.diagnostics("main.zeek"); len(d) != 0 {
		t.Errorf("main.zeek has %v", d)
	}
	if d := c.diagnostics("user.zeek"); len(d) != 0 {
		t.Errorf("user.zeek has %v", d)
	}
	c.change("user.zeek", "weigh(i)", "wiegh(i)")
	d := c.diagnostics("user.zeek")
	if len(d) != 1 || d[0].Code != "unknown-name" || d[0].Severity != severityError || d[0].Range != (textRange{position{5, 7}, position{5, 19}}) ||
		!strings.HasSuffix(d[0].CodeDescription.Href, "/explain/unknown-name.md") {
		t.Errorf("a wrong name gives %+v", d)
	}
	c.change("user.zeek", "wiegh(i)", "weigh(i)")
	if d := c.diagnostics("user.zeek"); len(d) != 0 {
		t.Errorf("mended, it has %v", d)
	}
	// A change of what it loads shows in the other document.
	c.change("main.zeek", "kind: Kind;", "sort: Kind;")
	if d := c.diagnostics("main.zeek"); len(d) != 1 || d[0].Code != "unknown-field" {
		t.Errorf("main.zeek has %v", d)
	}
	if d := c.diagnostics("user.zeek"); len(d) != 1 || d[0].Code != "unknown-field" {
		t.Errorf("user.zeek has %v", d)
	}
}

func TestHover(t *testing.T) {
	c := startFruit(t)
	tests := []struct {
		file, at string
		want     []string
	}{
		{"user.zeek", "Fruit::we|igh", []string{"function Fruit::weigh(i: Fruit::Info): double", "module Fruit", "main.zeek, line"}},
		{"user.zeek", "Fruit::AP|PLE", []string{"Fruit::APPLE: Fruit::Kind = 0"}},
		{"user.zeek", "Fruit::se|en", []string{"event Fruit::seen(i: Fruit::Info, n: count)", "Raised for each.", "handlers"}},
		{"user.zeek", "Broker::sub|scribe", []string{"function Broker::subscribe(topic_prefix: string)"}},
		{"main.zeek", "w > lim|it", []string{"const Fruit::limit: double &redef = 12.5", "How heavy at most."}},
		{"main.zeek", "i?$wei|ght", []string{"$weight: double &optional"}},
		{"main.zeek", "i$ki|nd", []string{"$kind: Fruit::Kind", "which kind"}},
		{"main.zeek", "loc|al w", []string{"local"}},
		{"main.zeek", "return |w", []string{"local w: double"}},
		{"main.zeek", "&opt|ional", []string{"&optional"}},
		{"main.zeek", "to_up|per", []string{"function to_upper(", "built in"}},
		{"user.zeek", "zeek_i|nit", []string{"event zeek_init()"}},
	}
	for _, tt := range tests {
		var h *hoverResult
		c.call("textDocument/hover", c.at(tt.file, tt.at), &h)
		if h == nil {
			t.Errorf("%s: nothing", tt.at)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(h.Contents.Value, want) {
				t.Errorf("%s: %q does not contain %q", tt.at, h.Contents.Value, want)
			}
		}
	}
}

func TestNavigation(t *testing.T) {
	c := startFruit(t)
	tests := []struct{ method, file, at, want string }{
		{"definition", "user.zeek", "Fruit::we|igh", "main.zeek:21:weigh"},
		{"declaration", "user.zeek", "Fruit::we|igh", "main.zeek:16:weigh"},
		{"definition", "user.zeek", "Fruit::se|en", "main.zeek:15:seen"},
		{"definition", "main.zeek", "global se|en", "main.zeek:34:Fruit::seen main.zeek:29:seen"},
		{"implementation", "user.zeek", "Fruit::se|en", "main.zeek:34:Fruit::seen main.zeek:29:seen"},
		{"definition", "user.zeek", "$ki|nd", "main.zeek:8:kind"},
		{"definition", "user.zeek", "Fruit::AP|PLE", "main.zeek:5:APPLE"},
		{"definition", "user.zeek", "weigh(|i)", "user.zeek:4:i"},
		{"definition", "main.zeek", "all += i|t", "main.zeek:37:it"},
		{"definition", "main.zeek", "i$wei|ght", "main.zeek:9:weight"},
		{"definition", "main.zeek", "vector of In|fo", "main.zeek:7:Info"},
		{"definition", "main.zeek", "to_up|per", ""},
	}
	for _, tt := range tests {
		var locs []location
		c.call("textDocument/"+tt.method, c.at(tt.file, tt.at), &locs)
		var got []string
		for _, l := range locs {
			got = append(got, c.place(l))
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s of %s is %q, want %q", tt.method, tt.at, s, tt.want)
		}
	}
	// A base script becomes a file that can be read.
	var locs []location
	c.call("textDocument/definition", c.at("user.zeek", "Broker::sub|scribe"), &locs)
	if len(locs) != 1 || !strings.HasSuffix(c.place(locs[0]), ":subscribe") {
		t.Fatalf("the definition of a base function is %v", locs)
	}
	path, _ := pathOf(locs[0].URI)
	c.openText(locs[0].URI, readFile(t, path))
	var h *hoverResult
	c.call("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": locs[0].URI}, "position": locs[0].Range.Start}, &h)
	if h == nil || !strings.Contains(h.Contents.Value, "Broker::subscribe") {
		t.Errorf("hover in a base script gives %v", h)
	}
	// The file behind @load.
	c.call("textDocument/definition", c.at("user.zeek", "@load ./ma|in"), &locs)
	if len(locs) != 1 || locs[0].URI != c.uri("main.zeek") {
		t.Errorf("@load leads to %v", locs)
	}
}

func TestCompletion(t *testing.T) {
	tests := []struct {
		name, typed string // what is typed at the end of the handler in user.zeek; | is the place
		want, not   string // labels
	}{
		{"fields", "i$|", "kind weight tags", "i print"},
		{"fields of an element", "Fruit::all[0]$|", "kind weight", ""},
		{"fields begun", "print i$we|", "weight", "kind"},
		{"fields of a constructor", "local j = Fruit::Info($|", "kind weight tags", ""},
		{"names of a module", "Fruit::|", "Fruit::weigh Fruit::seen Fruit::Info Fruit::APPLE Fruit::limit", "print Fruit::all"},
		{"locals", "local inner = 1;\n\tprint in|", "inner in int", ""},
		{"base names", "Broker::subs|", "Broker::subscribe", ""},
		{"base names by the end", "print is_rem|", "is_remote_event", ""},
		{"attributes", "local s: set[count] &cr|", "&create_expire", "&redef"},
		{"events", "event Fru|", "Fruit::seen", "Fruit::weigh"},
		{"scheduled events", "schedule 1sec { Fru|", "Fruit::seen", "Fruit::weigh"},
		{"types", "local t: Fru|", "Fruit::Info Fruit::Kind", "Fruit::weigh"},
		{"nothing in a comment", "# Fruit::|", "", "Fruit::weigh"},
		{"nothing in a string", "print \"Fru|", "", "Fruit::weigh"},
		{"keywords", "whi|", "while", ""},
	}
	c := startFruit(t)
	rest := "\tBroker::subscribe(\"x\");\n"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			typed := "\t" + strings.Replace(tt.typed, "|", "", 1) + "\n"
			c.change("user.zeek", rest, typed)
			defer c.change("user.zeek", typed, rest)
			got := labels(c, c.at("user.zeek", "\t"+tt.typed+"\n"))
			for _, w := range strings.Fields(tt.want) {
				if !slices.Contains(got, w) {
					t.Errorf("%s is not among %v", w, got)
				}
			}
			for _, w := range strings.Fields(tt.not) {
				if slices.Contains(got, w) {
					t.Errorf("%s is among %v", w, got)
				}
			}
		})
	}
}

func labels(c *client, at map[string]any) []string {
	var list completionList
	c.call("textDocument/completion", at, &list)
	out := []string{}
	for _, it := range list.Items {
		out = append(out, it.Label)
	}
	return out
}

func TestCompletionOfHandlers(t *testing.T) {
	c := startFruit(t)
	c.change("user.zeek", "event zeek_init()", "event Fruit::se\n\nevent zeek_init()")
	var list completionList
	c.call("textDocument/completion", c.at("user.zeek", "event Fruit::se|\n"), &list)
	if len(list.Items) != 1 || list.Items[0].TextEdit.NewText != "Fruit::seen(i: Fruit::Info, n: count)\n\t{\n\t$0\n\t}" {
		t.Errorf("a handler is completed to %+v", list.Items)
	}
	c.change("user.zeek", "event Fruit::se\n", "event Fruit::seen(\n")
	if got := labels(c, c.at("user.zeek", "event Fruit::seen(|\n")); !slices.Equal(got, []string{"i: Fruit::Info, n: count"}) {
		t.Errorf("the parameters of a handler are completed to %v", got)
	}
	c.change("user.zeek", "@load ./main", "@load ./m")
	if got := labels(c, c.at("user.zeek", "@load ./m|\n")); !slices.Equal(got, []string{"./main"}) {
		t.Errorf("@load is completed to %v", got)
	}
	c.change("user.zeek", "@load ./m", "@load base/utils/")
	if got := labels(c, c.at("user.zeek", "@load base/utils/|\n")); !slices.Contains(got, "base/utils/strings") && len(got) == 0 {
		t.Errorf("@load is completed to %v", got)
	}
}
