package brokerstore

import (
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/bif/biftest"
	"github.com/brogo/brogo/bif/wireval"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/store/mem"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Each update gets its arguments to where its operation wants them; what does not go with the value that is there changes nothing.
func TestUpdates(t *testing.T) {
	clk := clock.NewVirtual(time.Unix(1000, 0))
	var h *biftest.Host
	f := New(Config{Codec: wireval.New(wireval.Config{Machine: func() *interp.M { return h.M }}), Clock: clk, Inline: true, ID: func() string { return "n" }})
	defer f.Close()
	h = biftest.New(dialect.Zeek, f.updateRows())
	s, err := f.storeEngine().CreateMaster("st", func() (store.Backend, error) { return mem.New(), nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	handleType := &types.Type{Tag: types.Opaque, Name: "Broker::Store"}
	st := biftest.Arg{T: handleType, V: val.OpaqueVal(f.added(s))}
	closed := biftest.Arg{T: handleType, V: val.OpaqueVal(&handle{name: "gone"})}
	never := biftest.Arg{T: types.IntervalT, V: val.Interval(0)}
	soon := biftest.Arg{T: types.IntervalT, V: val.Interval(5)}
	one := biftest.Count(1)
	for _, c := range []struct {
		fn   string
		args []any
		ok   string
		want string // the store afterwards
	}{
		{"put", []any{st, "n", one, never}, "T", "n=1"},
		{"increment", []any{st, "n", biftest.Count(4), never}, "T", "n=5"},
		{"decrement", []any{st, "n", one, never}, "T", "n=4"},
		{"increment", []any{st, "n", "text", never}, "T", "n=4"},
		{"decrement", []any{st, "none", one, never}, "T", "n=4"},
		{"append", []any{st, "s", "ab", never}, "T", "n=4 s=ab"},
		{"append", []any{st, "s", "c", never}, "T", "n=4 s=abc"},
		{"erase", []any{st, "n"}, "T", "s=abc"},
		{"erase", []any{st, "n"}, "T", "s=abc"},
		{"clear", []any{st}, "T", ""},
		{"insert_into_set", []any{st, "set", "y", never}, "T", "set={y}"},
		{"insert_into_set", []any{st, "set", "x", never}, "T", "set={x, y}"},
		{"remove_from", []any{st, "set", "y", never}, "T", "set={x}"},
		{"insert_into_table", []any{st, "tab", "k", one, never}, "T", "set={x} tab={k -> 1}"},
		{"remove_from", []any{st, "tab", "k", never}, "T", "set={x} tab={}"},
		{"clear", []any{st}, "T", ""},
		{"push", []any{st, "v", one, never}, "T", "v=[1]"},
		{"push", []any{st, "v", "two", never}, "T", "v=[1, two]"},
		{"pop", []any{st, "v", never}, "T", "v=[1]"},
		{"put", []any{st, "v", "gone soon", soon}, "T", "v=gone soon"},
		{"put", []any{closed, "x", one, never}, "F", "v=gone soon"},
	} {
		got := h.Call("Broker::__"+c.fn, types.BoolT, c.args...)
		if text := string(h.M.Describe(nil, got.T, got.V, val.DescText)); text != c.ok {
			t.Errorf("%s gave %s, want %s", c.fn, text, c.ok)
		}
		if now := contents(t, s); now != c.want {
			t.Errorf("after %s the store has %q, want %q", c.fn, now, c.want)
		}
		if r := h.Reports(); (r != "") != (c.ok == "F") || c.ok == "F" && !strings.Contains(r, "invalid Broker store handle") {
			t.Errorf("%s reports %q", c.fn, r)
		}
	}
	clk.Advance(6 * time.Second)
	if now := contents(t, s); now != "" {
		t.Errorf("after its time the store has %q", now)
	}
}

func contents(t *testing.T, s *store.Store) string {
	t.Helper()
	var out []string
	if err := s.Each(func(k, v wire.Data) { out = append(out, wire.Format(k, false)+"="+wire.Format(v, false)) }); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

func TestExpiry(t *testing.T) {
	for sec, want := range map[float64]time.Duration{0: 0, 1.5: 1500 * time.Millisecond, -1: 1} {
		if got := expiry(val.Interval(sec)); got != want {
			t.Errorf("%v seconds are %v, want %v", sec, got, want)
		}
	}
}
