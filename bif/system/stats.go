package system

import (
	"runtime"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// usage is what the operating system says of the process: seconds, bytes and counts.
type usage struct {
	user, system                            float64
	mem                                     uint64
	minor, major, swaps, input, output, ctx uint64
}

// zeros makes a record of a statistics type with every count at 0: what a run without packets has to say.
func zeros(m *interp.M, name string) *val.Record {
	t := m.Type(name)
	r := val.NewRecord(t)
	for i, f := range t.Rec.Fields {
		if f.Type.Tag == types.Count && !f.Optional() {
			r.Set(i, val.Count(0))
		}
	}
	return r
}

func procStats(m *interp.M, _ *interp.Site) val.Value {
	u := processUsage()
	now := m.WallTime()
	start := m.StartTime()
	r := zeros(m, "ProcStats")
	r.Put("debug", val.Bool(false))
	r.Put("start_time", val.Time(start))
	r.Put("real_time", val.Interval(now-start))
	r.Put("user_time", val.Interval(u.user))
	r.Put("system_time", val.Interval(u.system))
	for name, n := range map[string]uint64{"mem": u.mem, "minor_faults": u.minor, "major_faults": u.major, "num_swap": u.swaps,
		"blocking_input": u.input, "blocking_output": u.output, "num_context": u.ctx} {
		r.Put(name, val.Count(n))
	}
	return val.Rec(r)
}

func eventStats(m *interp.M, _ *interp.Site) val.Value {
	c := m.Counters()
	r := zeros(m, "EventStats")
	r.Put("queued", val.Count(c.EventsQueued))
	r.Put("dispatched", val.Count(c.EventsDispatched))
	return val.Rec(r)
}

func timerStats(m *interp.M, _ *interp.Site) val.Value {
	c := m.Counters()
	r := zeros(m, "TimerStats")
	r.Put("current", val.Count(c.Timers))
	r.Put("max", val.Count(c.MaxTimers))
	r.Put("cumulative", val.Count(c.TimersTotal))
	return val.Rec(r)
}

// threadStats counts goroutines beside the interpreter's, which are what threads are to the reference.
func threadStats(m *interp.M, _ *interp.Site) val.Value {
	r := zeros(m, "ThreadStats")
	r.Put("num_threads", val.Count(uint64(runtime.NumGoroutine()-1)))
	return val.Rec(r)
}

func handlerStats(m *interp.M, _ *interp.Site) val.Value {
	t := m.Type("EventNameStats")
	v := val.NewVector(t)
	for _, c := range m.HandlerCalls() {
		r := val.NewRecord(t.Elem)
		r.Put("name", val.Str(c.Name))
		r.Put("times_called", val.Count(c.Times))
		v.Append(val.Rec(r))
	}
	return val.Vec(v)
}

// statRows are the builtins for statistics. Those of the packet engine give zeros.
func statRows() []interp.Builtin {
	rows := []interp.Builtin{
		{Sig: "function get_proc_stats(): ProcStats", F0: procStats, Doc: "Time, memory and faults of the process so far."},
		{Sig: "function get_event_stats(): EventStats", F0: eventStats, Doc: "How many events were queued and dispatched."},
		{Sig: "function get_timer_stats(): TimerStats", F0: timerStats, Doc: "How many timers wait, waited at most, and were ever set."},
		{Sig: "function get_thread_stats(): ThreadStats", F0: threadStats, Doc: "How many threads work beside the interpreter."},
		{Sig: "function get_event_handler_stats(): EventNameStats", F0: handlerStats, Doc: "How often each event was dispatched."},
	}
	for _, z := range []struct{ name, t, of string }{
		{"get_net_stats", "NetStats", "packets"},
		{"get_conn_stats", "ConnStats", "connections"},
		{"get_reassembler_stats", "ReassemblerStats", "reassembly"},
		{"get_dns_stats", "DNSStats", "name lookups"},
		{"get_file_analysis_stats", "FileAnalysisStats", "file analysis"},
		{"get_gap_stats", "GapStats", "gaps in streams"},
		{"get_matcher_stats", "MatcherStats", "signatures"},
	} {
		rows = append(rows, interp.Builtin{Sig: "function " + z.name + "(): " + z.t,
			F0:  func(m *interp.M, _ *interp.Site) val.Value { return val.Rec(zeros(m, z.t)) },
			Doc: "Statistics of " + z.of + ": zeros, since there is no packet engine."})
	}
	return rows
}
