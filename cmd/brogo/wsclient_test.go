package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/coder/websocket"
)

// wsclient is a program for goldens: a WebSocket client that does what the lines of its input say.
//
//	wsclient URL [HEADER: VALUE]...
//
// `send TEXT` and `binary TEXT` send a message, `recv` prints the next one, `close CODE REASON` closes, and the end of the input waits
// until the server does. The server may still have to start. WSCLIENT_CA names the authority of a server with TLS.
func wsclient() {
	if err := runClient(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "wsclient:", err)
		os.Exit(1)
	}
}

func runClient(url string, headers []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c, err := connectTo(ctx, url, headers)
	if err != nil {
		return err
	}
	defer c.CloseNow()
	c.SetReadLimit(-1)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "send":
			err = c.Write(ctx, websocket.MessageText, []byte(rest))
		case "binary":
			err = c.Write(ctx, websocket.MessageBinary, []byte(rest))
		case "recv":
			err = show(ctx, c)
		case "close":
			var code websocket.StatusCode
			num, reason, _ := strings.Cut(rest, " ")
			fmt.Sscan(num, &code)
			return c.Close(code, reason)
		default:
			err = fmt.Errorf("unknown command %q", word)
		}
		if err != nil {
			return err
		}
	}
	for err == nil {
		err = show(ctx, c)
	}
	var end websocket.CloseError
	if errors.As(err, &end) {
		fmt.Println("closed:", int(end.Code), end.Reason)
		return nil
	}
	return err
}

// endpoint is what differs from run to run.
var endpoint = regexp.MustCompile(`"endpoint":"[0-9a-f-]{36}-websocket-[0-9]+"`)

func show(ctx context.Context, c *websocket.Conn) error {
	_, text, err := c.Read(ctx)
	if err == nil {
		fmt.Println(endpoint.ReplaceAllString(string(text), `"endpoint":"ID"`))
	}
	return err
}

func connectTo(ctx context.Context, url string, headers []string) (*websocket.Conn, error) {
	opts := &websocket.DialOptions{HTTPHeader: http.Header{}}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		opts.HTTPHeader.Set(name, value)
	}
	if ca := os.Getenv("WSCLIENT_CA"); ca != "" {
		roots := x509.NewCertPool()
		pem, err := os.ReadFile(ca)
		if err != nil || !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("no authority in %s: %v", ca, err)
		}
		opts.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	}
	for {
		c, _, err := websocket.Dial(ctx, url, opts)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return c, err
		}
		select { // until it listens
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return nil, err
		}
	}
}
