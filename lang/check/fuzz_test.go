package check_test

import (
	"testing"

	"github.com/brogo/brogo/lang/dialect"
)

// FuzzCheck feeds scripts, however broken, through parser and checker: nothing may crash or hang.
func FuzzCheck(f *testing.F) {
	for _, s := range goodScripts {
		f.Add(s)
	}
	for _, c := range badScripts {
		f.Add(c.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 1<<14 {
			return
		}
		run(src, dialect.Zeek)
		run(src, dialect.Bro)
	})
}
