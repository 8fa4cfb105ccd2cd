package testrun

import (
	"os"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	want := "a\nb\nc\nd\ne\nf\ng\nh\n"
	got := "a\nb\nc\nd\nX\nf\ng\nh\n"
	const diff = "--- out (expected)\n+++ out (got)\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"
	if d := unified("out", []byte(want), []byte(got)); d != diff {
		t.Errorf("got\n%s\nwant\n%s", d, diff)
	}
	if d := unified("out", []byte(want), []byte(want)); d != "" {
		t.Errorf("equal texts differ:\n%s", d)
	}
}

func TestTurned(t *testing.T) {
	log := "> cmp stdout want\ndiff stdout want\n--- stdout\n+++ want\n@@ -1,2 +1,3 @@\n same\n-came\n+expected\n+more\n\nFAIL: x.txtar:2: stdout and want differ\n- no diff\n"
	want := "> cmp stdout want\n--- want (expected)\n+++ stdout (got)\n@@ -1,3 +1,2 @@\n same\n-expected\n-more\n+came\n\nFAIL: x.txtar:2: stdout and want differ\n- no diff\n"
	if got := turned(log, false); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadsTrace(t *testing.T) {
	for line, want := range map[string]bool{
		"zeek -r $TRACES/a.pcap %INPUT":           true,
		"zeek -C -r a.pcap":                       true,
		"zeek -Cr a.pcap":                         true,
		"zeek -b -Cr $TRACES/a.pcap >out 2>&1":    true,
		"cat x | zeek -br - %INPUT":               true,
		"FOO=1 /usr/bin/bro --readfile a.pcap":    true,
		"zeek -b %INPUT":                          false,
		"zeek -b %INPUT && grep -r x .":           false,
		"grep -r x .":                             false,
		"zeek -b %INPUT; rm -r x":                 false,
		"zeek -e 'print 1' misc/trim-trace-files": false,
	} {
		if got := readsTrace(line); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func TestCanonifiers(t *testing.T) {
	log := "#path\tfiles\n#fields\tts\tuid\tfuid\n#open\t2024-01-02-03-04-05\n1234567890.5\tC1\tF1\n"
	for _, c := range []struct{ name, in, want string }{
		{"diff-remove-timestamps", "at 1234567890.123456 and 1234567891.1\n", "at XXXXXXXXXX.XXXXXX and XXXXXXXXXX.XXXXXX\n"},
		{"diff-remove-first-timestamp", "at 1234567890.123456 and 1234567891.1\n", "at XXXXXXXXXX.XXXXXX and 1234567891.1\n"},
		{"diff-remove-openclose-timestamps", log, strings.Replace(log, "#open\t2024-01-02-03-04-05", "#open XXXX-XX-XX-XX-XX-XX", 1)},
		{"diff-remove-abspath", "in /a/b/c.zeek, line 1\n", "in <...>/c.zeek, line 1\n"},
		{"diff-remove-uids", log, strings.Replace(log, "\tC1\t", "\tXXXXXXXXXXX\t", 1)},
		{"diff-remove-file-ids", log, strings.Replace(log, "\tF1\n", "\tXXXXXXXXXXX\n", 1)},
		{"diff-sort", "b\n#c\na\n", "### NOTE: This file has been sorted with diff-sort.\n#c\na\nb\n"},
	} {
		var out strings.Builder
		if status, ok := Helper(c.name, nil, strings.NewReader(c.in), &out, os.Stderr); status != 0 || !ok || out.String() != c.want {
			t.Errorf("%s: status %d, got %q, want %q", c.name, status, out.String(), c.want)
		}
	}
}

func TestConfig(t *testing.T) {
	s := parseConfig("# c\n[btest]\nTestDirs = a b\nLong = one\n  two\n; c\n[environment]\nX: %(testbase)s/x\nPCT=100%%\n")
	if got := s["btest"]; len(got) != 2 || got[0] != (entry{"TestDirs", "a b"}) || got[1].value != "one\ntwo" {
		t.Errorf("btest: %q", got)
	}
	find := func(key string) (string, bool) {
		m := map[string]string{"testbase": "/t", "loop": "%(loop)s"}
		v, ok := m[key]
		return v, ok
	}
	for in, want := range map[string]string{"%(testbase)s/x": "/t/x", "100%%": "100%"} {
		if got, err := expand(in, find, 0); got != want || err != nil {
			t.Errorf("%s: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"%(nope)s", "%(loop)s"} {
		if got, err := expand(in, find, 0); err == nil {
			t.Errorf("%s: %q", in, got)
		}
	}
}

// TestModuleIsDocumented holds the functions of the module Test against docs/testing.md.
func TestModuleIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range (&lab{}).builtins() {
		if !strings.Contains(string(doc), "`"+strings.TrimPrefix(b.Sig, "function ")+"`") {
			t.Errorf("docs/testing.md says nothing of %s", b.Sig)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add("[btest]\nTestDirs = %(testbase)s\n")
	f.Add("[environment]\nA=`x`\n  y\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range parseConfig(text) {
			for _, e := range s {
				expand(e.value, func(key string) (string, bool) { return e.value, key == e.key }, 0)
			}
		}
	})
}
