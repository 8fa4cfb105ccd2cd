package system

import (
	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// f0 makes a row function of a plain one.
func f0(f func(m *interp.M) val.Value) func(*interp.M, *interp.Site) val.Value {
	return func(m *interp.M, _ *interp.Site) val.Value { return f(m) }
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	rows := append(f.processRows(), timeRows()...)
	rows = append(rows, f.runRows()...)
	return append(rows, statRows()...)
}

func (f *Family) processRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function getenv(var: string): string", F1: f.getenv, Doc: `The value of an environment variable, "" if it is not set.`},
		{Sig: "function setenv(var: string, val: string): bool", F2: f.setenv,
			Doc: "Sets an environment variable for this program and the processes that it starts."},
		{Sig: "function getpid(): count", Doc: "The process's id.",
			F0: f0(func(*interp.M) val.Value { return val.Count(uint64(f.cfg.PID)) })},
		{Sig: "function gethostname(): string", F0: gethostname, Doc: "The host's name."},
		{Sig: "function syslog(s: string): any", Doc: "Sends a line to the system log.",
			F1: func(m *interp.M, _ *interp.Site, s val.Value) val.Value {
				logSystem(f.d.Name, cstr.Check(m, s.Str()))
				return val.Value{}
			}},
		{Sig: "function system(str: string): int", F1: f.system,
			Doc: "Starts a shell command in the background, its output on standard error. The result is 0 if it could be started."},
		{Sig: "function system_env(str: string, env: table_string_of_string): int", F2: f.systemEnv,
			Doc: "Like system, with more environment: each entry's name goes in capitals behind ZEEK_ARG_ (BRO_ARG_ in the bro dialect)."},
		{Sig: "function piped_exec(program: string, to_write: string): bool", F2: f.pipedExec,
			Doc: "Runs a shell command with a string as its input and waits for it; F if it did not take all of the input."},
		{Sig: "function do_profiling(): any", Doc: "Does nothing: there is no profiling log.",
			F0: f0(func(*interp.M) val.Value { return val.Value{} })},
	}
}

func timeRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function current_time(): time", Doc: "The time of the clock.",
			F0: f0(func(m *interp.M) val.Value { return val.Time(m.WallTime()) })},
		{Sig: "function network_time(): time", Doc: "Network time: the clock's as of the last look at it, or what set_network_time said.",
			F0: f0(func(m *interp.M) val.Value { return val.Time(m.NetworkTime()) })},
		{Sig: "function set_network_time(nt: time): bool", Doc: "Sets network time.",
			F1: func(m *interp.M, _ *interp.Site, t val.Value) val.Value {
				m.SetNetworkTime(t.Double())
				return val.Bool(true)
			}},
		{Sig: "function current_event_time(): time", Doc: "The network time at which the event under way was raised.",
			F0: f0(func(m *interp.M) val.Value { return val.Time(m.EventTime()) })},
		{Sig: "function calc_next_rotate(i: interval): interval", F1: calcNextRotate,
			Doc: "How long it is until the next rotation, at multiples of an interval counted from log_rotate_base_time."},
		{Sig: "function sleep(i: interval): interval", Doc: "Blocks the whole program for a while and returns how long it took.",
			F1: func(m *interp.M, _ *interp.Site, i val.Value) val.Value {
				start := m.WallTime()
				if i.Double() > 0 {
					m.Sleep(i.Double())
				}
				return val.Interval(m.WallTime() - start)
			}},
	}
}

func (f *Family) runRows() []interp.Builtin {
	terminating := f0(func(m *interp.M) val.Value { return val.Bool(m.Terminating()) })
	version := f0(func(*interp.M) val.Value { return val.Str(f.version()) })
	never := f0(func(*interp.M) val.Value { return val.Bool(false) })
	return []interp.Builtin{
		{Sig: "function exit(code: int): any", Doc: "Ends the program at once with a status; zeek_done is not raised.",
			F1: func(m *interp.M, _ *interp.Site, code val.Value) val.Value {
				m.Exit(int(code.Int() & 0xff))
				return val.Value{}
			}},
		{Sig: "function terminate(): bool", Doc: "Ends the program in order; F if it is ending already.",
			F0: f0(func(m *interp.M) val.Value { return val.Bool(m.Terminate()) })},
		{Sig: "function zeek_is_terminating(): bool", F0: terminating, Doc: "Whether the program is ending."},
		{Sig: "function bro_is_terminating(): bool", F0: terminating, Doc: "The name of zeek_is_terminating in Bro 2.6."},
		{Sig: "function zeek_version(): string", Pure: true, F0: version, Doc: "The version of the reference whose dialect runs."},
		{Sig: "function bro_version(): string", Pure: true, F0: version, Doc: "The name of zeek_version in Bro 2.6."},
		{Sig: "function zeek_args(): string_vec", F0: f.zeekArgs, Doc: "The command line of the program."},
		{Sig: "function bare_mode(): bool", Doc: "Whether the default scripts were left out (-b).",
			F0: f0(func(*interp.M) val.Value { return val.Bool(f.cfg.Bare) })},
		{Sig: "function reading_live_traffic(): bool", Pure: true, F0: never, Doc: "F: there is no packet engine."},
		{Sig: "function reading_traces(): bool", Pure: true, F0: never, Doc: "F: there is no packet engine."},
		{Sig: "function packet_source(): PacketSource", Doc: "A record without anything set: there is no packet engine.",
			F0: f0(func(m *interp.M) val.Value { return val.Rec(val.NewRecord(m.Type("PacketSource"))) })},
		{Sig: "function get_current_packet(): pcap_packet", Doc: "A packet of no bytes: there is no packet engine.", F0: f0(noPacket)},
		{Sig: "function get_current_packet_header(): raw_pkt_hdr", Doc: "A record without anything set: there is no packet engine.",
			F0: f0(func(m *interp.M) val.Value { return val.Rec(val.NewRecord(m.Type("raw_pkt_hdr"))) })},
		{Sig: "function current_analyzer(): count", Doc: "0: there is no packet engine.",
			F0: f0(func(*interp.M) val.Value { return val.Count(0) })},
		{Sig: "function suspend_processing(): any", Doc: "Holds the program's progress until continue_processing; calls count.",
			F0: f0(func(m *interp.M) val.Value { m.Suspend(); return val.Value{} })},
		{Sig: "function continue_processing(): any", Doc: "Takes back one suspend_processing.",
			F0: f0(func(m *interp.M) val.Value { m.Resume(); return val.Value{} })},
		{Sig: "function is_processing_suspended(): bool", Doc: "Whether suspend_processing holds the program.",
			F0: f0(func(m *interp.M) val.Value { return val.Bool(m.Suspended()) })},
		{Sig: "function is_remote_event(): bool", Doc: "Whether the event under way came from another node.",
			F0: f0(func(m *interp.M) val.Value { return val.Bool(m.RemoteEvent()) })},
	}
}

// linkUnknown is LINK_UNKNOWN of the type link_encap.
const linkUnknown = 1

// noPacket is the packet under way where there is none: all zero, nothing in it.
func noPacket(m *interp.M) val.Value {
	r := val.NewRecord(m.Type("pcap_packet"))
	for i := range 4 {
		r.Set(i, val.Count(0))
	}
	r.Set(4, val.Str(""))
	r.Set(5, val.Enum(linkUnknown))
	return val.Rec(r)
}
