// Package wireval turns script values into wire data and back, driven by their types.
//
// Append and Read go between values and bytes without a tree between: whoever knows the types on both ends uses them. ToData and
// FromData make trees for values that are kept as they come (stores, `opaque of Broker::Data`). A value of type any travels by its
// own type and arrives as a Broker::Data record.
//
// A Codec belongs to one interpreter and is used on its goroutine.
package wireval

import (
	"errors"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what a Codec needs beyond the values.
type Config struct {
	// Machine returns the interpreter, which knows types, functions and defaults by name. Without one, values of type any, functions
	// and opaque values cannot be read.
	Machine func() *interp.M
	// File returns the open file of a name, or nil.
	File func(name string) *val.File
	// Opaques reads opaque values by OpaqueName; see Wirer.
	Opaques map[string]OpaqueReader
}

// Wirer is what an opaque value implements that travels: it appends one value.
type Wirer interface {
	val.Opaque
	AppendWire(c *Codec, b []byte) ([]byte, error)
}

// OpaqueReader reads what AppendWire wrote. What comes may be anything: errors of the reader need not be looked at, but nothing may be
// allocated by what a number says.
type OpaqueReader func(c *Codec, r *wire.Reader) (val.Opaque, error)

// Codec converts values.
type Codec struct {
	cfg  Config
	m    *interp.M
	bro  bool        // as 2.6 does: see dialect.Dialect.OldBrokerData
	data *types.Type // Broker::Data
	// depth is how many values surround the one being read.
	depth int
}

// New returns a codec.
func New(cfg Config) *Codec { return &Codec{cfg: cfg} }

// machine returns the interpreter, nil if there is none.
func (c *Codec) machine() *interp.M {
	if c.m == nil && c.cfg.Machine != nil {
		if c.m = c.cfg.Machine(); c.m != nil {
			c.bro = c.m.Dialect().OldBrokerData
		}
	}
	return c.m
}

// DataType is the record Broker::Data, nil before the scripts that declare it are loaded.
func (c *Codec) DataType() *types.Type {
	if c.data == nil {
		if m := c.machine(); m != nil {
			c.data = m.Type(dataName)
		}
	}
	return c.data
}

// ErrMismatch says that data does not fit the type that is wanted.
var ErrMismatch = errors.New("the data does not fit the type")

// Error is a conversion that failed with a message of its own, in the reference's words.
type Error struct{ Msg string }

func (e *Error) Error() string { return e.Msg }

// Report gives off the message of a conversion that failed, if it has one of its own; the caller tells what was to be converted.
func (c *Codec) Report(err error) { c.ReportAt(nil, err) }

// ReportAt is Report with the place of a call; nil if it is unknown.
func (c *Codec) ReportAt(s *interp.Site, err error) {
	var e *Error
	if m := c.machine(); m != nil && errors.As(err, &e) {
		d := diag.Diagnostic{Severity: diag.Error, Code: diag.Messaging, Msg: e.Msg}
		if s != nil {
			d.At = s.At
		}
		m.Report(d)
	}
}
