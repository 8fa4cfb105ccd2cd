//go:build !unix

package system

import "runtime"

// processUsage knows only the memory that the runtime got from the system.
func processUsage() usage {
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	return usage{mem: ms.Sys}
}
