package logging

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/brogo/brogo/runtime/interp"
)

// sink is where the bytes of a log go.
type sink interface {
	io.WriteCloser
	Flush() error
}

// openSink opens a file, new and empty unless more says that it goes on, or one of the program's own streams.
func openSink(t *Target, name string, level int, more bool) (sink, error) {
	var s sink
	switch {
	case name == "/dev/stdout":
		s = stdout{t.M}
	case name == "/dev/stderr" && t.Stderr != nil:
		s = plain{nopCloser{t.Stderr}}
	default:
		flags := os.O_RDWR | os.O_CREATE | os.O_TRUNC
		if more && level > 0 {
			if err := setAside(name); err != nil {
				return nil, err
			}
		} else if more {
			flags = os.O_RDWR | os.O_CREATE
		}
		f, err := os.OpenFile(name, flags, 0o666)
		if err != nil {
			return nil, err
		}
		if more {
			if err := toLastLine(f); err != nil {
				f.Close()
				return nil, err
			}
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

// setAside gives a file that exists the first free name of NAME.1, NAME.2 and so on.
func setAside(name string) error {
	if _, err := os.Lstat(name); err != nil {
		return nil
	}
	for n := 1; ; n++ {
		to := name + "." + strconv.Itoa(n)
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(name, to)
		}
	}
}

// toLastLine moves behind the last whole line of a file and cuts off what a process that was killed left of the next.
func toLastLine(f *os.File) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return err
	}
	buf := make([]byte, 64<<10)
	for end > 0 {
		n := min(end, int64(len(buf)))
		if _, err := f.ReadAt(buf[:n], end-n); err != nil {
			return err
		}
		if at := bytes.LastIndexByte(buf[:n], '\n'); at >= 0 {
			end += int64(at) + 1 - n
			break
		}
		end -= n
	}
	if err := f.Truncate(end); err != nil {
		return err
	}
	_, err = f.Seek(end, io.SeekStart)
	return err
}
