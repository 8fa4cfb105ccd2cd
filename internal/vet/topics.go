package vet

import (
	"strings"

	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// topics are what the programs publish and subscribe to, as far as it can be told without running them.
type topics struct {
	published []published
	heard     []topic
	programs  int
	// outside: others than these programs may be connected, whose subscriptions are not known.
	outside, clients bool
}

// topic is a text, or what it begins with if it is not whole.
type topic struct {
	text  string
	whole bool
}

type published struct {
	topic string
	at    ir.Expr
}

// What the functions that have to do with topics do with their first argument.
var (
	publishing  = map[string]bool{"Broker::publish": true, "Broker::publish_id": true, "Broker::auto_publish": true, "Cluster::publish": true}
	subscribing = map[string]bool{"Broker::subscribe": true, "Broker::forward": true, "Cluster::subscribe": true}
	connecting  = map[string]bool{"Broker::peer": true, "Broker::listen": true, "Broker::peer_no_retry": true}
	serving     = map[string]bool{"Broker::listen_websocket": true, "Cluster::listen_websocket": true}
)

// collectTopics notes what the program publishes and what it subscribes to. Every node of a cluster runs the same program: what none of it
// subscribes to reaches nobody. The topics of the cluster framework are those of its constants.
func collectTopics(p *pass) {
	t := &p.topics
	t.programs++
	for _, b := range p.bodies {
		ir.Inspect(b.fn.Body, func(n any) bool {
			c, ok := n.(*ir.Call)
			if !ok {
				return true
			}
			g := called(c)
			switch {
			case g == nil:
			case publishing[g.Name] && len(c.Args) > 0:
				if text := p.text(c.Args[0]); text.whole && text.text != "" {
					t.published = append(t.published, published{topic: text.text, at: c.Args[0]})
				}
			case subscribing[g.Name] && len(c.Args) > 0:
				t.heard = append(t.heard, p.text(c.Args[0]))
			case connecting[g.Name]:
				t.outside = true
			case serving[g.Name]:
				t.clients = true
			}
			return true
		})
	}
	for _, b := range p.base {
		ir.Inspect(b.fn.Body, func(n any) bool {
			if c, ok := n.(*ir.Call); ok {
				if g := called(c); g != nil && subscribing[g.Name] && len(c.Args) > 0 {
					if text := p.text(c.Args[0]); text.text != "" {
						t.heard = append(t.heard, text)
					}
				}
			}
			return true
		})
	}
	for _, g := range p.globals {
		if !ours(g.At) || g.T == nil || g.T.Tag != types.String {
			continue
		}
		if name := base(g.Name); strings.HasSuffix(name, "_topic") || strings.HasSuffix(name, "_topic_prefix") || name == "topic_prefix" {
			if v, set := p.engine.Machine().Value(g); set && v.Str() != "" {
				t.heard = append(t.heard, topic{v.Str(), true})
			}
		}
	}
}

// text is what a string expression comes to.
func (p *pass) text(x ir.Expr) topic {
	switch x := x.(type) {
	case *ir.Const:
		return topic{x.S, true}
	case *ir.GlobalRef:
		if x.Sym.Kind == ir.KindConst || x.Sym.Kind == ir.KindOption {
			if v, set := p.engine.Machine().Value(x.Sym); set && x.T.Tag == types.String {
				return topic{v.Str(), true}
			}
		}
	case *ir.Binary:
		if x.Op == ast.OpAdd {
			l := p.text(x.L)
			if !l.whole {
				return l
			}
			r := p.text(x.R)
			return topic{l.text + r.text, r.whole}
		}
	}
	return topic{}
}

// unheardTopics reports what is published to topics that nothing subscribes to.
func unheardTopics(p *pass) {
	t := &p.topics
	if t.clients || t.outside && t.programs < 2 {
		return
	}
	for _, pub := range t.published {
		if !t.hears(pub.topic) {
			p.report(pub.at.Span(), "subscribe to it by Broker::subscribe on the nodes that are meant, or publish to a topic such as Cluster::worker_topic",
				"no node subscribes to the topic %s: what is published to it reaches nobody", pub.topic)
		}
	}
}

func (t *topics) hears(text string) bool {
	for _, h := range t.heard {
		if strings.HasPrefix(text, h.text) {
			return true
		}
	}
	return false
}
