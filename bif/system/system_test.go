package system

import (
	"testing"
	"time"
)

func TestNextRotation(t *testing.T) {
	day := float64(time.Date(2020, 3, 4, 0, 0, 0, 0, time.UTC).Unix())
	const h = 3600.0
	for _, tt := range []struct {
		name                string
		now, interval, base float64
		want                float64
	}{
		{"no base, in the middle", day + 600, h, -1, 3000},
		{"no base, on the multiple", day, h, -1, h},
		{"base later today", day + 600, 24 * h, 2 * h, 2*h - 600},
		{"base earlier today", day + 3*h, 24 * h, 2 * h, 23 * h},
		{"on the base", day + 2*h, 24 * h, 2 * h, 24 * h},
		{"short interval from a base", day + 100, 60, 30, 50},
	} {
		if got := NextRotation(tt.now, tt.interval, tt.base, time.UTC); got != tt.want {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}

func TestRotationBase(t *testing.T) {
	for s, want := range map[string]float64{"": -1, "00:00": 0, "2:30": 9000, "23:59": 86340} {
		if got, ok := RotationBase(s); got != want || !ok {
			t.Errorf("%q: %g, %v", s, got, ok)
		}
	}
	for _, s := range []string{"x", "24:00", "12", "1:60", "-1:00"} {
		if _, ok := RotationBase(s); ok {
			t.Errorf("%q is taken for a time of day", s)
		}
	}
}

func TestUsage(t *testing.T) {
	if u := processUsage(); u.mem == 0 {
		t.Error("the process uses no memory")
	}
}
