package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"github.com/brogo/brogo"
)

// Profile runs the programs of testdata/bench, the scripts of the curves, log rows, messages and starts for some CPU seconds each and writes
// the CPU profile, from which the compiler chooses what to inline. size is how many rounds a program does in one go.
func Profile(out string, seconds float64, size int) error {
	var buf bytes.Buffer
	if err := pprof.StartCPUProfile(&buf); err != nil {
		return err
	}
	err := work(time.Duration(seconds*float64(time.Second)), size)
	pprof.StopCPUProfile()
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes\n", out, buf.Len())
	return os.WriteFile(out, buf.Bytes(), 0o644)
}

// work makes the load that is profiled.
func work(each time.Duration, size int) error {
	files, err := filepath.Glob("testdata/bench/*.zeek")
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no programs under testdata/bench: this is run in the root of the repository")
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		e, err := engine(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
		err = during(each, func() error {
			_, err := e.Call("bench", size)
			return err
		})
		e.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", f, err)
		}
	}
	for _, c := range curves(5) {
		if c.name == "control" {
			continue
		}
		n := min(size, c.sizes[len(c.sizes)-1])
		if c.name == "peers" {
			n = 2
		}
		if err := during(each, func() error { _, err := c.run(n, n); return err }); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	if err := during(each, func() error { _, err := Long(io.Discard, LongOptions{Minutes: 1, Rate: 1000}); return err }); err != nil {
		return err
	}
	return during(each, start)
}

// start loads and ends an empty script in the default mode.
func start() error {
	e, err := brogo.New(brogo.Config{Dialect: "zeek", Code: []string{""}, Stdout: io.Discard, Redefs: []string{"Log::enable_local_logging=F"}})
	if err != nil {
		return err
	}
	if code := e.Load(); code != 0 {
		e.Close()
		return fmt.Errorf("exit code %d", code)
	}
	return finish(e)
}

// during repeats f until it has used some CPU time.
func during(d time.Duration, f func() error) error {
	for end := cpuTime() + d; cpuTime() < end; {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}
