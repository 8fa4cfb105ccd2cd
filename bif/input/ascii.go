package input

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// ascii reads tables of text: a line that names the columns, then a line for each entry.
type ascii struct {
	separator, setSeparator, empty, unset string
	failLines, failFile                   bool
	prefix                                string

	text    fieldText
	path    string
	file    *os.File
	lines   lines
	columns []column
	seen    os.FileInfo // the file that was read last, nil if none was
	again   bool        // a source of mode MANUAL has been read
	line    int32       // of the file, counted from 1
	known   bool        // a header has been read: messages can name the file
	partial int         // length of the unfinished last line of a growing file at the heartbeat before
}

// column tells where the value of a field stands: -1 is nowhere.
type column struct{ at, secondary int }

func newASCII(m *interp.M) *ascii {
	return &ascii{
		separator: stringConst(m, "InputAscii::separator", "\t"), setSeparator: stringConst(m, "InputAscii::set_separator", ","),
		empty: stringConst(m, "InputAscii::empty_field", "(empty)"), unset: stringConst(m, "InputAscii::unset_field", "-"),
		failLines: boolConst(m, "InputAscii::fail_on_invalid_lines"), failFile: boolConst(m, "InputAscii::fail_on_file_problem"),
		prefix: stringConst(m, "InputAscii::path_prefix", ""),
	}
}

func (r *ascii) location() (string, int32, bool) { return r.path, r.line, r.known }

func (r *ascii) init(b *backend) bool {
	for name, to := range map[string]*string{"separator": &r.separator, "set_separator": &r.setSeparator, "empty_field": &r.empty,
		"unset_field": &r.unset} {
		if v, ok := b.config[name]; ok {
			*to = v
		}
	}
	for name, to := range map[string]*bool{"fail_on_invalid_lines": &r.failLines, "fail_on_file_problem": &r.failFile} {
		if v, ok := b.config[name]; ok {
			*to = strings.HasPrefix(v, "T")
		}
	}
	r.separator = oneByte(b, "separator", r.separator)
	r.setSeparator = oneByte(b, "set_separator", r.setSeparator)
	r.text = fieldText{setSep: r.setSeparator[0], empty: r.empty, unset: r.unset, old: b.old, warn: b.warn, fault: b.warn}
	if b.old {
		r.text.fault = b.error
	}
	r.path = prefixed(r.prefix, b.source)
	return r.update(b)
}

// oneByte makes sure that a separator is one byte.
func oneByte(b *backend, name, s string) string {
	if len(s) == 1 {
		return s
	}
	b.error("%s length has to be 1. Separator will be truncated.", name)
	return (s + "\x00")[:1]
}

// prefixed puts a path prefix before a relative source.
func prefixed(prefix, source string) string {
	if prefix == "" || strings.HasPrefix(source, "/") {
		return source
	}
	return strings.TrimRight(prefix, "/") + "/" + source
}

// open opens the file and reads its header, unless it is open.
func (r *ascii) open(b *backend) bool {
	if r.file != nil {
		return true
	}
	f, err := os.Open(r.path)
	if err != nil {
		b.failWarn(r.failFile, "Init: cannot open %s", r.path)
		return false
	}
	r.file, r.lines = f, lines{r: f, sep: []byte("\n")}
	r.line, r.partial = 0, 0
	if !r.header(b) {
		b.failWarn(r.failFile, "Init: cannot open %s; problem reading file header", r.path)
		r.close()
		return false
	}
	r.known = true
	b.unmute()
	return true
}

func (r *ascii) close() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}

// header reads the names of the columns and finds the fields among them.
func (r *ascii) header(b *backend) bool {
	line, ok := r.next(b, true)
	if !ok {
		b.failWarn(r.failFile, "Could not read input data file %s; first line could not be read", r.path)
		return false
	}
	names := map[string]int{}
	for i, name := range strings.Split(line, r.separator) {
		if _, dup := names[name]; !dup || b.old {
			names[name] = i
		}
	}
	r.columns = r.columns[:0]
	for _, f := range b.fields {
		c := column{-1, -1}
		at, ok := names[f.name]
		if ok {
			c.at = at
		} else if !f.optional {
			b.failWarn(r.failFile, "Did not find requested field %s in input data file %s.", f.name, r.path)
			return false
		}
		if ok && f.secondary != "" {
			if c.secondary, ok = names[f.secondary]; !ok {
				if b.old {
					b.failWarn(r.failFile, "Could not find requested port type field %s in input data file.", f.secondary)
				} else {
					b.failWarn(r.failFile, "Could not find requested port type field %s in input data file %s.", f.secondary, r.path)
				}
				return false
			}
		}
		r.columns = append(r.columns, c)
	}
	return true
}

// next returns the next line that is no comment. The unfinished last line counts if final is set.
func (r *ascii) next(b *backend, final bool) (string, bool) {
	for {
		line, err := r.lines.next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				b.failWarn(r.failFile, "Could not read input data file %s: %s", r.path, err)
				return "", false
			}
			if !final || r.lines.pending() == 0 {
				return "", false
			}
			line = r.lines.rest()
		}
		r.line++
		if len(line) == 0 {
			continue
		}
		s := strings.TrimSuffix(string(line), "\r")
		if !strings.HasPrefix(s, "#") {
			return s, true
		}
		if names, ok := strings.CutPrefix(s, "#fields"+r.separator); ok && names != "" {
			return names, true
		}
	}
}

func (r *ascii) update(b *backend) bool {
	if r.file == nil {
		r.line = 0
	}
	if !r.open(b) {
		return !r.failFile
	}
	switch b.mode {
	case modeReread:
		st, err := os.Stat(r.path)
		if err != nil {
			r.line = 0
			b.failWarn(r.failFile, "Could not get stat for %s", r.path)
			r.close()
			return !r.failFile
		}
		if r.seen != nil && sameState(r.seen, st) {
			return true
		}
		if r.seen != nil {
			b.unmute()
		}
		r.seen = st
		r.close()
		if !r.open(b) {
			return !r.failFile
		}
	case modeManual:
		if r.again {
			r.close()
			if !r.open(b) {
				return !r.failFile
			}
		}
		r.again = true
	}
	return r.read(b)
}

// sameState reports whether a file is still the one that it was.
func sameState(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}

// read delivers what the file holds from here on. The unfinished last line of a growing file waits for the rest, one heartbeat long.
func (r *ascii) read(b *backend) bool {
	for !b.ended() {
		n := r.lines.pending()
		final := b.mode != modeStream || n > 0 && n == r.partial
		line, ok := r.next(b, final)
		if !ok {
			break
		}
		cells, ok, fatal := r.entry(b, line)
		if fatal {
			return false
		}
		if ok {
			if !b.old {
				b.unmute()
			}
			b.deliver(cells)
		}
	}
	r.partial = r.lines.pending()
	if b.mode != modeStream {
		b.end()
	}
	if !b.old {
		b.unmute()
	}
	return true
}

// entry reads one line.
func (r *ascii) entry(b *backend, line string) (cells []cell, ok, fatal bool) {
	parts := strings.Split(line, r.separator)
	if b.old && len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	last := len(parts) - 1
	cells = make([]cell, len(b.fields))
	for i, c := range r.columns {
		f := &b.fields[i]
		if c.at < 0 {
			cells[i].line = r.line
			continue
		}
		if c.at > last || c.secondary > last {
			r.short(b, line, last, c)
			return nil, false, r.failLines
		}
		x, ok := r.text.parse(parts[c.at], f.name, f.tag, f.sub)
		if !ok {
			if b.old {
				b.warn("Could not convert line '%s' to Val. Ignoring line.", line)
			} else {
				b.warn("Could not convert line '%s' of %s to Val. Ignoring line.", line, r.path)
			}
			return nil, false, false
		}
		if c.secondary >= 0 && f.tag == types.Port {
			proto := r.text.proto(parts[c.secondary])
			if x.set {
				x.v = val.Port(x.v.PortNum(), proto)
			}
		}
		x.line = r.line
		cells[i] = x
	}
	return cells, true, false
}

// short tells of a line with too few fields.
func (r *ascii) short(b *backend, line string, last int, c column) {
	if b.old {
		// 2.6 repeats it for every line.
		b.failWarn(r.failLines, "Not enough fields in line %s. Found %d fields, want positions %d and %d", line, last, c.at, c.secondary)
		b.muted = false
		return
	}
	b.failWarn(r.failLines, "Not enough fields in line '%s' of %s. Found %d fields, want positions %d and %d", line, r.path, last, c.at, c.secondary)
}

func (r *ascii) heartbeat(b *backend) bool {
	if !r.open(b) {
		return !r.failFile
	}
	if b.mode != modeManual {
		b.refresh()
	}
	return true
}
