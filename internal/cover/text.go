package cover

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// maxMissing is how many stretches of lines the text names for a file.
const maxMissing = 8

// WriteText writes a line for each file: the part of its statements that has run, how many of how many that is, its name, and the lines
// of those that have not; then the sum. Names below dir, the working directory, are relative to it.
func (p *Profile) WriteText(w io.Writer, dir string) error {
	b := bufio.NewWriter(w)
	all := "0/0"
	width := 0
	rows := make([]string, len(p.Files))
	for i, f := range p.Files {
		rows[i] = fraction(f.Covered())
		width = max(width, len(rows[i]))
	}
	covered, n := p.Covered()
	all = fraction(covered, n)
	width = max(width, len(all))
	fmt.Fprintln(b, "coverage of statements:")
	for i, f := range p.Files {
		fmt.Fprintf(b, "  %6s  %*s  %s", percent(f.Covered()), width, rows[i], shown(f.Name, dir))
		if missing := f.missing(); missing != "" {
			fmt.Fprintf(b, "  (not: %s)", missing)
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "  %6s  %*s  total\n", percent(covered, n), width, all)
	return b.Flush()
}

func fraction(covered, all int) string { return fmt.Sprintf("%d/%d", covered, all) }

// percent is a part in percent, never rounded to 100 or 0 when it is not.
func percent(covered, all int) string {
	if all == 0 {
		return "-"
	}
	part := 100 * float64(covered) / float64(all)
	if covered < all {
		part = min(part, 99.9)
	}
	if covered > 0 {
		part = max(part, 0.1)
	}
	return fmt.Sprintf("%.1f%%", part)
}

// shown is a path as people read it.
func shown(name, dir string) string {
	if rel, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return name
}

// missing lists the lines on which statements begin that have not run, neighbours together.
func (f *File) missing() string {
	var parts []string
	first, last := 0, 0
	flush := func() {
		switch {
		case first == 0:
		case first == last:
			parts = append(parts, fmt.Sprint(first))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", first, last))
		}
	}
	for i := range f.Stmts {
		s := &f.Stmts[i]
		switch {
		case s.Count > 0: // what has run ends a stretch, unless it shares the line
			if s.Line > last {
				flush()
				first, last = 0, 0
			}
		case first == 0:
			first, last = s.Line, s.Line
		default:
			last = s.Line
		}
	}
	flush()
	if len(parts) > maxMissing {
		parts = append(parts[:maxMissing], "…")
	}
	return strings.Join(parts, ", ")
}
