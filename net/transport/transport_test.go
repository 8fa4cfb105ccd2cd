package transport

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sink is a handler that passes on what it hears.
type sink struct {
	data    chan []byte
	written chan struct{}
	closed  chan error
}

func newSink() *sink {
	return &sink{make(chan []byte, 10000), make(chan struct{}, 100), make(chan error, 1)}
}

func (s *sink) Data(p []byte)    { s.data <- p }
func (s *sink) Written()         { s.written <- struct{}{} }
func (s *sink) Closed(err error) { s.closed <- err }

func (s *sink) read(t *testing.T, n int) []byte {
	t.Helper()
	var got []byte
	for len(got) < n {
		select {
		case p := <-s.data:
			got = append(got, p...)
		case err := <-s.closed:
			t.Fatalf("closed after %d of %d bytes: %v", len(got), n, err)
		}
	}
	return got
}

var loopback = Addr{Host: "127.0.0.1"}

func noFail(t *testing.T) func(Addr, error) {
	return func(from Addr, err error) { t.Errorf("connection from %v failed: %v", from, err) }
}

// connect returns both ends of a connection.
func connect(t *testing.T, a, b Network) (dialled, accepted Conn) {
	t.Helper()
	in := make(chan Conn, 1)
	l, err := b.Listen(loopback, func(c Conn) { in <- c }, noFail(t))
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan Conn, 1)
	a.Dial(l.Addr(), func(c Conn, err error) {
		if err != nil {
			t.Error(err)
			close(out)
			return
		}
		out <- c
	})
	dialled = <-out
	if dialled == nil {
		t.FailNow()
	}
	return dialled, <-in
}

func TestBytesArriveInOrder(t *testing.T) {
	for name, cfg := range map[string]Config{"tcp": {}, "tls": {TLS: &TLS{}}} {
		t.Run(name, func(t *testing.T) {
			n := NewNet(cfg)
			defer n.Close()
			c, d := connect(t, n, n)
			ch, dh := newSink(), newSink()
			c.Start(ch)
			d.Start(dh)
			var want []byte
			for i := range 40 {
				frames := [][]byte{[]byte(fmt.Sprint("frame ", i)), bytes.Repeat([]byte{byte(i)}, i*i*100), {byte(i)}}
				want = append(want, bytes.Join(frames, nil)...)
				c.Write(frames)
				<-ch.written
			}
			d.Write([][]byte{[]byte("back")})
			if got := dh.read(t, len(want)); !bytes.Equal(got, want) {
				t.Error("other bytes arrived than were sent")
			}
			if got := string(ch.read(t, 4)); got != "back" {
				t.Errorf("got %q", got)
			}
			c.CloseWrite()
			if err := <-dh.closed; err != nil {
				t.Errorf("end of stream: %v", err)
			}
			if err := <-ch.closed; err != nil {
				t.Errorf("end of the other stream: %v", err)
			}
		})
	}
}

func TestPauseHoldsTheWriterBack(t *testing.T) {
	n := NewNet(Config{})
	defer n.Close()
	c, d := connect(t, n, n)
	ch, dh := newSink(), newSink()
	d.Pause(true)
	c.Start(ch)
	d.Start(dh)
	big := make([]byte, 64<<20) // more than the buffers of two sockets
	c.Write([][]byte{big})
	select {
	case <-dh.data:
		t.Error("data arrived while paused")
	case <-ch.written:
		t.Error("all was written while nobody read")
	case <-time.After(20 * time.Millisecond):
	}
	d.Pause(false)
	dh.read(t, len(big))
	<-ch.written
}

func TestCloseEndsEverything(t *testing.T) {
	n := NewNet(Config{TLS: &TLS{}})
	c, d := connect(t, n, n)
	ch, dh := newSink(), newSink()
	c.Start(ch)
	d.Start(dh)
	d.Pause(true)
	c.Write([][]byte{make([]byte, 64<<20)})
	n.Close()
	n.Close()
	<-ch.closed
	<-dh.closed
	if _, err := n.Listen(loopback, nil, nil); err == nil {
		t.Error("a closed network listens")
	}
	n.Dial(loopback, func(_ Conn, err error) {
		if err != ErrClosed {
			t.Errorf("a closed network dials: %v", err)
		}
	})
}

// files of a little authority
type authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	ca   string
}

func newAuthority(t *testing.T, name string) *authority {
	a := &authority{dir: t.TempDir()}
	a.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	a.cert, _ = x509.ParseCertificate(der)
	a.ca = a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

func (a *authority) write(t *testing.T, name, kind string, der []byte) string {
	path := filepath.Join(a.dir, name)
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// issue returns the settings of a node with a certificate that ends at the given time and that trusts trusted.
func (a *authority) issue(t *testing.T, until time.Time, trusted *authority) *TLS {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, _ := x509.MarshalECPrivateKey(key)
	name := fmt.Sprint(until.UnixNano())
	return &TLS{CAFile: trusted.ca, Certificate: a.write(t, name+".crt", "CERTIFICATE", der), KeyFile: a.write(t, name+".key", "EC PRIVATE KEY", keyDER)}
}

// Each wrong pair of peers gives one clear error on the accepting side or on the dialling one, in the end on both.
func TestWrongPeers(t *testing.T) {
	good, other := newAuthority(t, "good"), newAuthority(t, "other")
	soon := time.Now().Add(time.Hour)
	valid := func() *TLS { return good.issue(t, soon, good) }
	for _, c := range []struct {
		name             string
		dialler, accepts *TLS
		want             string // in the dialler's error, at the latest when reading
		wantAccept       string
	}{
		{"both valid", valid(), valid(), "", ""},
		{"no certificates", &TLS{}, &TLS{}, "", ""},
		{"plaintext dialler", nil, &TLS{}, "", "does not speak TLS"},
		{"plaintext listener", &TLS{}, nil, "does not speak TLS", ""},
		{"dialler without certificate", &TLS{}, valid(), "refused", "unknown authority"},
		{"listener without certificate", valid(), &TLS{}, "unknown authority", "refused"},
		{"dialler of another authority", other.issue(t, soon, good), valid(), "refused", "unknown authority"},
		{"listener of another authority", valid(), other.issue(t, soon, good), "unknown authority", "refused"},
		{"dialler expired", good.issue(t, time.Now().Add(-time.Hour), good), valid(), "refused", "expired"},
		{"listener expired", valid(), good.issue(t, time.Now().Add(-time.Hour), good), "expired", "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := NewNet(Config{TLS: c.dialler}), NewNet(Config{TLS: c.accepts, PlainRefusal: []byte("TLS, please")})
			defer a.Close()
			defer b.Close()
			failed := make(chan error, 1)
			l, err := b.Listen(loopback, func(in Conn) {
				h := newSink()
				in.Start(h)
				in.Write([][]byte{[]byte("hello")})
				failed <- nil
			}, func(_ Addr, err error) { failed <- err })
			if err != nil {
				t.Fatal(err)
			}
			dialled := make(chan error, 1)
			a.Dial(l.Addr(), func(out Conn, err error) {
				if err != nil {
					dialled <- err
					return
				}
				h := newSink()
				out.Start(h)
				out.Write([][]byte{[]byte("hello")})
				go func() {
					select {
					case p := <-h.data:
						if c.name == "plaintext dialler" && string(p) != "TLS, please" {
							t.Errorf("the refusal should have come, got %q", p)
						}
						dialled <- nil
					case err := <-h.closed:
						dialled <- err
					}
				}()
			})
			check := func(who string, err error, want string) {
				if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("%s: got %v, want %q", who, err, want)
				}
			}
			check("dialler", <-dialled, c.want)
			check("listener", <-failed, c.wantAccept)
		})
	}
}

func TestGarbageOnTheTLSPort(t *testing.T) {
	n := NewNet(Config{TLS: &TLS{}})
	defer n.Close()
	failed := make(chan error, 1)
	l, err := n.Listen(loopback, func(Conn) { t.Error("garbage was accepted") }, func(_ Addr, err error) { failed <- err })
	if err != nil {
		t.Fatal(err)
	}
	for _, garbage := range []string{"GET / HTTP/1.0\r\n\r\n", strings.Repeat("\x00", 1000), "\x16\x03\x01\x00\x05xxxxx"} {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, garbage)
		if err := <-failed; err == nil {
			t.Error("no error")
		}
		c.Close()
	}
	c, _ := net.Dial("tcp", l.Addr().String())
	c.Close() // nothing to report
}

func TestBadFilesAreNamed(t *testing.T) {
	a := newAuthority(t, "a")
	ok := a.issue(t, time.Now().Add(time.Hour), a)
	for want, c := range map[string]*TLS{
		"cannot read the authorities":           {CAFile: "/nonexistent/ca"},
		"cannot read the certificate":           {CAFile: a.ca, Certificate: "/nonexistent/c", KeyFile: ok.KeyFile},
		"cannot read the key":                   {CAFile: a.ca, Certificate: ok.Certificate},
		"no certificate of an authority in":     {CAFile: ok.KeyFile},
		"cannot use":                            {Certificate: ok.Certificate, KeyFile: ok.Certificate},
		"cannot read the directory of authorit": {CAPath: "/nonexistent"},
	} {
		if err := c.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if err := (&TLS{CAPath: filepath.Dir(a.ca), Certificate: ok.Certificate, KeyFile: ok.KeyFile}).Check(); err != nil {
		t.Error(err)
	}
}

func TestDialErrors(t *testing.T) {
	n := NewNet(Config{})
	defer n.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := netAddr(l.Addr())
	l.Close()
	done := make(chan error, 1)
	n.Dial(at, func(_ Conn, err error) { done <- err })
	if err := <-done; err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s := NewNet(Config{TLS: &TLS{}, DialTimeout: 30 * time.Millisecond})
	defer s.Close()
	s.Dial(netAddr(silent.Addr()), func(_ Conn, err error) { done <- err })
	if err := <-done; err == nil {
		t.Error("a silent peer completed the handshake")
	}
}

func TestMemIsVirtual(t *testing.T) {
	clk := clock.NewVirtual(time.Unix(0, 0))
	m := NewMem(clk)
	a, b := m.Host("a"), m.Host("b")
	m.SetLatency(func(string, string) time.Duration { return time.Second })
	var in, out Conn
	l, err := b.Listen(Addr{}, func(c Conn) { in = c }, nil)
	if err != nil {
		t.Fatal(err)
	}
	a.Dial(l.Addr(), func(c Conn, err error) { out = c })
	clk.Advance(time.Second)
	if in == nil || out == nil || out.Remote() != l.Addr() || in.Remote().Host != "a" {
		t.Fatal("not connected")
	}
	ih, oh := newSink(), newSink()
	in.Start(ih)
	out.Start(oh)
	out.Write([][]byte{[]byte("a"), []byte("b")})
	clk.Advance(999 * time.Millisecond)
	if len(ih.data) != 0 {
		t.Error("arrived early")
	}
	clk.Advance(time.Millisecond)
	if len(ih.data) != 1 || string(<-ih.data) != "ab" || len(oh.written) != 1 {
		t.Error("did not arrive")
	}

	m.Cut("a", "b")
	in.Write([][]byte{[]byte("late")})
	clk.Advance(time.Minute)
	var dialErr error
	a.Dial(l.Addr(), func(_ Conn, err error) { dialErr = err })
	clk.Advance(time.Minute)
	if len(oh.data) != 0 || dialErr != ErrTimeout {
		t.Errorf("the partition leaks: %d, %v", len(oh.data), dialErr)
	}
	m.Heal("a", "b")
	clk.Advance(0)
	if len(oh.data) != 1 {
		t.Error("what was under way got lost")
	}

	in.Pause(true)
	<-oh.written
	out.Write([][]byte{make([]byte, Window+1)})
	clk.Advance(time.Hour)
	if len(oh.written) != 0 {
		t.Error("the writer does not wait for a paused reader")
	}
	in.Pause(false)
	clk.Advance(0)
	if len(oh.written) != 1 {
		t.Error("the writer does not go on")
	}

	m.Reset("a", "b")
	clk.Advance(0)
	if err := <-ih.closed; err != ErrReset {
		t.Errorf("got %v", err)
	}
	if err := <-oh.closed; err != ErrReset {
		t.Errorf("got %v", err)
	}
	b.Close()
	a.Dial(l.Addr(), func(_ Conn, err error) { dialErr = err })
	clk.Advance(time.Second)
	if dialErr != ErrRefused {
		t.Errorf("got %v", dialErr)
	}
}
