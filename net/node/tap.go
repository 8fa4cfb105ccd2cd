package node

import "github.com/brogo/brogo/net/wire"

// Tap watches a node, for traces and for checks of the promises that it makes. Its methods are called on the node's goroutine, in the
// order in which things happen; they must not block, not call the node and not change or keep frames and payloads.
type Tap interface {
	// Published tells of a message of this node and the number that it got. mark is what PublishMarked was given.
	Published(mark, seq uint64, topic string, frame []byte)
	// Queued tells that a routed frame is on its way to a peer, Dropped that one went from a full queue instead.
	Queued(peer string, frame []byte)
	Dropped(peer string, frame []byte)
	// Received tells of a routed message that a peer sent, and what became of it.
	Received(from string, m *wire.Routed, fate Fate)
	// Peer tells that a peering is up, or no longer.
	Peer(id string, up bool)
	// Local tells that this node subscribes to a prefix, or no longer.
	Local(prefix string, on bool)
	// Asked tells that a peer subscribes to a prefix, or no longer.
	Asked(peer, prefix string, on bool)
}

// Fate is what becomes of a message that a peer sent.
type Fate uint8

// The fates. A message that is not for this node may still be forwarded.
const (
	Delivered Fate = iota
	Duplicate      // it came before, on this way or another
	Unwanted       // this node subscribes to no such topic
)

var fates = [...]string{"delivered", "duplicate", "unwanted"}

// String returns the fate as a word.
func (f Fate) String() string { return fates[f] }
