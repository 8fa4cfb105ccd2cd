package convert

import (
	"math"
	"net/netip"
	"testing"

	. "github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

type args = []any

var ip = netip.MustParseAddr

func TestNumbers(t *testing.T) {
	New(dialect.Zeek, Rows()).Run(t, []Case{
		{Fn: "to_int", Args: args{"-1", Count(10)}, Want: "-1"},
		{Fn: "to_int", Args: args{"f3", Count(16)}, Want: "243"},
		{Fn: "to_int", Args: args{" 205 ", Count(10)}, Want: "205"},
		{Fn: "to_int", Args: args{"not an int", Count(10)}, Want: "0", Errors: "error: bad conversion to integer"},
		{Fn: "to_int", Args: args{"1", Count(99)}, Want: "0", Errors: "error: bad conversion to integer"},
		{Fn: "to_int", Args: args{"1\x00", Count(10)}, Want: "0", Errors: "error: string with embedded NUL: \"1\\x00\"\nerror: bad conversion to integer"},
		{Fn: "to_count", Args: args{"7", Count(10)}, Want: "7"},
		{Fn: "to_count", Args: args{"-5", Count(10)}, Want: "18446744073709551611"},
		{Fn: "to_count", Args: args{"", Count(10)}, Want: "0", Errors: "error: bad conversion to count"},
		{Fn: "to_count", Args: args{"7x", Count(10)}, Want: "0", Errors: "error: bad conversion to count"},
		{Fn: "to_double", Args: args{"-3.14"}, Want: "-3.14"},
		{Fn: "to_double", Args: args{"1 "}, Want: "0.0", Errors: "error: bad conversion to double"},
		{Fn: "int_to_count", Args: args{-2}, Want: "0", Errors: "error: bad conversion to count"},
		{Fn: "double_to_int", Args: args{-2.5}, Want: "-2"},
		{Fn: "double_to_int", Args: args{math.NaN()}, Want: "-9223372036854775808"},
		{Fn: "double_to_count", Args: args{3.9}, Want: "4"},
		{Fn: "double_to_count", Args: args{1e19}, Want: "10000000000000000000"},
		{Fn: "double_to_count", Args: args{-1.0}, Want: "18446744073709551615", Errors: "error: bad conversion to count"},
		{Fn: "count_to_double", Args: args{Count(3)}, Want: "3.0"},
		{Fn: "time_to_double", Args: args{Time(1.5)}, Want: "1.5"},
		{Fn: "double_to_interval", Args: args{60.0}, Want: "1.0 min"},
	})
	New(dialect.Bro, Rows()).Run(t, []Case{
		{Fn: "to_int", Args: args{"not an int", Count(10)}, Want: "0"},
		{Fn: "to_count", Args: args{"7 ", Count(10)}, Want: "0", Errors: "error: bad conversion to count"},
		{Fn: "bytestring_to_count", Args: args{"abc", false}, Want: "0", Errors: "error: unsupported byte length for bytestring_to_count"},
	})
}

func TestAddresses(t *testing.T) {
	v6 := ip("2001:db8::1")
	New(dialect.Zeek, Rows()).Run(t, []Case{
		{Fn: "to_addr", Args: args{"001.002.003.004"}, Want: "1.2.3.4"},
		{Fn: "to_addr", Args: args{"::ffff:1.2.3.4"}, Want: "1.2.3.4"},
		{Fn: "to_addr", Args: args{"fe80::1%eth0"}, Want: "::", Errors: "error: failed converting string to IP address"},
		{Fn: "to_addr", Args: args{"1.2.3.256"}, Want: "::", Errors: "error: failed converting string to IP address"},
		{Fn: "to_addr", Args: args{"1.2.3.4x"}, Want: "::", Errors: "error: failed converting string to IP address"},
		{Fn: "to_subnet", Args: args{"10.1.2.3/8"}, Want: "10.0.0.0/8"},
		{Fn: "to_subnet", Args: args{"::ffff:10.1.2.3/104"}, Want: "10.0.0.0/8"},
		{Fn: "to_subnet", Args: args{"2607:f8b0::/32"}, Want: "2607:f8b0::/32"},
		{Fn: "to_subnet", Args: args{"10.0.0.0"}, Want: "::/0", Errors: "error: failed converting string to IP prefix"},
		{Fn: "to_subnet", Args: args{"10.0.0.0/33"}, Want: "::/0", Errors: "error: failed converting string to IP prefix"},
		{Fn: "to_port", Args: args{"80/tcp"}, Want: "80/tcp"},
		{Fn: "to_port", Args: args{"53/sctp"}, Want: "53/unknown", Errors: `error: wrong port format, must be /[0-9]{1,5}\/(tcp|udp|icmp)/`},
		{Fn: "to_port", Args: args{"70000/udp"}, Want: "0/udp", Errors: "warning: bad port number 70000"},
		{Fn: "addr_to_subnet", Args: args{v6}, Want: "2001:db8::1/128"},
		{Fn: "subnet_to_addr", Args: args{netip.MustParsePrefix("10.0.0.0/8")}, Want: "10.0.0.0"},
		{Fn: "subnet_width", Args: args{netip.MustParsePrefix("10.0.0.0/8")}, Want: "8"},
		{Fn: "addr_to_counts", Args: args{ip("1.2.3.4")}, Want: "[16909060]"},
		{Fn: "addr_to_counts", Args: args{v6}, Want: "[536939960, 0, 0, 1]"},
		{Fn: "counts_to_addr", Args: args{Vector(Count(16909060))}, Want: "1.2.3.4"},
		{Fn: "counts_to_addr", Args: args{Vector(Count(536939960), Count(0), Count(0), Count(1))}, Want: "2001:db8::1"},
		{Fn: "counts_to_addr", Args: args{Vector(Count(1), Count(2))}, Want: "::", Errors: "error: invalid vector size"},
		{Fn: "count_to_v4_addr", Args: args{Count(1)}, Want: "0.0.0.1"},
		{Fn: "count_to_v4_addr", Args: args{Count(1 << 32)}, Want: "0.0.0.0", Errors: "error: conversion of non-IPv4 count to addr"},
		{Fn: "raw_bytes_to_v4_addr", Args: args{"ABCDE"}, Want: "65.66.67.68"},
		{Fn: "raw_bytes_to_v4_addr", Args: args{"ABC"}, Want: "0.0.0.0", Errors: "error: too short a string as input to raw_bytes_to_v4_addr()"},
		{Fn: "raw_bytes_to_v6_addr", Args: args{"ABCDEFGHIKLMNOPQ"}, Want: "4142:4344:4546:4748:494b:4c4d:4e4f:5051"},
		{Fn: "routing0_data_to_addrs", Args: args{"\x00\x00\x00\x00ABCDEFGHIKLMNOPQ"}, Want: "[4142:4344:4546:4748:494b:4c4d:4e4f:5051]"},
		{Fn: "routing0_data_to_addrs", Args: args{"x"}, Want: "[]", Errors: "warning: Bad ip6_routing data length: 1"},
		{Fn: "addr_to_ptr_name", Args: args{ip("1.2.3.4")}, Want: "4.3.2.1.in-addr.arpa"},
		{Fn: "addr_to_ptr_name", Args: args{v6}, Want: "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"},
		{Fn: "ptr_name_to_addr", Args: args{"4.3.2.1.in-addr.arpa"}, Want: "1.2.3.4"},
		{Fn: "ptr_name_to_addr", Args: args{"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}, Want: "2001:db8::1"},
		{Fn: "ptr_name_to_addr", Args: args{"4.3.2.in-addr.arpa"}, Want: "0.0.0.0", Errors: "error: bad PTR name"},
	})
	New(dialect.Bro, Rows()).Run(t, []Case{
		{Fn: "to_addr", Args: args{"nowhere"}, Want: "::", Errors: "error: Bad IP address: nowhere"},
		{Fn: "to_subnet", Args: args{"10.0.0.0"}, Want: "::/0", Errors: "error: Bad string in SubNetVal ctor: 10.0.0.0"},
	})
}

func TestBytes(t *testing.T) {
	const custom = "!#$%&/(),-.:;<>@[]^ `_{|}~abcdefghijklmnopqrstuvwxyz0123456789+?"
	New(dialect.Zeek, Rows()).Run(t, []Case{
		{Fn: "bytestring_to_double", Args: args{"\x43\x26\x4f\xa0\x71\x30\x80\x00"}, Want: "3.14e+15"},
		{Fn: "bytestring_to_double", Args: args{"x"}, Want: "0.0", Errors: "error: bad conversion to double"},
		{Fn: "bytestring_to_float", Args: args{"\x3f\x80\x00\x00"}, Want: "1.0"},
		{Fn: "bytestring_to_count", Args: args{"\x01\x02", false}, Want: "258"},
		{Fn: "bytestring_to_count", Args: args{"\x01\x02\x03", true}, Want: "197121"},
		{Fn: "bytestring_to_count", Args: args{"", true}, Want: "0"},
		{Fn: "bytestring_to_count", Args: args{"123456789", false}, Want: "0", Errors: "error: unsupported byte length for bytestring_to_count"},
		{Fn: "bytestring_to_hexstr", Args: args{"\x04\xfe"}, Want: "04fe"},
		{Fn: "hexstr_to_bytestring", Args: args{"3034"}, Want: "04"},
		{Fn: "hexstr_to_bytestring", Args: args{"a"}, Want: "", Errors: "error: Hex string 'a' has invalid length (not divisible by 2)"},
		{Fn: "hexstr_to_bytestring", Args: args{"zz"}, Want: "", Errors: "error: Could not read hex element from input zz"},
		{Fn: "uuid_to_string", Args: args{"\xfe\x80abcdefg0123456"}, Want: "626180fe-6463-6665-6730-313233343536"},
		{Fn: "uuid_to_string", Args: args{""}, Want: "<Invalid UUID>"},

		{Fn: "encode_base64", Args: args{"padding1", ""}, Want: "cGFkZGluZzE="},
		{Fn: "encode_base64", Args: args{"", ""}, Want: ""},
		{Fn: "encode_base64", Args: args{"bro", custom}, Want: "}n-v"},
		{Fn: "encode_base64", Args: args{"bro", "abc"}, Want: "", Errors: "error: base64 alphabet is not 64 characters: abc\nerror: Broker query has an invalid data store"},
		{Fn: "encode_base64_custom", Args: args{"bro", "abc"}, Want: "", Errors: "error: base64 alphabet is not 64 characters: abc\nerror: error in encoding string bro"},
		{Fn: "decode_base64", Args: args{"YnJv", ""}, Want: "bro"},
		{Fn: "decode_base64", Args: args{"}n-v", custom}, Want: "bro"},
		{Fn: "decode_base64", Args: args{"cGFkZGluZw==", ""}, Want: "padding"},
		{Fn: "decode_base64", Args: args{"cGFkZGluZw", ""}, Want: "padding", Errors: "error: incomplete base64 group, padding with 12 bits of 0"},
		{Fn: "decode_base64", Args: args{"^#", ""}, Want: "", Errors: "error: character 94 ignored by Base64 decoding\nerror: error in decoding string ^#"},
		{Fn: "decode_base64", Args: args{"YQ==YQ==", ""}, Want: "", Errors: "error: extra base64 groups after '=' padding are ignored\nerror: error in decoding string YQ==YQ=="},
		{Fn: "decode_base64_custom", Args: args{"x", "y"}, Want: "", Errors: "error: base64 decoding alphabet is not 64 characters: y\nerror: error in decoding string x"},

		{Fn: "fmt_ftp_port", Args: args{ip("192.168.0.2"), Arg{T: types.PortT, V: val.Port(257, val.ProtoTCP)}}, Want: "192,168,0,2,1,1"},
		{Fn: "decode_netbios_name", Args: args{"fhepfcelehfcepfffacacacacacacabl"}, Want: "WORKGROUP"},
		{Fn: "decode_netbios_name_type", Args: args{"fhepfcelehfcepfffacacacacacacabl"}, Want: "27"},
		{Fn: "decode_netbios_name", Args: args{"short"}, Want: ""},
		{Fn: "decode_netbios_name_type", Args: args{"short"}, Want: "256"},
	})
}

func TestFTP(t *testing.T) {
	for _, c := range []struct {
		name  string
		parse func(string) ftpPort
		in    string
		want  ftpPort
	}{
		{"PORT", parsePort, "192,168,0,2,1,1", ftpPort{v4(0xc0a80002), 257, true}},
		{"PORT", parsePort, "192,168,0,256,1,1", ftpPort{}},
		{"PORT", parsePort, "1,2,3", ftpPort{}},
		{"PASV", parsePASV, "227 Entering Passive Mode (192,168,0,2,1,1)", ftpPort{v4(0xc0a80002), 257, true}},
		{"PASV", parsePASV, "227 Entering 192,168,0,2,1,1", ftpPort{v4(0xc0a80002), 257, true}},
		{"PASV", parsePASV, "PORT", ftpPort{}},
		{"PASV", parsePASV, "", ftpPort{}},
		{"EPRT", parseEPRT, "|1|192.168.0.2|257|", ftpPort{v4(0xc0a80002), 257, true}},
		{"EPRT", parseEPRT, "|1|192.168.0.313|257|", ftpPort{noAddr, 257, false}},
		{"EPRT", parseEPRT, "|1|192.168.0.2|-1|", ftpPort{v4(0xc0a80002), 0, false}},
		{"EPRT", parseEPRT, "|||1234|", ftpPort{noAddr, 1234, true}},
		{"EPRT", parseEPRT, "", ftpPort{addr: noAddr}},
	} {
		got := c.parse(c.in)
		if got.addr.Addr() != c.want.addr.Addr() || got.port != c.want.port || got.valid != c.want.valid {
			t.Errorf("%s %q: %v %d %v", c.name, c.in, got.addr.Addr(), got.port, got.valid)
		}
	}
}
