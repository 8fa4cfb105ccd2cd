package files

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/brogo/brogo/runtime/val"
)

// bufferSize is that of the C library on the usual file systems: output beyond it reaches the file at once.
const bufferSize = 4096

// handle is an open file: what val.File.Impl holds. Standard streams are never closed.
type handle struct {
	w        io.Writer // the stream, or the buffer of f
	f        *os.File  // nil for standard streams
	buf      *bufio.Writer
	raw      bool
	unbuf    bool
	opened   float64 // network time in seconds, or wall time before there is one
	standard bool
	quiet    bool // prints do not raise print_hook
}

// Write buffers b; an error shows once the buffer is written.
func (h *handle) Write(b []byte) (int, error) {
	n, err := h.w.Write(b)
	if h.unbuf && h.buf != nil {
		err = errors.Join(err, h.buf.Flush())
	}
	return n, err
}

// Size is the length of the file in bytes, with what is still buffered; 0 for standard streams.
func (h *handle) Size() int64 {
	if h.f == nil || h.flush() != nil {
		return 0
	}
	info, err := h.f.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}

// Raw reports whether strings are written as they are.
func (h *handle) Raw() bool { return h.raw }

// PrintHookOff reports whether prints to the file are kept from print_hook.
func (h *handle) PrintHookOff() bool { return h.quiet }

// SetRaw has strings written as they are, and no newline behind them.
func (h *handle) SetRaw() { h.raw = true }

func (h *handle) flush() error {
	if h.buf == nil {
		return nil
	}
	return h.buf.Flush()
}

func (h *handle) close() error {
	if h.standard {
		return nil
	}
	return errors.Join(h.flush(), h.f.Close())
}

func newHandle(f *os.File, at float64) *handle {
	b := bufio.NewWriterSize(f, bufferSize)
	return &handle{w: b, f: f, buf: b, opened: at}
}

// reopen has h write to another file from now on; what is buffered must be flushed.
func (h *handle) reopen(f *os.File, at float64) {
	h.f, h.opened = f, at
	h.buf.Reset(f)
}

// open returns the handle of a file value, nil when it is closed.
func open(f *val.File) *handle {
	if f == nil || f.Impl == nil {
		return nil
	}
	h, _ := f.Impl.(*handle)
	return h
}

// reason is the operating system's text of an error, as the C library writes it.
func reason(err error) string {
	var no syscall.Errno
	switch {
	case errors.As(err, &no):
	case errors.Is(err, fs.ErrNotExist):
		no = syscall.ENOENT
	case errors.Is(err, fs.ErrExist):
		no = syscall.EEXIST
	default:
		return err.Error()
	}
	s := no.Error()
	return strings.ToUpper(s[:1]) + s[1:]
}

// modeText renders permission bits as ls does.
func modeText(mode uint64) string {
	b := []byte("---------")
	for i, c := range "rwxrwxrwx" {
		if mode&(1<<(8-i)) != 0 {
			b[i] = byte(c)
		}
	}
	for _, s := range []struct {
		bit      uint64
		at       int
		off, set byte
	}{{0o4000, 2, 'S', 's'}, {0o2000, 5, 'S', 's'}, {0o1000, 8, 'T', 't'}} {
		if mode&s.bit == 0 {
			continue
		}
		if b[s.at] == 'x' {
			b[s.at] = s.set
		} else {
			b[s.at] = s.off
		}
	}
	return string(b)
}
