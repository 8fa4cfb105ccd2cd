// Package vet looks for what is legal in a script and most likely a mistake. It runs nothing.
//
// Analyze is the core: it takes a program that an engine has loaded and returns what the analyzers find, and may be called for a program
// that somebody else holds, such as an editor's. Run is the whole of `brogo vet`: it makes programs of the files and directories that it
// is given, loads each as `brogo check` does, and analyzes them.
//
// Analyzers are rows of one table. Each works on the typed bodies of the user's scripts, in which every name is resolved; base scripts
// are read but not reported on. They prefer silence to a false report.
package vet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// Analyzer looks for one kind of mistake. Its name is the code of what it reports.
type Analyzer struct {
	Name diag.Code
	run  func(*pass)
	// end, if set, is called when all programs have been seen.
	end func(*pass)
}

// Analyzers returns all of them, in the order in which they run.
func Analyzers() []Analyzer {
	return []Analyzer{
		{Name: diag.DeadHandler, run: deadHandler},
		{Name: diag.UnheardTopic, run: collectTopics, end: unheardTopics},
		{Name: diag.WhenTimeout, run: whenTimeout},
		{Name: diag.LoopChange, run: loopChange},
		{Name: diag.UncheckedField, run: uncheckedField},
		{Name: diag.Shadow, run: shadow},
		{Name: diag.UnusedLocal, run: unusedLocal},
		{Name: diag.UnusedParameter, run: unusedParameter},
		{Name: diag.UnusedFunction, run: unusedFunction},
		{Name: diag.UnusedLoad, run: unusedLoad},
	}
}

// Select returns the analyzers that only names, or all of them, without those that skip names. The error tells of a name that is none.
func Select(only, skip []string) ([]Analyzer, error) {
	all := Analyzers()
	for _, n := range slices.Concat(only, skip) {
		if !slices.ContainsFunc(all, func(a Analyzer) bool { return string(a.Name) == n }) {
			return nil, fmt.Errorf("there is no analyzer %s; --list shows them", n)
		}
	}
	return slices.DeleteFunc(all, func(a Analyzer) bool {
		return len(only) > 0 && !slices.Contains(only, string(a.Name)) || slices.Contains(skip, string(a.Name))
	}), nil
}

// Analyze returns what the analyzers find in the program that e has loaded, by file and place. The engine is not changed, but for bodies
// and base scripts whose checking was put off; their diagnostics go where the engine's do. It is the caller's to use e on one goroutine.
func Analyze(e *brogo.Engine, analyzers []Analyzer) []diag.Diagnostic {
	p := &pass{}
	p.analyze(e, analyzers)
	return p.end(analyzers)
}

// pass is the programs of one call under analysis.
type pass struct {
	*program
	name   diag.Code // of the analyzer at work
	found  []diag.Diagnostic
	topics topics
}

func (p *pass) analyze(e *brogo.Engine, analyzers []Analyzer) {
	p.program = newProgram(e)
	for _, a := range analyzers {
		p.name = a.Name
		a.run(p)
	}
	p.program = nil
}

// end returns the findings of all programs in order. What is found twice, in a file that two programs share, is told once.
func (p *pass) end(analyzers []Analyzer) []diag.Diagnostic {
	for _, a := range analyzers {
		if a.end != nil {
			p.name = a.Name
			a.end(p)
		}
	}
	slices.SortStableFunc(p.found, func(a, b diag.Diagnostic) int {
		return cmp.Or(strings.Compare(a.At.File.Name, b.At.File.Name), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Col, b.At.Col))
	})
	return slices.CompactFunc(p.found, func(a, b diag.Diagnostic) bool {
		return a.At.File.Name == b.At.File.Name && a.At.Line == b.At.Line && a.At.Col == b.At.Col && a.Code == b.Code && a.Msg == b.Msg
	})
}

// report notes a finding, unless a comment on its line or the line above says `vet:ignore NAME`.
func (p *pass) report(at diag.Span, hint, format string, args ...any) {
	if at.File == nil || at.Line == 0 {
		return
	}
	for _, n := range []int{int(at.Line), int(at.Line) - 1} {
		_, comment, _ := strings.Cut(at.File.Line(n), "#")
		if words := strings.Fields(comment); len(words) > 1 && words[0] == "vet:ignore" && slices.Contains(strings.Split(words[1], ","), string(p.name)) {
			return
		}
	}
	p.found = append(p.found, diag.Diagnostic{Severity: diag.Warning, Code: p.name, At: at, Hint: hint, Msg: fmt.Sprintf(format, args...)})
}
