package sim

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/internal/layout"
	netnode "github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/runtime/interp"
)

// Start is the time at which every simulation begins.
var Start = time.Unix(1_600_000_000, 0).UTC()

// Bounds of what the scheduler draws: how long after those of the type before it a process begins, and how long one that is woken waits for the processor.
const (
	maxStagger = 10 * time.Millisecond
	maxDelay   = 50 * time.Microsecond
)

// linger is how long a process that has ended stays for its goodbyes.
const linger = 4 * time.Second

// world is one simulation under way. Everything happens on the goroutine that moves the clock, in calls of the clock: nodes take steps,
// connections deliver, faults strike. What the scheduler decides it draws from the seed.
type world struct {
	opt    *Options
	clk    *clock.Virtual
	net    *transport.Mem
	sched  *rand.Rand // who comes first
	link   *rand.Rand // how long messages take
	nodes  []*node
	parts  map[[2]string]int // partitions between two nodes at the moment
	heard  map[transport.Addr]string
	check  *checker
	frozen bool                                                 // scripts stand still
	wire   func(from, to string) func(frames [][]byte) [][]byte // for tests; nil: frames stay as they are
	result Result
}

// node is a place in the layout and the process that runs there.
type node struct {
	w      *world
	about  layout.Node
	name   string
	p      *process
	born   int // processes so far
	again  bool
	out    *lines
	err    *lines
	tracer Tracer
}

// process is one life of a node.
type process struct {
	n       *node
	e       *brogo.Engine
	steps   *brogo.Steps
	host    transport.Network
	id      string
	woken   bool // a step is planned
	missed  bool // it was woken while scripts stood still
	dead    bool
	timer   clock.Timer
	timerAt time.Time
}

func newWorld(opt *Options) *world {
	clk := clock.NewVirtual(Start)
	w := &world{opt: opt, clk: clk, net: transport.NewMem(clk), parts: map[[2]string]int{}, heard: map[transport.Addr]string{},
		sched: stream(opt.Seed, "scheduler"), link: stream(opt.Seed, "network")}
	w.net.SetLatency(w.latency)
	w.check = newChecker(w)
	if opt.wire != nil {
		w.wire = opt.wire()
	}
	for _, about := range opt.Layout.Nodes {
		n := &node{w: w, about: about, name: about.Name}
		n.out = &lines{n: n, to: opt.Stdout}
		n.err = &lines{n: n, to: opt.Stderr}
		if opt.Trace != nil {
			n.tracer = opt.Trace(n.name, clk.Now)
		}
		w.nodes = append(w.nodes, n)
	}
	return w
}

// stream is a source of random numbers of its own for a purpose, so that what is drawn for one changes nothing of another.
func stream(seed uint64, purpose string) *rand.Rand {
	return rand.New(rand.NewPCG(seed, hash(purpose)))
}

func hash(s string) uint64 {
	h := fnv.New64a()
	io.WriteString(h, s)
	return h.Sum64()
}

// bytesOf is a source of random bytes for one process.
func bytesOf(seed uint64, name string, life int) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], hash(name))
	binary.LittleEndian.PutUint64(key[16:], uint64(life))
	return rand.NewChaCha8(key)
}

// latency is how long bytes take between two nodes: what the options say, and the retransmissions of what is lost on the way.
func (w *world) latency(_, _ string) time.Duration {
	d := w.opt.Latency.Min
	if more := w.opt.Latency.Max - d; more > 0 {
		d += time.Duration(w.link.Int64N(int64(more) + 1))
	}
	for again := firstRetransmission; w.opt.Drop > 0 && w.link.Float64() < w.opt.Drop; again = min(2*again, maxRetransmission) {
		d += again
	}
	return d
}

// The times of TCP after which a lost segment is sent again.
const (
	firstRetransmission = 200 * time.Millisecond
	maxRetransmission   = 10 * time.Second
)

// soon is a moment that the scheduler chooses.
func (w *world) soon() time.Duration { return time.Duration(w.sched.Int64N(int64(maxDelay))) }

func (w *world) since() time.Duration { return w.clk.Now().Sub(Start) }

func (w *world) find(name string) *node {
	if i := slices.IndexFunc(w.nodes, func(n *node) bool { return n.name == name }); i >= 0 {
		return w.nodes[i]
	}
	return nil
}

// load makes the engine of a node's next process and loads its scripts; what that prints comes out when the process begins. It may run
// beside other loads.
func (n *node) load() *process {
	opt := n.w.opt
	p := &process{n: n}
	n.born++
	p.host = &host{Network: n.w.net.HostAt(n.name, n.about.IP), n: n}
	cfg := opt.Engine
	cfg.Path = append([]string{layoutDir}, cfg.Path...)
	cfg.FS = layoutFS{brogo.MachineFS(), opt.Layout}
	cfg.Clock, cfg.Network = n.w.clk, p.host
	cfg.Random, cfg.PID = bytesOf(opt.Seed, n.name, n.born), 1000+len(n.w.nodes)*n.born+slices.Index(n.w.nodes, n)
	cfg.Stdin, cfg.Stdout, cfg.Stderr = bytes.NewReader(nil), n.out, n.err
	cfg.Diagnostics = &sink{n, n.err}
	cfg.NoUnusedWarnings = true
	cfg.Redefs = append(opt.logs(n.name), cfg.Redefs...)
	env := cfg.Env
	cfg.Env = func(k string) (string, bool) {
		if k == "CLUSTER_NODE" {
			return n.name, true
		}
		return env(k)
	}
	tap := &tap{c: n.w.check, p: p}
	if n.tracer != nil {
		cfg.Tracer = n.tracer
		tap.next = n.tracer
	}
	cfg.Tap = tap
	if opt.Configure != nil {
		opt.Configure(&cfg)
	}
	e, err := brogo.New(cfg)
	if err != nil {
		n.w.fail("%s: %v", n.name, err)
		return nil
	}
	p.e = e
	if e.Load() != 0 {
		n.w.fail("%s: its scripts do not load", n.name)
		e.Close()
		return nil
	}
	p.id = e.Comm().ID()
	return p
}

// begin starts a loaded process.
func (n *node) begin(p *process) {
	n.p = p
	n.w.check.born(p)
	if n.tracer != nil {
		n.tracer.Life(p.id, n.w.clk.Now())
	}
	p.steps = p.e.Steps(p.wake)
	p.wake()
}

// wake plans a step.
func (p *process) wake() {
	w := p.n.w
	switch {
	case p.dead || p.woken:
	case w.frozen:
		p.missed = true
	default:
		p.woken = true
		w.clk.AfterFunc(w.soon(), p.step)
	}
}

func (p *process) step() {
	p.woken = false
	if p.dead {
		return
	}
	if p.n.w.frozen {
		p.missed = true
		return
	}
	next, busy := p.steps.Step()
	switch {
	case p.steps.Over():
		p.ended()
	case busy:
		p.wake()
	case !next.IsZero() && !next.Equal(p.timerAt):
		if p.timer != nil {
			p.timer.Stop()
		}
		p.timerAt = next
		p.timer = p.n.w.clk.AfterFunc(next.Sub(p.n.w.clk.Now()), func() {
			p.timerAt = time.Time{}
			p.wake()
		})
	}
}

// ended is the end of a process by itself; it goes when its goodbyes are said.
func (p *process) ended() {
	n := p.n
	if code := p.steps.ExitCode(); code != 0 {
		n.w.fail("%s ended with exit code %d", n.name, code)
	}
	p.dead = true
	n.w.clk.AfterFunc(linger, func() { p.bury() })
}

// bury takes a process off the network.
func (p *process) bury() {
	p.dead = true
	n := p.n
	if n.p != p {
		return
	}
	n.p = nil
	if p.timer != nil {
		p.timer.Stop()
	}
	n.w.check.died(p)
	p.host.Close()
	p.e.Close()
	if n.again {
		n.again = false
		n.restart()
	}
}

// restart starts a node again, at once if it is dead, else when it has ended.
func (n *node) restart() {
	if n.p != nil {
		n.again = true
		if !n.p.dead {
			n.p.e.Interrupt()
		}
		return
	}
	if p := n.load(); p != nil {
		n.begin(p)
	}
}

// alive are the processes that run.
func (w *world) alive() []*process {
	var out []*process
	for _, n := range w.nodes {
		if n.p != nil && !n.p.dead {
			out = append(out, n.p)
		}
	}
	return out
}

// strike lets a fault happen.
func (w *world) strike(f Fault) {
	fmt.Fprintf(w.opt.Stdout, "%ssim: %s %s\n", w.prefix(), f.Kind, f)
	each := func(do func(a, b string)) {
		for _, a := range f.A {
			for _, b := range f.B {
				if a != b {
					do(a, b)
				}
			}
		}
	}
	switch f.Kind {
	case Partition:
		each(w.part)
		w.clk.AfterFunc(f.To-f.From, func() { each(w.join) })
	case Reset:
		each(w.net.Reset)
	case Crash:
		for _, a := range f.A {
			if p := w.find(a).p; p != nil {
				p.bury()
			}
		}
	case Restart:
		for _, a := range f.A {
			w.find(a).restart()
		}
	}
}

func pair(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

func (w *world) part(a, b string) {
	w.parts[pair(a, b)]++
	w.net.Cut(a, b)
}

func (w *world) join(a, b string) {
	if w.parts[pair(a, b)]--; w.parts[pair(a, b)] == 0 {
		w.net.Heal(a, b)
	}
}

// fail notes why the simulation fails.
func (w *world) fail(format string, args ...any) {
	why := fmt.Sprintf("%s after %.3fs", fmt.Sprintf(format, args...), w.since().Seconds())
	w.result.mu.Lock()
	defer w.result.mu.Unlock()
	if len(w.result.Failures) < maxFailures && !slices.Contains(w.result.Failures, why) {
		w.result.Failures = append(w.result.Failures, why)
	}
}

// maxFailures is how many reasons are kept: the first ones tell the most.
const maxFailures = 20

// prefix stands before each line of output.
func (w *world) prefix() string {
	if w.opt.NoTimes {
		return ""
	}
	return fmt.Sprintf("%8.3f ", w.since().Seconds())
}

// lines puts the time and the name of the node before each line of one of its streams. While the nodes load side by side it keeps them.
type lines struct {
	n    *node
	to   io.Writer
	part []byte
	kept []byte
	keep bool
}

func (l *lines) Write(p []byte) (int, error) {
	if l.keep {
		l.kept = append(l.kept, p...)
		return len(p), nil
	}
	l.part = append(l.part, p...)
	for {
		at := bytes.IndexByte(l.part, '\n')
		if at < 0 {
			return len(p), nil
		}
		fmt.Fprintf(l.to, "%s%s: %s\n", l.n.w.prefix(), l.n.name, l.part[:at])
		l.part = l.part[at+1:]
	}
}

// release prints what was kept.
func (l *lines) release() {
	kept := l.kept
	l.keep, l.kept = false, nil
	l.Write(kept)
}

// host is the network as one node sees it: nodes are found by the addresses in the layout.
type host struct {
	transport.Network
	n *node
}

func (h *host) Dial(to transport.Addr, done func(transport.Conn, error)) (cancel func()) {
	at := h.n.w.resolve(h.n, to)
	return h.Network.Dial(at, func(c transport.Conn, err error) { done(h.wrap(c, at.Host), err) })
}

func (h *host) Listen(at transport.Addr, accept func(transport.Conn), fail func(transport.Addr, error)) (transport.Listener, error) {
	l, err := h.Network.Listen(at, func(c transport.Conn) { accept(h.wrap(c, "")) }, fail)
	if err == nil {
		h.n.w.heard[transport.Addr{Host: h.n.about.IP, Port: l.Addr().Port}] = h.n.name
	}
	return l, err
}

// resolve finds the node that an address means: a name of a node, its address and port in the layout, or what listened there last.
func (w *world) resolve(from *node, to transport.Addr) transport.Addr {
	if n := w.find(to.Host); n != nil {
		return to
	}
	for _, n := range w.nodes {
		if n.about.Port == to.Port && n.about.Port != 0 && n.about.IP == to.Host {
			return transport.Addr{Host: n.name, Port: to.Port}
		}
	}
	if name, ok := w.heard[to]; ok {
		return transport.Addr{Host: name, Port: to.Port}
	}
	if to.Host == "" || to.Host == "127.0.0.1" || to.Host == "localhost" || to.Host == "::1" {
		return transport.Addr{Host: from.name, Port: to.Port}
	}
	return to
}

// wrap lets a test change what leaves a node.
func (h *host) wrap(c transport.Conn, to string) transport.Conn {
	if c == nil || h.n.w.wire == nil {
		return c
	}
	return &badConn{Conn: c, change: h.n.w.wire(fmt.Sprintf("%s/%d", h.n.name, h.n.born), to)}
}

// badConn is a connection with a mistake in it.
type badConn struct {
	transport.Conn
	change func(frames [][]byte) [][]byte
}

func (c *badConn) Write(frames [][]byte) { c.Conn.Write(c.change(frames)) }

// Tracer is what a trace takes from one node.
type Tracer interface {
	interp.Tracer
	netnode.Tap
	// Life tells that a process of the node begins, with its id.
	Life(id string, at time.Time)
}
