package val

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"github.com/brogo/brogo/lang/types"
)

// heapOf returns the bytes of live heap that hold what f makes.
func heapOf(f func() any) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	x := f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(x)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

// Tables have their price: bytes an element beyond key and value, however full the arrays and the index are.
func TestTableMemory(t *testing.T) {
	v6 := func(i int) Value {
		a := netip.MustParseAddr("2001:db8::").As16()
		a[13], a[14], a[15] = byte(i>>16), byte(i>>8), byte(i)
		return Addr(netip.AddrFrom16(a))
	}
	v4 := func(i int) Value { return Value{N: uint64(i)} }
	now := func() float64 { return 1 }
	for _, c := range []struct {
		name  string
		t     *types.Type
		attrs *TableAttrs
		key   func(i int) Value
		own   float64 // bytes of key and value
		most  float64
	}{
		{"addr of count, IPv4", types.NewTable(types.CountT, types.AddrT), nil, v4, 24, 32},
		{"addr of count, IPv6", types.NewTable(types.CountT, types.AddrT), nil, v6, 24, 60},
		{"addr of count &create_expire", types.NewTable(types.CountT, types.AddrT), &TableAttrs{Expire: CreateExpire, Now: now}, v4, 24, 44},
		{"count of count", types.NewTable(types.CountT, types.CountT), nil, v4, 16, 40},
		{"string of count", types.NewTable(types.CountT, types.StringT), nil, func(i int) Value { return Str(fmt.Sprintf("%016d", i)) }, 24, 60},
		{"set of addr", types.NewSet(types.AddrT), nil, v4, 16, 32},
	} {
		sizes := []int{98_000, 98_400, 150_000} // about where the index doubles, and between
		if c.name == "addr of count, IPv4" {
			sizes = append(sizes, 1_000_000)
		}
		for _, n := range sizes {
			got := heapOf(func() any {
				tab := NewTable(c.t, c.attrs)
				for i := range n {
					tab.SetOne(c.key(i), Value{N: uint64(i)})
				}
				return tab
			})/float64(n) - c.own
			if got > c.most {
				t.Errorf("%s, %d elements: %.1f bytes an element beyond key and value, want at most %.0f", c.name, n, got, c.most)
			}
		}
	}
}

// A record without &optional takes 16 bytes a field and a header, and an eighth more at most where Go has no size of its own for it.
func TestRecordMemory(t *testing.T) {
	const header, records = 32, 2000
	for _, fields := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 20, 30, 64} {
		rt := recordOf(fields)
		got := heapOf(func() any {
			all := make([]*Record, records)
			for i := range all {
				all[i] = NewRecord(rt)
				for f := range fields {
					all[i].Set(f, Count(1))
				}
			}
			return all
		})/records - 8
		if most := float64(header+16*fields) * 1.13; got > most {
			t.Errorf("a record of %d fields takes %.0f bytes, want at most %.0f", fields, got, most)
		}
	}
}
