package format

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/itchyny/timefmt-go"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// maxWidth bounds width and precision of a directive.
const maxWidth = 128

// checkFormat compares a constant template with the number of arguments.
func checkFormat(args []ir.Expr) string {
	if len(args) == 0 {
		return ""
	}
	if args[0].Type().Tag != types.String {
		return "first argument to util::fmt() needs to be a format string"
	}
	c, ok := args[0].(*ir.Const)
	if !ok {
		return ""
	}
	want := 0
	for i := 0; i < len(c.S); i++ {
		if c.S[i] != '%' {
			continue
		}
		i++
		if i == len(c.S) {
			return "format string ends with bare '%'"
		}
		if c.S[i] != '%' {
			want++
		}
	}
	if len(args) != want+1 {
		return "mismatch between format string to util::fmt() and number of arguments passed"
	}
	return ""
}

// directive is what stands between % and the letter.
type directive struct {
	left, zero bool
	width      int // -1: none
	prec       int // -1: none
	verb       byte
}

// parse reads a directive behind its %. rest begins behind the letter. A text that ends before it has verb 0.
func parse(s string) (d directive, rest string) {
	d.width, d.prec = -1, -1
	if s != "" && s[0] == '-' {
		d.left, s = true, s[1:]
	}
	if s != "" && isDigit(s[0]) {
		d.zero = s[0] == '0'
		d.width, s = number(s)
	}
	if s != "" && s[0] == '.' {
		d.prec, s = number(s[1:])
	}
	if s != "" {
		d.verb, s = s[0], s[1:]
	}
	return d, s
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// number reads digits; large ones stay large.
func number(s string) (n int, rest string) {
	i := 0
	for ; i < len(s) && isDigit(s[i]); i++ {
		n = min(n*10+int(s[i]-'0'), 1<<20)
	}
	return n, s[i:]
}

func format(m *interp.M, site *interp.Site, a []val.Value) val.Value {
	if len(a) == 0 {
		return val.Str("")
	}
	t, v := site.Arg(a, 0)
	if t.Tag != types.String {
		m.Errorf(site, "first argument to util::fmt() needs to be a format string")
		return val.Str("")
	}
	template := cstr.Check(m, v.Str())
	s := template
	b := m.Scratch()
	n := 0 // arguments used
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		b = append(b, s[:i]...)
		s = s[i+1:]
		i = -1
		if s != "" && s[0] == '%' {
			i = 0 // the second one begins the text that follows
			continue
		}
		n++
		if n >= len(a) {
			s = ""
			break
		}
		at, av := site.Arg(a, n)
		b, s = one(m, site, b, s, at, av)
	}
	b = append(b, s...)
	if n != len(a)-1 {
		few := "few"
		if n < len(a)-1 {
			few = "many"
		}
		m.ErrorArgf(site, m.ArgText(t, v), "too %s arguments for format", few)
		return val.Str("")
	}
	return m.Take(b)
}

// one appends one argument after the directive at the start of s.
func one(m *interp.M, site *interp.Site, b []byte, s string, t *types.Type, v val.Value) (out []byte, rest string) {
	d, rest := parse(s)
	if d.width > maxWidth || d.prec > maxWidth {
		m.Errorf(site, "excessive field width or precision")
		return b, s[len(s)-len(rest)-1:] // the letter stays, as in the reference
	}
	if d.prec >= 0 && d.verb != 'e' && d.verb != 'f' && d.verb != 'g' {
		m.Errorf(site, "precision specified for non-floating point")
	}
	start := len(b)
	sign := false // zeroes may go between sign and digits
	switch d.verb {
	case 's':
		b = appendText(m, b, t, v)
	case 'd', 'x':
		var ok bool
		if b, ok = appendInt(b, d, t, v); !ok {
			m.ErrorArgf(site, m.ArgText(t, v), "bad type for %%d/%%x format")
		}
		sign = t.Tag != types.Addr && d.prec < 0
	case 'e', 'f', 'g':
		switch t.Tag {
		case types.Double, types.Time, types.Interval:
			b = appendFloat(b, d, v.Double())
			sign = !math.IsInf(v.Double(), 0) && !math.IsNaN(v.Double())
		default:
			m.ErrorArgf(site, m.ArgText(t, v), "bad type for floating-point format")
		}
	case 'D', 'T':
		if t.Tag != types.Time {
			m.ErrorArgf(site, m.ArgText(t, v), "bad type for Date/Time format")
			break
		}
		b = appendTime(b, d.verb, v.Double())
	default:
		m.Errorf(site, "bad format")
	}
	return pad(b, start, d, sign), rest
}

// appendInt appends a whole number, or an address with x; ok is false for other types.
func appendInt(b []byte, d directive, t *types.Type, v val.Value) (out []byte, ok bool) {
	base := 10
	if d.verb == 'x' {
		base = 16
	}
	start := len(b)
	switch t.Tag {
	case types.Bool, types.Enum, types.Int:
		if base == 10 {
			b = strconv.AppendInt(b, v.Int(), 10)
			break
		}
		b = strconv.AppendUint(b, uint64(v.Int()), 16)
	case types.Count:
		b = strconv.AppendUint(b, v.Count(), base)
	case types.Port:
		b = strconv.AppendUint(b, uint64(v.PortNum()), base)
	case types.Addr:
		if base == 10 {
			return b, false
		}
		return cstr.Hex(b, string(v.Addr().AsSlice())), true
	default:
		return b, false
	}
	if start < len(b) && b[start] == '-' {
		start++
	}
	for len(b)-start < d.prec {
		b = insert(b, start, '0')
	}
	return b, true
}

func appendFloat(b []byte, d directive, f float64) []byte {
	switch {
	case math.IsNaN(f) && math.Signbit(f):
		return append(b, "-nan"...)
	case math.IsNaN(f):
		return append(b, "nan"...)
	case math.IsInf(f, 0):
		if f < 0 {
			b = append(b, '-')
		}
		return append(b, "inf"...)
	}
	prec := d.prec
	if prec < 0 {
		prec = 6
	}
	if d.verb == 'g' {
		prec = max(prec, 1)
	}
	return strconv.AppendFloat(b, f, d.verb, prec, 64)
}

// appendTime appends a local time, with T up to nanoseconds.
func appendTime(b []byte, verb byte, sec float64) []byte {
	if verb == 'D' {
		return timefmt.AppendFormat(b, unixTime(sec), "%Y-%m-%d-%H:%M:%S")
	}
	b = timefmt.AppendFormat(b, unixTime(sec), "%Y-%m-%d-%H:%M")
	whole := uint64(sec)
	return fmt.Appendf(b, ":%012.9f", float64(whole%60)+sec-float64(whole))
}

// pad fills b[start:] up to the width. What the reference pads on the left it measures up to a NUL.
func pad(b []byte, start int, d directive, sign bool) []byte {
	if d.width <= 0 {
		return b
	}
	if d.left {
		for len(b)-start < d.width {
			b = append(b, ' ')
		}
		return b
	}
	n := len(b) - start
	if i := bytes.IndexByte(b[start:], 0); i >= 0 {
		n = i
	}
	fill := byte(' ')
	if d.zero && sign && n > 0 {
		fill = '0'
		if b[start] == '-' {
			start++
		}
	}
	for ; n < d.width; n++ {
		b = insert(b, start, fill)
	}
	return b
}

func insert(b []byte, at int, c byte) []byte {
	b = append(b, 0)
	copy(b[at+1:], b[at:])
	b[at] = c
	return b
}
