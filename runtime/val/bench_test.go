package val

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"github.com/brogo/brogo/lang/types"
)

func BenchmarkTableCount(b *testing.B) {
	const n = 800_000
	fill := func() *Table {
		t := NewTable(types.NewTable(types.CountT, types.CountT), nil)
		for i := range uint64(n) {
			t.SetOne(Count(i*7919%1048576), Count(i))
		}
		return t
	}
	b.Run("insert", func(b *testing.B) {
		for range b.N {
			fill()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/elem")
	})
	b.Run("lookup", func(b *testing.B) {
		t := fill()
		b.ResetTimer()
		for i := range b.N {
			t.One(Count(uint64(i & 0x1fffff)))
		}
	})
	b.Run("delete-insert", func(b *testing.B) {
		t := fill()
		b.ResetTimer()
		for i := range b.N {
			t.DeleteOne(Count(uint64(i & 0xfffff)))
			t.SetOne(Count(uint64(i&0xfffff)), Count(1))
		}
	})
	b.Run("iterate", func(b *testing.B) {
		t := fill()
		b.ResetTimer()
		for range b.N {
			var sum uint64
			for it := t.Iter(); it.Next(); {
				sum += it.Key(0).N + it.Val().N
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(t.Len()), "ns/elem")
	})
}

func BenchmarkTableString(b *testing.B) {
	keys := make([]Value, 5000)
	t := NewTable(types.NewTable(types.CountT, types.StringT), nil)
	for i := range keys {
		keys[i] = Str(fmt.Sprintf("host-%d.example.com", i))
		t.SetOne(Str(fmt.Sprintf("host-%d.example.com", i)), Count(1))
	}
	b.Run("lookup", func(b *testing.B) {
		for i := range b.N {
			t.One(keys[i%5000])
		}
	})
	b.Run("set", func(b *testing.B) {
		for i := range b.N {
			t.SetOne(keys[i%5000], Count(1))
		}
	})
}

func BenchmarkSetAddrPort(b *testing.B) {
	t := NewTable(types.NewSet(types.AddrT, types.PortT), nil)
	keys := [2]Value{}
	for i := range b.N {
		keys[0].N = 167772160 + uint64(i%40000)
		keys[1] = Port(uint16(i%4), ProtoTCP)
		if !t.Has(keys[:]) {
			t.Set(keys[:], Value{})
		}
	}
}

func BenchmarkSetRecord(b *testing.B) {
	t := NewTable(types.NewSet(pointT), nil)
	k := point(1)
	t.SetOne(k, Value{})
	b.ReportAllocs()
	for range b.N {
		t.HasOne(k)
	}
}

func BenchmarkTableSubnet(b *testing.B) {
	t := NewTable(types.NewTable(types.CountT, types.SubnetT), nil)
	for i := range uint64(4096) {
		t.SetOne(Value{N: (167772160+i*4096)<<8 | 20}, Count(i))
	}
	t.SetOne(Subnet(netip.MustParsePrefix("10.0.0.0/8")), Count(999))
	b.ResetTimer()
	for i := range b.N {
		t.One(Value{N: (167772160+uint64(i*83)&0xffffff)<<8 | 32})
	}
}

// BenchmarkTableMemory reports bytes an element beyond its key and value (16 and 8 bytes).
func BenchmarkTableMemory(b *testing.B) {
	for _, v6 := range []bool{false, true} {
		b.Run(fmt.Sprintf("table-addr-of-count/v6=%v", v6), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			t := NewTable(types.NewTable(types.CountT, types.AddrT), nil)
			if v6 {
				t.SetOne(addrOf(100), Count(0))
			}
			for i := range uint64(1_000_000) {
				t.SetOne(Value{N: i}, Count(i))
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(t.Len())-24, "B/elem")
			runtime.KeepAlive(t)
		})
	}
}

func BenchmarkRecord(b *testing.B) {
	t := types.NewRecord(&types.Field{Name: "id", Type: types.CountT}, &types.Field{Name: "host", Type: types.StringT},
		&types.Field{Name: "bytes", Type: types.CountT}, &types.Field{Name: "note", Type: types.StringT})
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		var r *Record
		for i := range b.N {
			r = NewRecord(t)
			r.Set(0, Count(uint64(i)))
			r.Set(1, Str("a.example.com"))
		}
		runtime.KeepAlive(r)
	})
	b.Run("update", func(b *testing.B) {
		r := NewRecord(t)
		r.Set(0, Count(1))
		r.Set(2, Count(1))
		for range b.N {
			x, _ := r.Get(0)
			y, _ := r.Get(2)
			r.Set(2, Count(y.N+x.N%13))
		}
	})
}

func BenchmarkVectorSieve(b *testing.B) {
	t := types.NewVector(types.BoolT)
	for range b.N {
		v := NewVector(t)
		for i := range 1000 {
			v.Set(i, Bool(false))
		}
		for i := 2; i < 1000; i++ {
			if x, ok := v.Get(i); ok && !x.Bool() {
				for j := i * i; j < 1000; j += i {
					v.Set(j, Bool(true))
				}
			}
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	inner := types.NewRecord(&types.Field{Name: "name", Type: types.StringT}, &types.Field{Name: "tags", Type: stringSet})
	outer := types.NewRecord(&types.Field{Name: "ts", Type: types.TimeT}, &types.Field{Name: "id", Type: types.CountT},
		&types.Field{Name: "inner", Type: inner}, &types.Field{Name: "vals", Type: types.NewVector(types.DoubleT)})
	tags := NewTable(stringSet, nil)
	tags.SetOne(Str("a"), Value{})
	tags.SetOne(Str("b"), Value{})
	in := NewRecord(inner)
	in.Set(0, Str(`n"quoted"`))
	in.Set(1, Tab(tags))
	vals := NewVector(outer.Rec.Fields[3].Type)
	for _, f := range []float64{1.5, 2.5, 1e10} {
		vals.Append(Double(f))
	}
	r := NewRecord(outer)
	r.Set(0, Time(1500000000.5))
	r.Set(1, Count(12345))
	r.Set(2, Rec(in))
	r.Set(3, Vec(vals))
	var w JSONWriter
	text := w.Append(nil, outer, Rec(r))
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			text = w.Append(text[:0], outer, Rec(r))
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, _, err := (&JSONReader{}).Read(string(text), outer); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDescribe(b *testing.B) {
	r := every(b)
	var buf []byte
	b.ReportAllocs()
	for range b.N {
		buf = Describe(buf[:0], everyT, Rec(r), DescText)
	}
}
