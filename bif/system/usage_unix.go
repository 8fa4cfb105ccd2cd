//go:build unix

package system

import (
	"runtime"
	"syscall"
)

// processUsage asks the operating system. Maximum resident size comes in kilobytes, but in bytes on Darwin.
func processUsage() usage {
	var ru syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
		return usage{}
	}
	unit := uint64(1024)
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		unit = 1
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Nano()) / 1e9 }
	return usage{user: seconds(ru.Utime), system: seconds(ru.Stime), mem: uint64(ru.Maxrss) * unit, minor: uint64(ru.Minflt),
		major: uint64(ru.Majflt), swaps: uint64(ru.Nswap), input: uint64(ru.Inblock), output: uint64(ru.Oublock), ctx: uint64(ru.Nivcsw)}
}
