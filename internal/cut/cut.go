// Package cut takes columns out of ASCII logs: what zeek-cut does, with the same flags.
//
// It reads log files with their `#` headers from a stream; it knows nothing of scripts. cmd/brogo calls it.
package cut

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/itchyny/timefmt-go"
	"github.com/spf13/pflag"
)

// Options select what is written.
type Options struct {
	Columns  []string
	Not      bool   // every column but Columns
	Header   Header // which header lines are kept
	All      bool   // headers of every block, not of the first alone
	TimeFmt  string // strftime format of time columns; "" leaves seconds since 1970
	UTC      bool   // times in UTC instead of local time
	OFS      string // separator of the output's fields; "" keeps the log's
	Location *time.Location
}

// Header is how much of a header block is kept.
type Header uint8

// Header forms.
const (
	NoHeader      Header = iota
	FullHeader           // the # lines, cut to the columns
	MinimalHeader        // one line of column names
)

// defaultTimeFmt is what -d and -u print when ZEEK_CUT_TIMEFMT is not set.
const defaultTimeFmt = "%Y-%m-%dT%H:%M:%S%z"

const usageText = `usage: brogo cut [-c|-C|-m|-M] [-n] [-d|-D FMT|-u|-U FMT] [-F OFS] [COLUMN]... < LOG

Prints the named columns of a log, all of them without names.

  -c, -C      keep the first header block, or every one
  -m, -M      keep of the first header block, or of every one, the line of column names
  -n          print every column but the named ones
  -d, -u      print times as dates, in local time or UTC (format: $ZEEK_CUT_TIMEFMT or ` + defaultTimeFmt + `)
  -D, -U FMT  the same with a strftime format of their own
  -F OFS      separate the output's columns by OFS
`

// Main is the command: args are its flags and columns. It returns the exit code.
func Main(args []string, in io.Reader, out, errOut io.Writer) int {
	fs := pflag.NewFlagSet("cut", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SetInterspersed(false)
	first := fs.BoolP("first", "c", false, "")
	all := fs.BoolP("all", "C", false, "")
	minimal := fs.BoolP("minimal", "m", false, "")
	minAll := fs.BoolP("minimal-all", "M", false, "")
	not := fs.BoolP("not", "n", false, "")
	local := fs.BoolP("local", "d", false, "")
	utc := fs.BoolP("utc", "u", false, "")
	localFmt := fs.StringP("local-format", "D", "", "")
	utcFmt := fs.StringP("utc-format", "U", "", "")
	ofs := fs.StringP("ofs", "F", "", "")
	help := fs.BoolP("help", "h", false, "")
	err := fs.Parse(args)
	if *help || errors.Is(err, pflag.ErrHelp) {
		io.WriteString(out, usageText)
		return 0
	}
	if err != nil {
		fmt.Fprintf(errOut, "cut: %v\n", err)
		io.WriteString(errOut, usageText)
		return 2
	}
	o := Options{Columns: fs.Args(), Not: *not, OFS: *ofs, Location: time.Local}
	switch {
	case *first, *all:
		o.Header = FullHeader
	case *minimal, *minAll:
		o.Header = MinimalHeader
	}
	o.All = *all || *minAll
	switch {
	case *localFmt != "":
		o.TimeFmt = *localFmt
	case *utcFmt != "":
		o.TimeFmt, o.UTC = *utcFmt, true
	case *local, *utc:
		o.UTC = *utc
		o.TimeFmt = defaultTimeFmt
		for _, name := range []string{"ZEEK_CUT_TIMEFMT", "BRO_CUT_TIMEFMT"} {
			if f := os.Getenv(name); f != "" {
				o.TimeFmt = f
				break
			}
		}
	}
	if err := Cut(o, in, out); err != nil {
		fmt.Fprintf(errOut, "cut: %v\n", err)
		return 1
	}
	return 0
}

// layout is what a header block says of the lines below it.
type layout struct {
	sep, setSep, unset string
	fields, types      []string
	cols               []int // indices of the columns to print; -1: named but not in this log
	isTime             []bool
}

// Cut copies the chosen columns of the log on in to out.
func Cut(o Options, in io.Reader, out io.Writer) error {
	r := bufio.NewReaderSize(in, 1<<16)
	w := bufio.NewWriterSize(out, 1<<16)
	l := layout{sep: "\t", setSep: ",", unset: "-"}
	blocks := 0
	for n := 1; ; n++ {
		line, err := r.ReadString('\n')
		if line != "" {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(line, "#") {
				if strings.HasPrefix(line, "#separator") {
					blocks++
				}
				l.header(line, o)
				if o.Header != NoHeader && (blocks <= 1 || o.All) {
					l.writeHeader(w, line, o)
				}
			} else {
				if l.fields == nil {
					return fmt.Errorf("line %d: no #fields header before the first row: this is no ASCII log with a header", n)
				}
				l.writeRow(w, line, o)
			}
		}
		if err == io.EOF {
			return w.Flush()
		}
		if err != nil {
			return err
		}
	}
}

// header takes one # line in.
func (l *layout) header(line string, o Options) {
	if text, ok := strings.CutPrefix(line, "#separator "); ok {
		l.sep = unescape(text)
		return
	}
	parts := strings.Split(line, l.sep)
	switch parts[0] {
	case "#set_separator":
		l.setSep = first(parts[1:], ",")
	case "#unset_field":
		l.unset = first(parts[1:], "-")
	case "#fields":
		l.fields = parts[1:]
		l.choose(o)
	case "#types":
		l.types = parts[1:]
		l.isTime = make([]bool, len(l.types))
		for i, t := range l.types {
			l.isTime[i] = t == "time"
		}
	}
}

func first(s []string, def string) string {
	if len(s) > 0 && s[0] != "" {
		return s[0]
	}
	return def
}

// choose settles which columns are printed, in the order asked for.
func (l *layout) choose(o Options) {
	l.cols = l.cols[:0]
	if len(o.Columns) == 0 || o.Not {
		drop := make(map[string]bool)
		for _, c := range o.Columns {
			drop[c] = true
		}
		for i, f := range l.fields {
			if !drop[f] {
				l.cols = append(l.cols, i)
			}
		}
		return
	}
	at := make(map[string]int)
	for i, f := range l.fields {
		at[f] = i
	}
	for _, c := range o.Columns {
		if i, ok := at[c]; ok {
			l.cols = append(l.cols, i)
		} else {
			l.cols = append(l.cols, -1)
		}
	}
}

func (l *layout) ofs(o Options) string {
	if o.OFS != "" {
		return o.OFS
	}
	return l.sep
}

// writeHeader prints a header line: #fields and #types with the chosen columns only.
func (l *layout) writeHeader(w *bufio.Writer, line string, o Options) {
	kind, _, _ := strings.Cut(line, l.sep)
	from := l.fields
	switch kind {
	case "#fields":
	case "#types":
		from = l.types
	default:
		if o.Header == FullHeader {
			w.WriteString(line)
			w.WriteByte('\n')
		}
		return
	}
	if o.Header == MinimalHeader && kind == "#types" {
		return
	}
	sep := l.sep
	if o.Header == FullHeader {
		w.WriteString(kind)
		w.WriteString(sep)
	} else {
		sep = l.ofs(o)
	}
	wrote := false
	for k, i := range l.cols {
		if wrote {
			w.WriteString(sep)
		}
		switch {
		case i >= 0 && i < len(from) && kind == "#types" && l.isTime[i] && o.TimeFmt != "":
			w.WriteString("string")
		case i >= 0 && i < len(from):
			w.WriteString(from[i])
		case kind == "#fields":
			w.WriteString(o.Columns[k])
		}
		wrote = true
	}
	w.WriteByte('\n')
}

// writeRow prints the chosen columns of a row. A column that the log lacks is empty.
func (l *layout) writeRow(w *bufio.Writer, line string, o Options) {
	vals := strings.Split(line, l.sep)
	sep := l.ofs(o)
	for k, i := range l.cols {
		if k > 0 {
			w.WriteString(sep)
		}
		if i < 0 || i >= len(vals) {
			continue
		}
		v := vals[i]
		if o.TimeFmt != "" && i < len(l.isTime) && l.isTime[i] && v != l.unset {
			v = date(v, o)
		}
		w.WriteString(v)
	}
	w.WriteByte('\n')
}

// date renders seconds since 1970; what is no number stays as it is.
func date(v string, o Options) string {
	whole, _, _ := strings.Cut(v, ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return v
	}
	t := time.Unix(sec, 0)
	if o.UTC {
		t = t.UTC()
	} else {
		t = t.In(o.Location)
	}
	return timefmt.Format(t, o.TimeFmt)
}

// unescape undoes the \xHH of the #separator line.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) && s[i+1] == 'x' {
			if n, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
