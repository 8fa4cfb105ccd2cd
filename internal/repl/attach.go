package repl

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"sync"
	"time"
)

// AttachOptions say where to attach, and with what rights.
type AttachOptions struct {
	Options
	Address string
	Token   string // for TLS
	Write   bool   // ask for more than looking
}

// client is a prompt at the user's end.
type client struct {
	c       net.Conn
	enc     *json.Encoder
	mu      sync.Mutex // of enc
	answers chan reply
	gone    chan struct{} // the node has closed the connection
}

// Attach holds a session at the prompt of another process's engine and returns the exit status: 1 when it could not be reached or ended
// by itself, and through a pipe after any error.
func Attach(ctx context.Context, o AttachOptions) int {
	fail := func(err error) int {
		fmt.Fprintf(o.Out, "brogo: cannot attach to %s: %v\n", o.Address, err)
		return 1
	}
	c, err := dial(o.Address, o.Token)
	if err != nil {
		return fail(err)
	}
	cl := &client{c: c, enc: json.NewEncoder(c), answers: make(chan reply, 1), gone: make(chan struct{})}
	in := bufio.NewScanner(c)
	in.Buffer(nil, 2*maxLine)
	prompt, err := cl.greet(in, o)
	if err != nil {
		c.Close()
		return fail(err)
	}
	src, ed, out := o.Options.input()
	if ed != nil {
		ed.attach(cl.complete, cl.interrupt)
	}
	go cl.receive(in, out)
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	stopped := make(chan struct{})
	go func() {
		select {
		case <-ch:
			cl.interrupt()
		case <-ctx.Done():
			c.Close()
		case <-stopped:
		}
	}()
	lines := make(chan int, 1)
	go func() { lines <- cl.talk(src, prompt) }()
	code := 1
	select {
	case code = <-lines:
	case <-cl.gone:
		select {
		case code = <-lines:
		default:
			fmt.Fprintln(out, "the node has ended")
		}
	}
	src.close()
	signal.Stop(ch)
	close(stopped)
	c.Close()
	<-cl.gone
	return code
}

// greet shows the token, if the connection needs it, and has the node show that it knows it, too.
func (cl *client) greet(in *bufio.Scanner, o AttachOptions) (prompt string, err error) {
	hello := greeting{Write: o.Write}
	t, secure := cl.c.(*tls.Conn)
	if secure {
		if hello.Proof, err = proof(t, o.Token, "client"); err != nil {
			return "", err
		}
	}
	if err := cl.enc.Encode(hello); err != nil {
		return "", err
	}
	var r reply
	if !in.Scan() {
		return "", errors.Join(errors.New("the node does not answer"), in.Err())
	}
	if err := json.Unmarshal(in.Bytes(), &r); err != nil {
		return "", err
	}
	if !r.OK {
		return "", errors.New(r.Out)
	}
	if secure {
		want, err := proof(t, o.Token, "server")
		if err != nil || !hmac.Equal([]byte(want), []byte(r.Proof)) {
			return "", errors.New("what answers does not know the token")
		}
	}
	cl.c.SetDeadline(time.Time{})
	return r.Prompt, nil
}

func (cl *client) send(r request) {
	cl.mu.Lock()
	cl.enc.Encode(r)
	cl.mu.Unlock()
}

func (cl *client) interrupt() { cl.send(request{Break: true}) }

// receive prints output and passes answers on.
func (cl *client) receive(in *bufio.Scanner, out io.Writer) {
	defer close(cl.gone)
	for in.Scan() {
		var r reply
		if json.Unmarshal(in.Bytes(), &r) != nil {
			return
		}
		if r.Out != "" {
			io.WriteString(out, r.Out)
		}
		if r.Done {
			cl.answers <- r
		}
	}
}

// ask sends a request and waits for its answer; false when the node is gone.
func (cl *client) ask(r request) (reply, bool) {
	cl.send(r)
	select {
	case a := <-cl.answers:
		return a, true
	case <-cl.gone:
		return reply{}, false
	}
}

func (cl *client) complete(line string, pos int) (head string, list []string, tail string) {
	a, ok := cl.ask(request{Text: line, Pos: pos, Complete: true})
	if !ok {
		return line, nil, ""
	}
	return a.Head, a.List, a.Tail
}

// talk sends inputs until there are no more, and returns the exit status.
func (cl *client) talk(in lineSource, prompt string) int {
	var a assembler
	code := 0
	for {
		line, interrupted, err := in.read(a.prompt(prompt))
		if interrupted {
			a.drop()
			continue
		}
		it := input{}
		if err != nil {
			it = a.rest()
		} else {
			in.kept(line)
			it = a.add(line, in.peek)
		}
		if it.kind != more && it.kind != blank {
			ans, ok := cl.ask(request{Kind: it.kind, Text: it.text, Code: it.code})
			if !ok {
				return 1
			}
			prompt = ans.Prompt
			if !ans.OK {
				in.dropPaste()
				if in.waits() {
					code = 1
				}
			}
			if ans.Quit {
				return code
			}
		}
		if err != nil {
			return code
		}
	}
}
