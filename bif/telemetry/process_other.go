//go:build !linux

package telemetry

import "runtime"

// readProcess knows only what the Go runtime knows.
func readProcess() (p process) {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	p.resident, p.virtual = int64(s.HeapInuse+s.StackInuse), int64(s.Sys)
	return p
}
