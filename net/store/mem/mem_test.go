package mem

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/brogo/brogo/net/wire"
)

// TestTable does random things to a table and to a map of encoded keys, which must stay the same.
func TestTable(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	key := func() wire.Data {
		n := rnd.IntN(300)
		switch n % 6 {
		case 0:
			return wire.Count(n)
		case 1:
			return wire.String(fmt.Sprint("key ", n))
		case 2:
			return wire.Vector{wire.String("a"), wire.Int(-n)}
		case 3:
			return wire.Address{Addr: netip.AddrFrom4([4]byte{10, 0, 0, byte(n)})}
		case 4:
			return wire.Real(float64(n) * math.Copysign(1, float64(n%8)-4))
		}
		return wire.String(wire.Append(nil, wire.Count(n-5))) // the bytes of another key
	}
	type pair struct {
		val      wire.Data
		deadline int64
	}
	table, model := New(), make(map[string]pair)
	check := func() {
		t.Helper()
		if table.Len() != len(model) {
			t.Fatalf("%d rows, want %d", table.Len(), len(model))
		}
		var seen []string
		table.Each(func(key, val wire.Data, deadline int64) error {
			code := string(wire.Encode(key))
			if want := model[code]; !wire.Equal(val, want.val) || deadline != want.deadline {
				t.Fatalf("%v: %v until %d, want %v", key, val, deadline, want)
			}
			seen = append(seen, code)
			return nil
		})
		if len(seen) != len(model) || !slices.IsSorted(seen) {
			t.Fatalf("%d rows seen of %d, in order: %t", len(seen), len(model), slices.IsSorted(seen))
		}
		if keys, _ := table.Keys(); keys.Len() != len(model) {
			t.Fatalf("%d keys, want %d", keys.Len(), len(model))
		}
	}
	for i := range 50_000 {
		k := key()
		code := string(wire.Encode(k))
		grows := i/5000%2 == 0
		switch r := rnd.IntN(10); {
		case i%20_000 == 19_999:
			table.Clear()
			clear(model)
		case r < 3 || r < 6 && grows:
			val, deadline := wire.Count(i), int64(rnd.IntN(3))
			if r == 0 {
				table.Get(k)
			}
			table.Put(k, val, deadline)
			model[code] = pair{val, deadline}
		case r < 8:
			table.Erase(k)
			delete(model, code)
		default:
			val, deadline, found, _ := table.Get(k)
			want, there := model[code]
			if found != there || found && (!wire.Equal(val, want.val) || deadline != want.deadline) {
				t.Fatalf("%v: %v until %d, %t; want %v, %t", k, val, deadline, found, want, there)
			}
		}
		if i%500 == 0 {
			check()
		}
	}
	check()
	if len(table.pieces) > table.Len()/pieceRows+2 {
		t.Fatalf("%d pieces for %d rows", len(table.pieces), table.Len())
	}
}
