package telemetry

// core sets the figures of the process and of the interpreter, under the reference's names.
func (f *Family) core(u *Update) {
	p := readProcess()
	u.Set(Gauge, "process", "resident_memory", "bytes", "Resident memory size", float64(p.resident))
	u.Set(Gauge, "process", "virtual_memory", "bytes", "Virtual memory size", float64(p.virtual))
	u.Set(Counter, "process", "cpu_user", "seconds", "User time that the process has used", p.user)
	u.Set(Counter, "process", "cpu_system", "seconds", "System time that the process has used", p.system)
	u.Set(Gauge, "process", "open_fds", "", "Number of open file descriptors", float64(p.files))
	u.Set(Gauge, "process", "start_time", "seconds", "When the process started, in seconds since 1970", u.M.StartTime())

	c := u.M.Counters()
	u.Set(Counter, "zeek", "timers", "", "Number of timers set so far", float64(c.TimersTotal))
	u.Set(Gauge, "zeek", "timers_pending", "", "Number of timers that wait", float64(c.Timers))
	for _, h := range u.M.HandlerCalls() {
		u.Set(Counter, "zeek", "event-handler-invocations", "", "How often an event was handled", float64(h.Times), "name", h.Name)
	}
}

// process is what the operating system says of this process: bytes, seconds and counts; zero where it does not say.
type process struct {
	resident, virtual int64
	user, system      float64
	files             int64
}
