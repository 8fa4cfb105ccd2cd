package main

import (
	"flag"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// update rewrites the expected output in the goldens: go test ./cmd/brogo -run TestScripts -update
var update = flag.Bool("update", false, "rewrite the expected output of testdata/script")

// limit is how long one area may take before its programs are killed.
const limit = 4 * time.Minute

// TestMain lets the scripts of testdata run this very program as brogo, zeek and bro.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"brogo": main, "zeek": main, "bro": main})
}

// TestScripts runs the goldens, area by area: testscript reads one directory and not its children.
func TestScripts(t *testing.T) {
	areas, err := filepath.Glob("../../testdata/script/*")
	if err != nil || len(areas) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, dir := range areas {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			testscript.Run(t, testscript.Params{Dir: dir, UpdateScripts: *update, RequireExplicitExec: true, Setup: setup,
				Deadline: time.Now().Add(limit)})
		})
	}
}

// setup gives every script the same environment, whatever that of the test run is.
func setup(e *testscript.Env) error {
	e.Setenv("TZ", "UTC")
	e.Setenv("LC_ALL", "C")
	// A program with the race detector waits for a second before it ends unless told otherwise: three minutes over all scripts.
	e.Setenv("GORACE", "atexit_sleep_ms=20")
	e.Setenv("BROKER_PORT", freePort()+"/tcp")
	e.Setenv("PATH", e.Getenv("PATH")+string(os.PathListSeparator)+"/usr/bin"+string(os.PathListSeparator)+"/bin")
	return nil
}

// freePort returns a port that nobody listens at.
func freePort() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "0"
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
