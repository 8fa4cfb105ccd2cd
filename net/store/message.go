package store

import (
	"github.com/brogo/brogo/net/wire"
)

// The messages of a store, each a vector that begins with its number. docs/protocol.md lists what follows.
const (
	msgAnnounce = 1 // master to all: [1]; I am the master
	msgAsk      = 2 // clone to all: [2]; who is?
	msgAttach   = 3 // clone: [3, instance]; send me everything and go on
	msgSnapshot = 4 // master: [4, seq, applied, more, [[key, value], …]]
	msgDelta    = 5 // master: [5, seq, publisher, op]
	msgUpdate   = 6 // clone: [6, number, op]
	msgAck      = 7 // master: [7, number]; updates up to it are done
	msgAnswer   = 8 // master: [8, number, done]; of an OpPutUnique
	msgGone     = 9 // master: [9]; no longer
)

// Out is a frame to send to one peer, or to all if To is empty.
type Out struct {
	To    string
	Frame []byte
}

// begin opens a frame with a message of n elements.
func begin(store string, msg uint64, n int) []byte {
	return wire.AppendCount(wire.AppendVector(wire.BeginStore(nil, store), n), msg)
}

func finish(b []byte) []byte { return wire.Finish(b, 0) }

// open reads the beginning of a message.
func open(payload []byte) (r wire.Reader, msg uint64, n int) {
	r = wire.NewReader(payload)
	n = r.Vector()
	return r, r.Count(), n
}
