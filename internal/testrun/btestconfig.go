package testrun

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// configName is the file that makes a directory the base of a suite of btests.
const configName = "btest.cfg"

// suite is the tests of one btest.cfg: the format of the program btest, which script packages use. What of it is understood,
// docs/testing.md lists.
type suite struct {
	r       *runner
	base    string // directory of the configuration
	env     []string
	options map[string]string // of the section [btest], expanded
	prefix  string            // of commands: "@TEST-"
	tmp     string
	lines   []string // directories with what is expected; new texts go into the first
}

// entry is a line of a section.
type entry struct{ key, value string }

// parseConfig reads the format of Python's configparser: sections of `key = value`, comments on lines of their own, and values that go
// on in indented lines.
func parseConfig(text string) map[string][]entry {
	sections := make(map[string][]entry)
	name := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case line[0] == '[' && strings.HasSuffix(trimmed, "]"):
			name = trimmed[1 : len(trimmed)-1]
		case (line[0] == ' ' || line[0] == '\t') && len(sections[name]) > 0:
			last := &sections[name][len(sections[name])-1]
			last.value += "\n" + trimmed
		default:
			if i := strings.IndexAny(trimmed, "=:"); i > 0 {
				sections[name] = append(sections[name], entry{strings.TrimSpace(trimmed[:i]), strings.TrimSpace(trimmed[i+1:])})
			}
		}
	}
	return sections
}

var interpolation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%%|%\(([^)]*)\)s`) })

// expand replaces %(name)s in a value by other values of the section, the defaults and the environment.
func expand(value string, lookup func(string) (string, bool), depth int) (string, error) {
	var err error
	out := interpolation().ReplaceAllStringFunc(value, func(m string) string {
		if m == "%%" {
			return "%"
		}
		if err != nil {
			return m
		}
		name := m[2 : len(m)-2]
		v, ok := lookup(name)
		switch {
		case !ok:
			err = fmt.Errorf("%s: nothing is called %s", m, name)
		case depth > 10:
			err = fmt.Errorf("%s: values refer to each other in a circle", m)
		default:
			if v, err = expand(v, lookup, depth+1); err == nil {
				return v
			}
		}
		return m
	})
	return out, err
}

var backticks = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("`[^`]*`") })

// openSuite reads a btest.cfg.
func (r *runner) openSuite(cfg string) (*suite, error) {
	text, err := os.ReadFile(cfg)
	if err != nil {
		return nil, err
	}
	s := &suite{r: r, base: filepath.Dir(abs(cfg)), options: make(map[string]string)}
	s.env = r.process(os.Environ())
	path := lookup(s.env, "PATH")
	defaults := map[string]string{"testbase": s.base, "default_path": path, "pathsep": string(os.PathListSeparator)}
	if d := os.Getenv("BTEST_TEST_BASE"); d != "" {
		defaults["testbase"], s.base = abs(d), abs(d)
	}
	baseline := os.Getenv("BTEST_BASELINE_DIR")
	if baseline == "" {
		baseline = filepath.Join(s.base, "Baseline")
	}
	defaults["baselinedir"] = baseline
	sections := parseConfig(string(text))
	section := func(name string, do func(key, value string)) error {
		in := make(map[string]string)
		for _, e := range sections[name] {
			in[e.key] = e.value
		}
		find := func(key string) (string, bool) {
			if v, ok := in[key]; ok {
				return v, true
			}
			if v, ok := defaults[key]; ok {
				return strings.ReplaceAll(v, "%", "%%"), true
			}
			v, ok := os.LookupEnv(key)
			return strings.ReplaceAll(v, "%", "%%"), ok
		}
		for _, e := range sections[name] {
			v, err := expand(e.value, find, 0)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", cfg, e.key, err)
			}
			v = backticks().ReplaceAllStringFunc(v, func(m string) string { return s.output(m[1 : len(m)-1]) })
			do(e.key, v)
		}
		return nil
	}
	if err := section("btest", func(key, value string) { s.options[key] = value }); err != nil {
		return nil, err
	}
	if v := s.options["BaselineDir"]; v != "" {
		baseline = v
		defaults["baselinedir"] = v
	}
	var own []string
	if err := section("environment", func(key, value string) { own = append(own, key+"="+value) }); err != nil {
		return nil, err
	}
	// A PATH of the suite's own may leave the programs out: they stay in front.
	s.env = r.process(append(s.env, own...))
	for _, d := range filepath.SplitList(baseline) {
		s.lines = append(s.lines, s.under(d))
	}
	if s.tmp = s.under(s.options["TmpDir"]); s.options["TmpDir"] == "" {
		s.tmp = filepath.Join(s.base, ".tmp")
	}
	if s.prefix = s.options["CommandPrefix"]; s.prefix == "" {
		s.prefix = "@TEST-"
	}
	return s, nil
}

// under is a path relative to the base.
func (s *suite) under(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(s.base, p)
}

// output is what a command in backticks prints.
func (s *suite) output(command string) string {
	cmd := exec.Command(shell(), "-c", command)
	cmd.Dir, cmd.Env, cmd.Stderr = s.base, s.env, os.Stderr
	out, _ := cmd.Output()
	return strings.TrimSpace(string(out))
}

// shell is what runs command lines. Tests of packages are full of `&>`, which sh need not know.
func shell() string {
	if p, err := exec.LookPath("bash"); err == nil {
		return p
	}
	return "/bin/sh"
}

// lookup finds a variable in an environment; later entries win.
func lookup(env []string, key string) (value string) {
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, key+"="); ok {
			value = v
		}
	}
	return value
}
