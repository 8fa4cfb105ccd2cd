package testrun

import (
	"github.com/brogo/brogo/bif/comm"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

// fakePeer is another node as far as the engine under test can see: it keeps what it is sent and sends what the test says.
type fakePeer struct {
	node *node.Node
	got  []comm.Published
}

// peerPort is where fake peers listen, the default port of Broker.
const peerPort = 9999

// newPeer starts a node that subscribes to topics at a host of its name.
func (l *lab) newPeer(name string, topics []string) (*fakePeer, error) {
	p := &fakePeer{}
	p.node = node.New(node.Options{Config: node.Config{ID: name, Dialect: l.e.Dialect().Name}, Network: l.net.Host(name), Sink: p,
		Clock: l.clk, Inline: true})
	p.node.Start()
	for _, t := range topics {
		p.node.Subscribe(t)
	}
	if _, err := p.node.Listen(transport.Addr{Host: name, Port: peerPort}); err != nil {
		p.node.Close()
		return nil, err
	}
	return p, nil
}

// Messages takes what the engine under test sends.
func (p *fakePeer) Messages(ms []node.Message) {
	for i := range ms {
		if ms[i].Kind == wire.MsgEvent {
			if e, ok := comm.Decode(ms[i].Topic, ms[i].Payload); ok {
				p.got = append(p.got, e)
			}
		}
		ms[i].Done()
	}
}

// What a fake peer is told of its own connections does not matter to tests.
func (p *fakePeer) Status(node.Status)     {}
func (p *fakePeer) Error(node.Error)       {}
func (p *fakePeer) Overflow(node.Overflow) {}
