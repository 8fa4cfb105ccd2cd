package manual

import (
	"strings"

	"github.com/spf13/pflag"
)

// Flags is what a help text says of flags: as pflag writes it, without the `[=true|false]` behind every switch, which nobody types.
func Flags(fs *pflag.FlagSet) string {
	const value = "[=true|false]"
	lines := strings.SplitAfter(fs.FlagUsages(), "\n")
	// pflag pads names to the longest one. Padding is less where what made it necessary is gone.
	spare := len(value)
	for i, l := range lines {
		if l == "" {
			continue
		}
		left, right := split(l)
		if name, ok := strings.CutSuffix(strings.TrimRight(left, " "), value); ok {
			left = name + strings.Repeat(" ", len(left)-len(name))
			lines[i] = left + right
		}
		spare = min(spare, len(left)-len(strings.TrimRight(left, " "))-3)
	}
	var b strings.Builder
	for _, l := range lines {
		if left, right := split(l); l != "" {
			b.WriteString(left[:len(left)-max(spare, 0)] + right)
		}
	}
	return b.String()
}

// split parts a line into the names with the blanks behind them, of which there are three or more, and the words.
func split(line string) (left, right string) {
	at := len(line) - len(strings.TrimLeft(line, " "))
	i := strings.Index(line[at:], "   ")
	if i < 0 {
		return line, ""
	}
	right = strings.TrimLeft(line[at+i:], " ")
	return line[:len(line)-len(right)], right
}
