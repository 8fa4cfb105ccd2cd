package manual

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

const help = `usage: tool fmt [FLAGS] [FILE]...
       tool fmt --check

Lays files out.

  now     does it
  later   does it later

Flags:
  -l, --list[=true|false]   list the files
      --to DIR              write into DIR (default "out")
  -c, -C      keep the header
  -x FMT  a format
`

// TestParse reads a help text as the commands print it.
func TestParse(t *testing.T) {
	c := Parse("fmt", "lay out", help)
	if got := strings.Join(c.Usage, ";"); got != "tool fmt [FLAGS] [FILE]...;tool fmt --check" {
		t.Errorf("usage: %q", got)
	}
	if got := strings.Join(c.Words, " "); got != "now later" {
		t.Errorf("words: %q", got)
	}
	var flags []string
	for _, f := range c.Flags {
		flags = append(flags, strings.Join(f.Names, ",")+" "+f.Arg+": "+f.Text)
	}
	want := `-l,--list : list the files
--to DIR: write into DIR (default "out")
-c,-C : keep the header
-x FMT: a format`
	if got := strings.Join(flags, "\n"); got != want {
		t.Errorf("flags:\n%s", got)
	}
	if !c.TakesFiles() || c.Text[0] != "Lays files out." {
		t.Errorf("%+v", c)
	}
}

func sample() *Program {
	return &Program{Name: "tool", Summary: "does it", Version: "1", Commands: []Command{
		Parse("", "", "usage: tool\n\nA 'tool'.\n.dots at the beginning.\n\n  -v, --verbose   tell \\more\n"), Parse("fmt", "lay out", help)}}
}

// TestRoff keeps text from being taken for macros and escapes.
func TestRoff(t *testing.T) {
	page := sample().Roff()
	for _, want := range []string{"\n\\&.dots at", "tell \\emore", ".B \\-l, \\-\\-list\n", "\n\\&.dots", ".SS tool fmt \\- lay out\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing in:\n%s", want, page)
		}
	}
}

// TestShells has each shell that is installed read its completion; bash completes with it.
func TestShells(t *testing.T) {
	for _, shell := range Shells {
		script, ok := sample().Completion(shell)
		if !ok || !strings.Contains(script, "fmt") {
			t.Fatalf("%s: %s", shell, script)
		}
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("%s is not installed", shell)
			continue
		}
		cmd := exec.Command(shell, "-n")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell, err, out)
		}
		if shell != "bash" {
			continue
		}
		ask := script + "\nCOMP_WORDS=(tool f); COMP_CWORD=1; _tool; echo ${COMPREPLY[@]}\n" +
			"COMP_WORDS=(tool fmt --); COMP_CWORD=2; _tool; echo ${COMPREPLY[@]}\nCOMP_WORDS=(tool fmt la); _tool; echo ${COMPREPLY[@]}\n"
		cmd = exec.Command("bash", "-c", ask)
		cmd.Dir = t.TempDir() // whose files it would offer, too
		out, err := cmd.CombinedOutput()
		if want := "fmt\n--list --to\nlater\n"; err != nil || string(out) != want {
			t.Errorf("bash completes %v\n%s", err, out)
		}
	}
	if _, ok := sample().Completion("csh"); ok {
		t.Error("there is no completion for csh")
	}
}

// TestFlags takes the values of switches out of pflag's text and moves the words to the left as far as they can go.
func TestFlags(t *testing.T) {
	fs := pflag.NewFlagSet("tool", pflag.ContinueOnError)
	fs.BoolP("deterministic", "D", false, "start from fixed seeds")
	fs.Bool("json", false, "print JSON")
	fs.StringP("output", "o", "x", "write to `FILE`")
	want := `  -D, --deterministic   start from fixed seeds
      --json            print JSON
  -o, --output FILE     write to FILE (default "x")
`
	if got := Flags(fs); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}
