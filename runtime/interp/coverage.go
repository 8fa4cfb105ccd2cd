package interp

import "github.com/brogo/brogo/lang/ir"

// Coverage says what is counted while scripts run. It is asked once for each body, when that is compiled: a run without it, and bodies of
// which it counts nothing, are compiled as ever and spend nothing on it. It is used on the interpreter's goroutine only.
type Coverage interface {
	// Body returns the counter of the calls of a body, nil if nothing in it is counted.
	Body(f *ir.Func) *uint64
	// Statement returns the counter of a statement of such a body, nil for one that is not counted.
	Statement(s ir.Stmt) *uint64
}

// counted adds the counting of a statement to its code.
func (c *compiler) counted(s ir.Stmt, code stmt) stmt {
	n := c.m.cfg.Coverage.Statement(s)
	if n == nil {
		return code
	}
	return counting(n, code)
}

func counting(n *uint64, code stmt) stmt {
	return func(m *M, f frame) ctl {
		*n++
		return code(m, f)
	}
}
