package testrun

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Colours of a difference on a terminal.
const (
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	bold  = "\x1b[1m"
	plain = "\x1b[0m"
)

// diff is a difference as people read it: what was expected with a minus in front, what came with a plus, three lines around each change.
func (r *runner) diff(d Difference) string {
	return colored(unified(d.Name, d.Want, d.Got), r.Color)
}

// unified compares two texts; "" if they are equal.
func unified(name string, want, got []byte) string {
	if bytes.Equal(want, got) {
		return ""
	}
	text := string(diff.Diff(name+" (expected)", want, name+" (got)", got))
	_, text, _ = strings.Cut(text, "\n") // the command that would print it
	return text
}

// colored paints a unified diff.
func colored(text string, on bool) string {
	if !on {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		fmt.Fprintln(&b, painted(strings.TrimSuffix(line, "\n")))
	}
	return b.String()
}

// painted paints a line of a unified diff.
func painted(line string) string {
	switch {
	case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
		return bold + line + plain
	case strings.HasPrefix(line, "-"):
		return red + line + plain
	case strings.HasPrefix(line, "+"):
		return green + line + plain
	case strings.HasPrefix(line, "@@"):
		return cyan + line + plain
	}
	return line
}

// turned turns the diffs within a log of testscript round: that compares what came with what was expected, people expect it the other way.
func turned(log string, color bool) string {
	var out, minus, plus []string
	paint := func(line string) string {
		if color {
			return painted(line)
		}
		return line
	}
	flush := func() {
		out = append(append(out, minus...), plus...)
		minus, plus = nil, nil
	}
	lines := strings.Split(log, "\n")
	in := false
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case strings.HasPrefix(l, "diff ") && i+2 < len(lines) && strings.HasPrefix(lines[i+1], "--- ") && strings.HasPrefix(lines[i+2], "+++ "):
			flush()
			in = true
			out = append(out, paint("--- "+lines[i+2][4:]+" (expected)"), paint("+++ "+lines[i+1][4:]+" (got)"))
			i += 2
		case in && strings.HasPrefix(l, "-"):
			plus = append(plus, paint("+"+l[1:]))
		case in && strings.HasPrefix(l, "+"):
			minus = append(minus, paint("-"+l[1:]))
		case in && strings.HasPrefix(l, "@@ -"):
			flush()
			if f := strings.Fields(l); len(f) == 4 {
				l = "@@ -" + f[2][1:] + " +" + f[1][1:] + " @@"
			}
			out = append(out, paint(l))
		default:
			flush()
			in = in && strings.HasPrefix(l, " ")
			out = append(out, l)
		}
	}
	flush()
	return strings.Join(out, "\n")
}
