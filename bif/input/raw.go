package input

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// raw reads the lines of a file, or of what a command writes if the source ends in `|`.
type raw struct {
	separator string
	environ   []string

	path    string
	command bool
	stderr  bool // lines of the standard error come too
	offset  int64

	file    *os.File
	proc    *process
	out     lines
	errOut  lines
	seen    os.FileInfo
	again   bool // it has been read
	partial int  // as in ascii
	quiet   bool // the command has ended, and the last look found nothing more
}

func newRaw(m *interp.M, f *Family) *raw {
	r := &raw{separator: stringConst(m, "InputRaw::record_separator", "\n")}
	if f.cfg.Environ != nil {
		r.environ = f.cfg.Environ()
	}
	return r
}

func (r *raw) init(b *backend) bool {
	if b.source == "" {
		b.error("No source path provided")
		return false
	}
	if r.separator == "" {
		b.error("record_separator is empty")
		return false
	}
	r.path, r.command = strings.CutSuffix(b.source, "|")
	if !r.options(b) || !r.open(b) {
		return false
	}
	r.update(b)
	if b.old && b.mode == modeReread {
		// 2.6 learns only at the second look what the file is like, and reads it twice.
		r.seen = nil
	}
	return true
}

// options reads the stream's settings and checks its fields.
func (r *raw) options(b *backend) bool {
	want := 1
	if _, ok := b.config["read_stderr"]; ok && r.command {
		r.stderr = true
		want = 2
	}
	if text, ok := b.config["offset"]; ok {
		if r.command || b.mode == modeReread {
			b.error("Offset only is supported for MODE_STREAM and MODE_MANUAL; it is also not supported when executing a command")
			return false
		}
		r.offset, _ = strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	}
	switch {
	case len(b.fields) != want:
		b.error("Filter for raw reader contains wrong number of fields -- got %d, expected %d. "+
			"Filters for the raw reader contain one string field when used in normal mode and "+
			"one string and one bool fields when using execute mode with stderr capturing. Filter ignored.", len(b.fields), want)
	case b.fields[0].tag != types.String:
		b.error("First field for raw reader always has to be of type string.")
	case r.stderr && b.fields[1].tag != types.Bool:
		b.error("Second field for raw reader always has to be of type bool.")
	case r.command && b.mode == modeReread:
		b.error("Rereading only supported for files, not for executables.")
	default:
		return true
	}
	return false
}

// open opens the file or starts the command.
func (r *raw) open(b *backend) bool {
	if r.command {
		return r.start(b)
	}
	f, err := os.Open(r.path)
	if err != nil {
		if b.mode == modeStream {
			return true // it may appear yet
		}
		b.error("Init: cannot open %s", r.path)
		return false
	}
	r.use(f)
	if r.offset != 0 {
		at, whence := r.offset, io.SeekStart
		if at < 0 {
			at, whence = at+1, io.SeekEnd // -1 is the end
		}
		if _, err := f.Seek(at, whence); err != nil {
			b.error("Seek failed in init: %s", reason(err))
		}
	}
	return true
}

// reason is the bare text of a system call's error.
func reason(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}

func (r *raw) use(f *os.File) {
	r.closeFile()
	r.file, r.out, r.partial = f, lines{r: f, sep: []byte(r.separator)}, 0
	r.seen, _ = f.Stat()
}

func (r *raw) closeFile() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}

func (r *raw) start(b *backend) bool {
	_, kill := b.config["force_kill"]
	// A reader that waits for nothing else looks at once when the command has ended.
	ended := func() { b.send(cmdHeartbeat, nil) }
	p, err := startProcess(b.ctx, r.path, b.config["stdin"], r.environ, b.mode == modeManual, r.stderr, kill, ended)
	if err != nil {
		b.error("Could not spawn child process: %s", err)
		return false
	}
	r.proc, r.quiet = p, false
	r.out = lines{r: p.out, sep: []byte(r.separator)}
	r.errOut = lines{r: p.errOut, sep: []byte(r.separator)}
	return true
}

func (r *raw) close() {
	r.closeFile()
	if r.proc != nil {
		r.proc.close()
		r.proc = nil
	}
}

func (r *raw) update(b *backend) bool {
	if r.again && !r.reopen(b) {
		return false
	}
	if b.mode == modeReread && r.again && r.file == nil {
		return true
	}
	r.again = true
	if r.command {
		return r.readCommand(b)
	}
	if r.file == nil {
		return true
	}
	n := r.out.pending()
	if !r.lines(b, &r.out, false, b.mode != modeStream || n > 0 && n == r.partial) {
		return false
	}
	r.partial = r.out.pending()
	if b.mode != modeStream {
		b.end()
	}
	if b.mode == modeReread {
		// Until it changes there is nothing more to read.
		r.closeFile()
	}
	return true
}

// reopen prepares to read once more.
func (r *raw) reopen(b *backend) bool {
	switch b.mode {
	case modeReread:
		st, err := os.Stat(r.path)
		if err != nil {
			b.error("Could not get stat for %s", r.path)
			return false
		}
		if r.seen != nil && sameState(r.seen, st) {
			return true
		}
		return r.open(b)
	case modeManual:
		r.close()
		return r.open(b)
	}
	if r.command {
		return true
	}
	st, err := os.Stat(r.path)
	if err != nil || r.file != nil && os.SameFile(r.seen, st) {
		return true
	}
	// Another file stands in its place.
	if f, err := os.Open(r.path); err == nil {
		r.use(f)
	}
	return true
}

// lines delivers the lines that are there; final has the unfinished one delivered at the end of a file. False after a failure.
func (r *raw) lines(b *backend, l *lines, isErr, final bool) bool {
	for !b.ended() {
		line, err := l.next()
		if err == nil {
			r.line(b, line, isErr)
			continue
		}
		eof := errors.Is(err, io.EOF)
		if eof && final && l.pending() > 0 {
			r.line(b, l.rest(), isErr)
		}
		if !eof && !errors.Is(err, errAgain) {
			b.error("Reader encountered unexpected error: %s", reason(err))
			return false
		}
		return true
	}
	return true
}

func (r *raw) line(b *backend, line []byte, isErr bool) {
	cells := make([]cell, 1, 2)
	cells[0] = cell{v: val.Str(string(line)), set: true}
	if r.stderr {
		cells = append(cells, cell{v: val.Bool(isErr), set: true})
	}
	b.put(cells)
}

// readCommand delivers what the command has written, its standard output first, and tells when it has ended.
func (r *raw) readCommand(b *backend) bool {
	if r.proc == nil {
		return false
	}
	if b.mode == modeManual {
		ok := r.lines(b, &r.out, false, true) && (!r.stderr || r.lines(b, &r.errOut, true, true))
		if !ok || !r.proc.waitEnd(b.ctx) {
			return false
		}
		b.end()
		r.finished(b)
		return false
	}
	ended := r.proc.hasEnded()
	taken := r.proc.taken()
	if !r.lines(b, &r.out, false, true) || r.stderr && !r.lines(b, &r.errOut, true, true) {
		return false
	}
	if !ended {
		return true
	}
	if !r.proc.drained() {
		// Children that it has left behind may hold its pipes: a heartbeat without output is the end of it.
		if r.proc.taken() != taken || !r.quiet {
			r.quiet = r.proc.taken() == taken
			return true
		}
		r.flushRest(b)
	}
	r.finished(b)
	return false
}

// flushRest delivers unfinished lines of pipes that nobody closes.
func (r *raw) flushRest(b *backend) {
	if r.out.pending() > 0 {
		r.line(b, r.out.rest(), false)
	}
	if r.stderr && r.errOut.pending() > 0 {
		r.line(b, r.errOut.rest(), true)
	}
}

// finished tells of the command's end.
func (r *raw) finished(b *backend) {
	code, signal := r.proc.status()
	switch {
	case signal:
		b.error("Child process exited due to signal %d", code)
	case code != 0:
		b.error("Child process exited with non-zero return code %d", code)
	}
	if b.mode == modeStream {
		b.end()
	}
	b.add(message{kind: msgDo, do: func(s *stream) {
		s.raiseNamed("InputRaw::process_finished", typed{types.StringT, val.Str(s.name)}, typed{types.StringT, val.Str(s.source)},
			typed{types.CountT, val.Count(uint64(code))}, typed{types.BoolT, val.Bool(signal)})
	}})
	r.proc.close()
	r.proc = nil
}

func (r *raw) heartbeat(b *backend) bool {
	if b.mode != modeManual {
		b.refresh()
	}
	return true
}
