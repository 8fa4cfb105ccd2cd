package testrun

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The files by which btest-bg-run and btest-bg-wait know of each other, in the format of btest: tests look into some.
const (
	bgList   = ".bgprocs"  // directories of the processes, a line each
	bgPid    = ".pid"      // of the helper that watches one
	bgStatus = ".exitcode" // once it has ended
	bgLine   = ".cmdline"
)

// bgRun starts a command line in a new directory and returns while it runs.
func (h *helpers) bgRun() int {
	if len(h.args) < 2 {
		return h.errorf("usage: btest-bg-run DIRECTORY COMMAND...")
	}
	dir := h.args[0]
	if _, err := os.Stat(dir); err == nil {
		return h.errorf("directory '%s' already exists", dir)
	}
	line := strings.Join(h.args[1:], " ")
	start := func() error {
		list, err := os.OpenFile(bgList, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		fmt.Fprintln(list, dir)
		if err := list.Close(); err != nil {
			return err
		}
		if err := os.Mkdir(dir, 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, bgLine), []byte(line+"\n"), 0o666); err != nil {
			return err
		}
		out, err := os.Create(filepath.Join(dir, ".stdout"))
		if err != nil {
			return err
		}
		defer out.Close()
		errs, err := os.Create(filepath.Join(dir, ".stderr"))
		if err != nil {
			return err
		}
		defer errs.Close()
		exe, err := os.Executable()
		if err != nil {
			return err
		}
		cmd := exec.Command(exe, line)
		cmd.Args[0] = "btest-bg-run-helper"
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, errs
		detach(cmd)
		return cmd.Start()
	}
	if err := start(); err != nil {
		return h.errorf("%v", err)
	}
	// Tests count on what they start being there when the next command runs.
	pause := 1.0
	if v, err := strconv.ParseFloat(os.Getenv("BTEST_BG_RUN_SLEEP"), 64); err == nil {
		pause = v
	}
	time.Sleep(time.Duration(pause * float64(time.Second)))
	return 0
}

// bgChild runs the command line and notes its status. Asked to end, it ends all that runs in its session.
func (h *helpers) bgChild() int {
	cmd := exec.Command(shell(), "-c", strings.Join(h.args, " "))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	asked := make(chan os.Signal, 4)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGHUP, os.Interrupt)
	note := func(name string, n int) { os.WriteFile(name, fmt.Appendf(nil, "%d\n", n), 0o666) }
	if err := cmd.Start(); err != nil {
		note(bgStatus, 127)
		return h.errorf("%v", err)
	}
	note(bgPid, os.Getpid())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait()
	}()
	select {
	case <-ended:
		note(bgStatus, cmd.ProcessState.ExitCode())
		return 0
	case <-asked:
	}
	status := int(syscall.SIGTERM)
	endGroup(os.Getpid(), false)
	select {
	case <-ended:
	case <-time.After(graceful):
		status = int(syscall.SIGKILL)
		cmd.Process.Kill()
	}
	note(bgStatus, status)
	return 0
}

// bgPoll is how often btest-bg-wait looks.
const bgPoll = 10 * time.Millisecond

// bgWait waits for the processes that btest-bg-run has started in this directory, ends those that are late, and puts what they printed
// together.
func (h *helpers) bgWait() int {
	args := h.args
	lateOK := len(args) > 0 && args[0] == "-k"
	if lateOK {
		args = args[1:]
	}
	seconds := 0
	if len(args) == 1 {
		seconds, _ = strconv.Atoi(args[0])
	}
	if seconds <= 0 {
		return h.errorf("usage: btest-bg-wait [-k] SECONDS")
	}
	list, err := os.ReadFile(bgList)
	if err != nil {
		return h.errorf("nothing has been started: %v", err)
	}
	dirs := strings.Fields(string(list))
	var late []string
	deadline := time.Now().Add(time.Duration(seconds) * time.Second)
	for running := dirs; ; time.Sleep(bgPoll) {
		var left []string
		for _, d := range running {
			if !exists(filepath.Join(d, bgStatus)) {
				left = append(left, d)
			}
		}
		if running = left; len(running) == 0 {
			break
		}
		if time.Now().After(deadline) {
			late = running
			endAll(running)
			break
		}
	}
	var out, errs strings.Builder
	if len(late) > 0 && !lateOK {
		errs.WriteString("these processes did not end in time:\n")
		for _, d := range late {
			errs.WriteString("  " + line(d, bgLine) + "\n")
		}
	}
	status := 0
	for _, d := range dirs {
		for _, o := range []struct {
			to   *strings.Builder
			file string
		}{{&out, ".stdout"}, {&errs, ".stderr"}} {
			data, _ := os.ReadFile(filepath.Join(d, o.file))
			fmt.Fprintf(o.to, "<<< [%s] %s\n%s>>>\n", line(d, bgPid), line(d, bgLine), data)
		}
	}
	for _, d := range dirs {
		isLate := false
		for _, l := range late {
			isLate = isLate || l == d
		}
		switch code := line(d, bgStatus); {
		case isLate && lateOK:
		case isLate || code != "0":
			fmt.Fprintf(&errs, ">>> process %s failed with exitcode %s: %s\n", line(d, bgPid), code, line(d, bgLine))
			status = 1
		}
	}
	for name, text := range map[string]string{".stdout": out.String(), ".stderr": errs.String()} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return h.errorf("%v", err)
		}
	}
	return status
}

// endAll ends the processes of some directories, first by asking.
func endAll(dirs []string) {
	pids := make(map[string]int)
	for _, d := range dirs {
		if pid, err := strconv.Atoi(line(d, bgPid)); err == nil {
			pids[d] = pid
			if p, err := os.FindProcess(pid); err == nil {
				p.Signal(syscall.SIGTERM)
			}
		}
	}
	for end := time.Now().Add(2 * graceful); time.Now().Before(end); time.Sleep(bgPoll) {
		for d := range pids {
			if exists(filepath.Join(d, bgStatus)) {
				delete(pids, d)
			}
		}
		if len(pids) == 0 {
			return
		}
	}
	for _, pid := range pids {
		endGroup(pid, true)
	}
}

// line is the first line of a file in a directory.
func line(dir, name string) string {
	data, _ := os.ReadFile(filepath.Join(dir, name))
	first, _, _ := strings.Cut(string(data), "\n")
	return first
}
