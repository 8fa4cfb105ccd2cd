// Package oldcomm knows the functions of Bro's communication system before Broker, only to say what to write instead: the checker
// and the loader ask for Fatal and Advice, and a call that is let through (old_comm_usage_is_ok) reports an error.
package oldcomm

import (
	"os"
	"path/filepath"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Message is the fatal error of a program that calls one of the functions, or uses &synchronized, without old_comm_usage_is_ok.
const Message = "Detected old, deprecated communication system usages that will not work unless you explicitly take action to " +
	"initizialize and set up the old comm. system.  Set the 'old_comm_usage_is_ok' flag to bypass this error if you've taken such " +
	"actions, but the suggested solution is to port scripts to use the new Broker API."

// Func is one function of the old system.
type Func struct {
	Name   string
	Params string // with parentheses and result
	Advice string // what to write instead
	Fatal  bool   // its use stops the program unless old_comm_usage_is_ok
}

const peer = "write events to peers with Broker::publish; there is no handle of a peer"

// Funcs are all of them.
var Funcs = [...]Func{
	{"connect", "(ip: addr, zone_id: string, p: port, our_class: string, retry: interval, ssl: bool): count", "use Broker::peer", true},
	{"disconnect", "(p: event_peer): bool", "use Broker::unpeer", true},
	{"request_remote_events", "(p: event_peer, handlers: pattern): bool", "use Broker::subscribe here and Broker::publish there", true},
	{"request_remote_sync", "(p: event_peer, auth: bool): bool", "use a data store: Broker::create_clone", true},
	{"request_remote_logs", "(p: event_peer): bool", "subscribe to the topics of Broker::default_log_topic_prefix", true},
	{"set_accept_state", "(p: event_peer, accept: bool): bool", "use a data store: Broker::create_master", true},
	{"set_compression_level", "(p: event_peer, level: count): bool", "leave it out", true},
	{"listen", "(ip: addr, p: port, ssl: bool, ipv6: bool, zone_id: string, retry_interval: interval): bool", "use Broker::listen", true},
	{"send_id", "(p: event_peer, id: string): bool", "use Broker::publish_id", true},
	{"terminate_communication", "(): bool", "use terminate", true},
	{"complete_handshake", "(p: event_peer): bool", "leave it out: Broker::peer_added tells of a new peer", true},
	{"send_ping", "(p: event_peer, seq: count): bool", "publish an event of your own", true},
	{"send_current_packet", "(p: event_peer): bool", "there is no packet engine", true},
	{"get_event_peer", "(): event_peer", peer, true},
	{"send_capture_filter", "(p: event_peer, s: string): bool", "there is no packet engine", true},
	{"suspend_state_updates", "(): any", "leave it out: stores keep their own state", true},
	{"resume_state_updates", "(): any", "leave it out: stores keep their own state", true},
	{"get_local_event_peer", "(): event_peer", peer, false},
	{"enable_communication", "(): any", "leave it out", false},
	{"send_state", "(p: event_peer): bool", "use a data store: Broker::create_clone", false},
	{"capture_events", "(filename: string): bool", "write a log with Log::write", false},
	{"capture_state_updates", "(filename: string): bool", "use a data store", false},
	{"rescan_state", "(): bool", "use a data store with a persistent backend", false},
}

// Find returns the row of a name, nil if the old system had none.
func Find(name string) *Func {
	for i := range Funcs {
		if Funcs[i].Name == name {
			return &Funcs[i]
		}
	}
	return nil
}

// Rows are the builtins. Each reports what to write instead and returns nothing, F or 0.
func Rows() []interp.Builtin {
	rows := make([]interp.Builtin, 0, len(Funcs)+1)
	for _, f := range Funcs {
		rows = append(rows, interp.Builtin{
			Sig:        "function " + f.Name + f.Params,
			GivesUp:    true,
			Deprecated: f.Advice,
			Doc:        "Of the communication system before Broker, which is gone: " + f.Advice + ".",
			Fn: func(m *interp.M, s *interp.Site, _ []val.Value) val.Value {
				m.Errorf(s, "the old communication system is gone: %s", f.Advice)
				if s.Result != nil && s.Result.Tag == types.Record {
					return m.NoValue(s)
				}
				return val.Value{}
			},
		})
	}
	return append(rows, interp.Builtin{Sig: "function checkpoint_state(): bool", F0: checkpoint,
		Doc: "Writes the state file of &persistent variables; it is empty, since they are not kept."})
}

// checkpoint leaves an empty state file where Bro 2.6 puts its own.
func checkpoint(m *interp.M, _ *interp.Site) val.Value {
	dir := ".state"
	if g := m.Lookup("state_dir"); g != nil {
		if v, ok := m.Value(g); ok && v.N > 0 {
			dir = v.Str()
		}
	}
	err := os.MkdirAll(dir, 0o777)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "state.bst"), nil, 0o666)
	}
	if err != nil {
		m.Plainf(diag.Error, "cannot write state: %v", err)
	}
	return val.Bool(err == nil)
}
