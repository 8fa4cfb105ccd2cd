package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Preface is what each side of a connection sends first. Its first byte and its line end tell it from every text protocol, from TLS and
// from a connection that changes line ends; it is the same in all versions.
const Preface = "\x89BROGO\r\n"

// Limits on the length of a frame's body in bytes.
const (
	// MaxHandshake holds until the peering is up.
	MaxHandshake = 1 << 20
	// MaxFrame holds afterwards.
	MaxFrame = 64 << 20
)

// ErrPreface says that the other side speaks another protocol.
var ErrPreface = errors.New("the peer does not speak the brogo protocol")

// ErrFrame says that a frame is longer than allowed.
var ErrFrame = errors.New("frame too long")

const lengthBytes = 4

// Begin opens a frame at the end of b; Finish(b, len(b) before Begin) closes it.
func Begin(b []byte) []byte { return append(b, 0, 0, 0, 0) }

// Body returns the body of a finished frame.
func Body(frame []byte) (body []byte, ok bool) {
	if len(frame) < lengthBytes {
		return nil, false
	}
	return frame[lengthBytes:], true
}

// Finish writes the length of the frame that begins at start and ends with b.
func Finish(b []byte, start int) []byte {
	binary.BigEndian.PutUint32(b[start:], uint32(len(b)-start-lengthBytes))
	return b
}

// Framer cuts a stream of bytes into frames. The zero value expects the preface and then frames of at most MaxHandshake bytes.
type Framer struct {
	limit   int
	preface int // bytes of the preface seen
	pending []byte
}

// SetLimit sets the greatest length of a body.
func (f *Framer) SetLimit(n int) { f.limit = n }

// Feed appends to dst the bodies of the frames that p completes. They may share memory with p, which must not change afterwards. Memory
// grows with what has arrived, not with the length that a frame announces.
func (f *Framer) Feed(p []byte, dst [][]byte) ([][]byte, error) {
	for ; f.preface < len(Preface) && len(p) > 0; p = p[1:] {
		if p[0] != Preface[f.preface] {
			return dst, ErrPreface
		}
		f.preface++
	}
	limit := f.limit
	if limit == 0 {
		limit = MaxHandshake
	}
	if len(f.pending) > 0 {
		if n := lengthBytes - len(f.pending); n > 0 {
			n = min(n, len(p))
			f.pending, p = append(f.pending, p[:n]...), p[n:]
		}
		if len(f.pending) < lengthBytes {
			return dst, nil
		}
		size := int(binary.BigEndian.Uint32(f.pending))
		if size > limit {
			return dst, fmt.Errorf("%w: %d bytes, at most %d", ErrFrame, size, limit)
		}
		n := min(lengthBytes+size-len(f.pending), len(p))
		f.pending, p = append(f.pending, p[:n]...), p[n:]
		if len(f.pending) < lengthBytes+size {
			return dst, nil
		}
		dst = append(dst, f.pending[lengthBytes:])
		f.pending = nil
	}
	for len(p) >= lengthBytes {
		size := int(binary.BigEndian.Uint32(p))
		if size > limit {
			return dst, fmt.Errorf("%w: %d bytes, at most %d", ErrFrame, size, limit)
		}
		if len(p) < lengthBytes+size {
			break
		}
		dst = append(dst, p[lengthBytes:lengthBytes+size:lengthBytes+size])
		p = p[lengthBytes+size:]
	}
	if len(p) > 0 {
		f.pending = append(f.pending, p...)
	}
	return dst, nil
}

// Interner keeps the short strings that come again and again, topics above all. The zero value is ready; it has one owner.
type Interner struct{ m map[string]string }

// Get returns a string of b's bytes, the same one as before where it can.
func (in *Interner) Get(b []byte) string {
	if s, ok := in.m[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(b) <= 128 {
		if in.m == nil || len(in.m) >= 1024 {
			in.m = make(map[string]string)
		}
		in.m[s] = s
	}
	return s
}
