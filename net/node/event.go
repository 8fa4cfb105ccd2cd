package node

import (
	"time"

	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// ConnID names a connection between a Hub and its pump.
type ConnID uint64

// PeeringID names an address that the node was told to peer with.
type PeeringID uint64

// Input is what a Hub reacts to; the types below are all there are.
type Input interface{ input() }

type (
	// Accepted says that a connection came in.
	Accepted struct {
		Conn   ConnID
		Remote transport.Addr
		// Guest says that it is no node but a client of this one, see Node.Admit.
		Guest bool
	}
	// AcceptFailed says that one could not be set up.
	AcceptFailed struct {
		Remote transport.Addr
		Err    error
	}
	// Dialled is the result of an output Dial.
	Dialled struct {
		Peering PeeringID
		Conn    ConnID
		Remote  transport.Addr
		Err     error
	}
	// Received brings the bodies of frames.
	Received struct {
		Conn   ConnID
		Frames [][]byte
	}
	// Malformed says that what came is not in frames.
	Malformed struct {
		Conn ConnID
		Err  error
	}
	// Written says that the output Write before is done.
	Written struct{ Conn ConnID }
	// Gated says that reading was paused or resumed, because the application is slow.
	Gated struct {
		Conn ConnID
		On   bool
	}
	// Closed says that the connection is gone.
	Closed struct {
		Conn ConnID
		Err  error
	}
	// Peer asks for a peering; Retry is the time between attempts, 0 for one attempt.
	Peer struct {
		Addr  transport.Addr
		Retry time.Duration
	}
	// Unpeer ends one.
	Unpeer struct{ Addr transport.Addr }
	// Subscribe asks for all topics with the prefix, once more.
	Subscribe struct{ Prefix string }
	// Unsubscribe takes one Subscribe back.
	Unsubscribe struct{ Prefix string }
	// Publish sends a finished routed frame to the peers that want its topic. With a Key it is also kept, replacing what had the same key,
	// and sent to each peer that comes or subscribes later. A nil Frame only takes the kept one away. With a Ticket no queue drops it, and
	// Receipts tell what becomes of it.
	Publish struct {
		Topic  string
		Frame  []byte
		Key    string
		Ticket uint64
		// Mark is passed to the Tap.
		Mark uint64
	}
	// Send sends a finished frame to one peer, to all if To is empty. It is never dropped and never forwarded.
	Send struct {
		To    string
		Frame []byte
	}
	// Shutdown sends what is queued, says goodbye and closes.
	Shutdown struct{}
	// Tick only has the hub look at the time.
	Tick struct{}
)

func (Accepted) input()     {}
func (AcceptFailed) input() {}
func (Dialled) input()      {}
func (Received) input()     {}
func (Malformed) input()    {}
func (Written) input()      {}
func (Gated) input()        {}
func (Closed) input()       {}
func (Peer) input()         {}
func (Unpeer) input()       {}
func (Subscribe) input()    {}
func (Unsubscribe) input()  {}
func (Publish) input()      {}
func (Send) input()         {}
func (Shutdown) input()     {}
func (Tick) input()         {}

// Output is what a Hub wants done or known; the types below are all there are.
type Output interface{ output() }

type (
	// Dial wants a connection; Dialled answers.
	Dial struct {
		Peering PeeringID
		Addr    transport.Addr
	}
	// Write wants the frames sent; Written or Closed answers.
	Write struct {
		Conn   ConnID
		Frames [][]byte
	}
	// CloseWrite wants the outgoing stream ended.
	CloseWrite struct{ Conn ConnID }
	// CloseConn wants the connection closed at once; Closed answers.
	CloseConn struct{ Conn ConnID }
	// Established allows frames of full length on the connection.
	Established struct{ Conn ConnID }
	// Deliver hands messages to the application.
	Deliver struct{ Messages []Message }
	// Receipts tell what became of messages with a ticket.
	Receipts struct{ List []Receipt }
	// Finished says that the shutdown is complete.
	Finished struct{}
)

func (Dial) output()        {}
func (Write) output()       {}
func (CloseWrite) output()  {}
func (CloseConn) output()   {}
func (Established) output() {}
func (*Deliver) output()    {}
func (Status) output()      {}
func (Error) output()       {}
func (Overflow) output()    {}
func (*Receipts) output()   {}
func (Finished) output()    {}

// Receipt tells of one message with a ticket. Queued comes first and once, then for each peer that the message is queued for one of the others.
type Receipt struct {
	Ticket uint64
	Kind   ReceiptKind
	// Peers is how many peers wanted the message, of Queued.
	Peers int
}

// ReceiptKind is what a Receipt says.
type ReceiptKind uint8

// The kinds of receipts.
const (
	Queued ReceiptKind = iota // the message is on its way to Receipt.Peers peers
	Taken                     // a peer has it for good
	Missed                    // a peer was lost before it said so
)

// Message is what arrived for the application: an event, log or identifier message, or one for a store.
type Message struct {
	Kind wire.MsgKind
	// From is the id of the peer that sent it, Origin that of the node that published it.
	From, Origin string
	// Topic is the topic, for wire.MsgStore the name of the store.
	Topic string
	// Payload is one encoded value, not looked at yet. Nobody changes its bytes.
	Payload []byte
	// Seq is the number that the publisher gave it; 0 for wire.MsgStore.
	Seq uint64

	conn ConnID
	gate *gate
}

// Done says that the application no longer holds the message; until then it counts against what the peer may send ahead. It may be called
// from anywhere, once for each message.
func (m *Message) Done() {
	if m.gate != nil {
		m.gate.release(m.cost())
	}
}

func (m *Message) cost() int { return len(m.Payload) + len(m.Topic) + 64 }

// Endpoint names another node as far as it is known.
type Endpoint struct {
	ID   string         // empty if unknown
	Addr transport.Addr // the zero value if unknown: what was dialled, or the other side's ephemeral port
}

// StatusCode is the kind of a Status, named as scripts name it.
type StatusCode string

// The kinds of status. A new peer gives EndpointDiscovered and PeerAdded, a lost one PeerLost or PeerRemoved and EndpointUnreachable.
const (
	PeerAdded           StatusCode = "PEER_ADDED"
	PeerRemoved         StatusCode = "PEER_REMOVED" // for a reason of this node: unpeered, or overflow
	PeerLost            StatusCode = "PEER_LOST"    // for a reason of the other side or between
	EndpointDiscovered  StatusCode = "ENDPOINT_DISCOVERED"
	EndpointUnreachable StatusCode = "ENDPOINT_UNREACHABLE"
)

// Status reports a change in the node's peers.
type Status struct {
	Code     StatusCode
	Peer     Endpoint
	Outbound bool // this node dialled
	Guest    bool // a client of this node, see Node.Admit
	Text     string
	Detail   string // why a peer went, as far as it is known
}

// ErrorCode is the kind of an Error, named as scripts name it.
type ErrorCode string

// The kinds of errors.
const (
	PeerIncompatible ErrorCode = "PEER_INCOMPATIBLE"
	PeerInvalid      ErrorCode = "PEER_INVALID"
	PeerUnavailable  ErrorCode = "PEER_UNAVAILABLE"
)

// Error reports that something could not be done.
type Error struct {
	Code   ErrorCode
	Peer   Endpoint
	Text   string // from Texts where the reference has one
	Detail string // what exactly went wrong
}

// Overflow reports that messages for a peer were dropped.
type Overflow struct {
	Peer    Endpoint
	Dropped uint64 // since the last report
	Total   uint64 // since the peering began
}

// Texts are the texts of Status and Error. An empty one is replaced by that of the reference in version 8.
type Texts struct {
	AddedOutbound, AddedInbound string
	Removed, Lost               string
	Discovered, Unreachable     string
	// OverflowSuffix follows Removed when a queue was full.
	OverflowSuffix string
	// Unavailable is for an attempt to peer that failed, NoSuchPeer for unpeering from an unknown address.
	Unavailable, NoSuchPeer string
}

// defaultTexts are those of the reference in version 8.
var defaultTexts = Texts{
	AddedOutbound:  "handshake successful",
	AddedInbound:   "handshake successful",
	Removed:        "removed connection to remote peer",
	Lost:           "lost connection to remote peer",
	Discovered:     "found a new peer in the network",
	Unreachable:    "lost the last path",
	OverflowSuffix: " (caf::sec::backpressure_overflow)",
	Unavailable:    "unable to connect to remote peer",
	NoSuchPeer:     "cannot unpeer from unknown peer",
}

func (t Texts) withDefaults() Texts {
	set := func(s *string, d string) {
		if *s == "" {
			*s = d
		}
	}
	set(&t.AddedOutbound, defaultTexts.AddedOutbound)
	set(&t.AddedInbound, defaultTexts.AddedInbound)
	set(&t.Removed, defaultTexts.Removed)
	set(&t.Lost, defaultTexts.Lost)
	set(&t.Discovered, defaultTexts.Discovered)
	set(&t.Unreachable, defaultTexts.Unreachable)
	set(&t.OverflowSuffix, defaultTexts.OverflowSuffix)
	set(&t.Unavailable, defaultTexts.Unavailable)
	set(&t.NoSuchPeer, defaultTexts.NoSuchPeer)
	return t
}
