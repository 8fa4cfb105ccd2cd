//go:build unix

package exec

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the command into a process group of its own and has the whole group killed, pipelines and children included.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
