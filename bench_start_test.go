package brogo

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/load"
)

// BenchmarkStart makes an engine and loads an empty script: what every run pays before its first own line.
func BenchmarkStart(b *testing.B) {
	for _, mode := range []struct {
		name string
		bare bool
	}{{"bare", true}, {"default", false}} {
		b.Run(mode.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				start(b, Config{Bare: mode.bare, Stdin: strings.NewReader(""), Files: []string{"-"}})
			}
		})
	}
}

// BenchmarkLoad20000Lines loads scripts of 20,000 lines in a hundred modules: as scripts of a user, and as base scripts.
func BenchmarkLoad20000Lines(b *testing.B) {
	for _, where := range []struct{ name, root string }{{"user", "/far"}, {"base", EmbeddedRoot}} {
		b.Run(where.name, func(b *testing.B) {
			files := map[string]string{}
			var all strings.Builder
			for i := range 100 {
				name := fmt.Sprintf("%s/frameworks/area%02d/main.zeek", where.root, i)
				files[name] = framework(fmt.Sprintf("Area%d", i))
				all.WriteString("@load " + strings.TrimSuffix(name, ".zeek") + "\n")
			}
			b.ReportAllocs()
			for b.Loop() {
				start(b, Config{Bare: true, Code: []string{all.String()}, FS: moreFS{newFS(), files}, NoUnusedWarnings: true})
			}
		})
	}
}

func start(b *testing.B, cfg Config) {
	cfg.Stdout, cfg.Stderr = io.Discard, b.Output()
	e, err := New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	if code := e.Load(); code != 0 {
		b.Fatalf("exit code %d", code)
	}
}

// moreFS adds files to a file system.
type moreFS struct {
	load.FS
	files map[string]string
}

func (m moreFS) ReadFile(name string) (string, error) {
	if text, ok := m.files[name]; ok {
		return text, nil
	}
	return m.FS.ReadFile(name)
}

func (m moreFS) Stat(name string) (exists, dir bool) {
	if _, ok := m.files[name]; ok {
		return true, false
	}
	return m.FS.Stat(name)
}

func (m moreFS) Canonical(name string) string {
	if _, ok := m.files[name]; ok {
		return name
	}
	return m.FS.Canonical(name)
}

// framework returns a script of 200 lines, as documented and as dense as the base scripts.
func framework(module string) string {
	text := "module " + module + ";\n"
	for i := 0; strings.Count(text, "\n") < 200; i++ {
		text += strings.NewReplacer("@", fmt.Sprint(i), "Sightings", module).Replace(section)
	}
	return text
}

const section = `
export {
	## One line of the log. A second line of comment says how that is meant, so that there
	## are as many comments as in real scripts.
	type Info@: record {
		## When it was seen.
		ts:     time   &log;
		## Who was seen.
		host:   addr   &log;
		note:   string &log &optional;
		number: count  &default=0;
		tags:   set[string] &default=set();
	};

	## How long hosts are remembered.
	const expire_after@ = 1 hr &redef;
	option report_every@: interval = 10 min;
	global ignored@: set[subnet] = { 10.0.0.0/8, [fe80::]/10 } &redef;
	global seen@: event(rec: Info@, first: bool);
	global policy@: hook(rec: Info@);
}

global hosts@: table[addr] of Info@ &create_expire=expire_after@;
global names@: table[string, count] of vector of string = table();

function classify@(rec: Info@, limit: count): string
	{
	if ( rec$number > limit && rec?$note )
		return fmt("%s saw %d (%s)", rec$host, rec$number, rec$note);
	else if ( |rec$tags| == 0 )
		return "";

	local parts: vector of string = vector();
	for ( tag in rec$tags )
		{
		if ( /^internal-/ in tag )
			next;
		parts += to_upper(tag);
		}

	return join_string_vec(parts, ",");
	}

event Sightings::seen@(rec: Info@, first: bool) &priority=5
	{
	if ( rec$host in ignored@ )
		return;

	if ( rec$host !in hosts@ )
		hosts@[rec$host] = Info@($ts=network_time(), $host=rec$host);

	++rec$number;
	rec$note = rec?$note && rec$note == "" ? "none" : classify@(rec, 3) + "!";
	if ( hook policy@(rec) )
		schedule report_every@ { Sightings::seen@(rec, F) };
	}
`
