package vet

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/find"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// Config is what to look at and for.
type Config struct {
	// Engine is how the scripts are loaded; Run sets ParseOnly and the sink. Those of its Files that are scripts make one program. A
	// directory, also written DIR/..., stands for the programs below it: what no other script there loads is one, and scripts of tests,
	// *_test.zeek, are left out.
	Engine brogo.Config
	// Only, unless empty, names the analyzers to run, Skip those to leave out.
	Only, Skip []string
	Sink       diag.Sink
}

// Run checks programs and analyzes them. What the checker says goes to the sink at once, then the findings by file and place. findings
// counts these and the checker's warnings; code is the exit status: 0, or 1 after errors or findings. The error, with status 2, is of a
// configuration that makes no sense.
func Run(cfg Config) (findings, code int, err error) {
	on, err := Select(cfg.Only, cfg.Skip)
	if err != nil {
		return 0, 2, err
	}
	cfg.Engine.Confined = true // initial values are evaluated while scripts are loaded, and one may open a file
	// The checker's warnings about handlers and functions are those of two analyzers, which say more.
	cfg.Engine.ParseOnly, cfg.Engine.KeepGoing, cfg.Engine.NoUnusedWarnings = true, true, true
	said := &counter{next: cfg.Sink, told: map[string]bool{}}
	cfg.Engine.Diagnostics = said
	programs, err := programsOf(cfg.Engine)
	if err != nil {
		return 0, 2, err
	}
	p := &pass{}
	for _, files := range programs {
		one := cfg.Engine
		one.Files = files
		ok, err := p.load(one, on)
		if err != nil {
			return 0, 2, err
		}
		if !ok {
			code = 1
		}
	}
	found := p.end(on)
	for _, d := range found {
		cfg.Sink.Report(d)
	}
	findings = said.n + len(found)
	if findings > 0 {
		code = 1
	}
	return findings, code, nil
}

// load checks one program and, if it is one, analyzes it.
func (p *pass) load(cfg brogo.Config, on []Analyzer) (ok bool, err error) {
	e, err := brogo.New(cfg)
	if err != nil {
		return false, err
	}
	defer e.Close()
	if e.Load() != 0 {
		return false, nil
	}
	p.analyze(e, on)
	return true, nil
}

// counter passes on what the checker says and counts it; what it says of a file that two programs share it says once.
type counter struct {
	next diag.Sink
	n    int
	told map[string]bool
}

func (c *counter) Report(d diag.Diagnostic) {
	key := diag.Reference(d)
	if c.told[key] {
		return
	}
	c.told[key] = true
	c.n++
	c.next.Report(d)
}

// programsOf sorts files into programs. Without directories there is one.
func programsOf(cfg brogo.Config) ([][]string, error) {
	var named []string
	var out [][]string
	dirs := false
	for _, f := range cfg.Files {
		if info, err := os.Stat(f); !strings.HasSuffix(f, "...") && (err != nil || !info.IsDir()) {
			named = append(named, f)
			continue
		}
		dirs = true
		files, err := find.Scripts(f)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("there are no scripts below %s", f)
		}
		// Scripts of tests need what `brogo test` declares for them.
		files = slices.DeleteFunc(files, func(f string) bool {
			return strings.HasSuffix(strings.TrimSuffix(strings.TrimSuffix(f, ".zeek"), ".bro"), "_test")
		})
		for _, root := range roots(files) {
			out = append(out, []string{root})
		}
	}
	if len(named) > 0 || !dirs {
		out = append([][]string{named}, out...)
	}
	return out, nil
}

// roots returns those of the files that no other of them loads; of files that load each other in a ring the first.
func roots(files []string) []string {
	loads := map[string][]string{}
	loaded := map[string]bool{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			continue // the program that it is will tell
		}
		src := lex.New(&diag.File{Name: f, Src: string(b)})
		for _, t := range src.Tokens {
			if t.Kind != lex.AtLoad {
				continue
			}
			name := src.Arg(t)
			if strings.HasPrefix(name, ".") {
				name = filepath.Join(filepath.Dir(f), name)
			}
			name = filepath.Clean(name)
			for _, end := range []string{"", ".zeek", ".bro", "/__load__.zeek", "/__load__.bro"} {
				if to := name + end; to != f && slices.Contains(files, to) {
					loads[f] = append(loads[f], to)
					loaded[to] = true
				}
			}
		}
	}
	reached := map[string]bool{}
	var reach func(f string)
	reach = func(f string) {
		if !reached[f] {
			reached[f] = true
			for _, to := range loads[f] {
				reach(to)
			}
		}
	}
	var out []string
	for _, rest := range []bool{false, true} {
		for _, f := range files {
			if !reached[f] && (rest || !loaded[f]) {
				out = append(out, f)
				reach(f)
			}
		}
	}
	return out
}
