package system

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// NextRotation returns how many seconds lie between now (seconds since 1970) and the next rotation at a multiple of interval. With a
// base, in seconds since midnight of loc, the multiples count from there; a negative base counts from 1970.
func NextRotation(now, interval, base float64, loc *time.Location) float64 {
	if base < 0 {
		return math.Floor(now/interval)*interval + interval - now
	}
	t := time.Unix(int64(now), 0).In(loc)
	start := float64(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, loc).Unix()) + base
	if d := start + math.Ceil((now-start)/interval)*interval - now; d > 0 {
		return d
	}
	return interval
}

// RotationBase reads a base time "HH:MM" as seconds since midnight: -1 for "", ok is false if it is no time of day.
func RotationBase(s string) (sec float64, ok bool) {
	if s == "" {
		return -1, true
	}
	h, m, _ := strings.Cut(s, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return -1, false
	}
	return float64(hour*3600 + minute*60), true
}

func calcNextRotate(m *interp.M, _ *interp.Site, interval val.Value) val.Value {
	base := -1.0
	if g := m.Lookup("log_rotate_base_time"); g != nil {
		if v, set := m.Value(g); set {
			var ok bool
			if base, ok = RotationBase(v.Str()); !ok {
				m.Plainf(diag.Error, "calc_next_rotate(): can't parse rotation base time")
			}
		}
	}
	sec := interval.Double()
	if sec == 0 {
		m.Plainf(diag.Error, "calc_next_rotate(): interval is zero, falling back to 24hrs")
		sec = 86400
	}
	return val.BareInterval(NextRotation(m.NetworkTime(), sec, base, time.Local))
}
