package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brogo/brogo/runtime/interp"
)

// Config is what the endpoint needs of the world; its zero value listens on TCP.
type Config struct {
	// Listen opens the endpoint's listener; nil: net.Listen.
	Listen func(network, address string) (net.Listener, error)
}

// defaultTimeout is how long a request waits for the interpreter when Telemetry::callback_timeout does not say.
const defaultTimeout = 5 * time.Second

// endpoint is the HTTP server of one node:
//
//	/metrics        all metrics in the exposition format
//	/healthz        200 while the interpreter answers, 503 otherwise
//	/readyz         200 from the end of the initial events until the run ends, in a cluster only while the node is connected to all
//	                nodes that the layout has it connect to; 503 otherwise
//	/services.json  on a cluster's manager: the endpoints of all nodes, for Prometheus's HTTP service discovery
//
// Serve is the only goroutine that it starts itself; net/http starts one for each connection. close waits for all of them.
type endpoint struct {
	m        *interp.M
	f        *Family
	srv      http.Server
	addr     net.Addr
	services []byte // nil: no such page
	timeout  time.Duration
	ready    atomic.Bool
	closed   chan struct{}
	active   sync.WaitGroup // the server and the requests under way

	mu   sync.Mutex
	last []byte // the newest picture, for when the interpreter is too busy for a new one
}

// Start opens the endpoint if Telemetry::metrics_port asks for one. The interpreter has loaded its scripts and does not run yet. An error says
// why the port could not be opened, in the reference's words.
func (f *Family) Start(m *interp.M) error {
	port, ok := constant(m, "Telemetry::metrics_port")
	if !ok || port.PortNum() == 0 {
		return nil
	}
	host := stringConst(m, "Telemetry::metrics_address")
	if host == "" {
		host = "0.0.0.0"
	}
	address := net.JoinHostPort(host, strconv.Itoa(int(port.PortNum())))
	listen := f.cfg.Listen
	if listen == nil {
		listen = net.Listen
	}
	l, err := listen("tcp", address)
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) {
			err = op.Err
		}
		return errors.New("Failed to setup Prometheus endpoint: " + err.Error() + ". Attempted to bind to " + address + ".")
	}
	e := &endpoint{m: m, f: f, addr: l.Addr(), services: services(m), timeout: defaultTimeout, closed: make(chan struct{})}
	if v, ok := constant(m, "Telemetry::callback_timeout"); ok && v.Double() > 0 {
		e.timeout = time.Duration(v.Double() * float64(time.Second))
	}
	e.srv = http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	f.ep = e
	e.active.Add(1)
	go func() {
		defer e.active.Done()
		e.srv.Serve(l) // ends when close closes the listener; other ends show as a node that Prometheus cannot reach
	}()
	return nil
}

// Addr is where the endpoint listens; nil without one.
func (f *Family) Addr() net.Addr {
	if f.ep == nil {
		return nil
	}
	return f.ep.addr
}

// Ready marks the node as ready, or as no longer so.
func (f *Family) Ready(yes bool) {
	if f.ep != nil {
		f.ep.ready.Store(yes)
	}
}

// Close shuts the endpoint down: its port is free and its goroutines have ended when it returns.
func (f *Family) Close() {
	e := f.ep
	if e == nil {
		return
	}
	f.ep = nil
	close(e.closed)
	e.srv.Close()
	e.active.Wait()
}

// ServeHTTP answers one request.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.active.Add(1)
	defer e.active.Done()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered", http.StatusMethodNotAllowed)
		return
	}
	switch {
	case r.URL.Path == "/metrics":
		e.metrics(w, r)
	case r.URL.Path == "/healthz":
		status(w, e.ask(r.Context(), func() {}), "the interpreter does not answer")
	case r.URL.Path == "/readyz":
		e.readyz(w, r)
	case r.URL.Path == "/services.json" && e.services != nil:
		w.Header().Set("Content-Type", "application/json")
		w.Write(e.services)
	default:
		http.NotFound(w, r)
	}
}

func (e *endpoint) readyz(w http.ResponseWriter, r *http.Request) {
	if !e.ready.Load() {
		status(w, false, "starting or ending")
		return
	}
	var unmet []string
	if !e.ask(r.Context(), func() { unmet = unmetNodes(e.m) }) {
		status(w, false, "the interpreter does not answer")
		return
	}
	status(w, len(unmet) == 0, "not connected to "+strings.Join(unmet, ", "))
}

// unmetNodes are the names of the cluster's nodes that this one should be connected to and is not.
func unmetNodes(m *interp.M) (names []string) {
	fn, ok := constant(m, "Cluster::unmet_nodes")
	if !ok {
		return nil
	}
	if v, ok := m.Call(fn.Func()); ok {
		for i := range v.Vec().Len() {
			name, _ := v.Vec().Get(i)
			names = append(names, name.Str())
		}
	}
	return names
}

func status(w http.ResponseWriter, ok bool, why string) {
	if !ok {
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

func (e *endpoint) metrics(w http.ResponseWriter, r *http.Request) {
	e.ask(r.Context(), func() {
		e.f.update(e.m)
		text := e.f.reg.appendText(nil)
		e.mu.Lock()
		e.last = text
		e.mu.Unlock()
	})
	e.mu.Lock()
	text := e.last
	e.mu.Unlock()
	if text == nil {
		http.Error(w, "the interpreter does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Write(text)
}

// ask runs do on the interpreter's goroutine and reports whether it was done in time. It is not done later if not: a
// busy interpreter need not catch up on requests that nobody waits for any more.
func (e *endpoint) ask(ctx context.Context, do func()) bool {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	var state atomic.Int32 // 0 waiting, 1 taken by the interpreter, 2 given up
	done := make(chan struct{})
	e.m.Post(func() {
		if state.CompareAndSwap(0, 1) {
			defer close(done)
			do()
		}
	})
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-e.closed:
	}
	if state.CompareAndSwap(0, 2) {
		return false
	}
	select {
	case <-done:
		return true
	case <-ctx.Done():
	case <-e.closed:
	}
	return false
}

// services is the page that lists the metrics endpoints of a cluster's nodes; nil unless this node is its manager.
func services(m *interp.M) []byte {
	nodes, ok := constant(m, "Cluster::nodes")
	if !ok {
		return nil
	}
	manager, self := false, stringConst(m, "Cluster::node")
	targets := []string{}
	for it := nodes.Table().Iter(); it.Next(); {
		n := it.Val().Rec()
		if t, ok := n.Named("node_type"); ok && it.Key(0).Str() == self {
			i := n.T.Rec.Lookup("node_type")
			manager = n.T.Rec.Fields[i].Type.Enum.NameOf(t.Int()) == "Cluster::MANAGER"
		}
		ip, ok1 := n.Named("ip")
		port, ok2 := n.Named("metrics_port")
		if ok1 && ok2 && port.PortNum() != 0 {
			targets = append(targets, netip.AddrPortFrom(ip.Addr(), port.PortNum()).String())
		}
	}
	if self == "" || !manager {
		return nil
	}
	type entry struct {
		Targets []string          `json:"targets"`
		Labels  map[string]string `json:"labels"`
	}
	page, err := json.Marshal([]entry{{targets, map[string]string{}}})
	if err != nil {
		panic(err)
	}
	return page
}
