package repl

import (
	"bytes"
	"io"
	"sync"
)

// screen writes output beside a line that is being typed: it clears the line, prints, and has the editor draw the line again.
type screen struct {
	out    io.Writer
	redraw func() // has the editor draw prompt and line

	mu     sync.Mutex
	typing bool
	tail   []byte // output without its newline yet, kept back while a line is typed
}

// maxTail bounds what is kept back.
const maxTail = 64 << 10

var clearLine = []byte("\r\x1b[K")

// Write prints b. While a line is typed only whole lines are printed, each write at once, so that the two never mix.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.typing {
		return s.out.Write(b)
	}
	n := len(b)
	if i := bytes.LastIndexByte(b, '\n'); i < 0 && len(s.tail)+n <= maxTail {
		s.tail = append(s.tail, b...)
		return n, nil
	} else if i >= 0 {
		s.tail, b = append(s.tail, b[:i+1]...), b[i+1:]
		_, err := s.out.Write(append(bytes.Clone(clearLine), s.tail...))
		s.tail = append(s.tail[:0], b...)
		s.redraw()
		return n, err
	}
	_, err := s.out.Write(append(append(bytes.Clone(clearLine), s.tail...), b...))
	s.tail = s.tail[:0]
	s.redraw()
	return n, err
}

// begin and end enclose the time in which a line is typed.
func (s *screen) begin() {
	s.mu.Lock()
	s.typing = true
	s.mu.Unlock()
}

func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.typing = false
	if len(s.tail) > 0 {
		s.out.Write(s.tail)
		s.tail = s.tail[:0]
	}
}
