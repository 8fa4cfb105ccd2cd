package digest

import (
	"encoding"

	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/val"
)

// Readers returns what reads unfinished digests from the wire, by their names.
func Readers() map[string]wireval.OpaqueReader {
	out := make(map[string]wireval.OpaqueReader)
	for _, name := range []string{"md5", "sha1", "sha256"} {
		out[name] = func(_ *wireval.Codec, r *wire.Reader) (val.Opaque, error) { return readRunning(name, r) }
	}
	return out
}

// AppendWire writes the state of a digest, as Go's library writes it; none of a finished one.
func (r *running) AppendWire(_ *wireval.Codec, b []byte) ([]byte, error) {
	if r.h == nil {
		return wire.AppendNone(b), nil
	}
	state, err := r.h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return b, err
	}
	return wire.AppendString(b, state), nil
}

func readRunning(name string, r *wire.Reader) (val.Opaque, error) {
	d := &running{name: name}
	if r.IsNone() {
		return d, nil
	}
	state := r.Bytes()
	if r.Err() != nil {
		return nil, r.Err()
	}
	d.h = newHash(name)
	if err := d.h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		return nil, wireval.ErrMismatch
	}
	return d, nil
}
