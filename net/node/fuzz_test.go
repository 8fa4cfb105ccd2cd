package node

import (
	"testing"
	"time"

	"github.com/brogo/brogo/net/wire"
)

// FuzzFrame feeds a hub frames from a peer, in the handshake and after it. No frame makes it fail, and a connection that was closed for
// one leaves nothing behind.
func FuzzFrame(f *testing.F) {
	hello := wire.EncodeControl(wire.MsgHello, &wire.Hello{MinVersion: wire.MinVersion, MaxVersion: wire.MaxVersion, ID: "b", Subs: [][]byte{[]byte("t")}})[4:]
	ready := wire.EncodeControl(wire.MsgReady, &wire.Ready{})[4:]
	f.Add(hello, ready)
	f.Add(message("t", "x")[4:], wire.EncodeControl(wire.MsgPing, nil)[4:])
	f.Add(wire.EncodeControl(wire.MsgSubs, &wire.Subs{Add: [][]byte{{1}}, Remove: [][]byte{[]byte("t"), {}}})[4:],
		wire.EncodeControl(wire.MsgClose, &wire.Close{Code: wire.CloseDuplicate, Reason: "x"})[4:])
	f.Add(wire.EncodeControl(wire.MsgSubs, &wire.Subs{AddEvents: [][]byte{{1}, []byte("t"), []byte("t")}, RemoveEvents: [][]byte{{1}}})[4:], ready)
	f.Add(wire.Finish(wire.AppendNone(wire.BeginStore(nil, "s")), 0)[4:], wire.Forward(wire.Routed{Kind: wire.MsgEvent, Payload: []byte{0}}, "c")[4:])
	f.Fuzz(func(t *testing.T, x, y []byte) {
		for _, up := range []bool{false, true} {
			now := time.Unix(0, 0)
			h := NewHub(Config{ID: "a", Forward: true})
			h.Step(now, []Input{Subscribe{""}, Accepted{Conn: 1}, Accepted{Conn: 2, Guest: true}})
			if up {
				h.Step(now, []Input{Received{1, [][]byte{hello, ready}}})
				if h.NumPeers() != 1 {
					t.Fatal("not up")
				}
			}
			h.Step(now, []Input{Received{1, [][]byte{x, y}}, Received{2, [][]byte{hello, y, x}}})
			h.Step(now.Add(time.Minute), []Input{Publish{Topic: "t", Frame: message("t", "x")}, Written{1}, Written{2}})
			h.Step(now.Add(time.Minute), []Input{Closed{1, nil}, Closed{2, nil}})
			if len(h.conns)+len(h.peers)+len(h.up)+len(h.ordered)+h.remote.Len()+h.readers.Len()+h.relayed.Len() != 0 {
				t.Fatal("something is left of closed connections")
			}
		}
	})
}
