// Package outlines holds the outlines of the embedded base scripts (see load.Entry) as static data, so that starting lexes none of them, and
// the plan of what starting puts off (see load.Plan), so that it need not look at them one by one.
//
// `go generate ./scripts/outlines` makes outlines_gen.go, and a test compares it with the scripts. An outline that is plainly older than its
// script, which has another size, is not used, which costs time and nothing else. The engine is the only caller.
package outlines

import (
	"sort"

	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/load"
)

//go:generate go test -tags generating -run TestCurrent -count 1 . -update

// file is one script.
type file struct {
	path      string
	size      int // of the text in bytes
	bro, zeek []load.Entry
}

// Plan returns what the base scripts of both modes put off.
func Plan(d *dialect.Dialect) *load.Plan {
	if d == dialect.Bro {
		return &broPlan
	}
	return &zeekPlan
}

// Find returns the outline of a script by its path among the embedded scripts; nil if there is none for a text of this size.
func Find(path, text string, d *dialect.Dialect) []load.Entry {
	i := sort.Search(len(files), func(i int) bool { return files[i].path >= path })
	if i == len(files) || files[i].path != path || files[i].size != len(text) {
		return nil
	}
	if d == dialect.Bro {
		return files[i].bro
	}
	return files[i].zeek
}
