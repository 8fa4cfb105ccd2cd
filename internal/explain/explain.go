// Package explain prints what the codes of diagnostics mean. The texts are lang/diag's; an editor shows them, too.
package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/diag"
)

// Main is `brogo explain [CODE]...`: what each code means, with an example wrong and right; without a code, the list of all. The
// result is the exit status: 0, or 2 for a code that there is not.
func Main(args []string, out, err io.Writer) int {
	if slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		fmt.Fprintln(out, "usage: brogo explain [CODE]...\n\nTells what the code of a message means. Without CODE, lists all codes.")
		return 0
	}
	if len(args) == 0 {
		list(out)
		return 0
	}
	status := 0
	for i, a := range args {
		e, ok := diag.Explain(diag.Code(strings.ToLower(a)))
		if !ok {
			fmt.Fprintf(err, "brogo explain: there is no code %s%s\n", a, similar(a))
			status = 2
			continue
		}
		if i > 0 {
			fmt.Fprintln(out)
		}
		io.WriteString(out, Text(e))
	}
	return status
}

func list(out io.Writer) {
	width := 0
	for _, e := range diag.Entries() {
		width = max(width, len(e.Code))
	}
	for _, e := range diag.Entries() {
		fmt.Fprintf(out, "%-*s  %s\n", width, e.Code, e.Title)
	}
}

// similar names the codes that share a word with what was asked for.
func similar(code string) string {
	var near []string
	for _, e := range diag.Entries() {
		for _, w := range strings.Split(strings.ToLower(code), "-") {
			if len(w) > 2 && strings.Contains(string(e.Code), w) && !slices.Contains(near, string(e.Code)) {
				near = append(near, string(e.Code))
			}
		}
	}
	if near == nil {
		return " (brogo explain lists them)"
	}
	return "; near it: " + strings.Join(near, ", ")
}

// Text is the explanation of one code.
func Text(e diag.Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", e.Code, e.Title)
	if e.Text != "" {
		fmt.Fprintf(&b, "\n%s", e.Text)
	}
	example(&b, "Wrong", e.Wrong)
	example(&b, "Right", e.Right)
	return b.String()
}

func example(b *strings.Builder, title string, x diag.Example) {
	if x.Text == "" {
		return
	}
	if x.Bro {
		title += ", in a .bro file"
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for line := range strings.Lines(x.Text) {
		b.WriteString("    " + line)
	}
}
