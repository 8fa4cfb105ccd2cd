//go:build linux || darwin || freebsd || netbsd || openbsd

package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/peterh/liner"
	"golang.org/x/sys/unix"
)

// terminal reads lines with liner. There is one to a process: liner knows no other terminal than the process's.
type terminal struct {
	screen    *screen
	completer completer

	line    *liner.State
	cooked  liner.ModeApplier // the terminal as it was
	raw     liner.ModeApplier // and as it is between prompts
	keys    *keys
	tty     *os.File
	history string
	once    sync.Once

	wake, woken *os.File // a pipe that ends the pump's wait
	paused      chan struct{}
	resume      chan struct{}
}

// newTerminal takes the process's terminal over.
func newTerminal(o Options) (ed editor, ok bool) {
	t := &terminal{tty: os.Stdin, history: o.History, paused: make(chan struct{}), resume: make(chan struct{})}
	t.cooked, _ = liner.TerminalMode()
	// liner reads os.Stdin and has no other way in: it gets a pipe, so that keys sees what is typed first. The terminal's modes
	// it sets on file descriptor 0, which stays what it is.
	r, w, err := os.Pipe()
	if err == nil {
		t.woken, t.wake, err = os.Pipe()
	}
	if err != nil {
		panic("repl: no pipe: " + err.Error())
	}
	os.Stdin = r
	t.keys = &keys{editor: w}
	t.line = liner.NewLiner()
	// liner wants signals of the keyboard between its prompts, and has them change with the prompt, not with what a key is meant for.
	// Without any, keys sees every Ctrl-C.
	if m, err := unix.IoctlGetTermios(0, getTermios); err == nil {
		m.Lflag &^= unix.ISIG
		unix.IoctlSetTermios(0, setTermios, m)
	}
	t.raw, _ = liner.TerminalMode()
	t.line.SetCtrlCAborts(true)
	t.line.SetTabCompletionStyle(liner.TabPrints)
	t.line.SetBeep(false)
	t.line.SetWordCompleter(func(line string, pos int) (string, []string, string) {
		if t.completer == nil {
			return line, nil, ""
		}
		return t.completer(line, pos)
	})
	if f, err := os.Open(t.history); err == nil {
		t.line.ReadHistory(f)
		f.Close()
	}
	t.screen = &screen{out: os.Stdout, redraw: func() {
		// liner has no call for this, but redraws when the window changes its size.
		syscall.Kill(os.Getpid(), syscall.SIGWINCH)
	}}
	fmt.Fprint(os.Stdout, pasteOn)
	go t.pump(w)
	return t, true
}

// pump hands what the terminal sends to keys. It ends with the process: a read of a terminal cannot be ended otherwise.
func (t *terminal) pump(w *os.File) {
	buf := make([]byte, 64<<10)
	for {
		fds := []unix.PollFd{{Fd: int32(t.tty.Fd()), Events: unix.POLLIN}, {Fd: int32(t.woken.Fd()), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); errors.Is(err, unix.EINTR) {
			continue
		}
		if fds[1].Revents != 0 {
			t.woken.Read(buf[:1])
			t.paused <- struct{}{}
			<-t.resume
			continue
		}
		n, err := t.tty.Read(buf)
		if n > 0 {
			t.keys.feed(buf[:n:n])
		}
		if err != nil {
			w.Close()
			return
		}
	}
}

func (t *terminal) read(prompt string) (line string, interrupted bool, err error) {
	if line, ok := t.keys.next(); ok {
		fmt.Fprintf(t.screen, "%s%s\n", prompt, line)
		return line, false, nil
	}
	t.screen.begin()
	line, err = t.line.Prompt(prompt)
	t.screen.end()
	if errors.Is(err, liner.ErrPromptAborted) {
		t.keys.dropPaste()
		return "", true, nil
	}
	if errors.Is(err, io.EOF) {
		fmt.Fprintln(t.screen)
	}
	return line, false, err
}

func (t *terminal) peek(bool) (string, bool) { return t.keys.peek() }
func (t *terminal) dropPaste()               { t.keys.dropPaste() }
func (t *terminal) waits() bool              { return false }

func (t *terminal) kept(line string) {
	if line != "" {
		t.line.AppendHistory(line)
	}
}

// edit runs the user's editor on a file, with the terminal as it was.
func (t *terminal) edit(path string) error {
	editor := os.Getenv("VISUAL")
	if editor == "" {
		editor = os.Getenv("EDITOR")
	}
	if editor == "" {
		editor = "vi"
	}
	t.wake.Write([]byte{0})
	<-t.paused
	defer func() {
		fmt.Fprint(os.Stdout, pasteOn) // editors turn it off
		t.resume <- struct{}{}
	}()
	t.cooked.ApplyMode()
	defer t.raw.ApplyMode()
	cmd := exec.Command("sh", "-c", editor+` "$1"`, "sh", path)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = t.tty, os.Stdout, os.Stderr
	return cmd.Run()
}

// attach joins the terminal to a session.
func (t *terminal) attach(complete completer, ctrlC func()) {
	t.completer = complete
	t.keys.onCtrlC(ctrlC)
}

func (t *terminal) output() io.Writer { return t.screen }

// close gives the terminal back and writes the history.
func (t *terminal) close() {
	t.once.Do(func() {
		t.screen.end()
		fmt.Fprint(os.Stdout, pasteOff)
		t.line.Close()
		t.cooked.ApplyMode()
		if t.history == "" {
			return
		}
		if os.MkdirAll(filepath.Dir(t.history), 0o700) == nil {
			if f, err := os.OpenFile(t.history, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600); err == nil {
				t.line.WriteHistory(f)
				f.Close()
			}
		}
	})
}
