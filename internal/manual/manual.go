// Package manual makes the manual page and the completions of shells out of the help texts of the commands, so that these are the one place
// where flags are described.
package manual

import (
	"regexp"
	"strings"
	"sync"
)

// Command is what the help text of a command says.
type Command struct {
	Name    string // "" for the program itself
	Summary string
	Usage   []string // after the word "usage:"
	Text    []string // lines up to the flags, empty ones between paragraphs
	Words   []string // sub-commands: words at the beginning of an indented line
	Flags   []Flag
}

// Flag is one flag, or several that share their words.
type Flag struct {
	Names []string // with their dashes
	Arg   string   // what stands for the value, "" for none
	Text  string
}

// Compiled when they are needed: every start of the program would pay for them.
var (
	flagLine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^ +(-[^ ,]+(?:, -[^ ,]+)*)(?: ([^ ]+))?(?: {2,}| )(.*)$`)
	})
	wordLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^  ([a-z]+) {2,}\S`) })
)

// Parse reads a help text. What is not of the usual form becomes text.
func Parse(name, summary, help string) Command {
	c := Command{Name: name, Summary: summary}
	inUsage := false
	for line := range strings.Lines(help) {
		line = strings.TrimRight(line, " \n")
		usage, begins := strings.CutPrefix(line, "usage: ")
		switch {
		case begins:
			inUsage = true
			c.Usage = append(c.Usage, usage)
		case inUsage && strings.HasPrefix(line, "       "):
			c.Usage = append(c.Usage, strings.TrimSpace(line))
		case line == "" || line == "Flags:" || line == "Commands:":
			inUsage = false
			if line == "" && len(c.Text) > 0 && c.Text[len(c.Text)-1] != "" {
				c.Text = append(c.Text, "")
			}
		case flagLine().MatchString(line):
			c.Flags = append(c.Flags, parseFlag(line))
		default:
			if m := wordLine().FindStringSubmatch(line); m != nil {
				c.Words = append(c.Words, m[1])
			}
			c.Text = append(c.Text, line)
		}
	}
	for len(c.Text) > 0 && c.Text[len(c.Text)-1] == "" {
		c.Text = c.Text[:len(c.Text)-1]
	}
	return c
}

func parseFlag(line string) Flag {
	m := flagLine().FindStringSubmatch(line)
	f := Flag{Arg: m[2], Text: m[3]}
	for n := range strings.SplitSeq(m[1], ", ") {
		n, _, _ = strings.Cut(n, "[=")
		f.Names = append(f.Names, n)
	}
	return f
}

// Program is the whole: the program itself, which is a command without a name, and its commands.
type Program struct {
	Name, Summary, Version string
	Commands               []Command
}

// TakesFiles reports whether the command's arguments may be files.
func (c *Command) TakesFiles() bool {
	for _, u := range c.Usage {
		for _, w := range []string{"FILE", "PATH", "DIR", "SCRIPT", "LAYOUT", "< LOG"} {
			if strings.Contains(u, w) {
				return true
			}
		}
	}
	return false
}
