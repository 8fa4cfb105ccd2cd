package telemetry

import (
	"bytes"
	"os"
	"strconv"
)

// ticksPerSecond is the unit of times in /proc, the same on every Linux that Go runs on.
const ticksPerSecond = 100

// readProcess reads /proc/self: proc(5), fields 14, 15, 23 and 24 of stat.
func readProcess() (p process) {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return p
	}
	// The program's name, the second field, may hold blanks and parentheses.
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	number := func(field int) int64 {
		if field-3 >= len(f) {
			return 0
		}
		n, _ := strconv.ParseInt(string(f[field-3]), 10, 64)
		return n
	}
	p.user = float64(number(14)) / ticksPerSecond
	p.system = float64(number(15)) / ticksPerSecond
	p.virtual = number(23)
	p.resident = number(24) * int64(os.Getpagesize())
	if d, err := os.Open("/proc/self/fd"); err == nil {
		names, _ := d.Readdirnames(-1)
		d.Close()
		p.files = int64(len(names) - 1) // without the one just opened
	}
	return p
}
