//go:build !unix

package exec

import "os/exec"

// ownGroup leaves it at killing the command itself where there are no process groups.
func ownGroup(*exec.Cmd) {}
