package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// LongOptions sets a long run.
type LongOptions struct {
	Minutes int // of virtual time
	Rate    int // events a second
}

// Sample is the state of a long run after one minute of virtual time.
type Sample struct {
	Live    uint64 // bytes on the heap behind a collection
	System  uint64 // bytes that Go has from the system and has not given back
	Hosts   uint64 // entries of the table that expires
	Expired uint64 // entries that have left it so far
	Events  uint64 // so far
}

// longCode raises events in batches, 20 a second, each for one of many hosts. Entries leave the tables when a host has been silent or
// known for a while, and one event in a hundred becomes a row of a log, which is rotated.
const longCode = `
module Long;

export {
	redef enum Log::ID += { LOG };
	type Info: record {
		ts:   time   &log;
		host: addr   &log;
		n:    count  &log;
		note: string &log &optional;
	};
	type State: record {
		first: time;
		n:     count  &default=0;
		note:  string &optional;
	};
	global seen: event(host: addr, n: count);
}

redef exit_only_after_terminate = T;
redef Log::default_rotation_interval = 10 min;
redef Log::default_rotation_postprocessor_cmd = "true";

global events = 0;
global expired = 0;

function gone(t: table[addr] of State, host: addr): interval
	{
	++expired;
	return 0 sec;
	}

global hosts: table[addr] of State &create_expire=30 sec &expire_func=gone;
global recent: set[addr, count] &read_expire=5 sec;

event Long::seen(host: addr, n: count)
	{
	++events;
	if ( host !in hosts )
		hosts[host] = State($first=network_time());
	local s = hosts[host];
	++s$n;
	if ( [host, n % 4] !in recent )
		add recent[host, n % 4];
	if ( n % 100 == 0 )
		{
		s$note = fmt("%s-%d", host, n % 1000);
		Log::write(LOG, Info($ts=network_time(), $host=host, $n=s$n, $note=s$note));
		}
	}

# @SIZE events each 50 msec.
event Long::batch(n: count)
	{
	local i = n * @SIZE;
	while ( i < (n + 1) * @SIZE )
		{
		event Long::seen(count_to_v4_addr(167772160 + i * 104729 % 200003), i);
		++i;
		}
	if ( n % 1200 == 1199 )
		measure_minute(events, |hosts|, expired);
	if ( n < @LAST )
		schedule 50 msec { Long::batch(n + 1) };
	else
		terminate();
	}

event zeek_init()
	{
	Log::create_stream(LOG, [$columns=Info, $path="long"]);
	event Long::batch(0);
	}
`

// Long runs the program above on the virtual clock, as fast as it goes, and prints and returns a sample a minute.
func Long(w io.Writer, o LongOptions) ([]Sample, error) {
	dir, err := os.MkdirTemp("", "brogo-long-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	size := max(o.Rate/20, 1)
	code := strings.NewReplacer("@SIZE", fmt.Sprint(size), "@LAST", fmt.Sprint(o.Minutes*1200-1)).Replace(longCode)
	var samples []Sample
	start, wall := cpuTime(), time.Now()
	take := func(_ *interp.M, _ *interp.Site, a []val.Value) val.Value {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		s := Sample{Live: m.HeapAlloc, System: m.Sys - m.HeapReleased, Events: a[0].N, Hosts: a[1].N, Expired: a[2].N}
		samples = append(samples, s)
		fmt.Fprintf(w, "minute %3d: %9d events, %6d hosts, %9d expired, %6.1f MB live, %6.1f MB from the system, %6.1f s CPU\n",
			len(samples), s.Events, s.Hosts, s.Expired, float64(s.Live)/1e6, float64(s.System)/1e6, (cpuTime() - start).Seconds())
		return val.Value{}
	}
	e, err := load(brogo.Config{Code: []string{code}, Clock: clock.NewAuto(time.Unix(1_700_000_000, 0)), Redefs: []string{"Log::default_logdir=" + dir}},
		brogo.Builtin{Sig: "function measure_minute(events: count, hosts: count, expired: count)", Doc: "Takes a sample.", Fn: take})
	if err != nil {
		return nil, err
	}
	if err := finish(e); err != nil {
		return nil, err
	}
	fmt.Fprintf(w, "%.1f s CPU, %.1f s in all\n", (cpuTime() - start).Seconds(), time.Since(wall).Seconds())
	return samples, nil
}

// By how much memory may be more in the last quarter of a long run than in its second. What Go has from the system depends on when
// collections happen to begin, and goes up and down by a fifth.
const (
	mostLive   = 1.1
	mostSystem = 1.5
)

// Flat returns an error if memory grew: the live heap, or what the process has from the system. The first quarter is there to fill the tables.
func Flat(w io.Writer, samples []Sample) error {
	q := len(samples) / 4
	if q == 0 {
		return fmt.Errorf("%d minutes are too few to tell", len(samples))
	}
	for _, kind := range []struct {
		name string
		most float64
		of   func(Sample) uint64
	}{
		{"live heap", mostLive, func(s Sample) uint64 { return s.Live }},
		{"memory from the system", mostSystem, func(s Sample) uint64 { return s.System }},
	} {
		early, late := peak(samples[q:2*q], kind.of), peak(samples[len(samples)-q:], kind.of)
		fmt.Fprintf(w, "%s: at most %.1f MB in the second quarter, %.1f MB in the last\n", kind.name, early/1e6, late/1e6)
		if late > kind.most*early {
			return fmt.Errorf("%s grew by a factor of %.2f", kind.name, late/early)
		}
	}
	return nil
}

func peak(samples []Sample, of func(Sample) uint64) (most float64) {
	for _, s := range samples {
		most = max(most, float64(of(s)))
	}
	return most
}
