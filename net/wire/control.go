package wire

import (
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// Versions of the protocol that this package speaks.
const (
	MinVersion = 2
	MaxVersion = 2
)

// Hello is what each side tells about itself right after the preface. A reader ignores keys that it does not know.
type Hello struct {
	MinVersion uint     `cbor:"1,keyasint"`
	MaxVersion uint     `cbor:"2,keyasint"`
	ID         string   `cbor:"3,keyasint"` // the node's id, new at each start, 1 to MaxName bytes
	Dialect    string   `cbor:"4,keyasint"` // "bro" or "zeek"; empty goes with both
	Caps       []string `cbor:"5,keyasint,omitempty"`
	Subs       [][]byte `cbor:"6,keyasint,omitempty"` // topic prefixes
	Software   string   `cbor:"7,keyasint,omitempty"`
	// Events are topic prefixes whose events alone are wanted, for clients of the sender that are no nodes.
	Events [][]byte `cbor:"8,keyasint,omitempty"`
}

// Ready accepts the other side's Hello.
type Ready struct {
	// Up tells whether the sender has a live peering with the receiver on another connection.
	Up bool `cbor:"1,keyasint"`
}

// Subs changes the sender's subscriptions.
type Subs struct {
	Add    [][]byte `cbor:"1,keyasint,omitempty"`
	Remove [][]byte `cbor:"2,keyasint,omitempty"`
	// AddEvents and RemoveEvents change Hello.Events.
	AddEvents    [][]byte `cbor:"3,keyasint,omitempty"`
	RemoveEvents [][]byte `cbor:"4,keyasint,omitempty"`
}

// Received acknowledges log writes by the numbers of their frames: their rows have reached the receiver's operating system.
type Received struct {
	Seqs []uint64 `cbor:"1,keyasint"`
}

// CloseCode is why a connection ends.
type CloseCode uint8

// The reasons.
const (
	CloseBye       CloseCode = iota // unpeered or terminating, after everything queued was sent
	CloseVersion                    // no version in common
	CloseDialect                    // the other dialect
	CloseSelf                       // a node met itself
	CloseDuplicate                  // there is another connection between the two already
	CloseProtocol                   // bytes that the protocol does not allow
	CloseOverflow                   // the queue was full and the policy is to disconnect
	CloseTimeout                    // nothing was heard for too long
	ClosePlain                      // TLS is required here
)

// Close is the last message on a connection.
type Close struct {
	Code   CloseCode `cbor:"1,keyasint"`
	Reason string    `cbor:"2,keyasint,omitempty"`
}

// Error returns the reason as a text.
func (c *Close) Error() string { return c.Reason }

var errKind = errors.New("unexpected kind of message")

// codec holds the modes of the CBOR library, made once: they are immutable.
type codec struct {
	enc cbor.EncMode
	dec cbor.DecMode
}

var control = func() codec {
	enc, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	dec, err := cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		MaxNestedLevels:  8,
		MaxArrayElements: 1 << 18,
		MaxMapPairs:      64,
	}.DecMode()
	if err != nil {
		panic(err)
	}
	return codec{enc, dec}
}()

// EncodeControl returns a whole frame with body v, which is one of the types above or nil for a ping or pong.
func EncodeControl(kind MsgKind, v any) []byte {
	b := append(Begin(nil), majorArray|2, byte(kind))
	body, err := control.enc.Marshal(v)
	if err != nil {
		panic(err) // the types above can all be encoded
	}
	return Finish(append(b, body...), 0)
}

// Refusal returns the preface and a Close: all that is said on a connection that is refused before anything else was said on it.
func Refusal(why Close) []byte { return append([]byte(Preface), EncodeControl(MsgClose, &why)...) }

// DecodeControl reads the body of a frame of the given kind into v.
func DecodeControl(body []byte, kind MsgKind, v any) error {
	if len(body) < 3 || body[0] != majorArray|2 || MsgKind(body[1]) != kind {
		return fmt.Errorf("%w: want %d", errKind, kind)
	}
	if v == nil {
		return nil
	}
	return control.dec.Unmarshal(body[2:], v)
}

// Check tells why a node that is own does not peer with one that says h, or nil. anyDialect allows both dialects.
func (h *Hello) Check(own *Hello, anyDialect bool) *Close {
	switch {
	case h.MinVersion > own.MaxVersion || h.MaxVersion < own.MinVersion || h.MinVersion > h.MaxVersion:
		return &Close{CloseVersion, fmt.Sprintf("node speaks protocol version %s, peer %s", versions(own), versions(h))}
	case h.ID == "" || len(h.ID) > MaxName:
		return &Close{CloseProtocol, "peer has no valid node id"}
	case h.ID == own.ID:
		return &Close{CloseSelf, "node cannot peer with itself"}
	case !anyDialect && h.Dialect != own.Dialect && h.Dialect != "" && own.Dialect != "":
		return &Close{CloseDialect, fmt.Sprintf("node runs dialect %s, peer %s", own.Dialect, h.Dialect)}
	case slices.ContainsFunc(h.Subs, tooLong) || slices.ContainsFunc(h.Events, tooLong):
		return &Close{CloseProtocol, "peer subscribes to a prefix that is too long"}
	}
	return nil
}

func tooLong(prefix []byte) bool { return len(prefix) > MaxTopic }

func versions(h *Hello) string {
	if h.MinVersion == h.MaxVersion {
		return fmt.Sprint(h.MinVersion)
	}
	return fmt.Sprintf("%d-%d", h.MinVersion, h.MaxVersion)
}
