package main

import (
	"bytes"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// session is brogo's prompt on a real pseudo-terminal of 24 lines of 80 columns.
type session struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	raw  bytes.Buffer // everything since the last send
	term vt
	news chan struct{} // has a token when something came
	gone chan struct{}
}

// patience bounds every wait; a test that passes never reaches it.
const patience = 30 * time.Second

// startPrompt runs `brogo ARGS` on a terminal and waits for its prompt.
func startPrompt(t *testing.T, env []string, args ...string) *session {
	t.Helper()
	cmd := exec.Command("brogo", args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(append(os.Environ(), "TERM=xterm", "NO_COLOR=1", "XDG_STATE_HOME="+t.TempDir()), env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, tty: tty, cmd: cmd, news: make(chan struct{}, 1), gone: make(chan struct{})}
	go func() {
		defer close(s.gone)
		buf := make([]byte, 64<<10)
		for {
			n, err := tty.Read(buf)
			s.mu.Lock()
			s.raw.Write(buf[:n])
			s.term.write(buf[:n])
			s.mu.Unlock()
			select {
			case s.news <- struct{}{}:
			default:
			}
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		tty.Close()
		<-s.gone
	})
	s.sees("brogo> ")
	return s
}

// send types text; what came before is forgotten.
func (s *session) send(text string) {
	s.t.Helper()
	s.mu.Lock()
	s.raw.Reset()
	s.mu.Unlock()
	if _, err := s.tty.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for a condition on what came since the last send and on the screen's last line.
func (s *session) until(what string, cond func(raw, line string) bool) {
	s.t.Helper()
	late := time.After(patience)
	for {
		s.mu.Lock()
		raw, line := s.raw.String(), s.term.last()
		s.mu.Unlock()
		if cond(raw, line) {
			return
		}
		select {
		case <-s.news:
		case <-s.gone:
			s.t.Fatalf("brogo ended while waiting for %s; it printed\n%q", what, raw)
		case <-late:
			s.t.Fatalf("no %s; there came\n%q\nthe line is %q", what, raw, line)
		}
	}
}

// sees waits for text, and for a prompt with nothing behind it.
func (s *session) sees(text string) {
	s.t.Helper()
	s.until("`"+text+"` and a prompt", func(raw, line string) bool {
		return strings.Contains(plain(raw), text) && strings.HasSuffix(line, "> ")
	})
}

// saw reports whether a line with text has ever come.
func (s *session) saw(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.term.all, func(l string) bool { return strings.Contains(l, text) })
}

// line waits until the line of the cursor is text.
func (s *session) line(text string) {
	s.t.Helper()
	s.until("line `"+text+"`", func(_, line string) bool { return line == text })
}

// ask types a line and waits for an answer.
func (s *session) ask(line, answer string) {
	s.t.Helper()
	s.send(line + "\r")
	s.until("`"+answer+"` and a prompt", func(raw, line string) bool {
		_, after, entered := strings.Cut(plain(raw), "\n")
		return entered && strings.Contains(after, answer) && strings.HasSuffix(line, "> ")
	})
}

// status waits for the program's end.
func (s *session) status() int {
	s.t.Helper()
	select {
	case <-s.gone:
	case <-time.After(patience):
		s.t.Fatal("brogo did not end")
	}
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// plain is output without carriage returns and escape sequences.
func plain(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\r':
		case s[i] == 0x1b && i+1 < len(s) && s[i+1] == '[':
			for i += 2; i < len(s) && (s[i] < '@' || s[i] > '~'); i++ {
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// vt is as much of a terminal as one line needs.
type vt struct {
	line []byte
	col  int
	esc  []byte // an escape sequence under way
	all  []string
}

func (v *vt) write(b []byte) {
	for _, c := range b {
		switch {
		case len(v.esc) > 0:
			v.esc = append(v.esc, c)
			if len(v.esc) > 2 && c >= '@' && c <= '~' {
				v.escape(string(v.esc[2:]))
				v.esc = v.esc[:0]
			}
		case c == 0x1b:
			v.esc = append(v.esc, c)
		case c == '\r':
			v.col = 0
		case c == '\n':
			v.all = append(v.all, string(v.line))
			v.line, v.col = v.line[:0], 0
		case c >= ' ':
			for len(v.line) <= v.col {
				v.line = append(v.line, ' ')
			}
			v.line[v.col] = c
			v.col++
		}
	}
}

// escape performs the sequences that move within the line and erase its end.
func (v *vt) escape(seq string) {
	n := 0
	for _, c := range seq[:len(seq)-1] {
		if c >= '0' && c <= '9' {
			n = 10*n + int(c-'0')
		}
	}
	switch seq[len(seq)-1] {
	case 'G':
		v.col = max(n-1, 0)
	case 'C':
		v.col += n
	case 'K':
		v.line = v.line[:min(v.col, len(v.line))]
	}
}

// last is the line of the cursor, up to the cursor if nothing but blanks follow.
func (v *vt) last() string {
	s := strings.TrimRight(string(v.line), " ")
	for len(s) < v.col {
		s += " "
	}
	return s
}
