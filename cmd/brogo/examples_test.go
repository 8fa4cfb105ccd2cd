package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExamples runs each script of examples/ and compares what it prints with the file of the same name that ends in .out
// (go test ./cmd/brogo -run TestExamples -update writes it).
func TestExamples(t *testing.T) {
	dir, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(dir + "/*.zeek")
	if err != nil || len(files) < 5 {
		t.Fatalf("found %d examples: %v", len(files), err)
	}
	rewrite := flag.Lookup("update").Value.String() == "true"
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			t.Chdir(t.TempDir()) // some leave logs
			var out, errOut bytes.Buffer
			std := stdio{strings.NewReader(""), &out, &errOut, func(string) (string, bool) { return "", false }}
			if code := dispatch(context.Background(), []string{"brogo", f}, std); code != 0 {
				t.Fatalf("exit status %d\n%s", code, errOut.String())
			}
			golden := strings.TrimSuffix(f, ".zeek") + ".out"
			if rewrite {
				if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(out.Bytes(), want) {
				t.Errorf("got\n%s\nwant\n%s", out.Bytes(), want)
			}
		})
	}
}
