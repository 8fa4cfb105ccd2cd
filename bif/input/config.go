package input

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// configReader reads lines of `option value`. It delivers name and text, and raises InputConfig::new_value with the value in the option's type.
type configReader struct {
	setSeparator, empty string
	failFile            bool
	options             map[string]option

	text    fieldText
	file    *os.File
	lines   lines
	seen    os.FileInfo
	partial int
	values  map[string]string // of the options that the file sets
}

// option is the type of an option.
type option struct {
	t        *types.Type
	readable bool
}

func newConfig(m *interp.M) *configReader {
	r := &configReader{
		setSeparator: stringConst(m, "InputConfig::set_separator", ","), empty: stringConst(m, "InputConfig::empty_field", ""),
		failFile: boolConst(m, "InputConfig::fail_on_file_problem"), options: map[string]option{}, values: map[string]string{},
	}
	for _, g := range m.Options() {
		r.options[g.Name] = option{g.T, g.T.Tag != types.Record && readable(g.T)}
	}
	return r
}

func (r *configReader) init(b *backend) bool {
	if len(b.fields) != 2 || b.fields[0].tag != types.String || b.fields[1].tag != types.String {
		b.error("Filter for config reader has to have two string fields. Filter ignored.")
		return false
	}
	r.setSeparator = oneByte(b, "set_separator", r.setSeparator)
	r.text = fieldText{setSep: r.setSeparator[0], empty: r.empty, old: b.old, warn: b.warn, fault: b.warn}
	if b.old {
		r.text.fault = b.error
	}
	return r.update(b)
}

func (r *configReader) open(b *backend) bool {
	if r.file != nil {
		return true
	}
	f, err := os.Open(b.source)
	if err != nil {
		b.failWarn(r.failFile, "Init: cannot open %s", b.source)
		return false
	}
	r.file, r.lines, r.partial = f, lines{r: f, sep: []byte("\n")}, 0
	b.unmute()
	return true
}

func (r *configReader) close() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}

func (r *configReader) update(b *backend) bool {
	if b.mode == modeReread {
		st, err := os.Stat(b.source)
		switch {
		case err != nil && r.file == nil:
			// That it cannot be opened is told below.
		case err != nil:
			b.failWarn(r.failFile, "Could not get stat for %s", b.source)
			r.close()
			return !r.failFile
		case r.seen != nil && sameState(r.seen, st):
			return true
		case r.seen != nil:
			b.unmute()
		}
		r.seen = st
	}
	if b.mode != modeStream {
		r.close()
	}
	if !r.open(b) {
		return !r.failFile
	}
	r.read(b)
	return true
}

// read delivers what differs from the reading before.
func (r *configReader) read(b *backend) {
	met := map[string]bool{}
	for !b.ended() {
		n := r.lines.pending()
		line, err := r.lines.next()
		if err != nil {
			final := b.mode != modeStream || n > 0 && n == r.partial
			if !errors.Is(err, io.EOF) || !final || r.lines.pending() == 0 {
				break
			}
			line = r.lines.rest()
		}
		s := strings.TrimSuffix(string(line), "\r")
		if s == "" || s[0] == '#' {
			continue
		}
		r.setting(b, s, met)
	}
	r.partial = r.lines.pending()
	if b.mode != modeStream {
		b.end()
		for id := range r.values {
			if !met[id] {
				delete(r.values, id)
			}
		}
	}
}

// setting takes one line.
func (r *configReader) setting(b *backend, line string, met map[string]bool) {
	id, value, ok := splitSetting(line, r.setSeparator)
	if !ok {
		b.warn("Could not parse '%s'; line has invalid format. Ignoring line.", line)
		return
	}
	o, known := r.options[id]
	if !known {
		b.warn("Option '%s' does not exist. Ignoring line.", id)
		return
	}
	if !o.readable {
		b.warn("Option '%s' has type '%s', which is not supported for file input. Ignoring line.", id, o.t)
		return
	}
	x, ok := r.text.parse(value, id, o.t.Tag, subTag(o.t))
	if !ok {
		b.warn("Could not convert line '%s' to value. Ignoring line.", line)
		return
	}
	met[id] = true
	if old, set := r.values[id]; set && old == value {
		return
	}
	r.values[id] = value
	b.deliver([]cell{{v: val.Str(id), set: true}, {v: val.Str(value), set: true}})
	b.add(message{kind: msgDo, do: func(s *stream) { s.newValue(o.t, id, &x) }})
}

// splitSetting cuts a line into an option's name and its value, which does not end in blanks or set separators.
func splitSetting(line, setSeparator string) (id, value string, ok bool) {
	i := strings.IndexAny(line, " \t")
	if i <= 0 {
		return "", "", false
	}
	value = strings.TrimLeft(line[i:], " \t")
	tail := " \t" + setSeparator
	if strings.Trim(value, tail) == "" && len(value) > 0 {
		// Nothing but separators is a value only as a single one.
		return line[:i], value[:1], true
	}
	return line[:i], strings.TrimRight(value, tail), true
}

func (r *configReader) heartbeat(b *backend) bool {
	if b.mode != modeManual {
		b.refresh()
	}
	return true
}

// newValue raises InputConfig::new_value.
func (s *stream) newValue(t *types.Type, id string, x *cell) {
	v, bad := scalar(s.m, t, x)
	if bad != "" {
		s.badSetting(x, bad)
		return
	}
	s.raiseNamed("InputConfig::new_value", typed{types.StringT, val.Str(s.name)}, typed{types.StringT, val.Str(s.source)},
		typed{types.StringT, val.Str(id)}, typed{t, v})
}

// badSetting tells of an option's value that is not in its enum.
func (s *stream) badSetting(x *cell, bad string) {
	if s.back.old {
		s.warn(fmt.Sprintf("Value '%s' for stream '%s' is not a valid %s.", x.bad(), s.name, bad))
	} else {
		s.m.Codef(diag.Input, diag.Warning, "Value '%s' for source 'thread %s' is not a valid %s.", x.bad(), s.back.title, bad)
	}
	s.m.Codef(diag.Input, diag.Error, "SendEvent for event InputConfig::new_value failed")
}
