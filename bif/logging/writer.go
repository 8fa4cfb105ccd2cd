package logging

import (
	"fmt"
	"io"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Writer takes the rows of one log. After an error it is closed and gets nothing more.
type Writer interface {
	// Write takes a row; the cells are only valid during the call. It may keep the row in a buffer of its own.
	Write(row []Cell) error
	// Flush hands what is buffered to the operating system.
	Flush() error
	// Close flushes and ends the log.
	Close() error
}

// writerKind is a row of the table of writers.
type writerKind struct {
	name string // of the Log::Writer value
	open func(t *Target) (Writer, error)
}

// writers is the one table of writers.
func writers() []writerKind {
	return []writerKind{
		{"Log::WRITER_ASCII", openASCII},
		{"Log::WRITER_NONE", openNone},
		{"Log::WRITER_SQLITE", openSQLite},
	}
}

// Target is what a new writer is told.
type Target struct {
	M        *interp.M
	Path     string
	Filter   string // the name of the filter
	Fields   []Field
	Stderr   io.Writer
	Location *time.Location
	Interval float64   // of rotation, seconds; 0: none
	Post     *val.Func // the filter's own postprocessor, nil for the default
	config   []setting
	report   func(sev diag.Severity, msg string)
}

// Config returns the filter's setting of a key.
func (t *Target) Config(key string) (string, bool) {
	for _, s := range t.config {
		if s.key == key {
			return s.value, true
		}
	}
	return "", false
}

// Text is a string setting: the filter's of that key, else the script constant.
func (t *Target) Text(key, constant string) string {
	if v, ok := t.Config(key); ok {
		return v
	}
	return text(t.M, constant)
}

// Flag is a bool setting like Text; the filter's must be "T" or "F".
func (t *Target) Flag(key, constant string, def bool) (bool, error) {
	switch v, ok := t.Config(key); {
	case !ok:
		return flag(t.M, constant, def), nil
	case v == "T" || v == "F":
		return v == "T", nil
	}
	return false, fmt.Errorf(`invalid value for '%s', must be a string and either "T" or "F"`, key)
}

// Count is the value of a count constant, 0 if there is none.
func (t *Target) Count(constant string) uint64 {
	v, _ := lookup(t.M, constant)
	return v.Count()
}

// EnumName is the qualified name that an enum constant has, "" if there is none.
func (t *Target) EnumName(constant string) string {
	g := t.M.Lookup(constant)
	if g == nil || g.T == nil || g.T.Tag != types.Enum {
		return ""
	}
	v, _ := t.M.Value(g)
	return g.T.Enum.NameOf(v.Int())
}

// Reportf gives off a message of the writer.
func (t *Target) Reportf(sev diag.Severity, format string, args ...any) {
	t.report(sev, fmt.Sprintf(format, args...))
}
