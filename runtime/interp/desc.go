package interp

import (
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// Describe is val.Describe with numbers as the dialect writes them.
func (m *M) Describe(b []byte, t *types.Type, v val.Value, mode val.DescMode) []byte {
	if m.Dialect().OldNumbers {
		mode |= val.DescBro
	}
	return val.Describe(b, t, v, mode)
}

// ArgText is the text of a value for ErrorArgf.
func (m *M) ArgText(t *types.Type, v val.Value) string {
	return string(m.Describe(nil, t, v, val.DescShort))
}
