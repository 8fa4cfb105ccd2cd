package interp

import (
	"fmt"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/runtime/val"
)

// Dialect is the dialect of the run.
func (m *M) Dialect() *dialect.Dialect { panic("contract") }

// Plainf reports a message without a place (`error: MSG`), as builtins do where the reference does not know the call.
func (m *M) Plainf(sev diag.Severity, format string, args ...any) {
	m.Report(diag.Diagnostic{Severity: sev, Msg: fmt.Sprintf(format, args...)})
}

// ErrorArgf is Errorf with the text of the offending argument: `error in FILE, line N: MSG (CALL and ARG)`.
func (m *M) ErrorArgf(s *Site, arg string, format string, args ...any) { panic("contract") }

// NoValue gives up the statement under evaluation without a message (the builtin has reported one): the body goes on with
// the next statement, as in the reference when a builtin returns nothing. It does not return; the result only helps callers.
func (m *M) NoValue(s *Site) val.Value { panic("contract") }

// Scratch lends an empty buffer to build a string in, and Take makes a string value of what was built and keeps the
// grown buffer for the next use. Nothing that lies between the two may run script code or call Scratch.
func (m *M) Scratch() []byte         { panic("contract") }
func (m *M) Take(b []byte) val.Value { panic("contract") }
