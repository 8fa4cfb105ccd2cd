package uri

import "testing"

func TestUnescape(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"a%20b%2Fc", "a b/c"},
		{"%c3%a9", "\xc3\xa9"},
		{"%00", "\x00"},
		{"%u0041%u263a", "A\x26\x3a"},
		{"%u26", "%u26"},
		{"%zz", "%zz"},
		{"100%", "100%"},
		{"%4", "%4"},
		{"%%41", "A"},
		{"a%%b", "a%b"},
	} {
		if got := Unescape(tt.in); got != tt.want {
			t.Errorf("Unescape(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
