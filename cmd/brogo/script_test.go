package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/brogo/brogo/internal/testrun"
)

// update rewrites the expected output in the goldens: go test ./cmd/brogo -run TestScripts -update
var update = flag.Bool("update", false, "rewrite the expected output of testdata/script")

// limit is how long one area may take before its programs are killed.
const limit = 4 * time.Minute

// TestMain lets the scripts of testdata run this very program as brogo, zeek and bro, and the tests that `brogo test` runs by its other
// names, too: those are links, which testscript would make copies of.
func TestMain(m *testing.M) {
	if slices.Contains(testrun.Programs(), filepath.Base(os.Args[0])) {
		main()
	}
	testscript.Main(m, map[string]func(){"brogo": main, "zeek": main, "bro": main, "wsclient": wsclient})
}

// TestScripts runs the goldens, area by area: testscript reads one directory and not its children.
func TestScripts(t *testing.T) {
	areas, err := filepath.Glob("../../testdata/script/*")
	if err != nil || len(areas) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, dir := range areas {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			p := testrun.GoldenParams(dir)
			p.UpdateScripts, p.Deadline = *update, time.Now().Add(limit)
			testscript.Run(t, p)
		})
	}
}
