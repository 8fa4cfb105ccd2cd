package supervise

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// The control socket takes one request on each connection, a line with a verb, and answers with one line of JSON:
// to status an array of NodeStatus at once, to drain and stop an empty array when all nodes have ended.

// maxSocketPath is how long the path of a socket may be on every system.
const maxSocketPath = 100

// socketFile is the file in the run directory that says where the socket is, if its own path would be too long.
const socketFile = "control"

// control is the socket of a supervisor that runs.
type control struct {
	s    *Supervisor
	l    net.Listener
	file string
	temp string // directory made for the socket
	wg   sync.WaitGroup
}

// listenControl opens the socket of a run directory. A supervisor that runs there already is an error.
func listenControl(dir string) (*control, error) {
	c := &control{file: filepath.Join(dir, socketFile)}
	if conn, err := dialControl(dir); err == nil {
		conn.Close()
		return nil, fmt.Errorf("a cluster runs in %s already: brogo cluster drain --dir %s ends it, another --dir makes room for a second one", dir, dir)
	}
	path := filepath.Join(dir, "control.sock")
	if len(path) > maxSocketPath {
		var err error
		if c.temp, err = os.MkdirTemp("", "brogo-cluster-"); err != nil {
			return nil, err
		}
		path = filepath.Join(c.temp, "control.sock")
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	if err := os.WriteFile(c.file, []byte(path+"\n"), 0o600); err != nil {
		l.Close()
		return nil, err
	}
	c.l = l
	return c, nil
}

// dialControl connects to the supervisor of a run directory.
func dialControl(dir string) (net.Conn, error) {
	b, err := os.ReadFile(filepath.Join(dir, socketFile))
	if err != nil {
		return nil, err
	}
	return net.DialTimeout("unix", strings.TrimSpace(string(b)), 2*time.Second)
}

// serve answers requests until close.
func (c *control) serve(s *Supervisor) {
	c.s = s
	c.wg.Go(func() {
		for {
			conn, err := c.l.Accept()
			if err != nil {
				return
			}
			c.wg.Go(func() { c.answer(conn) })
		}
	})
}

func (c *control) answer(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // who connects and says nothing is not waited for
	verb, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return
	}
	done := make(chan []NodeStatus, 1)
	switch strings.TrimSpace(verb) {
	case "status":
		c.s.Status(func(n []NodeStatus) { done <- n })
	case "drain":
		c.s.Drain(func() { done <- nil })
	case "stop":
		c.s.Stop(func() { done <- nil })
	default:
		return
	}
	nodes := []NodeStatus{}
	nodes = append(nodes, <-done...)
	_ = json.NewEncoder(conn).Encode(nodes)
}

// close ends the socket when the supervisor has ended; answers that wait for that get out before.
func (c *control) close() {
	c.l.Close()
	os.Remove(c.file)
	if c.s != nil {
		c.s.step() // requests that came after the end are answered
	}
	c.wg.Wait()
	if c.temp != "" {
		os.RemoveAll(c.temp)
	}
}

// ask sends a request to the supervisor of a run directory and returns the answer.
func ask(dir, verb string) ([]NodeStatus, error) {
	conn, err := dialControl(dir)
	if err != nil {
		return nil, fmt.Errorf("no cluster runs in %s (--dir names another directory)", dir)
	}
	defer conn.Close()
	if _, err := fmt.Fprintln(conn, verb); err != nil {
		return nil, err
	}
	var nodes []NodeStatus
	if err := json.NewDecoder(conn).Decode(&nodes); err != nil {
		return nil, fmt.Errorf("the cluster in %s ended without an answer", dir)
	}
	return nodes, nil
}
