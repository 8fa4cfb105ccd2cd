package text

import (
	"testing"

	. "github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

type args = []any

func TestRows(t *testing.T) {
	array := val.NewTable(types.NewTable(types.StringT, types.CountT), nil)
	for i, s := range []string{"this", "is", "it"} {
		array.SetOne(val.Count(uint64(i+1)), val.Str(s))
	}
	holes := Vector("a", "b", "c")
	holes.Unset(1)
	New(dialect.Zeek, Rows()).Run(t, []Case{
		{Fn: "to_lower", Args: args{"Ab\xc4Z[@"}, Want: "ab\xc4z[@"},
		{Fn: "to_upper", Args: args{"aB\xe4z{`"}, Want: "AB\xe4Z{`"},
		{Fn: "swap_case", Args: args{"aBc1"}, Want: "AbC1"},
		{Fn: "to_title", Args: args{"  a very neat  iDs"}, Want: "  A Very Neat  IDs"},
		{Fn: "reverse", Args: args{"abc"}, Want: "cba"},
		{Fn: "is_ascii", Args: args{"abc\x7f"}, Want: "T"},
		{Fn: "is_ascii", Args: args{"\x80"}, Want: "F"},
		{Fn: "is_num", Args: args{"123"}, Want: "T"},
		{Fn: "is_num", Args: args{""}, Want: "F"},
		{Fn: "is_alpha", Args: args{"aZ"}, Want: "T"},
		{Fn: "is_alpha", Args: args{"a1"}, Want: "F"},
		{Fn: "is_alnum", Args: args{"a1"}, Want: "T"},
		{Fn: "is_alnum", Args: args{"#"}, Want: "F"},

		{Fn: "strip", Args: args{" \t a b\r\n"}, Want: "a b"},
		{Fn: "strip", Args: args{"   "}, Want: ""},
		{Fn: "lstrip", Args: args{"xxyab", "xy"}, Want: "ab"},
		{Fn: "rstrip", Args: args{"\xffab\xff\xfe", "\xff\xfe"}, Want: "\xffab"},
		{Fn: "remove_prefix", Args: args{"banana", "ba"}, Want: "nana"},
		{Fn: "remove_prefix", Args: args{"babana", "ba"}, Want: "na"},
		{Fn: "remove_prefix", Args: args{"aaaa", "aa"}, Want: "aa"},
		{Fn: "remove_prefix", Args: args{"abab", "ab"}, Want: ""},
		{Fn: "remove_suffix", Args: args{"banana", "na"}, Want: "ba"},
		{Fn: "remove_suffix", Args: args{"abab", "ab"}, Want: ""},
		{Fn: "remove_suffix", Args: args{"ab", "xab"}, Want: "ab"},
		{Fn: "remove_suffix", Args: args{"", ""}, Want: ""},

		{Fn: "ljust", Args: args{"abc", Count(5), "-"}, Want: "abc--"},
		{Fn: "ljust", Args: args{"abc", Count(2), "-"}, Want: "abc"},
		{Fn: "rjust", Args: args{"abc", Count(5), " "}, Want: "  abc"},
		{Fn: "zfill", Args: args{"abc", Count(5)}, Want: "00abc"},
		{Fn: "string_fill", Args: args{10, "test "}, Want: "test test\x00"},
		{Fn: "string_fill", Args: args{1, "test "}, Want: "\x00"},
		{Fn: "string_fill", Args: args{-1, "x"}, Want: ""},
		{Fn: "string_fill", Args: args{3, ""}, Want: "\x00\x00\x00"},

		{Fn: "strcmp", Args: args{"a", "b"}, Want: "-1"},
		{Fn: "strstr", Args: args{"abcd", "cd"}, Want: "3"},
		{Fn: "strstr", Args: args{"abcd", "x"}, Want: "0"},
		{Fn: "strstr", Args: args{"", ""}, Want: "1"},
		{Fn: "count_substr", Args: args{"aabbaa", "aa"}, Want: "2"},
		{Fn: "count_substr", Args: args{"aa", ""}, Want: "0"},
		{Fn: "starts_with", Args: args{"abc", "ab"}, Want: "T"},
		{Fn: "ends_with", Args: args{"a\x00b", "\x00b"}, Want: "T"},
		{Fn: "find_str", Args: args{"abcdefghi", "efg", Count(0), -1, true}, Want: "4"},
		{Fn: "find_str", Args: args{"abcdefghi", "EFG", Count(2), -1, false}, Want: "4"},
		{Fn: "find_str", Args: args{"abcdefghi", "efg", Count(2), 6, true}, Want: "4"}, // *end* is a length
		{Fn: "find_str", Args: args{"abcdefghi", "efg", Count(6), 2, true}, Want: "-1", Errors: "error: find_str: end position must be greater than start position"},
		{Fn: "find_str", Args: args{"abc", "", Count(7), -1, true}, Want: "-1"},
		{Fn: "rfind_str", Args: args{"abab", "ab", Count(0), -1, true}, Want: "2"},
		{Fn: "sub_bytes", Args: args{"hello", Count(2), 3}, Want: "ell"},
		{Fn: "sub_bytes", Args: args{"hello", Count(0), 2}, Want: "he"},
		{Fn: "sub_bytes", Args: args{"hello", Count(4), -1}, Want: "lo"},
		{Fn: "sub_bytes", Args: args{"hello", Count(99), 3}, Want: ""},
		{Fn: "subst_string", Args: args{"abab", "b", "xx"}, Want: "axxaxx"},
		{Fn: "subst_string", Args: args{"abab", "", "xx"}, Want: "abab"},
		{Fn: "edit", Args: args{"hello there", "e"}, Want: "llo t"},
		{Fn: "edit", Args: args{"hello", "el"}, Want: "llo", Errors: "error: not exactly one edit character"},
		{Fn: "str_split_indices", Args: args{"this is a test", Vector(Count(10), Count(3), Count(3), Count(99))}, Want: "[thi, s is a , test]"},

		{Fn: "string_cat", Args: args{"a", "", "b"}, Want: "ab"},
		{Fn: "string_cat", Args: args{"a", 1}, Want: "", Errors: "error: string_cat() requires string arguments"},
		{Fn: "join_string_vec", Args: args{holes, ","}, Want: "a,,c"},
		{Fn: "join_string_set", Args: args{Set("x", "y"), ", "}, Want: "x, y"},
		{Fn: "cat_string_array", Args: args{array}, Want: "thisisit"},
		{Fn: "cat_string_array_n", Args: args{array, Count(2), Count(3)}, Want: "isit"},
		{Fn: "join_string_array", Args: args{"__", array}, Want: "this__is__it"},
		{Fn: "sort_string_array", Args: args{array}, Want: "{\n\t[1] = is,\n\t[2] = it,\n\t[3] = this\n}"},

		{Fn: "clean", Args: args{"a\x00\"\\"}, Want: `a\x00"\`},
		{Fn: "to_string_literal", Args: args{"a\x00\"\\'"}, Want: `a\x00\"\\\'`},
		{Fn: "escape_string", Args: args{"a\x00\"\\"}, Want: `a\x00"\\`},
		{Fn: "string_to_ascii_hex", Args: args{"\x01\xfe"}, Want: "01fe"},
		{Fn: "safe_shell_quote", Args: args{"a`b$c\\d\"e'f"}, Want: "\"a\\`b\\$c\\\\d\\\"e'f\""},
		{Fn: "str_shell_escape", Args: args{"a`b"}, Want: "a\\`b"},
		{Fn: "hexdump", Args: args{"abc\xffdefghijklmnopqrstuvwxyz"}, Want: "" +
			"0000  61 62 63 ff 64 65 66 67  68 69 6a 6b 6c 6d 6e 6f  abc.defg hijklmno\n" +
			"0010  70 71 72 73 74 75 76 77  78 79 7a                 pqrstuvw xyz\n"},
		{Fn: "levenshtein_distance", Args: args{"kitten", "sitting"}, Want: "3"},
		{Fn: "levenshtein_distance", Args: args{"", "abc"}, Want: "3"},
	})
	New(dialect.Bro, Rows()).Run(t, []Case{
		{Fn: "str_split", Args: args{"abcdef", Vector(Count(2))}, Want: "[, ab, cdef]"},
	})
}

func TestSmithWaterman(t *testing.T) {
	field := func(n string, ft *types.Type) *types.Field { return &types.Field{Name: n, Type: ft} }
	align := types.NewRecord(field("str", types.StringT), field("index", types.CountT))
	sub := types.NewRecord(field("str", types.StringT), field("aligns", types.NewVector(align)), field("new", types.BoolT))
	params := types.NewRecord(field("min_strlen", types.CountT), field("sw_variant", types.CountT))
	h := New(dialect.Zeek, Rows())
	for _, c := range []struct {
		a, b    string
		min     uint64
		variant uint64
		want    string
	}{
		{"abcdefgh", "xxabcyyfghzz", 3, 0, "abc@0,2 fgh@5,7"},
		{"abcdefgh", "xxabcyyfghzz", 4, 0, ""},
		{"foobar", "barfoo", 3, 1, "bar@3,0 foo@0,3"},
		{"abc", "xyz", 3, 0, ""},
		{"", "", 3, 0, ""},
	} {
		p := val.NewRecord(params)
		p.Set(0, val.Count(c.min))
		p.Set(1, val.Count(c.variant))
		got := h.Call("str_smith_waterman", types.NewVector(sub), c.a, c.b, p)
		text := ""
		v := got.V.Vec()
		for i := range v.Len() {
			x, _ := v.Get(i)
			str, _ := x.Rec().Get(0)
			aligns, _ := x.Rec().Get(1)
			if i > 0 {
				text += " "
			}
			text += str.Str()
			for k, sep := range []string{"@", ","} {
				al, _ := aligns.Vec().Get(k)
				n, _ := al.Rec().Get(1)
				text += sep + val.Text(types.CountT, n)
			}
		}
		if text != c.want {
			t.Errorf("%q %q min %d variant %d: %s, want %s", c.a, c.b, c.min, c.variant, text, c.want)
		}
	}
}
