package supervise

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Spec is a process to be started.
type Spec struct {
	Node string
	Argv []string
	Env  []string
	Dir  string
}

// Stream is what a line came from.
type Stream string

// The streams of a process; Report is what the node tells the supervisor.
const (
	Stdout Stream = "stdout"
	Stderr Stream = "stderr"
	Report Stream = "report"
)

// Watch hears of one process, from any goroutine. Exited is the last call.
type Watch struct {
	Line   func(from Stream, line string)
	Exited func(Exit)
}

// Exit is how a process ended.
type Exit struct {
	Code   int    // -1 if a signal ended it
	Reason string // as people say it: "exit status 1", "signal: killed"
}

// Process is one that runs.
type Process interface {
	Pid() int
	Signal(s os.Signal)
}

// Starter starts processes.
type Starter interface {
	Start(s Spec, w Watch) (Process, error)
}

// Machine starts real processes. They end with this one. Close after all have ended.
type Machine struct {
	once sync.Once
	jobs chan func()
}

// Close ends the starter's goroutine.
func (m *Machine) Close() {
	m.once.Do(func() {})
	if m.jobs != nil {
		close(m.jobs)
	}
}

// Start starts a process in a group of its own, so that Ctrl-C reaches the supervisor alone.
func (m *Machine) Start(s Spec, w Watch) (Process, error) {
	m.once.Do(func() {
		m.jobs = make(chan func())
		go func() {
			runtime.LockOSThread() // a process is told of the end of the thread that started it
			for job := range m.jobs {
				job()
			}
		}()
	})
	var p *process
	var err error
	done := make(chan struct{})
	m.jobs <- func() { p, err = start(s, w); close(done) }
	<-done
	if err != nil {
		return nil, err
	}
	return p, nil
}

type process struct{ cmd *exec.Cmd }

func (p *process) Pid() int { return p.cmd.Process.Pid }

// Signal does nothing to a process that has ended.
func (p *process) Signal(s os.Signal) { _ = p.cmd.Process.Signal(s) }

func start(s Spec, w Watch) (*process, error) {
	cmd := exec.Command(s.Argv[0], s.Argv[1:]...)
	cmd.Dir, cmd.Env = s.Dir, s.Env
	cmd.SysProcAttr = attributes()
	var readers, writers []*os.File
	closeAll := func(fs []*os.File) {
		for _, f := range fs {
			f.Close()
		}
	}
	for range 3 {
		r, wr, err := os.Pipe()
		if err != nil {
			closeAll(readers)
			closeAll(writers)
			return nil, err
		}
		readers, writers = append(readers, r), append(writers, wr)
	}
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = writers[0], writers[1], writers[2:]
	err := cmd.Start()
	closeAll(writers)
	if err != nil {
		closeAll(readers)
		return nil, err
	}
	var read sync.WaitGroup
	for i, from := range []Stream{Stdout, Stderr, Report} {
		read.Go(func() { lines(readers[i], func(l string) { w.Line(from, l) }) })
	}
	go func() {
		err := cmd.Wait()
		// What it said is told before its end. Its own children may hold the pipes open: they are not waited for.
		for _, r := range readers {
			_ = r.SetReadDeadline(time.Now().Add(drainPipes))
		}
		read.Wait()
		closeAll(readers)
		w.Exited(exitOf(cmd, err))
	}()
	return &process{cmd}, nil
}

func exitOf(cmd *exec.Cmd, err error) Exit {
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return Exit{-1, err.Error()}
	}
	return Exit{cmd.ProcessState.ExitCode(), cmd.ProcessState.String()}
}

// drainPipes is how long the output of a process that has ended is still read while something holds its pipes open.
const drainPipes = time.Second

// maxLine is the longest line that is passed on whole.
const maxLine = 64 << 10

// lines calls see for each line, also for the last one without an end.
func lines(r io.Reader, see func(string)) {
	b := bufio.NewReaderSize(r, maxLine)
	for {
		l, err := b.ReadSlice('\n')
		if n := len(l); n > 0 && l[n-1] == '\n' {
			l = l[:n-1]
		} else if n == 0 {
			if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
				return
			}
			continue
		}
		see(string(l))
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// terminate and kill are what ends a process.
var (
	terminate os.Signal = syscall.SIGTERM
	kill      os.Signal = syscall.SIGKILL
)
