//go:build !unix

package repl

import "net"

// listenPrivately makes a socket; who may open it is a matter of its directory here.
func listenPrivately(path string) (net.Listener, error) { return net.Listen("unix", path) }
