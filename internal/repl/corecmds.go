package repl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/net/node"
)

// maxLogValue bounds a value of a log row as :log shows it, in bytes.
const maxLogValue = 200

var peerStates = [...]string{node.Initializing: "initializing", node.Connecting: "connecting", node.Connected: "connected",
	node.Peered: "peered", node.Disconnected: "disconnected", node.Reconnecting: "reconnecting"}

func (c *Core) peers(string) bool {
	list := c.s.Engine().Comm().PeerList()
	for _, p := range list {
		c.printf("  %-21s %-13s", p.Peer.Addr.String(), peerStates[p.Status])
		if p.Peer.ID != "" {
			c.printf(" %s", p.Peer.ID)
		}
		if p.Outbound {
			c.printf(" outbound")
		}
		if p.Stats.Queued > 0 || p.Stats.Overflows > 0 {
			c.printf(" queued %d, dropped %d", p.Stats.Queued, p.Stats.Overflows)
		}
		c.printf("\n")
	}
	if len(list) == 0 {
		c.printf("no peers\n")
	}
	return true
}

func (c *Core) topics(string) bool {
	comm := c.s.Engine().Comm()
	own := comm.Subscriptions()
	for _, t := range own {
		c.printf("  %s\n", t)
	}
	none := len(own) == 0
	for _, p := range comm.PeerList() {
		wants := comm.Wants(p.Peer.ID)
		if p.Peer.ID == "" || len(wants) == 0 {
			continue
		}
		none = false
		c.printf("%s (%s):\n", p.Peer.Addr, p.Peer.ID)
		slices.Sort(wants)
		for _, t := range wants {
			c.printf("  %s\n", t)
		}
	}
	if none {
		c.printf("no subscriptions\n")
	}
	return true
}

func (c *Core) stores(string) bool {
	list := c.s.Engine().Stores().List()
	for _, s := range list {
		role := "clone"
		if s.Master {
			role = "master"
		}
		c.printf("  %-20s %-6s %d keys\n", s.Name, role, s.Keys)
	}
	if len(list) == 0 {
		c.printf("no stores\n")
	}
	return true
}

// pub publishes `topic event(arguments)`.
func (c *Core) pub(arg string) bool {
	topic, call, ok := strings.Cut(arg, " ")
	name, args, paren := strings.Cut(strings.TrimSuffix(strings.TrimSpace(call), ";"), "(")
	if !ok || !paren || !strings.HasSuffix(args, ")") {
		return c.errorf(":pub takes a topic and an event with its arguments, such as `:pub my/topic hello(\"you\")`")
	}
	expr := fmt.Sprintf("Broker::publish(%s, %s", quoted(unquote(topic)), name)
	if args = strings.TrimSpace(strings.TrimSuffix(args, ")")); args != "" {
		expr += ", " + args
	}
	_, v, ok := c.s.Look(expr + ")")
	switch n := c.s.Engine().Comm().Peers(); {
	case !ok || !v.Bool():
		return false
	case n == 1:
		c.printf("sent to 1 peer\n")
	default:
		c.printf("sent to %d peers\n", n)
	}
	return true
}

// watchlist is what one prompt wants to see pass by.
type watchlist struct{ wanted []string }

// toggle adds a word, or takes it away if it is there or has a minus before it. It returns whether it is there now.
func (w *watchlist) toggle(word string) bool {
	word, off := strings.CutPrefix(word, "-")
	if i := slices.Index(w.wanted, word); i >= 0 {
		w.wanted = slices.Delete(w.wanted, i, i+1)
		return false
	}
	if !off {
		w.wanted = append(w.wanted, word)
	}
	return !off
}

// tail shows the events that come in under a topic's prefix, whether or not anything here handles them.
func (c *Core) tail(arg string) bool {
	net := c.s.Engine().Comm()
	if arg == "" {
		for _, t := range c.tails.wanted {
			c.printf("  %s\n", t)
		}
		if len(c.tails.wanted) == 0 {
			c.printf("no topics are shown; :tail TOPIC shows one, :tail -TOPIC ends that\n")
		}
		return true
	}
	arg = unquote(arg)
	on := c.tails.toggle(arg)
	topic := strings.TrimPrefix(arg, "-")
	if on && !c.readOnly {
		net.Subscribe(topic)
	}
	if c.tap == nil {
		c.tap = net.Tap(c.passing)
	}
	if on {
		c.printf("showing %s; :tail -%s ends that\n", topic, topic)
	} else {
		c.printf("no longer showing %s\n", topic)
	}
	return true
}

// passing is told of every event from the network.
func (c *Core) passing(topic, event string) {
	for _, t := range c.tails.wanted {
		if strings.HasPrefix(topic, t) {
			c.m.Flush()
			c.printf("%s%s%s %s\n", c.colors.dim, topic, c.colors.off, event)
			return
		}
	}
}

// log shows the rows of a stream, named as `Conn::LOG`, `Conn` or by the log's path.
func (c *Core) log(arg string) bool {
	if c.logs == nil {
		return c.errorf("this node does not let its logs be watched")
	}
	if arg == "" {
		for _, t := range c.logWatch.wanted {
			c.printf("  %s\n", t)
		}
		if len(c.logWatch.wanted) == 0 {
			c.printf("no logs are shown; :log STREAM shows one, :log -STREAM ends that\n")
		}
		return true
	}
	on := c.logWatch.toggle(arg)
	if c.untapLogs == nil {
		c.untapLogs = c.logs.add(c.row)
	}
	name := strings.TrimPrefix(arg, "-")
	if on {
		c.printf("showing %s; :log -%s ends that\n", name, name)
	} else {
		c.printf("no longer showing %s\n", name)
	}
	return true
}

// row is told of every row of every log.
func (c *Core) row(r brogo.LogRow) {
	if !slices.ContainsFunc(c.logWatch.wanted, func(w string) bool {
		return w == r.Stream || w == r.Path || w+"::LOG" == r.Stream
	}) {
		return
	}
	var b strings.Builder
	for i, col := range r.Columns {
		if r.Values[i] == nil {
			continue
		}
		v := fmt.Sprint(r.Values[i])
		if len(v) > maxLogValue {
			v = v[:maxLogValue] + "..."
		}
		b.WriteString(" " + col + "=" + v)
	}
	c.m.Flush()
	c.printf("%s%s%s%s\n", c.colors.dim, r.Path, c.colors.off, b.String())
}

// LogTaps hands the rows of an engine's logs to the prompts that watch them: its Row goes into Config.LogSink.
type LogTaps struct{ taps []*func(brogo.LogRow) }

// Row takes a row on the engine's goroutine.
func (l *LogTaps) Row(r brogo.LogRow) {
	for _, f := range slices.Clone(l.taps) {
		(*f)(r)
	}
}

func (l *LogTaps) add(f func(brogo.LogRow)) (remove func()) {
	l.taps = append(l.taps, &f)
	return func() {
		if i := slices.Index(l.taps, &f); i >= 0 {
			l.taps = slices.Delete(l.taps, i, i+1)
		}
	}
}
