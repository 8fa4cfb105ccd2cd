package reporter

import (
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	rows := []interp.Builtin{
		{Sig: "function Reporter::info(msg: string): bool", F1: message(diag.Info), Doc: "Gives off a message with the place of the call."},
		{Sig: "function Reporter::warning(msg: string): bool", F1: message(diag.Warning), Doc: "Gives off a warning with the place of the call."},
		{Sig: "function Reporter::error(msg: string): bool", F1: message(diag.Error), Doc: "Gives off an error with the place of the call; the script goes on."},
		{Sig: "function Reporter::fatal(msg: string): bool", F1: fatal, Doc: "Gives off an error and ends the program with status 1."},
		{Sig: "function Reporter::fatal_error_with_core(msg: string): bool", F1: fatal, Doc: "Like Reporter::fatal; no core file is written."},
		{Sig: `function Reporter::net_weird(name: string, addl: string &default="", source: string &default=""): bool`, Fn: f.netWeird,
			Doc: "Raises net_weird unless sampling holds it back."},
		{Sig: `function Reporter::flow_weird(name: string, orig: addr, resp: addr, addl: string &default="", source: string &default=""): bool`, Fn: f.flowWeird,
			Doc: "Raises flow_weird for a pair of hosts unless sampling holds it back."},
		{Sig: `function Reporter::conn_weird(name: string, c: connection, addl: string &default="", source: string &default=""): bool`, Fn: f.connWeird,
			Doc: "Raises expired_conn_weird for a connection unless sampling holds it back."},
		{Sig: `function Reporter::file_weird(name: string, f: fa_file, addl: string &default="", source: string &default=""): bool`,
			Fn:  func(*interp.M, *interp.Site, []val.Value) val.Value { return val.Bool(false) },
			Doc: "F: no file is under analysis, since there is no packet engine."},
		{Sig: "function get_reporter_stats(): ReporterStats", F0: f.stats, Doc: "How many weirds there were, in all and by name."},
	}
	return append(rows, f.samplingRows()...)
}

func (f *Family) samplingRows() []interp.Builtin {
	type site = interp.Site
	get := func(read func(*interp.M, *sampling) val.Value) func(*interp.M, *site) val.Value {
		return func(m *interp.M, _ *site) val.Value { return read(m, f.settings(m)) }
	}
	set := func(write func(*interp.M, *sampling, val.Value)) func(*interp.M, *site, val.Value) val.Value {
		return func(m *interp.M, _ *site, v val.Value) val.Value {
			write(m, f.settings(m), v)
			return val.Bool(true)
		}
	}
	return []interp.Builtin{
		{Sig: "function Reporter::get_weird_sampling_whitelist(): string_set", Doc: "Names of weirds that are never sampled.",
			F0: get(func(m *interp.M, s *sampling) val.Value { return stringSet(m, s.always) })},
		{Sig: "function Reporter::set_weird_sampling_whitelist(weird_sampling_whitelist: string_set): bool", Doc: "Sets the names of weirds that are never sampled.",
			F1: set(func(m *interp.M, s *sampling, v val.Value) { s.always = names(m, v) })},
		{Sig: "function Reporter::get_weird_sampling_global_list(): string_set", Doc: "Names of weirds that are counted over all connections together.",
			F0: get(func(m *interp.M, s *sampling) val.Value { return stringSet(m, s.global) })},
		{Sig: "function Reporter::set_weird_sampling_global_list(weird_sampling_global_list: string_set): bool", Doc: "Sets the names of weirds that are counted over all connections together.",
			F1: set(func(m *interp.M, s *sampling, v val.Value) { s.global = names(m, v) })},
		{Sig: "function Reporter::get_weird_sampling_threshold(): count", Doc: "How many weirds of a name pass before sampling starts.",
			F0: get(func(_ *interp.M, s *sampling) val.Value { return val.Count(s.threshold) })},
		{Sig: "function Reporter::set_weird_sampling_threshold(weird_sampling_threshold: count): bool", Doc: "Sets how many weirds of a name pass before sampling starts.",
			F1: set(func(_ *interp.M, s *sampling, v val.Value) { s.threshold = v.Count() })},
		{Sig: "function Reporter::get_weird_sampling_rate(): count", Doc: "One of how many weirds passes once sampling has started; 0 is none.",
			F0: get(func(_ *interp.M, s *sampling) val.Value { return val.Count(s.rate) })},
		{Sig: "function Reporter::set_weird_sampling_rate(weird_sampling_rate: count): bool", Doc: "Sets one of how many weirds passes once sampling has started; 0 is none.",
			F1: set(func(_ *interp.M, s *sampling, v val.Value) { s.rate = v.Count() })},
		{Sig: "function Reporter::get_weird_sampling_duration(): interval", Doc: "After how long the counts of sampling start afresh.",
			F0: get(func(_ *interp.M, s *sampling) val.Value { return val.BareInterval(s.duration) })},
		{Sig: "function Reporter::set_weird_sampling_duration(weird_sampling_duration: interval): bool", Doc: "Sets after how long the counts of sampling start afresh.",
			F1: set(func(_ *interp.M, s *sampling, v val.Value) { s.duration = v.Double() })},
	}
}
