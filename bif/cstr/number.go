package cstr

import (
	"math"
	"strconv"
	"strings"
)

// digits reads what strtoll and strtoull have in common: blanks, a sign, a base prefix, digits. rest is what follows; a
// text without any digit is left whole, as C does. over tells that mag does not hold the number.
func digits(s string, base int) (neg bool, mag uint64, over bool, rest string) {
	i := 0
	for i < len(s) && IsSpace(s[i]) {
		i++
	}
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		neg = s[i] == '-'
		i++
	}
	if base != 0 && (base < 2 || base > 36) {
		return false, 0, false, s
	}
	if (base == 0 || base == 16) && i+2 < len(s) && s[i] == '0' && s[i+1]|0x20 == 'x' && digit(s[i+2]) < 16 {
		i, base = i+2, 16
	} else if base == 0 && i < len(s) && s[i] == '0' {
		base = 8
	} else if base == 0 {
		base = 10
	}
	start := i
	for ; i < len(s); i++ {
		d := digit(s[i])
		if d >= base {
			break
		}
		if mag > (math.MaxUint64-uint64(d))/uint64(base) {
			over = true
			continue
		}
		mag = mag*uint64(base) + uint64(d)
	}
	if i == start {
		return false, 0, false, s
	}
	return neg, mag, over, s[i:]
}

// digit returns the value of c as a digit of base 36, 99 for others.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// Int reads an integer as C's strtoll: blanks and a sign before it, base 2 to 36 or 0 for C's prefixes, saturating. rest
// is what follows the number, all of s if there is none.
func Int(s string, base int) (v int64, rest string) {
	neg, mag, over, rest := digits(s, base)
	switch {
	case neg && (over || mag > 1<<63):
		return math.MinInt64, rest
	case neg:
		return -int64(mag), rest
	case over || mag > math.MaxInt64:
		return math.MaxInt64, rest
	}
	return int64(mag), rest
}

// Uint reads like C's strtoull: a minus negates modulo 2^64.
func Uint(s string, base int) (v uint64, rest string) {
	neg, mag, over, rest := digits(s, base)
	switch {
	case over:
		return math.MaxUint64, rest
	case neg:
		return -mag, rest
	}
	return mag, rest
}

// Float reads a number as C's strtod: decimal, 0x hexadecimal with a binary exponent, inf, infinity, nan, nan(…).
func Float(s string) (v float64, rest string) {
	i := 0
	for i < len(s) && IsSpace(s[i]) {
		i++
	}
	start := i
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	sign := 1.0
	if i > start && s[start] == '-' {
		sign = -1
	}
	if n := wordPrefix(s[i:], "infinity", "inf"); n > 0 {
		return math.Inf(int(sign)), s[i+n:]
	}
	if n := wordPrefix(s[i:], "nan"); n > 0 {
		i += n
		if i < len(s) && s[i] == '(' {
			if j := strings.IndexByte(s[i:], ')'); j > 0 {
				i += j + 1
			}
		}
		return math.Copysign(math.NaN(), sign), s[i:]
	}
	n, hex, exp := numeral(s[i:])
	if n == 0 {
		return 0, s
	}
	text := s[i : i+n]
	if hex && !exp {
		text += "p0" // Go wants the exponent that C leaves out
	}
	v, _ = strconv.ParseFloat(text, 64) // out of range gives ±Inf or 0, as in C
	return sign * v, s[i+n:]
}

// numeral measures the longest number without sign at the start of s.
func numeral(s string) (n int, hex, exp bool) {
	base, e := 10, byte('e')
	i := 0
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' && (digit(s[2]) < 16 || s[2] == '.' && len(s) > 3 && digit(s[3]) < 16) {
		base, e, hex, i = 16, 'p', true, 2
	}
	some := false
	for dot := false; i < len(s); i++ {
		if digit(s[i]) < base {
			some = true
		} else if s[i] == '.' && !dot {
			dot = true
		} else {
			break
		}
	}
	if !some {
		return 0, false, false
	}
	if i < len(s) && s[i]|0x20 == e {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && digit(s[j]) < 10 {
			for j < len(s) && digit(s[j]) < 10 {
				j++
			}
			return j, hex, true
		}
	}
	return i, hex, false
}

// wordPrefix returns the length of the first of words, in any case, that s starts with.
func wordPrefix(s string, words ...string) int {
	for _, w := range words {
		if len(s) >= len(w) && strings.EqualFold(s[:len(w)], w) {
			return len(w)
		}
	}
	return 0
}
