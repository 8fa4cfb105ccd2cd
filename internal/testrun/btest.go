package testrun

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// btest is one test of a suite.
type btest struct {
	s    *suite
	name string // as btest names it: path below the base with dots, without the suffix
	dir  string // of its file
	file string
	// number is 2 and more for the tests behind START-NEXT.
	number int

	contents []part // the files of the test itself, one for each part
	files    []part // those of START-FILE
	commands []btestCommand
	requires []btestCommand
	copies   []string
	ports    []string
	only     []string // alternatives that it is for
	not      []string
	serial   string
	known    bool // its failure is known
}

// part is a file that the test is given.
type part struct {
	name string
	text strings.Builder
}

// btestCommand is a command line of a test.
type btestCommand struct {
	line string
	fail bool // it has to fail
	part int
	file string // %INPUT
}

// tests finds the tests of the suite at or below path, sorted by file.
func (s *suite) tests(path string) ([]*Test, error) {
	roots := strings.Fields(s.options["TestDirs"])
	if len(roots) == 0 {
		roots = []string{"."}
	}
	within := func(file, dir string) bool {
		return file == dir || strings.HasPrefix(file, dir+string(filepath.Separator))
	}
	path = abs(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var files []string
	add := func(f string) {
		if !slices.Contains(files, f) {
			files = append(files, f)
		}
	}
	if !info.IsDir() {
		add(path)
		more, _ := filepath.Glob(path + "#*")
		for _, f := range more {
			add(f)
		}
	} else {
		for _, pattern := range roots {
			dirs, err := filepath.Glob(s.under(pattern))
			if err != nil {
				return nil, err
			}
			for _, dir := range dirs {
				err := s.walk(dir, func(f string) {
					if within(f, path) {
						add(f)
					}
				})
				if err != nil {
					return nil, err
				}
			}
		}
	}
	slices.Sort(files)
	return s.read(files)
}

// walk calls found for each file of a directory that the configuration does not rule out.
func (s *suite) walk(dir string, found func(string)) error {
	ignoredDirs, ignoredFiles := strings.Fields(s.options["IgnoreDirs"]), strings.Fields(s.options["IgnoreFiles"])
	return filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if slices.Contains(ignoredDirs, e.Name()) || exists(filepath.Join(p, ".btest-ignore")) || p == s.tmp {
				return filepath.SkipDir
			}
			return nil
		}
		for _, pattern := range ignoredFiles {
			if ok, _ := filepath.Match(pattern, e.Name()); ok {
				return nil
			}
		}
		found(p)
		return nil
	})
}

var partName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*)#([0-9]+)$`) })

// read parses files; NAME#2 and so on are further parts of NAME.
func (s *suite) read(files []string) ([]*Test, error) {
	var order []*btest
	byName := make(map[string]*btest)
	for _, f := range files {
		tests, err := s.parse(f)
		if err != nil {
			return nil, err
		}
		for _, t := range tests {
			first := byName[t.name]
			if first == nil {
				byName[t.name] = t
				order = append(order, t)
				continue
			}
			first.merge(t)
		}
	}
	var out []*Test
	for _, t := range order {
		slices.SortStableFunc(t.commands, func(a, b btestCommand) int { return a.part - b.part })
		out = append(out, t.test())
	}
	return out, nil
}

func (t *btest) merge(o *btest) {
	t.contents, t.files = append(t.contents, o.contents...), append(t.files, o.files...)
	t.commands, t.requires = append(t.commands, o.commands...), append(t.requires, o.requires...)
	t.copies, t.ports = append(t.copies, o.copies...), append(t.ports, o.ports...)
	t.only, t.not = append(t.only, o.only...), append(t.not, o.not...)
	t.known = t.known || o.known
	if t.serial == "" {
		t.serial = o.serial
	}
}

// parse reads a file: no tests if it has no commands or says IGNORE, several if it says START-NEXT.
func (s *suite) parse(file string) ([]*btest, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	text := string(raw)
	if !strings.Contains(text, s.prefix+"EXEC") || strings.Contains(text, s.prefix+"IGNORE") {
		return nil, nil
	}
	base, number := file, 1
	if m := partName().FindStringSubmatch(file); m != nil {
		base = m[1]
		number, _ = strconv.Atoi(m[2])
	}
	rel, err := filepath.Rel(s.base, base)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(rel, filepath.Ext(rel))
	name = strings.TrimLeft(strings.ReplaceAll(name, string(filepath.Separator), "."), ".")

	var texts []*strings.Builder // of the tests of this file
	var files []part
	now, inFile := &strings.Builder{}, false
	for line := range strings.Lines(text) {
		switch {
		case inFile && strings.Contains(line, s.prefix+"END-FILE"):
			inFile = false
		case inFile:
			files[len(files)-1].text.WriteString(strings.ReplaceAll(line, "\r\n", "\n"))
		case strings.Contains(line, s.prefix+"START-FILE"):
			_, rest, _ := strings.Cut(line, s.prefix+"START-FILE")
			words := strings.Fields(rest)
			if len(words) == 0 {
				return nil, fmt.Errorf("%s: %sSTART-FILE without a name", file, s.prefix)
			}
			files, inFile = append(files, part{name: words[0]}), true
		case strings.Contains(line, s.prefix+"END-FILE"):
			return nil, fmt.Errorf("%s: %sEND-FILE without START-FILE", file, s.prefix)
		case strings.Contains(line, s.prefix+"START-NEXT"):
			texts = append(texts, now)
			now = &strings.Builder{}
		default:
			now.WriteString(line)
		}
	}
	if inFile {
		return nil, fmt.Errorf("%s: %sSTART-FILE without END-FILE", file, s.prefix)
	}
	texts = append(texts, now)
	first := &btest{s: s, name: name, dir: filepath.Dir(file), file: base, files: files}
	first.commandsOf(texts[0].String(), number, file)
	if len(first.commands) == 0 {
		return nil, nil
	}
	tests := []*btest{first}
	for i, x := range texts {
		t := first
		if i > 0 {
			clone := *first
			t = &clone
			t.number = i + 1
			t.name = fmt.Sprintf("%s-%d", name, t.number)
			tests = append(tests, t)
		}
		p := part{name: filepath.Base(file)}
		p.text.WriteString(x.String())
		t.contents = []part{p}
	}
	return tests, nil
}

// commandsOf takes the commands out of a test's text.
func (t *btest) commandsOf(text string, number int, file string) {
	for line := range strings.Lines(text) {
		_, rest, ok := strings.Cut(line, t.s.prefix)
		if !ok {
			continue
		}
		key, value, _ := strings.Cut(strings.TrimRight(rest, "\r\n"), ":")
		value = strings.TrimSpace(value)
		if i := strings.IndexAny(key, " \t"); i >= 0 {
			key = key[:i]
		}
		switch key {
		case "EXEC", "EXEC-FAIL":
			t.commands = append(t.commands, btestCommand{value, key == "EXEC-FAIL", number, file})
		case "REQUIRES":
			t.requires = append(t.requires, btestCommand{value, false, number, file})
		case "COPY-FILE":
			t.copies = append(t.copies, value)
		case "PORT":
			if !slices.Contains(t.ports, value) {
				t.ports = append(t.ports, value)
			}
		case "ALTERNATIVE":
			t.only = append(t.only, value)
		case "NOT-ALTERNATIVE":
			t.not = append(t.not, value)
		case "SERIALIZE":
			t.serial = value
		case "KNOWN-FAILURE":
			t.known = true
		}
	}
}

// readsTrace reports whether a command line calls zeek or bro with -r.
func readsTrace(line string) bool {
	zeek := false
	for _, w := range strings.Fields(line) {
		switch name := filepath.Base(strings.Trim(w, `"'`)); {
		case name == "zeek" || name == "bro" || name == "$ZEEK" || name == "${ZEEK}":
			zeek = true
		case strings.ContainsAny(w, ";|&") && !strings.HasPrefix(w, "&>") && !strings.Contains(w, ">&"):
			zeek = false
		case zeek && (strings.HasPrefix(w, "--readfile") || traceFlag().MatchString(w)):
			return true
		}
	}
	return false
}

// traceFlag is -r alone or behind other one-letter flags without values.
var traceFlag = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-[abCFNQSWmdDvuhJ]*r`) })
