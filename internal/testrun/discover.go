package testrun

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// discover finds the tests at and below the paths, in the order of their names.
func (r *runner) discover() ([]*Test, error) {
	paths := r.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	d := &discovery{r: r, seen: make(map[string]bool)}
	for _, p := range paths {
		// As with the go command, p/... is p and all below it.
		p = strings.TrimSuffix(p, "/...")
		info, err := os.Stat(p)
		if err != nil {
			return nil, err
		}
		if err := d.path(filepath.Clean(p), info.IsDir()); err != nil {
			return nil, err
		}
	}
	var out []*Test
	for _, t := range d.tests {
		if r.Match == nil || r.Match.MatchString(t.Name) {
			out = append(out, t)
		}
	}
	return out, nil
}

// discovery is one search.
type discovery struct {
	r     *runner
	tests []*Test
	seen  map[string]bool // files and configurations, by absolute path
}

func (d *discovery) path(p string, dir bool) error {
	// A path within a suite of btests is part of the suite, and only files that it names are run.
	if cfg := findConfig(p, dir); cfg != "" && filepath.Ext(p) != ".txtar" {
		return d.suite(cfg, p)
	}
	if !dir {
		n := len(d.tests)
		if err := d.file(p); err != nil {
			return err
		}
		if len(d.tests) == n && !d.seen[abs(p)] {
			return fmt.Errorf("%s is no test: tests are *.txtar, *_test.zeek, *_test.bro, scripts beside a .out file of the same name, and files with @TEST-EXEC lines below a btest.cfg", p)
		}
		return nil
	}
	return filepath.WalkDir(p, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			if name := e.Name(); path != p && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return filepath.SkipDir
			}
			if cfg := filepath.Join(path, configName); exists(cfg) {
				if err := d.suite(cfg, path); err != nil {
					return err
				}
				return filepath.SkipDir
			}
			return nil
		}
		return d.file(path)
	})
}

// file adds the tests of one file, if it is one of tests.
func (d *discovery) file(path string) error {
	if d.seen[abs(path)] {
		return nil
	}
	add := func(tests ...*Test) {
		d.seen[abs(path)] = true
		d.tests = append(d.tests, tests...)
	}
	base := strings.TrimSuffix(path, filepath.Ext(path))
	switch ext := filepath.Ext(path); {
	case ext == ".txtar":
		add(goldenTest(path))
	case ext != ".zeek" && ext != ".bro":
	case strings.HasSuffix(base, "_test"):
		add(d.r.scriptTests(path)...)
	case exists(base + outputExt):
		add(outputTest(path, base+outputExt))
	}
	return nil
}

// suite adds the tests of a btest.cfg that stand at or below path.
func (d *discovery) suite(cfg, path string) error {
	s, err := d.r.openSuite(cfg)
	if err != nil {
		return err
	}
	tests, err := s.tests(path)
	if err != nil {
		return err
	}
	for _, t := range tests {
		if key := abs(t.File) + "\x00" + t.Name; !d.seen[key] {
			d.seen[key] = true
			d.tests = append(d.tests, t)
		}
	}
	return nil
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && !info.IsDir()
}

func abs(path string) string {
	if a, err := filepath.Abs(path); err == nil {
		return a
	}
	return path
}

// findConfig returns the btest.cfg whose suite a path belongs to, "" for none: in the directory or one above it.
func findConfig(path string, dir bool) string {
	at := abs(path)
	if !dir {
		at = filepath.Dir(at)
	}
	for {
		if cfg := filepath.Join(at, configName); exists(cfg) {
			return cfg
		}
		up := filepath.Dir(at)
		if up == at {
			return ""
		}
		at = up
	}
}

// shown is a path as people type it: relative to the working directory if it is below that.
func shown(path string) string {
	wd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(wd, abs(path)); err == nil && !slices.Contains(strings.Split(rel, string(filepath.Separator)), "..") {
		return rel
	}
	return path
}
