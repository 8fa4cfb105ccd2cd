package testrun

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// canonifier makes what changes from run to run the same, in a text that btest-diff compares: the reference's scripts of these names.
type canonifier struct {
	name string
	do   func(text string, args []string) string
}

var canonifiers = []canonifier{
	{"diff-canonifier", func(t string, _ []string) string { return firstTimestamps(t) }},
	{"diff-remove-first-timestamp", func(t string, _ []string) string { return firstTimestamps(t) }},
	{"diff-remove-timestamps", func(t string, _ []string) string { return timestamps(t) }},
	{"diff-remove-openclose-timestamps", func(t string, _ []string) string { return openClose(t) }},
	{"diff-remove-abspath", func(t string, _ []string) string { return absolutePaths(t) }},
	{"diff-remove-uids", func(t string, _ []string) string {
		return columns(t, func(f string) bool { return f == "uid" }, "XXXXXXXXXXX")
	}},
	{"diff-remove-file-ids", func(t string, _ []string) string {
		if !strings.Contains(t, "#path\tfiles\n") {
			return t
		}
		return columns(t, func(f string) bool { return f == "fuid" || f == "parent_fuid" }, "XXXXXXXXXXX")
	}},
	{"diff-remove-fields", func(t string, args []string) string {
		return columns(t, func(f string) bool { return len(args) > 0 && strings.HasPrefix(f, args[0]) }, "+")
	}},
	{"diff-sort", func(t string, _ []string) string { return sorted(t) }},
	{"diff-remove-timestamps-and-sort", func(t string, _ []string) string { return sorted(timestamps(t)) }},
	{"diff-sort-and-remove-abspath", func(t string, _ []string) string { return absolutePaths(sorted(t)) }},
}

// canonify filters standard input, or the file that btest-diff names as the last argument when nothing stands there.
func (h *helpers) canonify() int {
	text, err := io.ReadAll(h.in)
	if err != nil {
		return h.errorf("%v", err)
	}
	if len(text) == 0 && len(h.args) > 0 {
		if data, err := os.ReadFile(h.args[len(h.args)-1]); err == nil {
			text = data
		}
	}
	for _, c := range canonifiers {
		if c.name == h.name {
			io.WriteString(h.out, c.do(string(text), h.args))
		}
	}
	return 0
}

const noTimestamp = "XXXXXXXXXX.XXXXXX"

var (
	timestamp     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[^0-9])[0-9]{9,10}\.[0-9]{1,8}`) })
	openCloseLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^ *#(open|close).(?:19|20)..-..-..-..-..-..$`) })
	absolutePath  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/(?:[^\t :/]+/)+([^\t :/]+)`) })
	slashes       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/+`) })
)

// each rewrites a text line by line.
func each(text string, f func(line string) string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		body, nl := strings.CutSuffix(line, "\n")
		b.WriteString(f(body))
		if nl {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func openClose(text string) string {
	return each(text, func(l string) string { return openCloseLine().ReplaceAllString(l, "#$1 XXXX-XX-XX-XX-XX-XX") })
}

func timestamps(text string) string {
	return openClose(each(text, func(l string) string { return timestamp().ReplaceAllString(l, "${1}"+noTimestamp) }))
}

func firstTimestamps(text string) string {
	return openClose(each(text, func(l string) string {
		m := timestamp().FindStringSubmatchIndex(l)
		if m == nil {
			return l
		}
		return l[:m[3]] + noTimestamp + l[m[1]:]
	}))
}

func absolutePaths(text string) string {
	return each(text, func(l string) string {
		return absolutePath().ReplaceAllString(slashes().ReplaceAllString(l, "/"), "<...>/$1")
	})
}

// columns replaces the values of columns of a log, by their names in #fields.
func columns(text string, match func(field string) bool, by string) string {
	var hit []bool
	return each(text, func(l string) string {
		cells := strings.Split(l, "\t")
		if cells[0] == "#fields" {
			hit = nil
			for _, f := range cells[1:] {
				hit = append(hit, match(f))
			}
			return l
		}
		if strings.HasPrefix(l, "#") || !slices.Contains(hit, true) {
			return l
		}
		for i := range cells {
			if i < len(hit) && hit[i] {
				cells[i] = by
			}
		}
		return strings.Join(cells, "\t")
	})
}

// sorted sorts the lines that are no comments, behind those that are.
func sorted(text string) string {
	var head, rest []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			head = append(head, line)
		} else {
			rest = append(rest, line)
		}
	}
	slices.Sort(rest)
	var b bytes.Buffer
	b.WriteString("### NOTE: This file has been sorted with diff-sort.\n")
	for _, l := range append(head, rest...) {
		b.WriteString(l + "\n")
	}
	return b.String()
}
