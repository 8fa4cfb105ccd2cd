package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
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
		if strings.HasSuffix(f, "_test.zeek") {
			continue // for TestExamplesOfTests
		}
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

// TestExamplesOfTests runs `brogo test` on examples/, which has tests of each kind.
func TestExamplesOfTests(t *testing.T) {
	cmd := exec.Command("brogo", "test", "-v", ".")
	cmd.Dir = "../../examples"
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"brute_force.zeek ", "brute_force_test.zeek:BruteForce::test_window ", "two_nodes.txtar "} {
		if !strings.Contains(string(out), "ok   "+want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
