package websocket

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/brogo/brogo/net/transport"
)

// TLS says how a server encrypts.
type TLS struct {
	// Certificate and Key are PEM files. Without both each process makes a key of its own, which clients cannot verify.
	Certificate, Key string
	// Verify has clients present a certificate that an authority of CAFile, or of the system if that is empty, has signed.
	Verify bool
	CAFile string
	// Ciphers are names in OpenSSL's notation, separated by colons, for TLS 1.2; those that Go does not know are passed over. The suites of
	// TLS 1.3 cannot be chosen.
	Ciphers string
}

// reload is how often files are looked at, at most.
const reload = time.Second

// Config returns the configuration of a listener. The files are read when a client comes, and again when they have changed; problem
// hears what is wrong with them, once.
func (t TLS) Config(problem func(error)) (*tls.Config, error) {
	suites, err := t.suites()
	if err != nil {
		return nil, err
	}
	l := &tlsLoader{TLS: t, suites: suites, problem: problem}
	return &tls.Config{NextProtos: protos1, MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return l.current() }}, nil
}

// protos1 are the protocols that clients are offered: the upgrade to WebSocket is one of HTTP/1.1.
var protos1 = []string{"http/1.1"}

// opensslSuites are the suites of TLS 1.2 that Go has and does not call insecure, by the names that OpenSSL gives them.
var opensslSuites = map[string]uint16{
	"ECDHE-ECDSA-AES128-SHA":        tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
	"ECDHE-ECDSA-AES256-SHA":        tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	"ECDHE-RSA-AES128-SHA":          tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	"ECDHE-RSA-AES256-SHA":          tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	"ECDHE-ECDSA-AES128-GCM-SHA256": tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-ECDSA-AES256-GCM-SHA384": tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-RSA-AES128-GCM-SHA256":   tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	"ECDHE-RSA-AES256-GCM-SHA384":   tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	"ECDHE-ECDSA-CHACHA20-POLY1305": tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	"ECDHE-RSA-CHACHA20-POLY1305":   tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

func (t TLS) suites() ([]uint16, error) {
	if t.Ciphers == "" {
		return nil, nil
	}
	var out []uint16
	for name := range strings.SplitSeq(t.Ciphers, ":") {
		if id, ok := opensslSuites[name]; ok {
			out = append(out, id)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("none of the ciphers %q is available", t.Ciphers)
	}
	return out, nil
}

// tlsLoader keeps what the files held when they were last read.
type tlsLoader struct {
	TLS
	suites  []uint16
	problem func(error)

	mu     sync.Mutex
	looked time.Time
	stamp  string // of the files
	cfg    *tls.Config
	err    error
}

func (l *tlsLoader) current() (*tls.Config, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.looked) >= reload || l.cfg == nil {
		stamp := l.stamps()
		if stamp != l.stamp || l.cfg == nil {
			l.read()
		}
		l.looked, l.stamp = now, stamp
	}
	if l.cfg == nil {
		return nil, l.err
	}
	return l.cfg, nil
}

// read takes what the files hold now; if that is not good, what they held before stays.
func (l *tlsLoader) read() {
	cfg, err := l.load()
	if err == nil {
		l.cfg, l.err = cfg, nil
		return
	}
	if l.err == nil || l.err.Error() != err.Error() {
		l.problem(err)
	}
	l.err = err
}

// stamps tells states of the files from each other.
func (l *tlsLoader) stamps() string {
	var b strings.Builder
	for _, name := range []string{l.Certificate, l.Key, l.CAFile} {
		if st, err := os.Stat(name); err == nil {
			fmt.Fprintf(&b, "%d %d;", st.ModTime().UnixNano(), st.Size())
		} else {
			b.WriteString("none;")
		}
	}
	return b.String()
}

func (l *tlsLoader) load() (*tls.Config, error) {
	// The certificate comes from where those of nodes do; what else is in that configuration is for peers of this program.
	cert, err := (&transport.TLS{Certificate: l.Certificate, KeyFile: l.Key}).Own()
	if err != nil {
		return nil, err
	}
	c := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: protos1, CipherSuites: l.suites}
	if !l.Verify {
		return c, nil
	}
	c.ClientAuth = tls.RequireAndVerifyClientCert
	if l.CAFile == "" {
		c.ClientCAs, err = x509.SystemCertPool()
		return c, err
	}
	pem, err := os.ReadFile(l.CAFile)
	if err != nil {
		return nil, fmt.Errorf("cannot read the authorities: %w", err)
	}
	c.ClientCAs = x509.NewCertPool()
	if !c.ClientCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate of an authority in %s", l.CAFile)
	}
	return c, nil
}
