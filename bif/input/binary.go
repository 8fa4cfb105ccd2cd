package input

import (
	"io"
	"os"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// maxChunk bounds InputBinary::chunk_size, in bytes.
const maxChunk = 16 << 20

// binaryReader reads a file in pieces of equal size.
type binaryReader struct {
	chunk  int
	prefix string
	path   string
	file   *os.File
	seen   os.FileInfo
	again  bool
}

func newBinary(m *interp.M) *binaryReader {
	n := countConst(m, "InputBinary::chunk_size")
	if n == 0 {
		n = 1024
	}
	return &binaryReader{chunk: int(min(n, maxChunk)), prefix: stringConst(m, "InputBinary::path_prefix", "")}
}

func (r *binaryReader) init(b *backend) bool {
	switch {
	case b.source == "":
		b.error("No source path provided")
	case len(b.fields) != 1:
		b.error("Filter for binary reader contains more than one field. Filters for binary reader must contain exactly one string field. Filter ignored.")
	case b.fields[0].tag != types.String:
		b.error("Filter for binary reader contains a non-string field.")
	default:
		r.path = prefixed(r.prefix, b.source)
		if !r.open(b) {
			return false
		}
		r.update(b)
		return true
	}
	return false
}

func (r *binaryReader) open(b *backend) bool {
	r.close()
	f, err := os.Open(r.path)
	if err != nil {
		b.error("Init: cannot open %s", r.path)
		return false
	}
	r.file = f
	r.seen, _ = f.Stat()
	return true
}

func (r *binaryReader) close() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}

func (r *binaryReader) update(b *backend) bool {
	if r.again && b.mode != modeStream {
		if b.mode == modeReread {
			st, err := os.Stat(r.path)
			if err != nil {
				b.error("Could not get stat for %s", r.path)
				return false
			}
			if r.seen != nil && sameState(r.seen, st) {
				return true
			}
		}
		if !r.open(b) {
			return false
		}
	}
	r.again = true
	buf := make([]byte, r.chunk)
	for !b.ended() {
		n, err := io.ReadFull(r.file, buf)
		if n > 0 {
			b.deliver([]cell{{v: val.Str(string(buf[:n])), set: true}})
		}
		if err != nil {
			break
		}
	}
	if b.mode != modeStream {
		b.end()
	}
	return true
}

func (r *binaryReader) heartbeat(b *backend) bool {
	if b.mode != modeManual {
		b.refresh()
	}
	return true
}
