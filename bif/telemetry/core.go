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
	f.broker(u)
}

// broker sets the figures of get_broker_stats.
func (f *Family) broker(u *Update) {
	fn, ok := constant(u.M, "get_broker_stats")
	if !ok {
		return
	}
	v, ok := u.M.Call(fn.Func())
	if !ok {
		return
	}
	set := func(kind Kind, field, name, help string) {
		if n, ok := v.Rec().Named(field); ok {
			u.Set(kind, "zeek", "broker-"+name, "", help, float64(n.Count()))
		}
	}
	set(Gauge, "num_peers", "peers", "Number of peers that are connected")
	set(Gauge, "num_stores", "stores", "Number of stores that are open")
	set(Gauge, "num_pending_queries", "pending-queries", "Number of queries that wait for an answer")
	set(Counter, "num_events_incoming", "incoming-events", "Number of events that came from peers")
	set(Counter, "num_events_outgoing", "outgoing-events", "Number of events that went to peers")
	set(Counter, "num_logs_incoming", "incoming-logs", "Number of log rows that came from peers")
	set(Counter, "num_logs_outgoing", "outgoing-logs", "Number of log rows that went to peers")
	set(Counter, "num_ids_incoming", "incoming-ids", "Number of identifiers that came from peers")
	set(Counter, "num_ids_outgoing", "outgoing-ids", "Number of identifiers that went to peers")
}

// process is what the operating system says of this process: bytes, seconds and counts; zero where it does not say.
type process struct {
	resident, virtual int64
	user, system      float64
	files             int64
}
