// Package oldcomm knows the functions of Bro's communication system before Broker, only to say what to write instead, as the
// table of package dialect has it: a call that is let through (old_comm_usage_is_ok) reports an error.
package oldcomm

import (
	"os"
	"path/filepath"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Message is the fatal error of a program that calls one of the functions, or uses &synchronized, without old_comm_usage_is_ok.
const Message = "Detected old, deprecated communication system usages that will not work unless you explicitly take action to " +
	"initizialize and set up the old comm. system.  Set the 'old_comm_usage_is_ok' flag to bypass this error if you've taken such " +
	"actions, but the suggested solution is to port scripts to use the new Broker API."

// Rows are the builtins. Each reports what to write instead and returns nothing, F or 0.
func Rows() []interp.Builtin {
	var rows []interp.Builtin
	for _, f := range dialect.Olds {
		if f.Params == "" {
			continue
		}
		rows = append(rows, interp.Builtin{
			Sig:        "function " + f.Name + f.Params,
			GivesUp:    true,
			Deprecated: f.Instead,
			Doc:        "Of the communication system before Broker, which is gone: " + f.Instead + ".",
			Fn: func(m *interp.M, s *interp.Site, _ []val.Value) val.Value {
				m.Errorf(s, "the old communication system is gone: %s", f.Instead)
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
