// Package mathfn is the builtins that compute with doubles.
package mathfn

import (
	"math"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows returns the family.
func Rows() []interp.Builtin {
	return []interp.Builtin{
		row("function floor(d: double): double", "Rounds down to a whole number.", math.Floor),
		row("function ceil(d: double): double", "Rounds up to a whole number.", math.Ceil),
		row("function exp(d: double): double", "Raises e to a power.", math.Exp),
		row("function ln(d: double): double", "Takes the natural logarithm.", math.Log),
		row("function log2(d: double): double", "Takes the logarithm to base 2.", math.Log2),
		row("function log10(d: double): double", "Takes the logarithm to base 10.", math.Log10),
		{Sig: "function sqrt(x: double): double", Pure: true,
			Doc: "Takes the square root. Of a negative number it is -1, with an error.",
			F1: func(m *interp.M, _ *interp.Site, x val.Value) val.Value {
				if x.Double() < 0 {
					m.Plainf(diag.Error, "negative sqrt argument")
					return val.Double(-1)
				}
				return val.Double(math.Sqrt(x.Double()))
			}},
		{Sig: "function pow(x: double, y: double): double", Pure: true,
			Doc: "Raises *x* to the power *y*.",
			F2: func(_ *interp.M, _ *interp.Site, x, y val.Value) val.Value {
				return val.Double(math.Pow(x.Double(), y.Double()))
			}},
	}
}

func row(sig, doc string, f func(float64) float64) interp.Builtin {
	return interp.Builtin{Sig: sig, Doc: doc, Pure: true, F1: func(_ *interp.M, _ *interp.Site, x val.Value) val.Value {
		return val.Double(f(x.Double()))
	}}
}
