// Package files is the family of files and directories: open, write, rotate, remove. What scripts print to a file passes through the
// handles made here. A Family belongs to one interpreter, whose host calls Close at the end, so that buffers reach the disk.
package files

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Family keeps the open handles, in order of opening.
type Family struct {
	stderr io.Writer
	open   []*handle
	lost   lost
}

// lost is the queue of handles whose file value no script holds any more. The reference closes such files when the last reference
// goes; here the collector finds them, and the next open or flush closes them.
type lost struct {
	mu sync.Mutex
	q  []*handle
}

func (l *lost) add(h *handle) {
	l.mu.Lock()
	l.q = append(l.q, h)
	l.mu.Unlock()
}

func (l *lost) take() []*handle {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.q
	l.q = nil
	return q
}

// New makes the family of one interpreter. stderr serves files opened as /dev/stderr; standard output goes through the interpreter.
func New(stderr io.Writer) *Family { return &Family{stderr: stderr} }

// Close flushes and closes every open file. It may be called again.
func (f *Family) Close() {
	for _, h := range f.open {
		h.close()
	}
	f.open = nil
}

// Flush writes the buffers of all open files.
func (f *Family) Flush() (ok bool) {
	f.reap()
	ok = true
	for _, h := range f.open {
		if h.flush() != nil {
			ok = false
		}
	}
	return ok
}

func (f *Family) reap() {
	for _, h := range f.lost.take() {
		f.close(h)
	}
}

// close closes a handle, once.
func (f *Family) close(h *handle) {
	if i := slices.Index(f.open, h); i >= 0 {
		f.open = slices.Delete(f.open, i, i+1)
		h.close()
	}
}

// outWriter writes to the run's standard output.
type outWriter struct{ m *interp.M }

func (w outWriter) Write(b []byte) (int, error) {
	w.m.Write(b)
	return len(b), nil
}

// now is the time that counts as a file's opening.
func now(m *interp.M) float64 {
	if t := m.NetworkTime(); t != 0 {
		return t
	}
	return m.WallTime()
}

// opener makes the row function of open and open_for_append.
func (f *Family) opener(flags int, dash bool) func(*interp.M, *interp.Site, val.Value) val.Value {
	return func(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
		name := cstr.Check(m, arg.Str())
		file := &val.File{Name: name, T: types.FileT}
		switch {
		case name == "/dev/stdout" || name == "-" && dash:
			file.Impl = &handle{w: outWriter{m}, standard: true}
		case name == "/dev/stderr":
			file.Impl = &handle{w: f.stderr, standard: true}
		default:
			h, err := os.OpenFile(name, flags, 0o666)
			if err != nil {
				m.Plainf(diag.Error, "cannot open %s: %s", name, reason(err))
				break
			}
			f.reap()
			fresh := newHandle(h, now(m))
			file.Impl = fresh
			f.open = append(f.open, fresh)
			runtime.AddCleanup(file, f.lost.add, fresh)
			m.Dispatch("file_opened", val.FileVal(file))
		}
		return val.FileVal(file)
	}
}

func (f *Family) closeFile(_ *interp.M, _ *interp.Site, arg val.Value) val.Value {
	file := arg.File()
	h := open(file)
	if h == nil {
		return val.Bool(true)
	}
	if h.standard {
		return val.Bool(false)
	}
	f.close(h)
	file.Impl = nil
	return val.Bool(true)
}

func writeFile(_ *interp.M, _ *interp.Site, arg, data val.Value) val.Value {
	h := open(arg.File())
	if h == nil {
		return val.Bool(false)
	}
	_, err := h.Write([]byte(data.Str()))
	return val.Bool(err == nil)
}

func setBuf(_ *interp.M, _ *interp.Site, arg, buffered val.Value) val.Value {
	if h := open(arg.File()); h != nil {
		h.unbuf = !buffered.Bool()
		h.flush()
	}
	return val.Any(types.BoolT, val.Bool(true))
}

func (f *Family) flushAll(m *interp.M, _ *interp.Site) val.Value {
	m.Flush()
	return val.Bool(f.Flush())
}

// rotate moves what name holds to a new name and leaves an empty file under the old one, which it returns open.
func rotate(m *interp.M, name string) (f *os.File, newName string, ok bool) {
	newName = fmt.Sprintf("%s.%d.%.6f.tmp", name, os.Getpid(), m.NetworkTime())
	tmp := newName + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		m.Plainf(diag.Error, "rotate_file: can't open %s: %s", tmp, reason(err))
		return nil, "", false
	}
	if err := os.Rename(name, newName); err != nil {
		m.Plainf(diag.Error, "rotate_file: can't move %s to %s: %s", name, newName, reason(err))
		f.Close()
		os.Remove(tmp)
		return nil, "", false
	}
	if err := os.Rename(tmp, name); err != nil {
		m.Plainf(diag.Error, "rotate_file: can't move %s to %s: %s", tmp, name, reason(err))
	}
	return f, newName, true
}

// rotateInfo makes the record that tells of a rotation; the empty one tells that there was none.
func rotateInfo(m *interp.M, name, newName string, opened, closed float64) val.Value {
	r := val.NewRecord(m.Type("rotate_info"))
	for i, v := range []val.Value{val.Str(name), val.Str(newName), val.Time(opened), val.Time(closed)} {
		r.Set(i, v)
	}
	return val.Rec(r)
}

func rotateFile(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
	file := arg.File()
	h := open(file)
	if h == nil || h.standard {
		return rotateInfo(m, "", "", 0, 0)
	}
	f, newName, ok := rotate(m, file.Name)
	if !ok {
		return rotateInfo(m, "", "", 0, 0)
	}
	opened := h.opened
	h.flush()
	h.f.Close()
	h.reopen(f, now(m))
	m.Dispatch("file_opened", arg)
	return rotateInfo(m, file.Name, newName, opened, m.NetworkTime())
}

func rotateByName(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
	name := cstr.Check(m, arg.Str())
	f, newName, ok := rotate(m, name)
	if !ok {
		return rotateInfo(m, "", "", 0, 0)
	}
	f.Close()
	return rotateInfo(m, name, newName, m.NetworkTime(), m.NetworkTime())
}

func mkdir(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
	name := cstr.Check(m, arg.Str())
	err := os.Mkdir(name, 0o777)
	if err != nil {
		if st, serr := os.Stat(name); serr == nil && st.IsDir() {
			return val.Bool(true)
		}
	}
	return warned(m, err, "cannot create directory '%s'", name)
}

func rmdir(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
	name := cstr.Check(m, arg.Str())
	return warned(m, removeDir(name), "cannot remove directory '%s'", name)
}

func unlink(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
	name := cstr.Check(m, arg.Str())
	return warned(m, removeFile(name), "cannot unlink file '%s'", name)
}

func rename(m *interp.M, _ *interp.Site, from, to val.Value) val.Value {
	src, dst := cstr.Check(m, from.Str()), cstr.Check(m, to.Str())
	return warned(m, os.Rename(src, dst), "cannot rename file '%s' to '%s'", src, dst)
}

// warned turns an error into a warning and F.
func warned(m *interp.M, err error, format string, args ...any) val.Value {
	if err != nil {
		m.Plainf(diag.Warning, "%s: %s", fmt.Sprintf(format, args...), reason(err))
	}
	return val.Bool(err == nil)
}

func fileSize(m *interp.M, _ *interp.Site, arg val.Value) val.Value {
	st, err := os.Stat(cstr.Check(m, arg.Str()))
	if err != nil {
		return val.Double(-1)
	}
	return val.Double(float64(st.Size()))
}

// Rows are the builtins.
func (f *Family) Rows() []interp.Builtin {
	const create = os.O_WRONLY | os.O_CREATE
	return []interp.Builtin{
		{Sig: "function open(f: string): file", F1: f.opener(create|os.O_TRUNC, true),
			Doc: `Opens a file for writing, emptied; "-" and "/dev/stdout" are the standard output, "/dev/stderr" the standard error.`},
		{Sig: "function open_for_append(f: string): file", F1: f.opener(create|os.O_APPEND, false),
			Doc: "Opens a file for writing behind what it holds."},
		{Sig: "function close(f: file): bool", F1: f.closeFile, Doc: "Writes what is buffered and closes a file; F for standard streams."},
		{Sig: "function write_file(f: file, data: string): bool", F2: writeFile, Doc: "Writes bytes to a file as they are; F if it is closed."},
		{Sig: "function set_buf(f: file, buffered: bool): any", F2: setBuf, Doc: "Turns a file's buffer on or off."},
		{Sig: "function flush_all(): bool", F0: f.flushAll, Doc: "Writes the buffers of all open files."},
		{Sig: "function mkdir(f: string): bool", F1: mkdir, Doc: "Makes a directory; T also if there is one already."},
		{Sig: "function rmdir(d: string): bool", F1: rmdir, Doc: "Removes an empty directory."},
		{Sig: "function unlink(f: string): bool", F1: unlink, Doc: "Removes a file."},
		{Sig: "function rename(src_f: string, dst_f: string): bool", F2: rename, Doc: "Renames a file; one that has the new name is replaced."},
		{Sig: "function active_file(f: file): bool", Doc: "Whether a file is open.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Bool(open(a.File()) != nil) }},
		{Sig: "function get_file_name(f: file): string", Doc: "The name under which a file was opened.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				if a.P == nil {
					return val.Str("")
				}
				return val.Str(a.File().Name)
			}},
		{Sig: "function rotate_file(f: file): rotate_info", F1: rotateFile,
			Doc: "Moves what an open file holds to a new name and goes on with an empty file under the old one. The names in the result are empty if that failed."},
		{Sig: "function rotate_file_by_name(f: string): rotate_info", F1: rotateByName, Doc: "Like rotate_file, for a file by its name."},
		{Sig: "function file_size(f: string): double", F1: fileSize, Doc: "A file's size in bytes, -1.0 if there is none of that name."},
		{Sig: "function file_mode(mode: count): string", Pure: true, Doc: "Permission bits as ls shows them: 420 is rw-r--r--.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Str(modeText(a.Count())) }},
		{Sig: "function enable_raw_output(f: file): any", Doc: "Has print write strings to a file as they are: no escapes, no newline.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				if h := open(a.File()); h != nil {
					h.SetRaw()
				}
				return val.Value{}
			}},
		{Sig: "function disable_print_hook(f: file): any", Doc: "Keeps prints to a file from raising print_hook, which only the bro dialect does.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				if h := open(a.File()); h != nil {
					h.quiet = true
				}
				return val.Value{}
			}},
	}
}
