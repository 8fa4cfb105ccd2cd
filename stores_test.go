package brogo

import (
	"testing"
	"time"
)

// storeMaster and storeClone are the two ends of one store. The clone begins before there is a network, and bears the master's absence
// for 20 s in queries and 50 s in writes.
const storeMaster = `
global h: opaque of Broker::Store;
global show: event(k: string);

event show(k: string)
	{
	when [k] ( local r = Broker::get(h, k) )
		{ print k, r; }
	timeout 5 sec
		{ print k, "timeout"; }
	}

event zeek_init()
	{
	h = Broker::create_master("st");
	Broker::put(h, "from master", 1);
	Broker::put(h, "short", "gone soon", 8 sec);
	Broker::listen("0.0.0.0", 1/tcp);
	schedule 6 sec { show("from clone") };
	schedule 6 sec { show("counter") };
	schedule 62 sec { show("counter") };
	schedule 130 sec { show("too late") };
	}
`

const storeClone = `
redef Reporter::errors_to_stderr = F;
redef Reporter::warnings_to_stderr = F;
global h: opaque of Broker::Store;
global show: event(k: string);
global write: event(k: string, by: count);

event show(k: string)
	{
	when [k] ( local r = Broker::get(h, k) )
		{ print k, r; }
	timeout 1 sec
		{ print k, "timeout"; }
	}

event write(k: string, by: count)
	{
	print k, Broker::increment(h, k, by);
	}

event unique()
	{
	when ( local r = Broker::put_unique(h, "unique", "clone") )
		{ print "unique", r; }
	timeout 2 sec
		{ print "unique", "timeout"; }
	}

event zeek_init()
	{
	h = Broker::create_clone("st", 1 sec, 20 sec, 50 sec);
	print Broker::put(h, "from clone", 2), Broker::increment(h, "counter", 5);
	event show("from master");
	schedule 2 sec { connect() };
	}

event connect()
	{
	Broker::peer("m", 1/tcp);
	schedule 2 sec { show("from master") };
	schedule 2 sec { show("from clone") };
	schedule 2 sec { show("short") };
	schedule 3 sec { unique() };
	schedule 4 sec { unique() };
	schedule 8 sec { show("short") };
	# The network is down from 12 s on.
	schedule 12 sec { write("counter", 10) };
	schedule 13 sec { show("counter") };
	schedule 35 sec { show("counter") };
	schedule 36 sec { write("counter", 100) };
	# It is back from 55 s to 70 s.
	schedule 65 sec { show("counter") };
	schedule 125 sec { write("too late", 1) };
	}
`

// A clone waits for its master, follows it, outlives its loss as long as it was told to, and ends equal to it.
func TestStoreClone(t *testing.T) {
	w := newWorld(t)
	w.add("m", storeMaster)
	w.add("c", "global connect: event();\nglobal unique: event();\n"+storeClone)
	w.run(12 * time.Second)
	w.net.Cut("m", "c")
	w.net.Reset("m", "c")
	w.run(43 * time.Second)
	w.net.Heal("m", "c")
	w.run(15 * time.Second)
	w.net.Cut("m", "c")
	w.net.Reset("m", "c")
	w.run(70 * time.Second)
	w.expect(`
  0.0 c: T, T
  1.0 c: from master, timeout
  4.0 c: from master, [status=Broker::SUCCESS, result=[data=broker::data{1}]]
  4.0 c: from clone, [status=Broker::SUCCESS, result=[data=broker::data{2}]]
  4.0 c: short, [status=Broker::SUCCESS, result=[data=broker::data{gone soon}]]
  5.0 c: unique, [status=Broker::SUCCESS, result=[data=broker::data{T}]]
  6.0 m: from clone, [status=Broker::SUCCESS, result=[data=broker::data{2}]]
  6.0 m: counter, [status=Broker::SUCCESS, result=[data=broker::data{5}]]
  6.0 c: unique, [status=Broker::SUCCESS, result=[data=broker::data{F}]]
 10.0 c: short, [status=Broker::FAILURE, result=[data=<uninitialized>]]
 14.0 c: counter, T
 15.0 c: counter, [status=Broker::SUCCESS, result=[data=broker::data{5}]]
 38.0 c: counter, timeout
 38.0 c: counter, T
 62.0 m: counter, [status=Broker::SUCCESS, result=[data=broker::data{115}]]
 67.0 c: counter, [status=Broker::SUCCESS, result=[data=broker::data{115}]]
127.0 c: too late, F
130.0 m: too late, [status=Broker::FAILURE, result=[data=<uninitialized>]]
`)
}

const sharedTables = `
global look: event();
global late: event();
type R: record { n: count; s: string &optional; };

function changed(t: table[string, count] of R, what: TableChange, s: string, n: count, r: R)
	{
	print what, s, n, r;
	}

global t: table[string, count] of R &broker_allow_complex_type &broker_store="t" &on_change=changed;
global s: set[addr] &broker_store="s" &create_expire=10 sec;
global both: table[count] of string &backend=Broker::MEMORY;
redef table_expire_interval = 1 sec;
`

// Tables that stores join: a change at one node shows at the others, and does not come back.
func TestStoreTables(t *testing.T) {
	w := newWorld(t)
	w.add("m", sharedTables+`
event zeek_init()
	{
	Broker::create_master("t");
	Broker::create_master("s");
	Broker::listen("0.0.0.0", 1/tcp);
	t["old", 1] = R($n=1);
	both[1] = "one";
	schedule 5 sec { look() };
	schedule 20 sec { look() };
	}

event look()
	{
	print t, s, both;
	}
`)
	for _, name := range []string{"a", "b"} {
		w.add(name, sharedTables+`
redef Broker::table_store_master = F;

event zeek_init()
	{
	Broker::create_clone("t");
	Broker::create_clone("s");
	Broker::create_clone("___sync_store_both");
	Broker::peer("m", 1/tcp);
	}

event late()
	{
	t["old", 1]$n = 7;	# a change within an element shows nowhere
	t["new", 2] = R($n=2, $s="x");
	t["new", 2] = R($n=3);
	delete t["old", 1];
	add s[1.2.3.4];
	both[2] = "two";
	delete both[1];
	}

event zeek_init()
	{
	schedule 6 sec { look() };
	}

event look()
	{
	print |t|, |s|, |both|;
	}
`+map[string]string{"a": "event zeek_init() { schedule 2 sec { late() }; }", "b": ""}[name])
	}
	w.run(30 * time.Second)
	w.expect(`
  0.0 m: TABLE_ELEMENT_NEW, old, 1, [n=1, s=<uninitialized>]
  0.0 a: TABLE_ELEMENT_NEW, old, 1, [n=1, s=<uninitialized>]
  0.0 b: TABLE_ELEMENT_NEW, old, 1, [n=1, s=<uninitialized>]
  2.0 a: TABLE_ELEMENT_NEW, new, 2, [n=2, s=x]
  2.0 a: TABLE_ELEMENT_CHANGED, new, 2, [n=2, s=x]
  2.0 a: TABLE_ELEMENT_REMOVED, old, 1, [n=7, s=<uninitialized>]
  2.0 m: TABLE_ELEMENT_NEW, new, 2, [n=2, s=x]
  2.0 m: TABLE_ELEMENT_CHANGED, new, 2, [n=2, s=x]
  2.0 m: TABLE_ELEMENT_REMOVED, old, 1, [n=1, s=<uninitialized>]
  2.0 b: TABLE_ELEMENT_NEW, new, 2, [n=2, s=x]
  2.0 b: TABLE_ELEMENT_CHANGED, new, 2, [n=2, s=x]
  2.0 b: TABLE_ELEMENT_REMOVED, old, 1, [n=1, s=<uninitialized>]
  5.0 m: {
  5.0 m: [new, 2] = [n=3, s=<uninitialized>]
  5.0 m: }, {
  5.0 m: 1.2.3.4
  5.0 m: }, {
  5.0 m: [2] = two
  5.0 m: }
  6.0 a: 1, 1, 1
  6.0 b: 1, 1, 1
 20.0 m: {
 20.0 m: [new, 2] = [n=3, s=<uninitialized>]
 20.0 m: }, {
 20.0 m: 
 20.0 m: }, {
 20.0 m: [2] = two
 20.0 m: }
`)
}

// masterOf makes a master two seconds after its start, when the peers know each other, or at once.
const masterOf = `
redef Reporter::errors_to_stderr = F;
redef Broker::exact_connect_retry = T;

event make()
	{
	print "closed", Broker::is_closed(Broker::create_master("st"));
	}

event Broker::error(code: Broker::ErrorCode, msg: string)
	{
	print code, sub(msg, /[^,]*, /, "(");	# without the id
	}

event reporter_error(t: time, msg: string, location: string)
	{
	if ( "Broker error" !in msg )
		print msg;
	}
`

// A master whose name a peer has already is not made; two that meet later are told of.
func TestStoreMasterExists(t *testing.T) {
	w := newWorld(t)
	w.add("first", masterOf+`
event zeek_init() { event make(); Broker::listen("0.0.0.0", 1/tcp); }
`)
	w.add("late", masterOf+`
event zeek_init() { Broker::peer("first", 1/tcp); schedule 2 sec { make() }; }
`)
	w.run(5 * time.Second)
	w.expect(`
  0.0 first: closed, F
  2.0 late: closed, T
  2.0 late: Failed to attach master store master_exists: (Broker::create_master(st, Broker::MEMORY, Broker::BackendOptions()))
  2.0 late: Could not create Broker master store 'st' (Broker::create_master(st, Broker::MEMORY, Broker::BackendOptions()))
`)

	w = newWorld(t)
	w.add("one", masterOf+`
event zeek_init() { event make(); Broker::listen("0.0.0.0", 1/tcp); }
`)
	w.add("two", masterOf+`
global meet: event();
event zeek_init() { event make(); schedule 2 sec { meet() }; }
event meet() { Broker::peer("one", 1/tcp); }
`)
	w.run(5 * time.Second)
	w.expect(`
  0.0 one: closed, F
  0.0 two: closed, F
  2.0 one: Broker::MASTER_EXISTS, (*two:40001, "the peer has the master of store st, too")
  2.0 two: Broker::MASTER_EXISTS, (*one:1, "the peer has the master of store st, too")
`)
}
