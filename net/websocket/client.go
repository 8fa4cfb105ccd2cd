package websocket

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	ws "github.com/coder/websocket"

	"github.com/brogo/brogo/net/wire"
)

// client is one connection. It is read on the goroutine of its request; others are its peer's, which writes what the node says, and two that watch.
type client struct {
	s      *Server
	c      *ws.Conn
	who    Client
	ctx    context.Context // ends when nothing more is read
	stop   context.CancelFunc
	peer   *peer // once it has subscribed
	others sync.WaitGroup

	mu     sync.Mutex
	code   ws.StatusCode // what this side closed with, 0 if it did not
	reason string
}

func (cl *client) send(text []byte) error { return cl.c.Write(cl.ctx, ws.MessageText, text) }

// complain tells of an error; the connection stays.
func (cl *client) complain(code, context string) {
	b := wire.AppendJSONString([]byte(`{"type":"error","code":`), code)
	b = wire.AppendJSONString(append(b, `,"context":`...), context)
	cl.send(append(b, '}'))
}

// refuse ends the connection of a client that did not ask properly.
func (cl *client) refuse(code, text string) {
	cl.complain(code, text)
	cl.close(ws.StatusPolicyViolation, text)
}

// close ends the connection with a code and waits for the client's answer, though not for long.
func (cl *client) close(code ws.StatusCode, reason string) {
	cl.mu.Lock()
	if cl.code == 0 {
		cl.code, cl.reason = code, reason
	}
	cl.mu.Unlock()
	cl.c.Close(code, reason)
}

// serve reads until the connection ends, and tells how it ended.
func (cl *client) serve() {
	gone := make(chan struct{}) // closed when the node has ended the client's part in it
	cl.others.Go(func() { cl.watch(gone) })
	cl.others.Go(cl.ping)
	err := cl.read(gone)
	cl.stop()
	if cl.peer != nil {
		cl.peer.end()
	}
	cl.others.Wait()
	cl.c.CloseNow()
	code, reason := cl.ending(err)
	cl.s.cfg.Leave(cl.who, code, reason)
}

// abnormal is the code of a connection that broke; it never travels.
const abnormal = 1006

// ending is how a connection ended, which reading ended with err.
func (cl *client) ending(err error) (code int, reason string) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	var theirs ws.CloseError
	switch {
	case cl.code != 0:
		return int(cl.code), cl.reason
	case errors.Is(err, ws.ErrMessageTooBig):
		return int(ws.StatusMessageTooBig), fmt.Sprintf("message of more than %d bytes", cl.s.cfg.MaxText)
	case errors.As(err, &theirs):
		return int(theirs.Code), theirs.Reason
	}
	return abnormal, "Abnormal closure"
}

// watch ends the connection when the server or the node does.
func (cl *client) watch(gone <-chan struct{}) {
	select {
	case <-cl.ctx.Done():
	case <-cl.s.ctx.Done():
		cl.close(ws.StatusGoingAway, "Terminating")
	case <-gone:
		switch why := cl.peer.why; why.Code {
		case wire.CloseBye:
			cl.close(ws.StatusGoingAway, "Terminating")
		case wire.CloseOverflow, wire.CloseTimeout:
			cl.close(ws.StatusPolicyViolation, "Too slow: "+why.Reason)
		default:
			cl.close(ws.StatusInternalError, why.Reason)
		}
	}
}

// ping asks whether the client is still there.
func (cl *client) ping() {
	every := cl.s.cfg.PingEvery
	if every <= 0 {
		return
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		ctx, cancel := context.WithTimeout(cl.ctx, every)
		err := cl.c.Ping(ctx)
		late := ctx.Err() == context.DeadlineExceeded
		cancel()
		if err != nil {
			if late {
				cl.close(ws.StatusInternalError, "Ping timeout")
			}
			return
		}
		select {
		case <-t.C:
		case <-cl.ctx.Done():
			return
		}
	}
}

// read handles what the client says. The first text is its subscriptions; if that is wrong nothing that follows is heeded, as in the
// reference.
func (cl *client) read(gone chan struct{}) error {
	for first := true; ; first = false {
		// Not the client's context: the library drops a connection when a read is given up, and a close is to be said first.
		kind, text, err := cl.c.Read(context.Background())
		if err != nil {
			return err
		}
		switch {
		case kind == ws.MessageText && !utf8.Valid(text):
			cl.close(ws.StatusInvalidFramePayloadData, "Invalid frame payload data")
		case first:
			if err := cl.subscribe(text, gone); err != nil {
				cl.complain("deserialization_failed", err.Error())
			}
		case cl.peer == nil:
		case kind != ws.MessageText:
			cl.complain("deserialization_failed", errDecode.Error())
		default:
			if err := cl.event(text); err != nil {
				cl.complain("deserialization_failed", err.Error())
			}
		}
	}
}

// What is wrong with subscriptions; the texts are those of the reference.
var (
	errNoArray  = errors.New("subscriptions not an array")
	errNoString = errors.New("individual subscription not a string")
)

// subscribe reads the array of topic prefixes and makes the client a guest of the node.
func (cl *client) subscribe(text []byte, gone chan struct{}) error {
	n, err := cl.s.parse(text)
	list, ok := n.([]tree)
	if err != nil || !ok {
		return errNoArray
	}
	var prefixes []string
	for _, e := range list {
		prefix, ok := e.(string)
		if !ok {
			return errNoString
		}
		if len(prefix) > wire.MaxTopic {
			return fmt.Errorf("individual subscription of more than %d bytes", wire.MaxTopic)
		}
		prefixes = append(prefixes, prefix)
	}
	slices.Sort(prefixes)
	cl.who.Subscriptions = slices.Compact(prefixes)
	subs := make([][]byte, 0, len(prefixes))
	for _, prefix := range cl.who.Subscriptions {
		subs = append(subs, []byte(prefix))
	}
	p := newPeer(cl.who.ID, cl.who.Remote, subs)
	if len(p.hello()) > wire.MaxHandshake {
		return fmt.Errorf("subscriptions of more than %d bytes", wire.MaxHandshake)
	}
	p.send = cl.send
	p.up = func() error {
		b := wire.AppendJSONString([]byte(`{"type":"ack","endpoint":`), cl.who.ID)
		b = wire.AppendJSONString(append(b, `,"version":`...), cl.s.cfg.Version)
		return cl.send(append(b, '}'))
	}
	if cl.s.cfg.Count != nil {
		p.count = cl.s.cfg.Count(cl.who)
	}
	cl.peer = p
	cl.others.Go(func() { p.run(); close(gone) })
	cl.s.cfg.Join(cl.who, p)
	return nil
}

// event passes one on if it may be published.
func (cl *client) event(text []byte) error {
	ev, err := cl.s.decode(text)
	if err != nil {
		return err
	}
	if cl.s.cfg.Check != nil {
		select {
		case cl.s.tokens <- struct{}{}:
		case <-cl.s.ctx.Done():
			return nil
		}
		ok := cl.s.cfg.Check(cl.s.ctx, &ev)
		<-cl.s.tokens
		if !ok {
			return errEvent
		}
	}
	cl.peer.publish(&ev)
	return nil
}

// largeText is a text of which one is decoded at a time, since it takes a lot of memory.
const largeText = 64 << 10

// decode reads a data message.
func (s *Server) decode(text []byte) (Event, error) {
	if len(text) >= largeText {
		s.large <- struct{}{}
		defer func() { <-s.large }()
	}
	return decode(text)
}

// parse reads a text of JSON.
func (s *Server) parse(text []byte) (tree, error) {
	if len(text) >= largeText {
		s.large <- struct{}{}
		defer func() { <-s.large }()
	}
	return parse(text)
}
