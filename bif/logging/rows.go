package logging

import (
	"strings"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	type site = interp.Site
	onStream := func(do func(m *interp.M, s *stream) bool) func(*interp.M, *site, val.Value) val.Value {
		return func(m *interp.M, _ *site, id val.Value) val.Value {
			s := f.find(m, id.Int())
			return val.Bool(s != nil && do(m, s))
		}
	}
	flush := onStream(func(m *interp.M, s *stream) bool { return s.flush(m) })
	setBuf := func(m *interp.M, _ *site, id, on val.Value) val.Value {
		s := f.find(m, id.Int())
		if s != nil {
			s.setBuf(m, on.Bool())
		}
		return val.Bool(s != nil)
	}
	const writeDoc = "Writes a record to a stream. F if there is no such stream or the record does not fit; T also for a stream that is disabled."
	const flushDoc = "Writes what a stream's logs have buffered. F if there is no such stream."
	const bufDoc = "Says whether a stream's logs may keep rows back for a while. F if there is no such stream."
	return append(f.delayRows(), []interp.Builtin{
		{Sig: "function Log::write(id: Log::ID, columns: any): bool", F2: f.write, Doc: writeDoc},
		{Sig: "function Log::__write(id: Log::ID, columns: any): bool", F2: f.write, Doc: writeDoc},
		{Sig: "function Log::flush(id: Log::ID): bool", F1: flush, Doc: flushDoc},
		{Sig: "function Log::__flush(id: Log::ID): bool", F1: flush, Doc: flushDoc},
		{Sig: "function Log::set_buf(id: Log::ID, buffered: bool): bool", F2: setBuf, Doc: bufDoc},
		{Sig: "function Log::__set_buf(id: Log::ID, buffered: bool): bool", F2: setBuf, Doc: bufDoc},
		{Sig: "function Log::__create_stream(id: Log::ID, stream: Log::Stream): bool", F2: f.createStream, Doc: "Makes a stream without filters."},
		{Sig: "function Log::__remove_stream(id: Log::ID): bool", F1: onStream(func(m *interp.M, s *stream) bool { f.remove(m, s); return true }),
			Doc: "Ends a stream and closes its logs."},
		{Sig: "function Log::__enable_stream(id: Log::ID): bool", F1: onStream(func(_ *interp.M, s *stream) bool { s.enabled = true; return true }),
			Doc: "Lets writes to a stream pass."},
		{Sig: "function Log::__disable_stream(id: Log::ID): bool", F1: onStream(func(_ *interp.M, s *stream) bool { s.enabled = false; return true }),
			Doc: "Has writes to a stream ignored."},
		{Sig: "function Log::__add_filter(id: Log::ID, filter: Log::Filter): bool", F2: f.addFilter, Doc: "Adds a filter to a stream."},
		{Sig: "function Log::__remove_filter(id: Log::ID, name: string): bool", Doc: "Takes a filter out of a stream.",
			F2: func(m *interp.M, _ *site, id, name val.Value) val.Value {
				s := f.find(m, id.Int())
				if s != nil {
					s.removeFilter(name.Str())
				}
				return val.Bool(s != nil)
			}},
		{Sig: "function Log::__default_path(id: Log::ID): string", Pure: true, Doc: "The path that a stream's name gives: LOG of module FooBar is foo_bar.",
			F1: func(_ *interp.M, s *site, id val.Value) val.Value {
				return val.Str(defaultPath(s.Args[0].Enum.NameOf(id.Int())))
			}},
	}...)
}

// defaultPath makes a path of a stream's name: the module's, with an underscore before each capital that follows another letter, and
// anything but LOG and the end _LOG behind it.
func defaultPath(id string) string {
	mod, name, ok := strings.Cut(id, "::")
	if !ok {
		return strings.ToLower(id)
	}
	if name != "LOG" {
		return strings.ToLower(mod + "_" + strings.TrimSuffix(name, "_LOG"))
	}
	var b strings.Builder
	for i := range len(mod) {
		if i > 0 && upper(mod[i]) && !upper(mod[i-1]) {
			b.WriteByte('_')
		}
		b.WriteByte(mod[i])
	}
	return strings.ToLower(b.String())
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
