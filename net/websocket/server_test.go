package websocket

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	ws "github.com/coder/websocket"
	"go.uber.org/goleak"

	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/net/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pipes is a listener in memory.
type pipes struct {
	conns chan net.Conn
	once  sync.Once
	gone  chan struct{}
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), gone: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.gone:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.once.Do(func() { close(p.gone) }); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.gone:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// world is a node with a server in memory. What happens is in log.
type world struct {
	t    *testing.T
	node *node.Node
	s    *Server
	door *pipes

	mu  sync.Mutex
	log []string
}

func (w *world) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, fmt.Sprintf(format, args...))
}

func (w *world) Messages(ms []node.Message) {
	for i := range ms {
		r := wire.NewReader(ms[i].Payload)
		name, _, _ := r.Event()
		w.note("%s on %s from %s", name, ms[i].Topic, ms[i].From)
		ms[i].Done()
	}
}
func (w *world) Status(s node.Status) {
	if s.Peer.Addr != (transport.Addr{}) {
		w.note("%s %s guest=%v", s.Code, s.Peer.ID, s.Guest)
	}
}
func (w *world) Error(e node.Error)       { w.note("%s %s", e.Code, e.Detail) }
func (w *world) Overflow(o node.Overflow) { w.note("overflow to %s", o.Peer.ID) }

// expect compares what happened since the last call. Everything that can happen has.
func (w *world) expect(want ...string) {
	w.t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.log, want) {
		w.t.Errorf("there was\n\t%s\nwant\n\t%s", strings.Join(w.log, "\n\t"), strings.Join(want, "\n\t"))
	}
	w.log = nil
}

// serve runs f with a node and its server, in a bubble with a clock of its own.
func serve(t *testing.T, nc node.Config, cfg Config, f func(w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, door: newPipes()}
		nc.ID = "n"
		w.node = node.New(node.Options{Config: nc, Sink: w})
		w.node.Start()
		n := 0
		cfg.Version = "v"
		cfg.NextID = func() string { n++; return fmt.Sprintf("n-%d", n) }
		cfg.Join = func(c Client, conn transport.Conn) {
			w.note("join %s %q %q", c.ID, c.Application, c.Subscriptions)
			w.node.Admit(conn)
		}
		cfg.Leave = func(c Client, code int, reason string) {
			w.node.Settle()
			w.note("leave %s %d %s", c.ID, code, reason)
		}
		w.s = Serve(w.door, cfg)
		f(w)
		w.node.Shutdown()
		<-w.node.Finished()
		w.s.Close()
		w.s.Close()
		w.node.Close()
	})
}

// connect returns a client that has sent its subscriptions and got the ack.
func (w *world) connect(subs string) *ws.Conn {
	w.t.Helper()
	c, _, err := w.dial("ws://host"+Path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	say(w.t, c, subs)
	if got := hear(w.t, c); !strings.HasPrefix(got, `{"type":"ack","endpoint":"n-`) || !strings.HasSuffix(got, `,"version":"v"}`) {
		w.t.Fatalf("no ack: %s", got)
	}
	return c
}

func (w *world) dial(url string, header http.Header) (*ws.Conn, *http.Response, error) {
	return ws.Dial(context.Background(), url, &ws.DialOptions{HTTPHeader: header,
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: w.door.dial}}})
}

func say(t *testing.T, c *ws.Conn, text string) {
	t.Helper()
	if err := c.Write(context.Background(), ws.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func hear(t *testing.T, c *ws.Conn) string {
	t.Helper()
	_, text, err := c.Read(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// expectClose reads the end of a connection.
func expectClose(t *testing.T, c *ws.Conn, code ws.StatusCode, reason string) {
	t.Helper()
	_, text, err := c.Read(context.Background())
	var end ws.CloseError
	if !errors.As(err, &end) || end.Code != code || end.Reason != reason {
		t.Errorf("got %s, %v, want %d %s", text, err, code, reason)
	}
}

func ping(topic string) string {
	return strings.Replace(pingText, `"topic":"/t"`, `"topic":"`+topic+`"`, 1) + `]}]}`
}

func TestClients(t *testing.T) {
	serve(t, node.Config{}, Config{}, func(w *world) {
		w.node.Subscribe("/t")
		a, b := w.connect(`["/t/1","/a","/a"]`), w.connect(`[]`)
		w.expect(`join n-1 "" ["/a" "/t/1"]`, "PEER_ADDED n-1 guest=true", `join n-2 "" []`, "PEER_ADDED n-2 guest=true")
		say(t, a, ping("/t/1")) // does not come back
		w.expect("ping on /t/1 from n-1")
		say(t, b, ping("/t/1"))
		say(t, b, ping("/t/2"))
		say(t, b, ping("/a"))
		if got := hear(t, a); got != ping("/t/1") {
			t.Error(got)
		}
		if got := hear(t, a); got != ping("/a") {
			t.Error(got)
		}
		w.expect("ping on /t/1 from n-2", "ping on /t/2 from n-2")
		// What was said right before the end still counts, and comes before the news of it.
		say(t, b, ping("/t/2"))
		b.Close(4000, "bye")
		w.expect("ping on /t/2 from n-2", "PEER_LOST n-2 guest=true", "leave n-2 4000 bye")
		go w.node.Shutdown()
		expectClose(t, a, ws.StatusGoingAway, "Terminating")
		w.expect("leave n-1 1001 Terminating") // the node tells nothing of peers that it leaves
	})
}

func TestEndOfServer(t *testing.T) {
	serve(t, node.Config{}, Config{}, func(w *world) {
		a := w.connect(`[]`)
		c, _, err := w.dial("ws://host"+Path, nil) // has not said what it wants
		if err != nil {
			t.Fatal(err)
		}
		closed := make(chan struct{})
		go func() { w.s.Close(); close(closed) }()
		expectClose(t, a, ws.StatusGoingAway, "Terminating")
		expectClose(t, c, ws.StatusGoingAway, "Terminating")
		<-closed
		synctest.Wait()
		w.mu.Lock()
		slices.Sort(w.log)
		w.mu.Unlock()
		w.expect("PEER_ADDED n-1 guest=true", "PEER_LOST n-1 guest=true", `join n-1 "" []`,
			"leave n-1 1001 Terminating", "leave n-2 1001 Terminating")
	})
}

// The ways in which connections end, as the client sees them and as the program is told.
func TestEndings(t *testing.T) {
	for name, e := range map[string]struct {
		do     func(t *testing.T, w *world, c *ws.Conn)
		code   ws.StatusCode // 0: the client ended it
		reason string
		left   string
	}{
		"no UTF-8": {func(t *testing.T, _ *world, c *ws.Conn) { say(t, c, "\xff") },
			1007, "Invalid frame payload data", "leave n-1 1007 Invalid frame payload data"},
		"too long": {func(t *testing.T, _ *world, c *ws.Conn) {
			go c.Write(context.Background(), ws.MessageText, make([]byte, 2000))
		},
			1009, "read limited at 1001 bytes", "leave n-1 1009 message of more than 1000 bytes"},
		"reset":   {func(_ *testing.T, _ *world, c *ws.Conn) { c.CloseNow() }, 0, "", "leave n-1 1006 Abnormal closure"},
		"no code": {func(_ *testing.T, _ *world, c *ws.Conn) { c.Close(ws.StatusNoStatusRcvd, "") }, 0, "", "leave n-1 1005 "},
	} {
		t.Run(name, func(t *testing.T) {
			serve(t, node.Config{}, Config{MaxText: 1000}, func(w *world) {
				c := w.connect(`[]`)
				w.expect(`join n-1 "" []`, "PEER_ADDED n-1 guest=true")
				e.do(t, w, c)
				if e.code != 0 {
					expectClose(t, c, e.code, e.reason)
				}
				w.expect("PEER_LOST n-1 guest=true", e.left)
			})
		})
	}
}

// Clients that answer no pings go; those that do stay.
func TestPings(t *testing.T) {
	serve(t, node.Config{}, Config{PingEvery: time.Second}, func(w *world) {
		good, bad := w.connect(`[]`), w.connect(`[]`) // each answers while it reads
		end := make(chan error)
		go func() { _, _, err := good.Read(context.Background()); end <- err }()
		w.expect(`join n-1 "" []`, "PEER_ADDED n-1 guest=true", `join n-2 "" []`, "PEER_ADDED n-2 guest=true")
		time.Sleep(30 * time.Second) // of the bubble
		w.expect("PEER_LOST n-2 guest=true", "leave n-2 1011 Ping timeout")
		bad.CloseNow()
		good.CloseNow()
		<-end
		w.expect("PEER_LOST n-1 guest=true", "leave n-1 1006 Abnormal closure")
	})
}

// A client that does not read loses events, or its connection, as the queue for it says.
func TestSlowClient(t *testing.T) {
	for _, policy := range []node.Policy{node.DropOldest, node.Disconnect} {
		serve(t, node.Config{GuestMessages: 5, GuestPolicy: policy}, Config{}, func(w *world) {
			c := w.connect(`["/t"]`)
			w.expect(`join n-1 "" ["/t"]`, "PEER_ADDED n-1 guest=true")
			for i := range 20 {
				frame := wire.AppendEvent(wire.BeginRouted(nil, wire.MsgEvent, "/t"), fmt.Sprint(i), wire.NoTime, 0)
				w.node.Publish("/t", wire.Finish(frame, 0))
				w.node.Settle()
			}
			switch policy {
			case node.DropOldest:
				w.expect("overflow to n-1")
				last := ""
				for !strings.Contains(last, `"19"`) {
					last = hear(t, c)
				}
				c.CloseNow()
				w.expect("overflow to n-1", "PEER_LOST n-1 guest=true", "leave n-1 1006 Abnormal closure")
			case node.Disconnect:
				var err error
				for err == nil {
					_, _, err = c.Read(context.Background())
				}
				w.expect("overflow to n-1", "PEER_REMOVED n-1 guest=true", "leave n-1 1008 Too slow: messages are not read")
			}
		})
	}
}

// What a program does not want published is not, and the client hears so; while it decides nothing else is read.
func TestCheck(t *testing.T) {
	verdict := make(chan bool)
	check := func(ctx context.Context, _ *Event) bool {
		select {
		case ok := <-verdict:
			return ok
		case <-ctx.Done():
			return false
		}
	}

	serve(t, node.Config{}, Config{Queue: 1, Check: func(ctx context.Context, ev *Event) bool { return check(ctx, ev) }}, func(w *world) {
		verdict = make(chan bool)
		w.node.Subscribe("")
		c := w.connect(`[]`)
		w.expect(`join n-1 "" []`, "PEER_ADDED n-1 guest=true")
		say(t, c, ping("/1"))
		w.expect()
		verdict <- false
		if got := hear(t, c); got != `{"type":"error","code":"deserialization_failed","context":"failed to create Zeek event"}` {
			t.Error(got)
		}
		say(t, c, ping("/2"))
		verdict <- true
		w.expect("ping on /2 from n-1")
		say(t, c, ping("/3")) // and nobody decides
		synctest.Wait()
		go io.Copy(io.Discard, reader{c})
	})
}

// reader reads a connection to its end.
type reader struct{ c *ws.Conn }

func (r reader) Read([]byte) (int, error) {
	_, _, err := r.c.Read(context.Background())
	return 0, err
}

// Requests that are none, from a page of somewhere else, and too many.
func TestRequests(t *testing.T) {
	serve(t, node.Config{}, Config{MaxClients: 1}, func(w *world) {
		client := &http.Client{Transport: &http.Transport{DialContext: w.door.dial, DisableKeepAlives: true}}
		r, err := client.Get("http://host" + Path)
		if err != nil || r.StatusCode != http.StatusUpgradeRequired {
			t.Fatal(r, err)
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
		if _, r, err := w.dial("ws://host"+Path, http.Header{"Origin": {"http://elsewhere"}}); err == nil || r.StatusCode != http.StatusForbidden {
			t.Error(r, err)
		}
		c := w.connect(`[]`)
		if _, r, err := w.dial("ws://host"+Path, nil); err == nil || r.StatusCode != http.StatusServiceUnavailable {
			t.Error(r, err)
		}
		c.CloseNow()
		synctest.Wait()
		w.connect(`[]`).CloseNow()
	})
}

// Certificates that cannot be read are reported once, and those that can be read later are used.
func TestTLSProblem(t *testing.T) {
	var problems []string
	cfg, err := TLS{Certificate: t.TempDir() + "/none.crt", Key: "none.key"}.Config(func(err error) { problems = append(problems, err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := cfg.GetConfigForClient(&tls.ClientHelloInfo{}); err == nil {
			t.Error("a server without a certificate")
		}
	}
	if len(problems) != 1 || !strings.Contains(problems[0], "none.crt") {
		t.Errorf("%q", problems)
	}
	if _, err := (TLS{Ciphers: "NULL-MD5:RC4"}).Config(nil); err == nil {
		t.Error("no cipher is one")
	}
	cfg, err = TLS{Ciphers: "ECDHE-RSA-AES128-GCM-SHA256:NULL-MD5"}.Config(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := cfg.GetConfigForClient(&tls.ClientHelloInfo{}); err != nil || len(c.CipherSuites) != 1 || len(c.Certificates) != 1 {
		t.Error(c, err)
	}
}
