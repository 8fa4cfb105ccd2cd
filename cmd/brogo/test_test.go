package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// onTerminal runs `brogo test ARGS` in a directory on a pseudo-terminal and returns all that appears; answers are typed at each question.
func onTerminal(t *testing.T, dir, answers string, args ...string) (out string, status int) {
	t.Helper()
	cmd := exec.Command("brogo", append([]string{"test"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=xterm")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	var b strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := tty.Read(buf)
		b.Write(buf[:n])
		if answers != "" && strings.HasSuffix(b.String(), "[q]uit: ") {
			if _, err := tty.WriteString(answers[:1] + "\n"); err != nil {
				t.Fatal(err)
			}
			answers = answers[1:]
			b.WriteByte('\n')
		}
		if err != nil {
			break // the other end is closed
		}
	}
	cmd.Wait()
	return b.String(), cmd.ProcessState.ExitCode()
}

func writeAll(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTestsShowProgress(t *testing.T) {
	dir := writeAll(t, map[string]string{"a.zeek": "print 1;", "a.out": "1\n", "b.zeek": "print 2;", "b.out": "3\n"})
	out, status := onTerminal(t, dir, "", "-j", "1")
	for _, want := range []string{"\r\x1b[K0 of 2  a.zeek", "\x1b[31m-3\x1b[0m", "\x1b[32m+2\x1b[0m", "1 passed, 1 failed"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	if status != 1 {
		t.Errorf("exit status %d", status)
	}
}

func TestReviewAsks(t *testing.T) {
	dir := writeAll(t, map[string]string{"a.zeek": "print 1;", "a.out": "x\n", "b.zeek": "print 2;", "b.out": "x\n", "c.zeek": "print 3;", "c.out": "x\n"})
	out, status := onTerminal(t, dir, "ynq", "-review")
	if status != 1 || strings.Count(out, "Accept this difference?") != 3 {
		t.Errorf("exit status %d\n%s", status, out)
	}
	for name, want := range map[string]string{"a.out": "1\n", "b.out": "x\n", "c.out": "x\n"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
