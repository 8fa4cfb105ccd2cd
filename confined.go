package brogo

import (
	"slices"
	"strings"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// outwardModules hold builtins that reach the network, files and commands; outwardNames are those of GLOBAL that do, that wait, or that
// change the process.
var (
	outwardModules = []string{"Broker::", "Cluster::", "Exec::", "Input::", "Log::", "Storage::", "Supervisor::", "Telemetry::"}
	outwardNames   = []string{"active_file", "blocking_lookup_hostname", "close", "enable_raw_output", "file_size", "flush_all", "lookup_addr",
		"lookup_hostname", "lookup_hostname_txt", "mkdir", "open", "open_for_append", "piped_exec", "rename", "rmdir", "rotate_file",
		"rotate_file_by_name", "set_buf", "setenv", "sleep", "syslog", "system", "system_env", "terminate", "unlink", "write_file"}
)

// outward reports whether a builtin changes what is not the engine's own, or waits for it.
func outward(name string) bool {
	return slices.Contains(outwardNames, name) || slices.ContainsFunc(outwardModules, func(m string) bool { return strings.HasPrefix(name, m) })
}

// idle is a builtin of the same declaration that does nothing.
func idle(b *interp.Builtin) *interp.Builtin {
	return &interp.Builtin{Sig: b.Sig, Doc: b.Doc, Deprecated: b.Deprecated, Check: b.Check, Result: b.Result, GivesUp: true,
		Fn: func(m *interp.M, s *interp.Site, _ []val.Value) val.Value {
			switch {
			case s.Result.IsScalar():
				return val.Value{}
			case s.Result.Tag == types.String:
				return val.Str("")
			}
			return m.NoValue(s)
		}}
}
