package parse

import (
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// typical is a script as people write them; the benchmark repeats it to 20,000 lines.
const typical = `
##! Tracks how often a host is seen.

@load base/utils/site

module Sightings;

export {
	## The log stream.
	redef enum Log::ID += { LOG };

	## One line of the log.
	type Info: record {
		## When it was seen.
		ts:    time    &log;
		## Who was seen.
		host:  addr    &log;
		note:  string  &log &optional;
		count_: count  &default=0;
		tags:  set[string] &default=set();
	};

	## How long hosts are remembered.
	const expire_after = 1 hr &redef;
	option report_every: interval = 10 min;
	global ignored: set[subnet] = { 10.0.0.0/8, [fe80::]/10 } &redef;
	global seen: event(rec: Info, first: bool);
	global policy: hook(rec: Info);
}

global hosts: table[addr] of Info &create_expire=expire_after;
global names: table[string, count] of vector of string = table();

function classify(rec: Info, limit: count): string
	{
	if ( rec$count_ > limit && rec?$note )
		return fmt("%s saw %d (%s)", rec$host, rec$count_, rec$note);
	else if ( |rec$tags| == 0 )
		return "";

	local parts: vector of string = vector();
	for ( tag in rec$tags )
		{
		if ( /^internal-/ in tag )
			next;
		parts += to_upper(tag);
		}

	for ( i, p in parts )
		print i, p;

	return join_string_vec(parts, ",");
	}

event connection_seen(host: addr, note: string &default="none") &priority=5
	{
	if ( host in ignored )
		return;

	if ( host !in hosts )
		hosts[host] = Info($ts=network_time(), $host=host);

	local rec = hosts[host];
	++rec$count_;
	rec$note = note == "" ? "none" : note + "!";
	if ( hook policy(rec) )
		event Sightings::seen(rec, rec$count_ == 1);

	switch ( rec$count_ % 3 )
		{
		case 0, 1:
			add rec$tags["low"];
			break;
		default:
			delete rec$tags["low"];
			break;
		}

	schedule report_every { Sightings::seen(rec, F) };
	Log::write(Sightings::LOG, [$ts=rec$ts, $host=rec$host, $note=classify(rec, 3)]);
	}
`

func repeated(lines int) string {
	n := strings.Count(typical, "\n")
	return strings.Repeat(typical, lines/n+1)
}

func parseAll(b testing.TB, text string) (items int) {
	src := lex.New(&diag.File{Name: "bench.zeek", Src: text})
	r := NewReader(src, quiet{})
	for {
		it, ok := r.Next()
		if !ok {
			return items
		}
		if _, err := Decl(src, it); err != nil {
			b.Fatal(err)
		}
		items++
	}
}

func BenchmarkParse20000Lines(b *testing.B) {
	text := repeated(20000)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		parseAll(b, text)
	}
}

func BenchmarkLex20000Lines(b *testing.B) {
	text := repeated(20000)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		lex.New(&diag.File{Name: "bench.zeek", Src: text})
	}
}

// quiet is a host that takes every branch.
type quiet struct{}

func (quiet) Condition(Directive) bool { return true }
func (quiet) Directive(Directive)      {}
func (quiet) Report(diag.Diagnostic)   {}
