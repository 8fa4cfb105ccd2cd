// Package outlines holds the outlines of the embedded base scripts (see load.Entry) as static data, so that starting lexes none of them.
//
// `go generate ./scripts/outlines` makes outlines_gen.go, and a test compares it with the scripts. An outline that is older than its
// script is not used, which costs time and nothing else. The engine is the only caller.
package outlines

import (
	"hash/crc32"
	"sort"

	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/load"
)

//go:generate go test -run TestCurrent -count 1 . -update

// file is one script.
type file struct {
	path      string
	sum       uint32 // CRC-32 of the text
	bro, zeek []load.Entry
}

// Find returns the outline of a script by its path among the embedded scripts; nil if there is none for this text.
func Find(path, text string, d *dialect.Dialect) []load.Entry {
	i := sort.Search(len(files), func(i int) bool { return files[i].path >= path })
	if i == len(files) || files[i].path != path || files[i].sum != sum(text) {
		return nil
	}
	if d == dialect.Bro {
		return files[i].bro
	}
	return files[i].zeek
}

func sum(text string) uint32 { return crc32.ChecksumIEEE([]byte(text)) }
