package brogo

import (
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// runScript runs a script of one text in bare mode and returns what it said on standard error.
func runScript(t *testing.T, script string) string {
	t.Helper()
	var errs, out strings.Builder
	e, err := New(Config{Bare: true, Code: []string{script}, Stdout: &out, Stderr: &errs})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if code := e.Load(); code != 0 {
		t.Fatalf("load: %d\n%s", code, errs.String())
	}
	if code := e.Run(context.Background()); code != 0 {
		t.Fatalf("run: %d\n%s", code, errs.String())
	}
	return errs.String()
}

// query returns the rows of a query as texts; NULL is <nil>.
func query(t *testing.T, file, q string) (rows [][]string) {
	t.Helper()
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = sqlitex.Execute(conn, q, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		row := make([]string, s.ColumnCount())
		for i := range row {
			row[i] = s.ColumnText(i)
			if s.ColumnIsNull(i) {
				row[i] = "<nil>"
			}
		}
		rows = append(rows, row)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

const sqliteScript = `
redef LogSQLite::unset_field = "(unset)";
redef LogSQLite::journal_mode = LogSQLite::SQLITE_JOURNAL_MODE_WAL;
redef LogSQLite::synchronous = LogSQLite::SQLITE_SYNCHRONOUS_NORMAL;
module Db;
export {
	redef enum Log::ID += { LOG, SECOND_LOG };
	type Sub: record { p: port &log; };
	type Info: record {
		b: bool &log; i: int &log; c: count &log &optional; d: double &log; t: time &log; iv: interval &log;
		s: string &log; e: Log::ID &log; sub: Sub &log; a: addr &log; n: subnet &log;
		names: set[string] &log; sizes: vector of count &log; none: set[count] &log;
	};
	type Second: record { n: count &log; };
}
event zeek_init()
	{
	Log::create_stream(LOG, Log::Stream($columns=Info));
	Log::remove_default_filter(LOG);
	Log::add_filter(LOG, Log::Filter($name="db", $path="logs", $writer=Log::WRITER_SQLITE, $config=table(["tablename"] = "info \"quoted\"")));
	Log::create_stream(SECOND_LOG, Log::Stream($columns=Second));
	Log::remove_default_filter(SECOND_LOG);
	Log::add_filter(SECOND_LOG, Log::Filter($name="db", $path="logs", $writer=Log::WRITER_SQLITE));
	local sizes = vector(1, 2, 3);
	sizes[4] = 5;
	Log::write(LOG, Info($b=T, $i=-42, $c=18446744073709551615, $d=0.5, $t=double_to_time(1e9), $iv=90sec, $s="tail\x00\xff",
	                     $e=LOG, $sub=Sub($p=80/tcp), $a=[::1], $n=10.0.0.0/8, $names=set("a,b", "c"), $sizes=sizes, $none=set()));
	Log::write(LOG, Info($b=F, $i=0, $d=1e300, $t=double_to_time(0.0), $iv=-1sec, $s="",
	                     $e=LOG, $sub=Sub($p=0/unknown), $a=1.2.3.4, $n=[::]/0, $names=set(""), $sizes=vector(), $none=set()));
	local i = 0;
	while ( ++i <= 2500 )
		Log::write(SECOND_LOG, Second($n=i));
	}
`

// TestSQLiteLogs writes two logs to one file, twice.
func TestSQLiteLogs(t *testing.T) {
	dir := t.TempDir()
	script := "redef Log::default_logdir = \"" + dir + "\";\n" + sqliteScript
	for run := 1; run <= 2; run++ {
		errs := runScript(t, script)
		if want := "tablename configuration option not found. Defaulting to path logs"; !strings.Contains(errs, want) {
			t.Errorf("no %q in %q", want, errs)
		}
	}
	file := filepath.Join(dir, "logs.sqlite")
	one := []string{"1", "-42", "1.84467440737096e+19", "0.5", "1000000000.0", "90.0", "tail\x00\xff", "Db::LOG", "80", "::1", "10.0.0.0/8", `a\x2cb,c`, "1,2,3,(unset),5", "(empty)"}
	two := []string{"0", "0", "<nil>", "1.0e+300", "0.0", "-1.0", "<nil>", "Db::LOG", "0", "1.2.3.4", "::/0", "(empty)", "(empty)", "(empty)"}
	if got := query(t, file, `SELECT * FROM "info ""quoted"""`); !reflect.DeepEqual(got, [][]string{one, two, one, two}) {
		t.Errorf("rows are %q", got)
	}
	if got := query(t, file, "SELECT count(*), sum(n) FROM logs"); !reflect.DeepEqual(got, [][]string{{"5000", "6252500"}}) {
		t.Errorf("second log: %q", got)
	}
	schema := query(t, file, `SELECT sql FROM sqlite_master WHERE name LIKE 'info%'`)
	for _, want := range []string{`"sub.p" integer`, `"t" double precision`, `"b" boolean`, `"names" text`} {
		if !strings.Contains(schema[0][0], want) {
			t.Errorf("no %s in %s", want, schema[0][0])
		}
	}
	if got := query(t, file, "PRAGMA journal_mode"); got[0][0] != "wal" {
		t.Errorf("journal mode %q", got)
	}
}

// TestSQLiteLogFails reports once what is wrong with a file.
func TestSQLiteLogFails(t *testing.T) {
	dir := t.TempDir()
	conn, err := sqlite.OpenConn(filepath.Join(dir, "second.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "CREATE TABLE second (other text)", nil); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	errs := runScript(t, "redef Log::default_logdir = \""+dir+`";
		redef Log::default_writer = Log::WRITER_SQLITE;
		module Db;
		export { redef enum Log::ID += { LOG }; type Info: record { n: count &log; }; }
		event write() { Log::write(LOG, Info($n=1)); Log::write(LOG, Info($n=2)); }
		event zeek_init() { Log::create_stream(LOG, Log::Stream($columns=Info, $path="second")); schedule 0sec { write() }; }`)
	const want = "second/Log::WRITER_SQLITE: tablename configuration option not found. Defaulting to path second\n" +
		"error: second/Log::WRITER_SQLITE: SQLite call failed: table second has no column named n\n" +
		"error: second/Log::WRITER_SQLITE: terminating thread\n" +
		"warning: second/Log::WRITER_SQLITE: rows lost since it failed: 1\n"
	if errs != want {
		t.Errorf("got\n%s\nwant\n%s", errs, want)
	}
}
