package cut

import (
	"strings"
	"testing"
	"time"
)

const log = `#separator \x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	t
#open	2026-01-02-03-04-05
#fields	ts	id	host
#types	time	count	addr
0.500000	1	10.0.0.1
-	2	10.0.0.2
#close	2026-01-02-03-04-06
`

func TestCut(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"all columns", Options{}, "0.500000\t1\t10.0.0.1\n-\t2\t10.0.0.2\n"},
		{"order of asking", Options{Columns: []string{"host", "id"}}, "10.0.0.1\t1\n10.0.0.2\t2\n"},
		{"a column that the log lacks is empty", Options{Columns: []string{"id", "x"}}, "1\t\n2\t\n"},
		{"not", Options{Columns: []string{"ts"}, Not: true}, "1\t10.0.0.1\n2\t10.0.0.2\n"},
		{"times as dates; unset stays", Options{Columns: []string{"ts"}, TimeFmt: defaultTimeFmt, UTC: true}, "1970-01-01T00:00:00+0000\n-\n"},
		{"own separator", Options{Columns: []string{"id", "host"}, OFS: "|"}, "1|10.0.0.1\n2|10.0.0.2\n"},
		{"minimal header", Options{Columns: []string{"id"}, Header: MinimalHeader}, "id\n1\n2\n"},
		{"full header", Options{Columns: []string{"ts", "id"}, Header: FullHeader, TimeFmt: "%Y", UTC: true}, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n" +
			"#unset_field\t-\n#path\tt\n#open\t2026-01-02-03-04-05\n#fields\tts\tid\n#types\tstring\tcount\n1970\t1\n-\t2\n#close\t2026-01-02-03-04-06\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			c.o.Location = time.UTC
			if err := Cut(c.o, strings.NewReader(log), &b); err != nil {
				t.Fatal(err)
			}
			if b.String() != c.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), c.want)
			}
		})
	}
}

// A second header block, as in logs put one after the other, is dropped unless every header is wanted.
func TestCutBlocks(t *testing.T) {
	for all, want := range map[bool]int{false: 1, true: 2} {
		var b strings.Builder
		o := Options{Columns: []string{"id"}, Header: MinimalHeader, All: all}
		if err := Cut(o, strings.NewReader(log+log), &b); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(b.String(), "id\n"); got != want {
			t.Errorf("all=%v: %d headers, want %d", all, got, want)
		}
	}
}

func TestCutNeedsHeader(t *testing.T) {
	err := Cut(Options{}, strings.NewReader("1\t2\n"), new(strings.Builder))
	if err == nil || !strings.Contains(err.Error(), "line 1: no #fields header") {
		t.Errorf("got %v", err)
	}
}
