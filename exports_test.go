package brogo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestExports holds the settings, functions, events, records and codes of the modules for messaging, logs, options, reports and input
// against testdata/exports.txt: what scripts written for the reference find, in either dialect. A line is an expression, its type and its
// value; functions and events have no value, and * is any type or value.
func TestExports(t *testing.T) {
	text, err := os.ReadFile("testdata/exports.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][][]string{}
	dialect := ""
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		switch {
		case f[0] == "dialect":
			dialect = f[1]
		case len(f) == 3:
			want[dialect] = append(want[dialect], f)
		}
	}
	for dialect, least := range map[string]int{"bro": 200, "zeek": 200} {
		t.Run(dialect, func(t *testing.T) {
			rows := want[dialect]
			if len(rows) < least {
				t.Fatalf("only %d rows", len(rows))
			}
			var code, out, errs strings.Builder
			for _, f := range rows {
				if f[2] == "" && strings.ContainsAny(f[1], "(*") {
					fmt.Fprintf(&code, "print fmt(\"%%s|\", type_name(%s));\n", f[0])
				} else {
					fmt.Fprintf(&code, "print fmt(\"%%s|%%s\", type_name(%[1]s), cat(%[1]s));\n", f[0])
				}
			}
			e, err := New(Config{Dialect: dialect, Code: []string{code.String()}, Stdout: &out, Stderr: &errs,
				Env: func(string) (string, bool) { return "", false }})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			if e.Load() != 0 || e.Run(context.Background()) != 0 {
				t.Fatal(errs.String())
			}
			got := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
			if len(got) != len(rows) {
				t.Fatalf("%d lines for %d rows", len(got), len(rows))
			}
			for i, f := range rows {
				typ, value, _ := strings.Cut(got[i], "|")
				if f[1] != "*" && typ != f[1] || f[2] != "*" && value != f[2] {
					t.Errorf("%s is %s, %q; want %s, %q", f[0], typ, value, f[1], f[2])
				}
			}
		})
	}
}
