// Package convert is the builtins that turn values of one type into another, and strings into the bytes, digits and codes
// that they stand for.
package convert

import (
	"math"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows returns the family.
func Rows() []interp.Builtin {
	var rows []interp.Builtin
	for _, theme := range [][]interp.Builtin{numberRows(), addrRows(), byteRows(), base64Rows(), protocolRows()} {
		for _, r := range theme {
			r.Pure = true
			rows = append(rows, r)
		}
	}
	return rows
}

// f1 and f2 shorten the literals below.
type (
	f1 = func(m *interp.M, site *interp.Site, a val.Value) val.Value
	f2 = func(m *interp.M, site *interp.Site, a, b val.Value) val.Value
)

func numberRows() []interp.Builtin {
	// Doubles, times and intervals have the same bits.
	same := func(sig, doc string) interp.Builtin {
		return interp.Builtin{Sig: sig, Doc: doc, F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return a }}
	}
	return []interp.Builtin{
		same("function interval_to_double(i: interval): double", "Gives an interval in seconds."),
		same("function time_to_double(t: time): double", "Gives a time in seconds since 1970."),
		same("function double_to_time(d: double): time", "Makes a time of seconds since 1970."),
		{Sig: "function double_to_interval(d: double): interval", Doc: "Makes an interval of seconds.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.BareInterval(a.Double()) }},
		{Sig: "function count_to_double(c: count): double", Doc: "Turns a count into a double.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Double(float64(a.Count())) }},
		{Sig: "function int_to_double(i: int): double", Doc: "Turns an int into a double.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value { return val.Double(float64(a.Int())) }},
		{Sig: "function int_to_count(n: int): count", Doc: "Turns an int into a count; a negative one is an error and gives 0.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				if a.Int() < 0 {
					m.ErrorArgf(site, m.ArgText(types.IntT, a), "bad conversion to count")
					return val.Count(0)
				}
				return val.Count(a.Count())
			}},
		{Sig: "function double_to_int(d: double): int", Doc: "Rounds a double to the nearest int, halves to the even one.",
			F1: func(_ *interp.M, _ *interp.Site, a val.Value) val.Value {
				return val.Int(whole(math.RoundToEven(a.Double())))
			}},
		{Sig: "function double_to_count(d: double): count", Doc: "Rounds a double to the nearest count, halves to the even one; a negative one is an error.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				d := math.RoundToEven(a.Double())
				if a.Double() < 0 {
					m.ErrorArgf(site, m.ArgText(types.DoubleT, a), "bad conversion to count")
				}
				if d >= 1<<63 {
					return val.Count(uint64(whole(d-1<<63)) + 1<<63)
				}
				return val.Count(uint64(whole(d)))
			}},
		{Sig: "function to_int(str: string, base: count &default=10): int", Doc: "Reads a whole number of a base from 2 to 36, or 0 for the prefixes of C. What is no number is an error.",
			F2: toInt},
		{Sig: "function to_count(str: string, base: count &default=10): count", Doc: "Reads a number without sign of a base from 2 to 36, or 0 for the prefixes of C. What is no number is an error and gives 0.",
			F2: toCount},
		{Sig: "function to_double(str: string): double", Doc: "Reads a double. What is no number is an error and gives 0.",
			F1: func(m *interp.M, site *interp.Site, a val.Value) val.Value {
				s := cstr.Check(m, a.Str())
				d, rest := cstr.Float(s)
				if s == "" || rest != "" {
					m.ErrorArgf(site, m.ArgText(types.StringT, a), "bad conversion to double")
					d = 0
				}
				return val.Double(d)
			}},
	}
}

// whole turns a whole double into an int; what does not fit becomes the smallest, as on the reference's machines.
func whole(d float64) int64 {
	if d >= 1<<63 || d < -1<<63 || math.IsNaN(d) {
		return math.MinInt64
	}
	return int64(d)
}

// base is the base of a number as C's int.
func base(v val.Value) int { return int(min(v.Count(), 99)) }

// number reports whether s is a number, given what follows it: blanks at most.
func number(m *interp.M, s, rest string) bool {
	if s == "" || m.Dialect().LenientNumbers && rest != "" {
		return false
	}
	for i := 0; i < len(rest); i++ {
		if !cstr.IsSpace(rest[i]) {
			return false
		}
	}
	return true
}

func toInt(m *interp.M, site *interp.Site, str, radix val.Value) val.Value {
	s := cstr.Check(m, str.Str())
	i, rest := cstr.Int(s, base(radix))
	if !m.Dialect().LenientNumbers && !number(m, s, rest) {
		m.ErrorArgf(site, m.ArgText(types.StringT, str), "bad conversion to integer")
	}
	return val.Int(i)
}

func toCount(m *interp.M, site *interp.Site, str, radix val.Value) val.Value {
	s := cstr.Check(m, str.Str())
	u, rest := cstr.Uint(s, base(radix))
	if !number(m, s, rest) {
		m.ErrorArgf(site, m.ArgText(types.StringT, str), "bad conversion to count")
		u = 0
	}
	return val.Count(u)
}
