package input

import (
	"bytes"
	"errors"
	"io"
)

// maxLine bounds what is kept of one line, in bytes; longer ones are cut into pieces.
const maxLine = 64 << 20

// errAgain is the error of a source that has nothing to read at the moment.
var errAgain = errors.New("nothing to read yet")

// lines cuts a source that may grow into lines.
type lines struct {
	r       io.Reader
	sep     []byte // behind each line
	buf     []byte // read and not returned: buf[start:]
	start   int
	scanned int // no separator begins before buf[scanned]
}

// next returns the next line without its separator, valid until the next call. At the end of what there is it returns the reader's
// error, io.EOF or errAgain, and keeps an unfinished line.
func (l *lines) next() ([]byte, error) {
	for {
		if i := bytes.Index(l.buf[l.scanned:], l.sep); i >= 0 {
			line := l.buf[l.start : l.scanned+i]
			l.start = l.scanned + i + len(l.sep)
			l.scanned = l.start
			return line, nil
		}
		l.scanned = max(l.start, len(l.buf)-len(l.sep)+1)
		if len(l.buf)-l.start >= maxLine {
			line := l.buf[l.start:]
			l.start, l.scanned = len(l.buf), len(l.buf)
			return line, nil
		}
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// fill reads more.
func (l *lines) fill() error {
	if l.start > 0 {
		n := copy(l.buf, l.buf[l.start:])
		l.buf = l.buf[:n]
		l.scanned -= l.start
		l.start = 0
	}
	if len(l.buf) == cap(l.buf) {
		l.buf = append(make([]byte, 0, max(64<<10, 2*cap(l.buf))), l.buf...)
	}
	n, err := l.r.Read(l.buf[len(l.buf):cap(l.buf)])
	l.buf = l.buf[:len(l.buf)+n]
	if n > 0 {
		return nil
	}
	if err == nil {
		return errAgain
	}
	return err
}

// pending is the length of the unfinished line.
func (l *lines) pending() int { return len(l.buf) - l.start }

// rest takes the unfinished line.
func (l *lines) rest() []byte {
	line := l.buf[l.start:]
	l.start, l.scanned = len(l.buf), len(l.buf)
	return line
}
