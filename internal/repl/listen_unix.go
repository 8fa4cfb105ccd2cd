//go:build unix

package repl

import (
	"net"
	"syscall"
)

// listenPrivately makes a socket that only its owner can open, from its first moment on.
func listenPrivately(path string) (net.Listener, error) {
	old := syscall.Umask(0o177)
	defer syscall.Umask(old)
	return net.Listen("unix", path)
}
