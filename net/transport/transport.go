// Package transport carries bytes between nodes: over TCP, over TLS, or in memory under a virtual clock.
//
// Everything is asynchronous, so that the same node runs on goroutines over real sockets and on one scheduler in a simulation: results
// come as calls of a Handler or of a function passed in. Such a call must not block. Nothing here knows what the bytes mean.
package transport

import (
	"errors"
	"net"
	"strconv"
)

// Addr is where a node listens or where a connection comes from. An empty Host means any address when listening.
type Addr struct {
	Host string
	Port uint16
}

// String returns host:port with an IPv6 host in brackets.
func (a Addr) String() string { return net.JoinHostPort(a.Host, strconv.Itoa(int(a.Port))) }

// Handler hears what happens on one connection. Calls for one connection never overlap, except that Written may come beside Data.
type Handler interface {
	// Data hands over bytes that arrived; they belong to the handler and are not changed later.
	Data(p []byte)
	// Written says that the last Write is out and the next may come.
	Written()
	// Closed is the last call: nil says that the other side ended the stream or that Close was called.
	Closed(err error)
}

// Conn is one connection.
type Conn interface {
	// Start begins reading; it is called once.
	Start(h Handler)
	// Write sends the frames one after the other, as few packets as possible. There is at most one Write under way: Written or Closed
	// tells its end. The frames must not change meanwhile.
	Write(frames [][]byte)
	// Pause stops and resumes reading, so that the other side's sending slows down.
	Pause(on bool)
	// CloseWrite ends the outgoing stream after what is being written.
	CloseWrite()
	// Close ends the connection at once. Closed follows unless it was called already or Start was not.
	Close()
	// Remote returns the other side's address.
	Remote() Addr
}

// Listener accepts connections until it is closed.
type Listener interface {
	// Addr returns the address with the port that was chosen.
	Addr() Addr
	// Close stops accepting and returns when no call of accept or fail is under way.
	Close()
}

// Network makes connections.
type Network interface {
	// Dial connects and calls done once, from another goroutine, later, or at once if the network is closed; cancel makes it give up.
	Dial(to Addr, done func(Conn, error)) (cancel func())
	// Listen calls accept for each connection; fail hears of those that could not be set up.
	Listen(at Addr, accept func(Conn), fail func(from Addr, err error)) (Listener, error)
	// Close ends all listeners, connections and goroutines of the network and returns when they are gone.
	Close()
}

// Errors of connecting, wrapped with details. Their texts are made for people.
var (
	ErrClosed    = errors.New("network is closed")
	ErrNotTLS    = errors.New("the other side does not speak TLS")
	ErrHandshake = errors.New("TLS handshake failed")
	ErrReset     = errors.New("connection reset")
	ErrRefused   = errors.New("connection refused")
	ErrTimeout   = errors.New("connection timed out")
)
