package logging

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/brogo/brogo/lang/diag"
)

// bufferSize is how many bytes of rows an ASCII log holds back at most.
const bufferSize = 64 << 10

// ascii writes rows as lines: columns with a header, or JSON objects.
type ascii struct {
	t      *Target
	file   string // name of the file, or a device
	suffix string // what names of rotated files end in, with its dot
	gzip   int
	meta   bool // lines about the columns
	tsv    bool // only the names, as the first line
	prefix string
	format textFormat
	json   *jsonColumns // or
	text   *textColumns
	out    sink
	buf    []byte
}

// openASCII reads the settings and opens the file.
func openASCII(t *Target) (Writer, error) {
	a := &ascii{t: t}
	if err := a.configure(); err != nil {
		return nil, err
	}
	return a, a.open()
}

func (a *ascii) configure() error {
	t := a.t
	var asJSON, toStdout, unset bool
	if v, ok := t.Config("tsv"); ok {
		if v != "T" && v != "F" {
			return errors.New(`invalid value for 'tsv', must be a string and either "T" or "F"`)
		}
		a.tsv = v == "T"
	}
	a.meta = flag(t.M, "LogAscii::include_meta", true)
	for _, o := range []struct {
		to       *bool
		key, set string
		def      bool
	}{
		{&asJSON, "use_json", "LogAscii::use_json", false},
		{&toStdout, "output_to_stdout", "LogAscii::output_to_stdout", false},
		{&a.format.utf8, "enable_utf_8", "LogAscii::enable_utf_8", true},
		{&unset, "json_include_unset_fields", "LogAscii::json_include_unset_fields", false},
	} {
		var err error
		if *o.to, err = t.Flag(o.key, o.set, o.def); err != nil {
			return err
		}
	}
	for _, o := range []struct {
		to       *string
		key, set string
	}{
		{&a.format.sep, "separator", "LogAscii::separator"}, {&a.format.setSep, "set_separator", "LogAscii::set_separator"},
		{&a.format.empty, "empty_field", "LogAscii::empty_field"}, {&a.format.unset, "unset_field", "LogAscii::unset_field"},
		{&a.prefix, "meta_prefix", "LogAscii::meta_prefix"},
	} {
		*o.to = t.Text(o.key, o.set)
	}
	a.format.bro = t.M.Dialect().PlainLogs
	a.format.utf8 = a.format.utf8 && !a.format.bro
	if err := a.compress(); err != nil {
		return err
	}
	a.place(toStdout)
	if !asJSON {
		a.text = a.format.compile(t.Fields)
		return nil
	}
	a.meta = false
	times, ok := t.Config("json_timestamps")
	if !ok {
		times = t.EnumName("LogAscii::json_timestamps")
	}
	f := &jsonFormat{times: times, unset: unset, bro: a.format.bro, report: func(msg string) { t.Reportf(diag.Error, "%s", msg) }}
	var err error
	a.json, err = f.compile(t.Fields)
	return err
}

// compress reads the level of compression.
func (a *ascii) compress() error {
	a.gzip = int(a.t.Count("LogAscii::gzip_level"))
	if v, ok := a.t.Config("gzip_level"); ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			n = -1
		}
		a.gzip = n
	}
	if a.gzip < 0 || a.gzip > 9 {
		return errors.New("invalid value for 'gzip_level', must be a number between 0 and 9.")
	}
	return nil
}

// place works out the name of the file.
func (a *ascii) place(toStdout bool) {
	t := a.t
	a.file = t.Path
	if toStdout {
		a.file = "/dev/stdout"
	}
	a.suffix = ".log"
	if s, ok := t.M.Config().Getenv(t.M.Dialect().EnvPrefix + "LOG_SUFFIX"); ok {
		a.suffix = "." + s
	}
	if a.gzip > 0 {
		ext := t.Text("gzip_file_extension", "LogAscii::gzip_file_extension")
		if ext == "" {
			ext = "gz"
		}
		a.suffix += "." + ext
	}
	if special(a.file) {
		return
	}
	if dir := text(t.M, "Log::default_logdir"); dir != "" && !strings.HasPrefix(a.file, "/") {
		a.file = filepath.Join(dir, a.file)
	}
	a.file += a.suffix
}

// special reports whether a path names a device: nothing is added to it, and it is not rotated.
func special(path string) bool { return strings.HasPrefix(path, "/dev/") }

// open opens the file and writes the header.
func (a *ascii) open() error {
	if a.shadowed() {
		if err := writeShadow(a.file, a.suffix, a.t.Post); err != nil {
			return err
		}
	}
	var err error
	if a.out, err = openSink(a.t, a.file, a.gzip, flag(a.t.M, "LogAscii::continue_existing", false)); err != nil {
		return fmt.Errorf("cannot open %s: %s", a.file, reason(err))
	}
	a.header()
	return nil
}

func (a *ascii) header() {
	if !a.meta {
		return
	}
	var names, kinds []string
	for _, f := range a.t.Fields {
		names = append(names, f.Name)
		kinds = append(kinds, f.TypeName)
	}
	if a.tsv {
		a.buf = append(append(a.buf, strings.Join(names, a.format.sep)...), '\n')
		return
	}
	path := a.t.Path
	if a.file == "/dev/stdout" {
		path = a.file
	}
	a.buf = append(a.buf, a.prefix+"separator "+escapeBlank(a.format.sep)+"\n"...)
	a.metaLine("set_separator", escapeBlank(a.format.setSep))
	a.metaLine("empty_field", escapeBlank(a.format.empty))
	a.metaLine("unset_field", escapeBlank(a.format.unset))
	a.metaLine("path", escapeBlank(path))
	a.metaLine("open", a.now())
	a.metaLine("fields", strings.Join(names, a.format.sep))
	a.metaLine("types", strings.Join(kinds, a.format.sep))
}

func (a *ascii) metaLine(key, value string) {
	a.buf = append(a.buf, a.prefix+key+a.format.sep+value+"\n"...)
}

// now is the time of day as headers show it.
func (a *ascii) now() string {
	loc := a.t.Location
	if loc == nil {
		loc = time.Local
	}
	return a.t.M.Config().Clock.Now().In(loc).Format("2006-01-02-15-04-05")
}

// Write appends a row to the buffer.
func (a *ascii) Write(row []Cell) error {
	if a.out == nil {
		if err := a.open(); err != nil {
			return err
		}
	}
	start := len(a.buf)
	if a.json != nil {
		a.buf = a.json.append(a.buf, row)
	} else {
		a.buf = a.text.append(a.buf, row)
	}
	if line := a.buf[start:]; len(a.prefix) > 0 && len(line) > 0 && line[0] == a.prefix[0] && bytes.HasPrefix(line, []byte(a.prefix)) {
		// It would read as a line of meta information.
		rest := string(line[1:])
		a.buf = append(hexAll(a.buf[:start], string(line[:1])), rest...)
	}
	a.buf = append(a.buf, '\n')
	if len(a.buf) >= bufferSize {
		return a.drain()
	}
	return nil
}

// drain hands the buffer on.
func (a *ascii) drain() error {
	if len(a.buf) == 0 || a.out == nil {
		return nil
	}
	_, err := a.out.Write(a.buf)
	a.buf = a.buf[:0]
	if err != nil {
		return fmt.Errorf("error writing to %s: %s", a.file, reason(err))
	}
	return nil
}

// Flush hands what is buffered to the operating system.
func (a *ascii) Flush() error {
	if err := a.drain(); err != nil || a.out == nil {
		return err
	}
	if err := a.out.Flush(); err != nil {
		return fmt.Errorf("error writing to %s: %s", a.file, reason(err))
	}
	return nil
}

// Close writes the last line and closes the file.
func (a *ascii) Close() error {
	if a.out == nil {
		return nil
	}
	if a.meta && !a.tsv {
		a.metaLine("close", a.now())
	}
	err := a.drain()
	if e := a.out.Close(); err == nil && e != nil {
		err = fmt.Errorf("error writing to %s: %s", a.file, reason(e))
	}
	a.out = nil
	return err
}
