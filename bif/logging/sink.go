package logging

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/brogo/brogo/runtime/interp"
)

// sink is where the bytes of a log go.
type sink interface {
	io.WriteCloser
	Flush() error
}

// openSink opens a file, new and empty, or one of the program's own streams.
func openSink(t *Target, name string, level int) (sink, error) {
	var s sink
	switch {
	case name == "/dev/stdout":
		s = stdout{t.M}
	case name == "/dev/stderr" && t.Stderr != nil:
		s = plain{nopCloser{t.Stderr}}
	default:
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return nil, err
		}
		s = plain{f}
	}
	if level == 0 {
		return s, nil
	}
	z, err := gzip.NewWriterLevel(s, level)
	if err != nil {
		return nil, err
	}
	return zipped{z, s}, nil
}

// stdout is the interpreter's standard output: rows keep their order with prints.
type stdout struct{ m *interp.M }

func (s stdout) Write(b []byte) (int, error) {
	s.m.Write(b)
	return len(b), nil
}

// Flush does what a print would: the interpreter flushes when it waits.
func (s stdout) Flush() error { return nil }

func (s stdout) Close() error { return nil }

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// plain writes through.
type plain struct{ io.WriteCloser }

func (plain) Flush() error { return nil }

// zipped compresses. Flush leaves what is compressed so far readable.
type zipped struct {
	*gzip.Writer
	under sink
}

// Close ends the compressed stream and the file.
func (z zipped) Close() error { return errors.Join(z.Writer.Close(), z.under.Close()) }

// reason is an error of the system in C's words.
func reason(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return err.Error()
	}
	s := no.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}
