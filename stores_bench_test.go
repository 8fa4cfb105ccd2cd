package brogo

import (
	"bytes"
	"context"
	"fmt"
	"testing"
)

// storeGets asks a store for N values, one after the other, each in a when of its own.
const storeGets = `
redef exit_only_after_terminate = T;

const N = %d;
global h: opaque of Broker::Store;
global next_get: event(n: count);

event next_get(n: count)
	{
	if ( n == 0 )
		{
		terminate();
		return;
		}
	when [n] ( local r = Broker::get(h, fmt("key-%%d", n)) )
		{
		if ( r$status != Broker::SUCCESS )
			print "missing", n;
		event next_get(n - 1);
		}
	timeout 10sec
		{ print "timeout", n; }
	}

event zeek_init()
	{
	h = Broker::create_master("bench");
	local i = 0;
	while ( ++i <= N )
		Broker::put(h, fmt("key-%%d", i), i);
	event next_get(N);
	}
`

// storeWrites writes N times two values, each in a step of a loop.
const storeWrites = `
const N = %d;

event zeek_init()
	{
	local h = Broker::create_master("bench");
	local i = 0;
	while ( ++i <= N )
		{
		Broker::put(h, fmt("key-%%d", i), i);
		Broker::increment(h, "total", 1);
		}
	}
`

// BenchmarkStoreWrites times a put of a new key and an increment of an old one.
func BenchmarkStoreWrites(b *testing.B) { runStores(b, storeWrites) }

// BenchmarkStoreGets times a query of a store in memory from the event that asks to the event that has the answer, a write included.
func BenchmarkStoreGets(b *testing.B) { runStores(b, storeGets) }

// runStores runs a script that does b.N of something.
func runStores(b *testing.B, script string) {
	var out bytes.Buffer
	e, err := New(Config{Code: []string{fmt.Sprintf(script, b.N)}, Bare: true, Dialect: "zeek", Stdout: &out})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	if e.Load() != 0 {
		b.Fatal("the script does not load")
	}
	b.ReportAllocs()
	b.ResetTimer()
	if code := e.Run(context.Background()); code != 0 || out.Len() > 0 {
		b.Fatalf("exit %d: %s", code, out.String())
	}
}
