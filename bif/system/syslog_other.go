//go:build !unix

package system

// logSystem does nothing where there is no syslog.
func logSystem(string, string) {}
