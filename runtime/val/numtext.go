package val

import (
	"bytes"
	"math"
	"strconv"
)

var pow10 = [...]float64{1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// AppendDouble appends f as the reference prints a double: at most 6 decimals without trailing zeros, ".0" behind integral values.
// exact (2.6): ".0" only behind exactly integral values, C's %e beyond 2^31-1. Otherwise (8.0) ".0" also behind values within 1e-9
// of an integral one, and up to 16 digits with an exponent beyond 2^31-1 and below 1e-6.
func AppendDouble(b []byte, f float64, exact bool) []byte {
	if v := math.Abs(f); !exact && (v > math.MaxInt32 && !math.IsInf(v, 0) || v > 0 && v < 1e-6) {
		return appendExponent(b, f)
	}
	return appendRounded(b, f, exact)
}

// appendRounded is AppendDouble without 8.0's exponent form.
func appendRounded(b []byte, f float64, exact bool) []byte {
	b, exp := appendDecimals(b, f, 6)
	if exp || math.IsInf(f, 0) || math.IsNaN(f) {
		return b
	}
	near := math.RoundToEven(f)
	if near == f || !exact && math.Abs(f-near) < 1e-9 {
		b = append(b, '.', '0')
	}
	return b
}

// appendDecimals appends f with at most prec (0 to 9) decimals and no ".0": what the reference's number formatter makes of a double
// before it is told apart from an integer. It reports whether it took the exponent form.
//
// The reference formats doubles with stringencoders' modp_dtoa2 (by Nick Galbraith, BSD licence), whose results for halves differ
// from correct rounding: the fraction is scaled in floating point, a rest above one half rounds up, and one of exactly one half
// rounds up when the fraction is zero or odd.
func appendDecimals(b []byte, f float64, prec int) ([]byte, bool) {
	if math.IsNaN(f) {
		return append(b, "nan"...), false
	}
	v := math.Abs(f)
	if v > math.MaxInt32 {
		if math.IsInf(v, 0) {
			return appendInf(b, f), false
		}
		return strconv.AppendFloat(b, f, 'e', 6, 64), true
	}
	whole := uint64(v)
	scaled := (v - float64(whole)) * pow10[prec]
	frac := uint64(scaled)
	switch rest := scaled - float64(frac); {
	case rest > 0.5, rest == 0.5 && (frac == 0 || frac&1 == 1):
		frac++
		if float64(frac) >= pow10[prec] {
			frac = 0
			whole++
		}
	}
	if f < 0 {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, whole, 10)
	if frac == 0 {
		return b, false
	}
	width := prec
	for frac%10 == 0 {
		frac /= 10
		width--
	}
	b = append(b, '.')
	for n := len(strconv.AppendUint(nil, frac, 10)); n < width; n++ {
		b = append(b, '0')
	}
	return strconv.AppendUint(b, frac, 10), false
}

// appendExponent appends f as C's %.15e without trailing zeros.
func appendExponent(b []byte, f float64) []byte {
	start := len(b)
	b = strconv.AppendFloat(b, f, 'e', 15, 64)
	mark := start + bytes.IndexByte(b[start:], 'e')
	head := start + len(trimZeros(b[start:mark]))
	return append(b[:head], b[mark:]...)
}

func appendInf(b []byte, f float64) []byte {
	if f < 0 {
		return append(b, "-inf"...)
	}
	return append(b, "inf"...)
}

// intervalUnits are the units of an interval's text with their length in seconds.
var intervalUnits = [...]struct {
	secs float64
	name string
}{{86400, "day"}, {3600, "hr"}, {60, "min"}, {1, "sec"}, {1e-3, "msec"}, {1e-6, "usec"}}

// AppendInterval appends an interval of v seconds as the reference prints it, `1.0 day 2.0 hrs 3.0 mins`. exact: 2.6's rules
// (whole units only, nothing below a microsecond); otherwise 8.0's (a rest is printed in microseconds with decimals).
func AppendInterval(b []byte, v float64, exact bool) []byte {
	if v == 0 {
		return append(b, "0 secs"...)
	}
	first := true
	for i, u := range intervalUnits {
		n := v / u.secs
		if i == len(intervalUnits)-1 && !exact {
			if !(math.Abs(n) >= 1e-6) {
				if first {
					b = append(b, "0 secs"...)
				}
				return b
			}
		} else {
			if !(v >= u.secs || v <= -u.secs) {
				continue
			}
			n = math.Trunc(n)
			v -= n * u.secs
		}
		if !first {
			b = append(b, ' ')
		}
		first = false
		b = append(AppendDouble(b, n, exact), ' ')
		b = append(b, u.name...)
		if one := math.Abs(n); exact && one != 1 || !exact && !(math.Abs(one-1) < 1e-6) {
			b = append(b, 's')
		}
	}
	return b
}

// AppendG appends f as C's %.<prec>g does: prec significant digits without trailing zeros, an exponent of at least two digits below
// 1e-4 and from 10^prec on.
func AppendG(b []byte, f float64, prec int) []byte {
	if math.IsNaN(f) {
		return append(b, "nan"...)
	}
	if math.IsInf(f, 0) {
		return appendInf(b, f)
	}
	prec = max(prec, 1)
	var buf [64]byte
	e := strconv.AppendFloat(buf[:0], f, 'e', prec-1, 64)
	mark := bytes.IndexByte(e, 'e')
	exp, _ := strconv.Atoi(string(e[mark+1:]))
	if exp < -4 || exp >= prec {
		b = append(b, trimZeros(e[:mark])...)
		return append(b, e[mark:]...)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', prec-1-exp, 64)
	return b[:start+len(trimZeros(b[start:]))]
}

// trimZeros cuts zeros at the end of a fraction, and the point with the last of them.
func trimZeros(b []byte) []byte {
	if bytes.IndexByte(b, '.') < 0 {
		return b
	}
	return bytes.TrimRight(bytes.TrimRight(b, "0"), ".")
}

// AppendDoublePlain is AppendDouble without the exponent form, as ASCII logs want it: large values in full.
func AppendDoublePlain(b []byte, f float64, exact bool) []byte {
	if math.Abs(f) <= math.MaxInt32 || math.IsNaN(f) || math.IsInf(f, 0) {
		return appendRounded(b, f, exact)
	}
	start := len(b)
	b = strconv.AppendFloat(b, f, 'f', 6, 64)
	b = b[:start+len(trimZeros(b[start:]))]
	if near := math.RoundToEven(f); near == f || !exact && math.Abs(f-near) < 1e-9 {
		b = append(b, '.', '0')
	}
	return b
}
