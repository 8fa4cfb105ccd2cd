package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// memoryPrograms make what they are named after; own is the size of the keys and values themselves.
var memoryPrograms = []struct {
	name string
	n    int
	own  int // bytes of an entry's key and value: 16 an addr, the bytes of a string, 8 a count
	code string
}{
	{"table[addr] of count, IPv4", 1_000_000, 24, "global t: table[addr] of count; function make(i: count) { t[count_to_v4_addr(i)] = i; }"},
	{"table[addr] of count, IPv6", 1_000_000, 24, "global t: table[addr] of count; function make(i: count) { t[counts_to_addr(vector(536936448, 0, 0, i))] = i; }"},
	{"table[count] of count", 1_000_000, 16, "global t: table[count] of count; function make(i: count) { t[i * 7] = i; }"},
	{"table[addr] of count &create_expire", 1_000_000, 24, "global t: table[addr] of count &create_expire=1 day; function make(i: count) { t[count_to_v4_addr(i)] = i; }"},
	{"table[string] of count, 16 bytes", 1_000_000, 24, `global t: table[string] of count; function make(i: count) { t[fmt("%016d", i)] = i; }`},
	{"set[addr, port]", 1_000_000, 24, "global t: set[addr, port]; function make(i: count) { add t[count_to_v4_addr(i), 80/tcp]; }"},
	{"record of 4 counts", 250_000, 32, "type R: record { a: count; b: count; c: count; d: count; }; global v: vector of R; " +
		"function make(i: count) { v += R($a=i, $b=i, $c=i, $d=i); }"},
	{"record of 12 counts", 100_000, 96, "type R: record { a: count; b: count; c: count; d: count; e: count; f: count; g: count; h: count; " +
		"i: count; j: count; k: count; l: count; }; global v: vector of R; " +
		"function make(i: count) { v += R($a=i, $b=i, $c=i, $d=i, $e=i, $f=i, $g=i, $h=i, $i=i, $j=i, $k=i, $l=i); }"},
}

// Memory prints how many bytes of live heap an entry or record takes, in all and beyond the keys and values themselves.
func Memory(w io.Writer) error {
	fmt.Fprint(w, "|  | entries | bytes each | beyond key and value |\n|---|---:|---:|---:|\n")
	for _, p := range memoryPrograms {
		var heap []uint64
		mark := brogo.Builtin{Sig: "function measure_heap()", Doc: "Notes the size of the live heap.",
			Fn: func(*interp.M, *interp.Site, []val.Value) val.Value {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				heap = append(heap, m.HeapAlloc)
				return val.Value{}
			}}
		e, err := engine(p.code+strings.ReplaceAll(`
event zeek_init()
	{
	make(0);
	measure_heap();
	local i = 1;
	while ( i <= @N )
		{
		make(i);
		++i;
		}
	measure_heap();
	}
`, "@N", fmt.Sprint(p.n)), mark)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := finish(e); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		each := float64(heap[1]-heap[0]) / float64(p.n)
		fmt.Fprintf(w, "| %s | %d | %.1f | %.1f |\n", p.name, p.n, each, each-float64(p.own))
	}
	return nil
}
