package doc

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/diag"
)

func load(t *testing.T, dialect string) *Library {
	t.Helper()
	var sink diag.List
	l, err := Load(brogo.Config{Dialect: dialect, Diagnostics: &sink})
	if err != nil || len(sink.All) > 0 {
		t.Fatalf("%v %v", err, sink.All)
	}
	return l
}

// TestFind asks for each kind of thing.
func TestFind(t *testing.T) {
	l := load(t, "zeek")
	for _, test := range []struct{ question, want string }{
		{"fmt", "built in"},
		{"GLOBAL::fmt", "built in"},
		{"Log::Filter", "## How often the log is rotated."},
		{"Log::Filter$interv", "How often the log is rotated."},
		{"create_stream", "function Log::create_stream("},
		{"Notice::ACTION_LOG", "type Notice::Action: enum"},
		{"Broker", "module Broker"},
		{"Broker::", "module Broker"},
		{"misc/stats", "not loaded by itself"},
		{"Stats::log_stats", "@load misc/stats"},
		{"base/frameworks/sumstats/main.zeek", "base/frameworks/sumstats/main.zeek"},
		{"when", "timeout INTERVAL"},
		{"&read_expire", "&create_expire, &read_expire, &write_expire: attribute"},
		{"Broker::default_connect_retry", "= 1.0 sec"},
	} {
		a, ok := l.Find(test.question)
		if !ok {
			t.Errorf("%s is not found", test.question)
			continue
		}
		var b strings.Builder
		Printer{W: &b}.Answer(a)
		if !strings.Contains(strings.ToLower(b.String()), strings.ToLower(test.want)) {
			t.Errorf("%s: no %q in\n%s", test.question, test.want, b.String())
		}
	}
	for _, q := range []string{"Nothing", "Log::Filter$nothing", "Nothing$x", "fmt$x"} {
		if _, ok := l.Find(q); ok {
			t.Errorf("%s is found", q)
		}
	}
	if got := l.Near("Log::Fillter"); got != "Log::Filter" {
		t.Errorf("near Log::Fillter: %q", got)
	}
	if got := l.Search([]string{"rotat", "interval"}); !slices.ContainsFunc(got, func(e *Entry) bool { return e.Name == "Log::default_rotation_interval" }) {
		t.Errorf("search: %v", got)
	}
}

// TestNames asks that every name that is listed is found, in both dialects.
func TestNames(t *testing.T) {
	for _, d := range []string{"zeek", "bro"} {
		l := load(t, d)
		for _, n := range l.Names() {
			if _, ok := l.Find(n); !ok {
				t.Errorf("%s: %s is listed and not found", d, n)
			}
		}
	}
}

// TestHTML writes the pages and follows every link in them.
func TestHTML(t *testing.T) {
	dir := t.TempDir()
	if err := load(t, "zeek").WriteHTML(dir); err != nil {
		t.Fatal(err)
	}
	pages, _ := filepath.Glob(filepath.Join(dir, "*.html"))
	text := map[string]string{}
	for _, p := range pages {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		text[filepath.Base(p)] = string(b)
	}
	links := 0
	for name, page := range text {
		for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			file, id, _ := strings.Cut(m[1], "#")
			if file == "" {
				file = name
			}
			if file == "style.css" {
				continue
			}
			links++
			target, ok := text[file]
			if !ok || id != "" && !strings.Contains(target, `id="`+id+`"`) {
				t.Errorf("%s: the link %s leads nowhere", name, m[1])
			}
		}
	}
	if links < 1000 {
		t.Errorf("%d links", links)
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"See :zeek:see:`Log::write`.":        "See Log::write.",
		"``x`` and *y* (:bro:id:`z`)":        "x and *y* (z)",
		"a: b":                               "a: b",
		"Text.\n\n.. zeek:see:: a b":         "Text.\n\nSee also a b",
		"First sentence. Second `one`: here": "First sentence. Second one: here",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
	if got := Brief("First\nsentence. Second."); got != "First sentence." {
		t.Errorf("brief: %q", got)
	}
	if names.LookupWord("nothing") != nil {
		t.Error("nothing is a word")
	}
}
