package brogo

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
)

// logShared is what the nodes of the tests of remote logs have in common. Logs go into the transcript as JSON.
const logShared = `
redef LogAscii::use_json = T;
redef LogAscii::output_to_stdout = T;

module Test;

export {
	redef enum Log::ID += { LOG };
	type Color: enum { RED };
	type Id: record { a: addr &log; p: port &log; };
	type Info: record {
		n: count &log;
		id: Id &log;
		t: time &log;
		iv: interval &log;
		d: double &log;
		i: int &log;
		b: bool &log;
		s: string &log &optional;
		e: Log::ID &log;
		sn: subnet &log;
		ss: set[string] &log;
		vc: vector of count &log;
		ve: vector of Log::ID &log;
		private: string &default="not sent";
	};
	global log_test: event(rec: Info);
}

event log_test(rec: Info)
	{ print "event", rec$n; }

event zeek_init()
	{ Log::create_stream(LOG, [$columns=Info, $ev=log_test, $path="test"]); }

event zeek_init() &priority=-100
	{ Log::remove_stream(Broker::LOG); }

function row(n: count): Info
	{
	return Info($n=n, $id=Id($a=[::1], $p=80/tcp), $t=double_to_time(1.5), $iv=2sec, $d=0.1, $i=-1, $b=T, $e=LOG, $sn=10.0.0.0/8,
		$ss=set("x", "y"), $vc=vector(1, 2), $ve=vector(LOG));
	}
`

const logReceiver = logShared + `
event zeek_init()
	{ Broker::listen(); Broker::subscribe("zeek/logs"); }
`

// Rows of all types reach the other node as they are, after a while in a batch. Its own filters and events have no part in it.
func TestRemoteLogs(t *testing.T) {
	w := newWorld(t)
	w.add("logger", logReceiver+`
hook Log::log_stream_policy(rec: any, id: Log::ID) { print "never called"; }`)
	w.add("worker", logShared+`
redef Log::enable_local_logging = F;
event go() { Log::write(LOG, row(1)); Log::write(LOG, row(2)); }
event zeek_init() { Broker::peer("logger"); schedule 2sec { go() }; }`)
	w.run(6 * time.Second)
	w.expect(`
  2.0 worker: event, 1
  2.0 worker: event, 2
  3.0 logger: {"n":1,"id.a":"::1","id.p":80,"t":1.5,"iv":2.0,"d":0.1,"i":-1,"b":true,"e":"Test::LOG","sn":"10.0.0.0/8","ss":["x","y"],"vc":[1,2],"ve":["Test::LOG"]}
  3.0 logger: {"n":2,"id.a":"::1","id.p":80,"t":1.5,"iv":2.0,"d":0.1,"i":-1,"b":true,"e":"Test::LOG","sn":"10.0.0.0/8","ss":["x","y"],"vc":[1,2],"ve":["Test::LOG"]}
`)
}

// A node that joins later gets what is written from then on; columns and names are those of the sender's filter.
func TestRemoteLogsFollowTheSendersFilter(t *testing.T) {
	w := newWorld(t)
	w.add("logger", logReceiver)
	w.add("worker", logShared+`
redef Log::enable_local_logging = F;
event go(n: count) { Log::write(LOG, row(n)); schedule 1sec { go(n + 1) }; }
event join() { Broker::peer("logger"); }
event zeek_init()
	{
	Log::remove_default_filter(LOG);
	Log::add_filter(LOG, [$name="few", $path="few", $include=set("n", "id.a"), $field_name_map=table(["n"]="number")]);
	event go(1);
	schedule 2.5sec { join() };
	}`)
	w.run(7 * time.Second)
	w.expect(`
  0.0 worker: event, 1
  1.0 worker: event, 2
  2.0 worker: event, 3
  3.0 worker: event, 4
  4.0 worker: event, 5
  4.0 logger: {"number":4,"id.a":"::1"}
  4.0 logger: {"number":5,"id.a":"::1"}
  5.0 worker: event, 6
  6.0 worker: event, 7
  6.0 logger: {"number":6,"id.a":"::1"}
  6.0 logger: {"number":7,"id.a":"::1"}
`)
}

// Batches end at their size.
func TestRemoteLogBatches(t *testing.T) {
	w := newWorld(t)
	w.add("logger", logReceiver+`
event Broker::peer_lost(ep: Broker::EndpointInfo, msg: string)
	{ terminate(); }
event zeek_done()
	{ print get_broker_stats()$num_logs_incoming; }`)
	w.add("worker", logShared+`
redef Log::enable_local_logging = F;
redef Broker::log_batch_size = 3;
redef Broker::log_batch_interval = 1hr;
event stop() { terminate(); }
event go()
	{
	local n = 0;
	while ( ++n <= 8 )
		Log::write(LOG, row(n));
	print "left over", Broker::flush_logs();
	Log::write(LOG, row(9));
	schedule 1sec { stop() };
	}
event zeek_init()
	{
	Log::remove_default_filter(LOG);
	Log::add_filter(LOG, [$name="few", $path="few", $include=set("n")]);
	Broker::peer("logger");
	schedule 2sec { go() };
	}`)
	w.run(7 * time.Second)
	w.expect(`
  2.0 worker: left over, 2
  2.0 worker: event, 1
  2.0 worker: event, 2
  2.0 worker: event, 3
  2.0 worker: event, 4
  2.0 worker: event, 5
  2.0 worker: event, 6
  2.0 worker: event, 7
  2.0 worker: event, 8
  2.0 worker: event, 9
  2.0 logger: {"n":1}
  2.0 logger: {"n":2}
  2.0 logger: {"n":3}
  2.0 logger: {"n":4}
  2.0 logger: {"n":5}
  2.0 logger: {"n":6}
  2.0 logger: {"n":7}
  2.0 logger: {"n":8}
  3.0 logger: {"n":9}
  3.0 logger: 9
`)
}

// Rows that were under way when the connection broke are sent again and are written once; those that no connection was there for are not
// kept outside of clusters.
func TestRemoteLogsAreSentAgain(t *testing.T) {
	w := newWorld(t)
	w.net.SetLatency(func(string, string) time.Duration { return 100 * time.Millisecond })
	w.add("logger", logReceiver)
	w.add("worker", logShared+`
redef Broker::log_batch_size = 1;
event go(n: count)
	{
	Log::write(LOG, row(n));
	if ( n < 9 )
		schedule 1sec { go(n + 1) };
	}
event Broker::peer_lost(ep: Broker::EndpointInfo, msg: string) { print "lost"; }
event zeek_init()
	{
	Log::remove_default_filter(LOG);
	Log::add_filter(LOG, [$name="few", $path="few", $include=set("n")]);
	Broker::peer("logger");
	schedule 1sec { go(1) };
	}`)
	w.run(2250 * time.Millisecond) // the second row has been written; its acknowledgement is under way
	w.net.Reset("worker", "logger")
	w.run(4860 * time.Millisecond) // the seventh is under way
	w.net.Reset("worker", "logger")
	w.run(5 * time.Second)
	var rows []string
	for line := range strings.Lines(w.log.String()) {
		if _, row, ok := strings.Cut(line, "logger: "); ok {
			rows = append(rows, strings.TrimSpace(row))
		}
	}
	if got := strings.Join(rows, " "); got != `{"n":1} {"n":2} {"n":3} {"n":4} {"n":5} {"n":6} {"n":7} {"n":8} {"n":9}` ||
		strings.Count(w.log.String(), "lost") != 2 {
		t.Errorf("the logger wrote %s\n%s", got, w.log.String())
	}
}

// A program sees the rows of its scripts' logs.
func TestLogSink(t *testing.T) {
	var rows []string
	e, err := New(Config{Bare: true, Code: []string{logShared + `
redef Log::default_writer = Log::WRITER_NONE;
event zeek_init()
	{
	Log::write(LOG, row(1));
	Log::write(LOG, [$n=1]);
	}`}, Stdout: io.Discard, Stderr: io.Discard, Env: func(name string) (string, bool) { return "", name == "ZEEK_ALLOW_INIT_ERRORS" },
		LogSink: func(r LogRow) {
			r.Values[3] = r.Values[3].(time.Time).UnixMilli()
			rows = append(rows, fmt.Sprint(r.Stream, " ", r.Path, " ", strings.Join(r.Columns, ","), " ", r.Values))
		}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Load() != 0 {
		t.Fatal("the script has errors")
	}
	e.Run(context.Background())
	want := []string{"Test::LOG test n,id.a,id.p,t,iv,d,i,b,s,e,sn,ss,vc,ve " +
		"[1 ::1 {80 tcp} 1500 2s 0.1 -1 true <nil> Test::LOG 10.0.0.0/8 [x y] [1 2] [Test::LOG]]"}
	if !reflect.DeepEqual(rows, want) {
		t.Errorf("got %q, want %q", rows, want)
	}
}
