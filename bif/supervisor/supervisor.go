// Package supervisor is the Supervisor module of a process that is not a supervisor and was not started by one, since there is no such mode:
// questions are answered, and what only a supervisor can do is an error, as it is there for any other process.
package supervisor

import (
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// notEnabled is what functions of a supervisor say in any other process.
const notEnabled = "supervisor mode not enabled"

// Rows are the builtins.
func Rows() []interp.Builtin {
	type site = interp.Site
	no := func(*interp.M, *site) val.Value { return val.Bool(false) }
	refuse := func(m *interp.M, s *site, _ val.Value) val.Value {
		m.Errorf(s, notEnabled)
		return val.Bool(false)
	}
	const fails = " Fails, since this process is no supervisor."
	return []interp.Builtin{
		{Sig: "function Supervisor::__is_supervisor(): bool", F0: no, Doc: "Behind Supervisor::is_supervisor: F."},
		{Sig: "function Supervisor::__is_supervised(): bool", F0: no, Doc: "Behind Supervisor::is_supervised: F."},
		{Sig: "function Supervisor::__restart(node: string): bool", F1: refuse, Doc: "Behind Supervisor::restart." + fails},
		{Sig: "function Supervisor::__destroy(node: string): bool", F1: refuse, Doc: "Behind Supervisor::destroy." + fails},
		{Sig: "function Supervisor::__create(node: Supervisor::NodeConfig): string", Doc: "Behind Supervisor::create." + fails,
			F1: func(m *interp.M, s *site, _ val.Value) val.Value {
				m.Errorf(s, notEnabled)
				return val.Str(notEnabled)
			}},
		{Sig: "function Supervisor::__status(node: string): Supervisor::Status", Doc: "Behind Supervisor::status." + fails,
			F1: func(m *interp.M, s *site, _ val.Value) val.Value {
				m.Errorf(s, notEnabled)
				return val.Rec(m.NewRecord(m.Type("Supervisor::Status")))
			}},
		{Sig: "function Supervisor::__node(): Supervisor::NodeConfig", Doc: "Behind Supervisor::node. Fails, since no supervisor started this process.",
			F0: func(m *interp.M, s *site) val.Value {
				m.Errorf(s, "not a supervised process")
				rec := m.NewRecord(m.Type("Supervisor::NodeConfig"))
				rec.Put("name", val.Str("<invalid>"))
				return val.Rec(rec)
			}},
		{Sig: "function Supervisor::__stem_pid(): int", Doc: "The process that starts the nodes of a supervisor. Fails, since there is none.",
			F0: func(m *interp.M, s *site) val.Value {
				m.Errorf(s, "supervisor mode not enabled and not a supervised node")
				return val.Int(-1)
			}},
	}
}
