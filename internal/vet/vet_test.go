package vet

import (
	"io"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// TestAnalyze: a program that somebody else has loaded can be analyzed, also more than once.
func TestAnalyze(t *testing.T) {
	e, err := brogo.New(brogo.Config{Code: []string{"event zeek_init() { local n = 1; print 2; }"}, ParseOnly: true, Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Load() != 0 {
		t.Fatal("it does not load")
	}
	for range 2 {
		got := Analyze(e, Analyzers())
		if len(got) != 1 || got[0].Code != diag.UnusedLocal || got[0].At.Line != 1 {
			t.Errorf("%v", got)
		}
	}
}
