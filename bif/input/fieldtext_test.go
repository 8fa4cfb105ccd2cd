package input

import (
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// parser returns a field parser and what it has warned of.
func parser(old bool) (*fieldText, *[]string) {
	var warned []string
	note := func(format string, args ...any) { warned = append(warned, fmt.Sprintf(format, args...)) }
	return &fieldText{setSep: ',', empty: "(empty)", unset: "-", old: old, warn: note, fault: note}, &warned
}

// show renders a cell: <unset>, elements between bars, or the value's text.
func show(c cell, tag, sub types.Tag) string {
	if !c.set {
		return "<unset>"
	}
	switch tag {
	case types.Table, types.Vector:
		parts := make([]string, len(c.list))
		for i, e := range c.list {
			parts[i] = show(e, sub, types.Void)
		}
		return "[" + strings.Join(parts, "|") + "]"
	case types.String, types.Enum, types.Pattern:
		return c.v.Str()
	}
	return string(val.Describe(nil, &types.Type{Tag: tag}, c.v, val.DescText))
}

func TestFieldText(t *testing.T) {
	for _, c := range []struct {
		text     string
		tag, sub types.Tag
		want     string // "" if the text does not fit
		old      string // in 2.6, if different
		warning  string
	}{
		{text: "-", tag: types.Count, want: "<unset>"},
		{text: `a\x41\x4z\xzz\`, tag: types.String, want: `aA\x4z\xzz\`},
		{text: "T", tag: types.Bool, want: "T"},
		{text: " 0 ", tag: types.Bool, want: "F", old: "!"},
		{text: "yes", tag: types.Bool, warning: "Field: f Invalid value for boolean: yes"},
		{text: "-12", tag: types.Int, want: "-12"},
		{text: "-9223372036854775808", tag: types.Int, want: "-9223372036854775808"},
		{text: "9223372036854775808", tag: types.Int, warning: "Number '9223372036854775808' out of supported range."},
		{text: "18446744073709551615", tag: types.Count, want: "18446744073709551615"},
		{text: "18446744073709551616", tag: types.Count, warning: "Number '18446744073709551616' out of supported range."},
		{text: "-1", tag: types.Count, old: "18446744073709551615", warning: "Number '-1' cannot be negative"},
		{text: "12x", tag: types.Count, want: "12", warning: "Number '12x' contained non-numeric trailing characters. Ignored trailing characters 'x'"},
		{text: "x", tag: types.Count, warning: "String 'x' contained no parseable number"},
		{text: "", tag: types.Int, warning: "Got empty string for number field"},
		{text: "1e400", tag: types.Double, warning: "Number '1e400' out of supported range."},
		{text: " 1.5e3", tag: types.Double, want: "1500.0"},
		{text: "0.25", tag: types.Time, want: "0.25"},
		{text: "90", tag: types.Interval, want: "1.0 min 30.0 secs"},
		{text: "80/tcp", tag: types.Port, want: "80/tcp"},
		{text: "80", tag: types.Port, want: "80/unknown"},
		{text: "53/UDP", tag: types.Port, want: "53/udp"},
		{text: "5/x", tag: types.Port, want: "5/unknown", warning: "Port '5/x' contained unknown protocol 'x'"},
		{text: "70000/tcp", tag: types.Port, want: "0/tcp"},
		{text: " 1.2.3.4", tag: types.Addr, want: "1.2.3.4"},
		{text: "[fe80::1]", tag: types.Addr, want: "fe80::1"},
		{text: "nowhere", tag: types.Addr, want: "0.0.0.0", warning: "Bad address: nowhere"},
		{text: "::x", tag: types.Addr, want: "::", warning: "Bad address: ::x"},
		{text: "10.1.2.3/8", tag: types.Subnet, want: "10.0.0.0/8"},
		{text: "fe80::/64", tag: types.Subnet, want: "fe80::/64"},
		{text: "10.0.0.0", tag: types.Subnet, warning: "Invalid value for subnet: 10.0.0.0"},
		{text: "10.0.0.0/33", tag: types.Subnet, warning: "Invalid value for subnet: 10.0.0.0/33"},
		{text: "/a/b/", tag: types.Pattern, want: "a/b"},
		{text: "/", tag: types.Pattern, warning: "String '/' contained no parseable pattern."},
		{text: "1,2,1", tag: types.Table, sub: types.Count, want: "[1|2|1]"},
		{text: "(empty)", tag: types.Vector, sub: types.Count, want: "[]"},
		{text: "", tag: types.Vector, sub: types.String, want: "[]"},
		{text: ",a,", tag: types.Vector, sub: types.String, want: "[|a|]"},
		{text: "a,-", tag: types.Vector, sub: types.String, want: "[a|<unset>]"},
		{text: "1,x", tag: types.Vector, sub: types.Int, warning: "Error while reading set or vector"},
		{text: "1,", tag: types.Vector, sub: types.Int, warning: "Error while trying to add empty set element"},
		{text: "x", tag: types.File, warning: "unsupported field format"},
	} {
		for _, old := range []bool{false, true} {
			p, warned := parser(old)
			got := ""
			if x, ok := p.parse(c.text, "f", c.tag, c.sub); ok {
				got = show(x, c.tag, c.sub)
			}
			want := c.want
			if old && c.old != "" {
				want = strings.TrimPrefix(c.old, "!")
			}
			if got != want {
				t.Errorf("%s %q, 2.6 %v: got %q, want %q", c.tag, c.text, old, got, want)
			}
			if last := strings.Join(*warned, "; "); !old && !strings.Contains(last, c.warning) || c.warning == "" && !old && last != "" {
				t.Errorf("%s %q: warned %q, want %q", c.tag, c.text, last, c.warning)
			}
		}
	}
}

// FuzzFieldText reads texts as values of all kinds: none may crash, and what is read must print.
func FuzzFieldText(f *testing.F) {
	for _, s := range []string{"", "-", "(empty)", "T", "-1", "18446744073709551616", "1e309", "0x1p-9999", "nan", "80/tcp", "/", "1.2.3.4/", "[::1]/64",
		"::ffff:1.2.3.4/128", "::ffff:1.2.3.4/95", ",,,", `\x`, `\x4`, `\xff\x00`, "/[/", "1\x002", "[", "1/2/3", "[:]"} {
		f.Add(s)
	}
	tags := []types.Tag{types.Bool, types.Int, types.Count, types.Double, types.Time, types.Interval, types.String, types.Pattern, types.Enum,
		types.Port, types.Addr, types.Subnet}
	f.Fuzz(func(t *testing.T, s string) {
		for _, old := range []bool{false, true} {
			p, _ := parser(old)
			for _, tag := range tags {
				if c, ok := p.parse(s, "f", tag, types.Void); ok {
					show(c, tag, types.Void)
				}
				for _, outer := range []types.Tag{types.Table, types.Vector} {
					if c, ok := p.parse(s, "f", outer, tag); ok {
						show(c, outer, tag)
						packCells(nil, []cell{c}, []field{{tag: outer, sub: tag}})
					}
				}
			}
		}
	})
}
