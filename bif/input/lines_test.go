package input

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// TestLines reads texts byte by byte, so that every separator is met in pieces.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		text, sep string
		want      []string
		rest      string
	}{
		{"a\nb\n", "\n", []string{"a", "b"}, ""},
		{"a\n\nb", "\n", []string{"a", ""}, "b"},
		{"", "\n", nil, ""},
		{"aXYbXcXY", "XY", []string{"a", "bXc"}, ""},
		{"XXXY", "XY", []string{"XX"}, ""},
	} {
		l := lines{r: iotest.OneByteReader(strings.NewReader(c.text)), sep: []byte(c.sep)}
		var got []string
		for {
			line, err := l.next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					t.Fatal(err)
				}
				break
			}
			got = append(got, string(line))
		}
		if rest := string(l.rest()); !slices.Equal(got, c.want) || rest != c.rest {
			t.Errorf("%q cut at %q: %q and %q", c.text, c.sep, got, rest)
		}
	}
}

// TestLinesGrow goes on where the source ended once it has more.
func TestLinesGrow(t *testing.T) {
	var text strings.Builder
	at := 0
	l := lines{sep: []byte("\n"), r: readerFunc(func(b []byte) (int, error) {
		n := copy(b, text.String()[at:])
		at += n
		if n == 0 {
			return 0, io.EOF
		}
		return n, nil
	})}
	for _, step := range []struct{ add, want string }{{"one\ntw", "one"}, {"o\n", "two"}, {"", ""}, {"three\n", "three"}} {
		text.WriteString(step.add)
		line, err := l.next()
		if string(line) != step.want || (err != nil) != (step.want == "") {
			t.Errorf("after %q: %q, %v", step.add, line, err)
		}
		if _, err := l.next(); !errors.Is(err, io.EOF) {
			t.Errorf("after %q there is more: %v", step.add, err)
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestSplitSetting(t *testing.T) {
	for _, c := range []struct {
		line, id, value string
		ok              bool
	}{
		{"a b", "a", "b", true},
		{"a \t b c  ", "a", "b c", true},
		{"a ", "a", "", true},
		{"a ,", "a", ",", true},
		{"a ,,", "a", ",", true},
		{"a b,,", "a", "b", true},
		{"a b, c, ", "a", "b, c", true},
		{"a", "", "", false},
		{" a b", "", "", false},
	} {
		id, value, ok := splitSetting(c.line, ",")
		if id != c.id || value != c.value || ok != c.ok {
			t.Errorf("%q: %q %q %v", c.line, id, value, ok)
		}
	}
}
