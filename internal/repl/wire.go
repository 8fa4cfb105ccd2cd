package repl

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"strings"
	"time"
)

// A prompt that is attached to a live node and the node exchange lines of JSON. The client sends a greeting, then requests; each
// request has one answer, and output may come at any time.

// greeting is the client's first line.
type greeting struct {
	Proof string `json:"proof,omitempty"` // over TLS: that it knows the token
	Write bool   `json:"write"`
}

// request is a line of the client.
type request struct {
	Kind  kind   `json:"kind,omitempty"`
	Text  string `json:"text,omitempty"`
	Code  string `json:"code,omitempty"`
	Break bool   `json:"break,omitempty"` // has no answer
	// Complete asks for what may stand at Pos of Text.
	Complete bool `json:"complete,omitempty"`
	Pos      int  `json:"pos,omitempty"`
}

// reply is a line of the node.
type reply struct {
	Out    string   `json:"out,omitempty"`
	Done   bool     `json:"done,omitempty"` // the answer to a request, or to the greeting
	OK     bool     `json:"ok,omitempty"`
	Quit   bool     `json:"quit,omitempty"`
	Prompt string   `json:"prompt,omitempty"`
	Proof  string   `json:"proof,omitempty"`
	Head   string   `json:"head,omitempty"`
	List   []string `json:"list,omitempty"`
	Tail   string   `json:"tail,omitempty"`
}

// maxLine bounds a line of JSON, in bytes.
const maxLine = 4 << 20

// handshakeLimit bounds the time until a connection has shown that it may be there.
const handshakeLimit = 10 * time.Second

// Token reads the secret that both ends of a TLS connection prove to know. With create a missing file is made, with a new secret
// that only its owner can read.
func Token(file string, create bool) (string, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && create {
		var raw [32]byte
		if _, err := rand.Read(raw[:]); err != nil {
			return "", err
		}
		b = []byte(hex.EncodeToString(raw[:]) + "\n")
		err = os.WriteFile(file, b, 0o600)
		if err != nil {
			return "", err
		}
	} else if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(b))
	if len(token) < 16 {
		return "", fmt.Errorf("%s: a token has at least 16 characters", file)
	}
	return token, nil
}

// address takes ADDRESS apart: `unix:PATH` or a path with a slash is a socket of this machine, `tls:HOST:PORT` or HOST:PORT another's.
func address(a string) (network, where string) {
	if p, ok := strings.CutPrefix(a, "unix:"); ok {
		return "unix", p
	}
	if p, ok := strings.CutPrefix(a, "tls:"); ok {
		return "tcp", p
	}
	if strings.Contains(a, "/") {
		return "unix", a
	}
	return "tcp", a
}

// proof shows that its sender knows the token, within one TLS connection: the exported keys are the same at both ends of it and
// nowhere else, so that nobody in between can pass it on. That takes the place of certificates.
func proof(c *tls.Conn, token, side string) (string, error) {
	state := c.ConnectionState()
	keys, err := state.ExportKeyingMaterial("EXPORTER-brogo-attach", nil, 32)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(side))
	mac.Write(keys)
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// serverTLS makes a key of this process. Clients do not look at the certificate, see proof.
func serverTLS() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Unix(1<<33, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{{Certificate: [][]byte{cert}, PrivateKey: key}}}, nil
}

// dial connects to a node.
func dial(addr, token string) (net.Conn, error) {
	network, where := address(addr)
	c, err := net.DialTimeout(network, where, handshakeLimit)
	if err != nil || network == "unix" {
		return c, err
	}
	t := tls.Client(c, &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}) // see proof
	t.SetDeadline(time.Now().Add(handshakeLimit))
	if err := t.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	return t, nil
}
