package brogo

import (
	"io"
	"strings"
	"testing"
)

// BenchmarkStart makes an engine and loads an empty script: what every run pays before its first own line.
func BenchmarkStart(b *testing.B) {
	for _, mode := range []struct {
		name string
		bare bool
	}{{"bare", true}, {"default", false}} {
		b.Run(mode.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				start(b, Config{Bare: mode.bare, Stdin: strings.NewReader(""), Files: []string{"-"}})
			}
		})
	}
}

func start(b *testing.B, cfg Config) {
	cfg.Stdout, cfg.Stderr = io.Discard, io.Discard
	e, err := New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	if code := e.Load(); code != 0 {
		b.Fatalf("exit code %d", code)
	}
}
