package comm

import (
	"testing"

	"github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/node"
	"github.com/brogo/brogo/net/transport"
	"github.com/brogo/brogo/runtime/val"
)

// Errors are worded as in the reference of the dialect.
func TestErrorText(t *testing.T) {
	at := transport.Addr{Host: "10.0.0.1", Port: 9999}
	for _, c := range []struct {
		d    *dialect.Dialect
		e    node.Error
		want string
	}{
		{dialect.Bro, node.Error{Peer: node.Endpoint{Addr: at}, Text: "no such peer"}, `(invalid-node, *10.0.0.1:9999, "no such peer")`},
		{dialect.Zeek, node.Error{Peer: node.Endpoint{Addr: at}, Text: "no such peer"},
			`(00000000-0000-0000-0000-000000000000, *10.0.0.1:9999, "no such peer")`},
		{dialect.Zeek, node.Error{Peer: node.Endpoint{ID: "me"}, Text: "a \"quoted\"\nline\\"}, `(me, none, "a \"quoted\"\nline\\")`},
	} {
		f := &Family{d: c.d}
		if got := f.errorText(&c.e); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// A retry interval of the environment is read as C reads a number.
func TestLeadingInt(t *testing.T) {
	for s, want := range map[string]int{"5": 5, " 12s": 12, "-3": -3, "+4x": 4, "": 0, "x1": 0, "1.9": 1, "--1": 0} {
		if got := leadingInt(s); got != want {
			t.Errorf("%q is %d, want %d", s, got, want)
		}
	}
}

// Ports that are not TCP are refused before anything is begun.
func TestPortsOfOtherProtocols(t *testing.T) {
	f := &Family{d: dialect.Zeek, cfg: Config{Getenv: func(string) (string, bool) { return "30", true }}}
	udp := biftest.Arg{T: types.PortT, V: val.Port(53, val.ProtoUDP)}
	sec := biftest.Arg{T: types.IntervalT, V: val.Interval(1)}
	h := biftest.New(dialect.Zeek, f.Rows())
	f.Attach(h.M)
	const peer, listen = "error: remote connection port must use tcp", "error: listen port must use tcp"
	for _, c := range []struct {
		fn     string
		result *types.Type
		args   []any
		want   string
		report string
	}{
		{"Broker::__listen", types.PortT, []any{"127.0.0.1", udp}, "0/unknown", listen},
		{"Broker::__peer", types.BoolT, []any{"127.0.0.1", udp, sec}, "F", peer},
		{"Broker::__peer_no_retry", types.BoolT, []any{"127.0.0.1", udp}, "F", peer},
		{"Broker::__unpeer", types.BoolT, []any{"127.0.0.1", udp}, "F", peer},
	} {
		got := h.Call(c.fn, c.result, c.args...)
		if text := string(h.M.Describe(nil, got.T, got.V, val.DescText)); text != c.want {
			t.Errorf("%s gave %s, want %s", c.fn, text, c.want)
		}
		if r := h.Reports(); r != c.report {
			t.Errorf("%s reports %q, want %q", c.fn, r, c.report)
		}
	}
	if f.node != nil || len(f.outbound) > 0 {
		t.Error("a node was made")
	}
}
