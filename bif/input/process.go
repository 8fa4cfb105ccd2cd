package input

import (
	"context"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// maxPiped is how much of a command's output waits to be read, in bytes; the command waits beyond that.
const maxPiped = 1 << 20

// grace is how long a command has to end when it is told to, before it is made to.
const grace = time.Second

// process is a command that runs on the side.
type process struct {
	cmd         *exec.Cmd
	stdin       *os.File
	out, errOut *pipe
	kill        bool          // it is not given time to end
	done        chan struct{} // closed when it has ended
	unwatch     func() bool
	wg          sync.WaitGroup
}

// startProcess runs a line in a shell with text for its standard input. When ctx ends, so does the command. ended is called from
// another goroutine when it is over. blocking has reads of its output wait for more.
func startProcess(ctx context.Context, line, text string, environ []string, blocking, stderr, kill bool, ended func()) (*process, error) {
	p := &process{cmd: exec.Command("/bin/sh", "-c", line), kill: kill, done: make(chan struct{})}
	p.cmd.Env = environ
	ownGroup(p.cmd)
	var ends [6]*os.File
	var err error
	for i := 0; i < len(ends) && err == nil; i += 2 {
		ends[i], ends[i+1], err = os.Pipe()
	}
	if err == nil {
		p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = ends[0], ends[3], ends[5]
		err = p.cmd.Start()
	}
	theirs, mine := []*os.File{ends[0], ends[3], ends[5]}, []*os.File{ends[1], ends[2], ends[4]}
	for _, f := range theirs {
		f.Close()
	}
	if err != nil {
		for _, f := range mine {
			f.Close()
		}
		return nil, err
	}
	p.stdin, p.out, p.errOut = mine[0], newPipe(mine[1], blocking), newPipe(mine[2], blocking)
	p.errOut.discard = !stderr
	p.run(p.out.fill)
	p.run(p.errOut.fill)
	p.run(func() {
		// A command need not read what it is given: a broken pipe is no error.
		io.WriteString(p.stdin, text)
		p.stdin.Close()
	})
	p.run(func() {
		p.cmd.Wait()
		close(p.done)
		ended()
	})
	p.unwatch = context.AfterFunc(ctx, p.release)
	return p, nil
}

func (p *process) run(f func()) {
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		f()
	}()
}

// release tells the command to end and sets whoever waits for its output free.
func (p *process) release() {
	if !p.hasEnded() {
		signalGroup(p.cmd, false)
	}
	p.out.close()
	p.errOut.close()
	p.stdin.Close()
}

// close ends the command and waits for it.
func (p *process) close() {
	p.unwatch()
	p.release()
	limit := grace
	if p.kill {
		limit = 0
	}
	t := time.NewTimer(limit)
	defer t.Stop()
	select {
	case <-p.done:
	case <-t.C:
		signalGroup(p.cmd, true)
	}
	p.wg.Wait()
}

func (p *process) hasEnded() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// waitEnd waits for the command's end; false if ctx ended before.
func (p *process) waitEnd(ctx context.Context) bool {
	select {
	case <-p.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// status is the exit code, or the number of the signal that ended the command. Only after the end.
func (p *process) status() (code int, signaled bool) {
	if n, ok := endingSignal(p.cmd.ProcessState); ok {
		return n, true
	}
	return p.cmd.ProcessState.ExitCode(), false
}

// drained reports whether all output has been read to its end.
func (p *process) drained() bool { return p.out.ended() && p.errOut.ended() }

// taken is how many bytes have been read.
func (p *process) taken() int64 { return p.out.total() + p.errOut.total() }

// pipe is output of a command on its way: one goroutine fills it, another reads.
type pipe struct {
	f        *os.File
	blocking bool
	discard  bool

	mu     sync.Mutex
	cond   sync.Cond
	buf    []byte
	eof    bool
	closed bool
	n      int64
}

func newPipe(f *os.File, blocking bool) *pipe {
	p := &pipe{f: f, blocking: blocking}
	p.cond.L = &p.mu
	return p
}

// fill reads the command's end of the pipe until it is closed.
func (p *pipe) fill() {
	b := make([]byte, 32<<10)
	for {
		n, err := p.f.Read(b)
		p.mu.Lock()
		if !p.discard {
			p.buf = append(p.buf, b[:n]...)
		}
		p.eof = err != nil
		p.cond.Broadcast()
		for len(p.buf) >= maxPiped && !p.closed && !p.eof {
			p.cond.Wait()
		}
		over := p.eof || p.closed
		p.mu.Unlock()
		if over {
			p.f.Close()
			return
		}
	}
}

// Read gives what is there. When there is nothing it waits, or returns errAgain if the pipe does not block.
func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 {
		switch {
		case p.eof || p.closed:
			return 0, io.EOF
		case !p.blocking:
			return 0, errAgain
		}
		p.cond.Wait()
	}
	n := copy(b, p.buf)
	p.buf = p.buf[:copy(p.buf, p.buf[n:])]
	p.n += int64(n)
	p.cond.Broadcast()
	return n, nil
}

func (p *pipe) ended() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.eof && len(p.buf) == 0
}

func (p *pipe) total() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

// close sets reader and filler free.
func (p *pipe) close() {
	p.mu.Lock()
	p.closed = true
	p.cond.Broadcast()
	p.mu.Unlock()
	p.f.Close()
}
