package cstr

import (
	"math"
	"testing"
)

func TestInt(t *testing.T) {
	for _, c := range []struct {
		in   string
		base int
		want int64
		rest string
	}{
		{"1", 10, 1, ""}, {"-1", 10, -1, ""}, {"+7", 10, 7, ""}, {" 205 ", 10, 205, " "}, {"not an int", 10, 0, "not an int"},
		{"bc", 16, 188, ""}, {"0xbc", 16, 188, ""}, {"0x", 16, 0, "x"}, {"047", 8, 39, ""}, {"11110011", 2, 243, ""},
		{"0xf3", 0, 243, ""}, {"017", 0, 15, ""}, {"9", 0, 9, ""}, {"0", 0, 0, ""}, {"z", 36, 35, ""}, {"-", 10, 0, "-"}, {"5", 1, 0, "5"},
		{"9223372036854775807", 10, math.MaxInt64, ""}, {"9223372036854775808", 10, math.MaxInt64, ""},
		{"-9223372036854775808", 10, math.MinInt64, ""}, {"-99999999999999999999999", 10, math.MinInt64, ""}, {"", 10, 0, ""},
	} {
		if v, rest := Int(c.in, c.base); v != c.want || rest != c.rest {
			t.Errorf("Int(%q, %d) = %d, %q; want %d, %q", c.in, c.base, v, rest, c.want, c.rest)
		}
	}
}

func TestUint(t *testing.T) {
	for _, c := range []struct {
		in   string
		want uint64
		rest string
	}{
		{"7", 7, ""}, {"18446744073709551615", math.MaxUint64, ""}, {"18446744073709551616", math.MaxUint64, ""}, {"-1", math.MaxUint64, ""},
		{"7 x", 7, " x"}, {"", 0, ""},
	} {
		if v, rest := Uint(c.in, 10); v != c.want || rest != c.rest {
			t.Errorf("Uint(%q) = %d, %q; want %d, %q", c.in, v, rest, c.want, c.rest)
		}
	}
}

func TestFloat(t *testing.T) {
	for _, c := range []struct {
		in   string
		want float64
		rest string
	}{
		{"3.14", 3.14, ""}, {"-3.14", -3.14, ""}, {"0", 0, ""}, {"NotADouble", 0, "NotADouble"}, {"", 0, ""}, {" 1e3", 1000, ""}, {"1e", 1, "e"},
		{"1e+", 1, "e+"}, {".5", .5, ""}, {"5.", 5, ""}, {".", 0, "."}, {"0x10", 16, ""}, {"0x1p4", 16, ""}, {"0x.8", .5, ""}, {"0x", 0, "x"},
		{"inf", math.Inf(1), ""}, {"-Infinity", math.Inf(-1), ""}, {"1e999", math.Inf(1), ""}, {"1.5.5", 1.5, ".5"}, {"1_0", 1, "_0"},
	} {
		if v, rest := Float(c.in); v != c.want || rest != c.rest {
			t.Errorf("Float(%q) = %v, %q; want %v, %q", c.in, v, rest, c.want, c.rest)
		}
	}
	if v, rest := Float("nan(x)y"); !math.IsNaN(v) || rest != "y" {
		t.Errorf("nan(x)y = %v, %q", v, rest)
	}
}

func TestRender(t *testing.T) {
	const s = "a\\\"'\x00\xff~"
	for st, want := range map[Style]string{
		Expanded:              `a\"'\x00\xff~`,
		Literal:               `a\\\"\'\x00\xff~`,
		Printable | Backslash: `a\\"'\x00\xff~`,
		0:                     s,
	} {
		if got := Render(s, st); got != want {
			t.Errorf("style %d: %s, want %s", st, got, want)
		}
	}
}
