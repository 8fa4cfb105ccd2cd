package format

import (
	"strings"
	"time"
)

// clockTime is C's struct tm as strptime fills it in; it starts at the epoch in local time.
type clockTime struct {
	year, mon, day  int // mon from 1
	hour, min, sec  int
	yday            int // from 1; 0: not given
	century         int // -1: not given
	hour12          bool
	pm              bool
	haveYear2       bool
	haveMon, haveMD bool
	loc             *time.Location
}

// numeric tells the fields that are plain numbers: most digits, range, and where the value goes.
var numeric = map[byte]struct {
	digits, lo, hi int
	set            func(t *clockTime, n int)
}{
	'd': {2, 1, 31, func(t *clockTime, n int) { t.day, t.haveMD = n, true }},
	'e': {2, 1, 31, func(t *clockTime, n int) { t.day, t.haveMD = n, true }},
	'H': {2, 0, 23, func(t *clockTime, n int) { t.hour, t.hour12 = n, false }},
	'k': {2, 0, 23, func(t *clockTime, n int) { t.hour, t.hour12 = n, false }},
	'I': {2, 1, 12, func(t *clockTime, n int) { t.hour, t.hour12 = n%12, true }},
	'l': {2, 1, 12, func(t *clockTime, n int) { t.hour, t.hour12 = n%12, true }},
	'j': {3, 1, 366, func(t *clockTime, n int) { t.yday = n }},
	'm': {2, 1, 12, func(t *clockTime, n int) { t.mon, t.haveMon = n, true }},
	'M': {2, 0, 59, func(t *clockTime, n int) { t.min = n }},
	'S': {2, 0, 61, func(t *clockTime, n int) { t.sec = n }},
	'Y': {4, 0, 9999, func(t *clockTime, n int) { t.year, t.century, t.haveYear2 = n, -1, false }},
	'C': {2, 0, 99, func(t *clockTime, n int) { t.century = n }},
	'y': {2, 0, 99, func(t *clockTime, n int) {
		t.year, t.haveYear2 = 1900+n, true
		if n < 69 {
			t.year += 100
		}
	}},
	'u': {1, 1, 7, func(*clockTime, int) {}},
	'w': {1, 0, 6, func(*clockTime, int) {}},
	'U': {2, 0, 53, func(*clockTime, int) {}},
	'W': {2, 0, 53, func(*clockTime, int) {}},
	'V': {2, 0, 53, func(*clockTime, int) {}},
	'g': {2, 0, 99, func(*clockTime, int) {}},
	'G': {4, 0, 9999, func(*clockTime, int) {}},
}

// composite tells the fields that stand for others.
var composite = map[byte]string{
	'D': "%m/%d/%y", 'x': "%m/%d/%y", 'T': "%H:%M:%S", 'X': "%H:%M:%S", 'R': "%H:%M", 'r': "%I:%M:%S %p", 'F': "%Y-%m-%d",
	'c': "%a %b %e %H:%M:%S %Y",
}

// parseTime reads s after layout like glibc's strptime in the C locale, then mktime: what follows the time in s does not
// matter, fields that layout lacks are those of the epoch.
func parseTime(layout, s string, loc *time.Location) (time.Time, bool) {
	epoch := time.Unix(0, 0).In(loc)
	t := &clockTime{year: epoch.Year(), mon: int(epoch.Month()), day: epoch.Day(), hour: epoch.Hour(), min: epoch.Minute(), century: -1, loc: loc}
	if _, ok := t.read(layout, s); !ok {
		return time.Time{}, false
	}
	if t.hour12 && t.pm {
		t.hour += 12
	}
	if t.century >= 0 {
		rest := 0
		if t.haveYear2 {
			rest = t.year % 100
		}
		t.year = t.century*100 + rest
	}
	if t.yday > 0 && !(t.haveMon && t.haveMD) {
		t.mon, t.day = 1, t.yday
	}
	return time.Date(t.year, time.Month(t.mon), t.day, t.hour, t.min, t.sec, 0, loc), true
}

func trimSpace(s string) string { return strings.TrimLeft(s, " \t\n\v\f\r") }

// read fills t in and returns what is left of s.
func (t *clockTime) read(layout, s string) (rest string, ok bool) {
	for layout != "" {
		c := layout[0]
		layout = layout[1:]
		switch {
		case strings.IndexByte(" \t\n\v\f\r", c) >= 0:
			s = trimSpace(s)
		case c != '%' || layout == "":
			if s == "" || s[0] != c {
				return s, false
			}
			s = s[1:]
		default:
			layout = strings.TrimLeft(layout, "-_0^#EO")
			if layout == "" {
				return s, false
			}
			c, layout = layout[0], layout[1:]
			if s, ok = t.field(c, s); !ok {
				return s, false
			}
		}
	}
	return s, true
}

// field reads one field.
func (t *clockTime) field(c byte, s string) (rest string, ok bool) {
	if f, is := numeric[c]; is {
		n, rest, ok := digitsOf(s, f.digits)
		if !ok || n < f.lo || n > f.hi {
			return s, false
		}
		f.set(t, n)
		return rest, true
	}
	if sub, is := composite[c]; is {
		return t.read(sub, s)
	}
	switch c {
	case '%':
		return strings.CutPrefix(s, "%")
	case 'n', 't':
		return trimSpace(s), true
	case 'a', 'A':
		_, rest, ok = name(s, func(i int) string { return time.Weekday(i).String() }, 0, 6)
		return rest, ok
	case 'b', 'B', 'h':
		t.mon, rest, ok = name(s, func(i int) string { return time.Month(i).String() }, 1, 12)
		t.haveMon = true
		return rest, ok
	case 'p', 'P':
		if len(s) < 2 || s[1]|0x20 != 'm' || s[0]|0x20 != 'a' && s[0]|0x20 != 'p' {
			return s, false
		}
		t.pm = s[0]|0x20 == 'p'
		return s[2:], true
	case 's':
		n, rest, ok := digitsOf(s, 18)
		if ok {
			at := time.Unix(int64(n), 0).In(t.loc)
			t.year, t.mon, t.day, t.hour, t.min, t.sec = at.Year(), int(at.Month()), at.Day(), at.Hour(), at.Minute(), at.Second()
			t.haveMon, t.haveMD, t.hour12 = true, true, false
		}
		return rest, ok
	case 'z':
		return zone(trimSpace(s))
	case 'Z':
		return s, true
	}
	return s, false
}

// digitsOf reads a number of at most most digits, behind blanks.
func digitsOf(s string, most int) (n int, rest string, ok bool) {
	s = strings.TrimLeft(s, " ")
	i := 0
	for ; i < len(s) && i < most && isDigit(s[i]); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n, s[i:], i > 0
}

// name reads the name, or its first three letters, of lo to hi in any case.
func name(s string, of func(int) string, lo, hi int) (n int, rest string, ok bool) {
	for i := lo; i <= hi; i++ {
		for _, word := range []string{of(i), of(i)[:3]} {
			if len(s) >= len(word) && strings.EqualFold(s[:len(word)], word) {
				return i, s[len(word):], true
			}
		}
	}
	return 0, s, false
}

// zone skips +hh, +hhmm, +hh:mm or Z: mktime takes local time whatever was read.
func zone(s string) (rest string, ok bool) {
	if s == "" {
		return s, false
	}
	if s[0] == 'Z' {
		return s[1:], true
	}
	if s[0] != '+' && s[0] != '-' {
		return s, false
	}
	n := 0
	i := 1
	for ; i < len(s) && n < 4; i++ {
		if s[i] == ':' && n == 2 {
			continue
		}
		if !isDigit(s[i]) {
			break
		}
		n++
	}
	return s[i:], n == 2 || n == 4
}
