//go:build unix

package testrun

import (
	"os/exec"
	"syscall"
)

// detach gives a process a session of its own, so that it can be ended with all that it starts.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// interruptGroup asks a detached process and its children to end.
func interruptGroup(cmd *exec.Cmd) error { return endGroup(cmd.Process.Pid, false) }

// endGroup ends the processes of a session, at once if kill.
func endGroup(pid int, kill bool) error {
	s := syscall.SIGTERM
	if kill {
		s = syscall.SIGKILL
	}
	return syscall.Kill(-pid, s)
}
