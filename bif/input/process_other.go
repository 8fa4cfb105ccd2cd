//go:build !unix

package input

import (
	"os"
	"os/exec"
)

// ownGroup does nothing where there are no process groups.
func ownGroup(*exec.Cmd) {}

// signalGroup ends the command itself.
func signalGroup(cmd *exec.Cmd, _ bool) { cmd.Process.Kill() }

// endingSignal finds none.
func endingSignal(*os.ProcessState) (int, bool) { return 0, false }
