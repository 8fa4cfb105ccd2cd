package testrun

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brogo/brogo"
)

// helper is a program that tests of script packages call and that is no command of brogo: part of btest or of the reference's
// distribution.
type helper struct {
	name string
	run  func(h *helpers) int
}

// helpers is one call of such a program.
type helpers struct {
	name     string
	args     []string
	in       io.Reader
	out, err io.Writer
}

// helperTable lists them; each stands on the path of tests.
func helperTable() []helper {
	table := []helper{
		{"btest-diff", (*helpers).diff},
		{"btest-bg-run", (*helpers).bgRun},
		{"btest-bg-run-helper", (*helpers).bgChild},
		{"btest-bg-wait", (*helpers).bgWait},
		{"btest-progress", (*helpers).progress},
		{"zeek-config", (*helpers).config},
		{"bro-config", (*helpers).config},
	}
	for _, c := range canonifiers {
		table = append(table, helper{c.name, (*helpers).canonify})
	}
	return table
}

func helperNames() (names []string) {
	for _, h := range helperTable() {
		names = append(names, h.name)
	}
	return names
}

// Helper runs a program that only tests call, by the name that brogo was called by. ok is false if the name is none of them.
func Helper(name string, args []string, in io.Reader, out, errs io.Writer) (status int, ok bool) {
	for _, h := range helperTable() {
		if h.name == name {
			return h.run(&helpers{name, args, in, out, errs}), true
		}
	}
	return 0, false
}

func (h *helpers) errorf(format string, args ...any) int {
	fmt.Fprintf(h.err, h.name+": "+format+"\n", args...)
	return 1
}

// config answers what zeek-config is asked by tests: where things are. brogo's scripts are within the program, so that the search path is
// the working directory.
func (h *helpers) config() int {
	exe, err := os.Executable()
	if err != nil {
		return h.errorf("%v", err)
	}
	bin := filepath.Dir(exe)
	if p := strings.Split(os.Getenv("PATH"), string(os.PathListSeparator)); exists(filepath.Join(p[0], h.name)) {
		bin = p[0]
	}
	prefix := filepath.Dir(bin)
	dialect := strings.TrimSuffix(h.name, "-config")
	if len(h.args) != 1 {
		return h.errorf("which value? One of --version, --zeekpath, --prefix, --script_dir, --site_dir, --plugin_dir, --btest_tools_dir")
	}
	answer := ""
	switch h.args[0] {
	case "--version":
		answer = brogo.ReferenceVersion(dialect)
	case "--zeekpath", "--bropath":
		answer = "."
	case "--prefix":
		answer = prefix
	case "--script_dir", "--site_dir", "--plugin_dir", "--config_dir", "--python_dir", "--include_dir", "--cmake_dir", "--lib_dir",
		"--zeek_dist", "--bro_dist", "--zeekctl_python_dir":
		// Not there: an empty directory's name, so that a test that looks into it finds nothing.
		answer = filepath.Join(prefix, "none")
	case "--btest_tools_dir":
		answer = filepath.Join(prefix, "btest")
	case "--build_type":
		answer = "release"
	case "--have-spicy", "--have-javascript":
		answer = "no"
	default:
		return h.errorf("unknown value %s", h.args[0])
	}
	fmt.Fprintln(h.out, answer)
	return 0
}

// progress tells how far a test is: brogo shows nothing of it beyond the test's own output.
func (h *helpers) progress() int {
	quiet := slices.Contains(h.args, "-q")
	args := slices.DeleteFunc(slices.Clone(h.args), func(a string) bool { return a == "-q" || a == "-T" })
	if len(args) != 1 {
		return h.errorf("usage: btest-progress [-q] [-T] MESSAGE")
	}
	if !quiet {
		fmt.Fprintln(h.out, args[0])
	}
	return 0
}
