package transport

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// TLS says how connections are encrypted, always with version 1.3. Without any file each process makes a key of its own, nothing is
// verified, and listeners on the line learn nothing, but someone in between can pretend to be the other side. With any file set both
// sides must present a certificate that a trusted authority signed; host names are not compared, since peers are known by address.
type TLS struct {
	CAFile      string // trusted authorities, PEM
	CAPath      string // a directory of them
	Certificate string // own certificate chain, PEM
	KeyFile     string // its key, PEM
	Passphrase  string // of the key file, if it is encrypted as OpenSSL's traditional PEM
	// Now is the time by which certificates are valid, time.Now if nil.
	Now func() time.Time

	once sync.Once
	cfg  *tls.Config
	err  error
}

func (t *TLS) verifies() bool {
	return t.CAFile != "" || t.CAPath != "" || t.Certificate != "" || t.KeyFile != ""
}

// Check reads the files and tells what is wrong with them.
func (t *TLS) Check() error {
	t.once.Do(func() { t.cfg, t.err = t.config() })
	return t.err
}

func (t *TLS) client() (*tls.Config, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	return t.cfg, nil
}

// Server returns the configuration of a listener; it must not be changed.
func (t *TLS) Server() (*tls.Config, error) { return t.client() }

func (t *TLS) config() (*tls.Config, error) {
	cfg := &tls.Config{
		MinVersion:             tls.VersionTLS13,
		InsecureSkipVerify:     true, // verify below looks at the chain, but not at the name
		SessionTicketsDisabled: true,
		Time:                   t.Now,
	}
	cert, err := t.Own()
	if err != nil {
		return nil, err
	}
	cfg.Certificates = []tls.Certificate{cert}
	if t.verifies() {
		roots, err := t.roots()
		if err != nil {
			return nil, err
		}
		cfg.ClientAuth = tls.RequireAnyClientCert
		cfg.VerifyConnection = func(s tls.ConnectionState) error { return t.verify(s, roots) }
	}
	return cfg, nil
}

// Own reads the certificate and its key, or makes one if there are no files.
func (t *TLS) Own() (tls.Certificate, error) {
	if t.Certificate == "" && t.KeyFile == "" {
		return selfSigned()
	}
	return t.load()
}

func (t *TLS) verify(s tls.ConnectionState, roots *x509.CertPool) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("the other side has no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	opts := x509.VerifyOptions{Roots: roots, Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
	if t.Now != nil {
		opts.CurrentTime = t.Now()
	}
	_, err := s.PeerCertificates[0].Verify(opts)
	return err
}

func (t *TLS) roots() (*x509.CertPool, error) {
	var files []string
	if t.CAFile != "" {
		files = append(files, t.CAFile)
	}
	if t.CAPath != "" {
		entries, err := os.ReadDir(t.CAPath)
		if err != nil {
			return nil, fmt.Errorf("cannot read the directory of authorities: %w", err)
		}
		for _, e := range entries {
			if !e.IsDir() {
				files = append(files, filepath.Join(t.CAPath, e.Name()))
			}
		}
	}
	if len(files) == 0 {
		return nil, nil // the system's
	}
	pool, found := x509.NewCertPool(), false
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("cannot read the authorities: %w", err)
		}
		found = pool.AppendCertsFromPEM(text) || found
	}
	if !found {
		return nil, fmt.Errorf("no certificate of an authority in %s", files[0])
	}
	return pool, nil
}

func (t *TLS) load() (tls.Certificate, error) {
	chain, err := os.ReadFile(t.Certificate)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot read the certificate: %w", err)
	}
	key, err := os.ReadFile(t.KeyFile)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot read the key: %w", err)
	}
	// The traditional encryption of PEM is weak, which is why the package marks it deprecated, but it is what existing files use.
	//lint:ignore SA1019 see above
	if block, _ := pem.Decode(key); block != nil && x509.IsEncryptedPEMBlock(block) {
		//lint:ignore SA1019 see above
		plain, err := x509.DecryptPEMBlock(block, []byte(t.Passphrase))
		if err != nil {
			return tls.Certificate{}, fmt.Errorf("cannot decrypt the key %s: %w", t.KeyFile, err)
		}
		key = pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: plain})
	}
	cert, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("cannot use %s and %s: %w", t.Certificate, t.KeyFile, err)
	}
	return cert, nil
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "brogo"},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.AddDate(10, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// tlsError makes one clear error of what crypto/tls reports.
func tlsError(err error) error {
	var notTLS tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.As(err, &notTLS):
		return ErrNotTLS
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the other side closed the connection", ErrHandshake)
	case errors.As(err, &op) && op.Op == "remote error":
		return fmt.Errorf("%w: the other side refused: %w", ErrHandshake, op.Err)
	case errors.As(err, &op) && op.Timeout():
		return fmt.Errorf("%w: no answer in time", ErrHandshake)
	}
	return fmt.Errorf("%w: %w", ErrHandshake, err)
}
