package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// statusFile is the file of the flag -U, in which a supervising program reads what phase the process is in; "" has none.
type statusFile struct {
	name string
	err  io.Writer
}

// set writes a phase and its cause over the last one, as `PHASE [CAUSE]`. A failure is told with the system's error number, as in the
// reference, and does not end the run.
func (s statusFile) set(phase, cause string) {
	if s.name == "" {
		return
	}
	err := os.WriteFile(s.name, []byte(phase+" ["+cause+"]\n"), 0o777)
	if err == nil {
		return
	}
	var no syscall.Errno
	errors.As(err, &no)
	fmt.Fprintf(s.err, "Failed to open process status file '%s': %d [%s]\n", s.name, int(no), phase)
}
