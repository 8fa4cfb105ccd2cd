package logging

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/val"
)

// database writes rows to a table of an SQLite file. The table is made if it is not there; others, and other logs, may be in the file.
//
// Rows wait in memory and are inserted by one transaction a Flush, or one for maxRows rows: a transaction for each row costs a sync of the disk
// for each. The transaction never stays open, so that several logs may share a file.
type database struct {
	conn   *sqlite.Conn
	insert *sqlite.Stmt
	cols   []func(val.Value) any // int64, float64, string, or nil for NULL
	rows   []any                 // the values of the rows that wait, one after the other
}

const (
	maxRows     = 1000
	busyTimeout = 5 * time.Second
)

// openSQLite opens the file, sets what the settings of module LogSQLite ask for, and makes the table.
func openSQLite(t *Target) (Writer, error) {
	table, ok := t.Config("tablename")
	if !ok {
		t.Reportf(diag.Info, "tablename configuration option not found. Defaulting to path %s", t.Path)
		table = t.Path
	}
	file := t.Path + ".sqlite"
	if dir := text(t.M, "Log::default_logdir"); dir != "" && !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, callFailed(err)
	}
	conn.SetInterrupt(nil)
	conn.SetBusyTimeout(busyTimeout)
	d := &database{conn: conn}
	if err := d.prepare(t, table); err != nil {
		conn.Close()
		return nil, err
	}
	return d, nil
}

func (d *database) prepare(t *Target, table string) error {
	for _, p := range []struct{ pragma, prefix string }{
		{"synchronous", "LogSQLite::SQLITE_SYNCHRONOUS_"}, {"journal_mode", "LogSQLite::SQLITE_JOURNAL_MODE_"},
	} {
		value := strings.TrimPrefix(t.EnumName("LogSQLite::"+p.pragma), p.prefix)
		if value == "" || value == "DEFAULT" {
			continue
		}
		if err := sqlitex.ExecuteTransient(d.conn, "PRAGMA "+p.pragma+"="+value+";", nil); err != nil {
			return fmt.Errorf("Error setting %s pragma: %s", p.pragma, sqliteReason(err))
		}
	}
	f := textFormat{setSep: text(t.M, "LogSQLite::set_separator"), empty: text(t.M, "LogSQLite::empty_field"),
		unset: text(t.M, "LogSQLite::unset_field"), bro: t.M.Dialect().PlainLogs}
	var defs, names, marks []string
	for _, fd := range t.Fields {
		name := identifier(fd.Name)
		names = append(names, name)
		defs = append(defs, name+" "+columnType(fd.T))
		marks = append(marks, "?")
		d.cols = append(d.cols, f.sqlValue(fd.T))
	}
	create := "CREATE TABLE IF NOT EXISTS " + identifier(table) + " (\n" + strings.Join(defs, ",\n") + "\n);"
	if err := sqlitex.ExecuteTransient(d.conn, create, nil); err != nil {
		return fmt.Errorf("Error executing table creation statement: %s", sqliteReason(err))
	}
	insert := "INSERT INTO " + identifier(table) + " ( " + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ");"
	var err error
	if d.insert, err = d.conn.Prepare(insert); err != nil {
		return callFailed(err)
	}
	return nil
}

// identifier quotes a name of SQL.
func identifier(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// callFailed is an error in the reference's words.
func callFailed(err error) error { return errors.New("SQLite call failed: " + sqliteReason(err)) }

// sqliteReason is what SQLite itself says.
func sqliteReason(err error) string {
	code := sqlite.ErrCode(err)
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return strings.TrimPrefix(err.Error(), code.Message()+": ")
}

// columnType is the SQL type for a script type. Ports are kept without their protocol, containers as one text.
func columnType(t *types.Type) string {
	switch t.Tag {
	case types.Bool:
		return "boolean"
	case types.Int, types.Count, types.Port:
		return "integer"
	case types.Time, types.Interval, types.Double:
		return "double precision"
	}
	return "text"
}

// sqlValue turns the values of a column into those that SQLite takes. An empty string is NULL; a count above 2^63 becomes a double,
// since SQLite's integers end there.
func (f *textFormat) sqlValue(t *types.Type) func(val.Value) any {
	switch t.Tag {
	case types.Bool, types.Int:
		return func(v val.Value) any { return v.Int() }
	case types.Port:
		return func(v val.Value) any { return int64(v.PortNum()) }
	case types.Count:
		return func(v val.Value) any {
			if n := v.Count(); n > math.MaxInt64 {
				return float64(n)
			}
			return v.Int()
		}
	case types.Time, types.Interval, types.Double:
		return func(v val.Value) any { return v.Double() }
	case types.Addr:
		return func(v val.Value) any { return string(val.AppendAddr(nil, v)) }
	case types.Subnet:
		return func(v val.Value) any { return string(val.AppendSubnet(nil, v)) }
	case types.Table, types.Vector:
		list := f.container(newEscaper(f.utf8), t)
		return func(v val.Value) any { return string(list(nil, v)) }
	}
	str := stringOf(t, f.bro)
	return func(v val.Value) any {
		if s := str(v); s != "" {
			return strings.Clone(s)
		}
		return nil
	}
}

// Write keeps a row for the next transaction.
func (d *database) Write(row []Cell) error {
	for i := range row {
		if row[i].Set {
			d.rows = append(d.rows, d.cols[i](row[i].V))
		} else {
			d.rows = append(d.rows, nil)
		}
	}
	if len(d.rows) >= maxRows*len(d.cols) {
		return d.Flush()
	}
	return nil
}

// Flush inserts the rows that wait.
func (d *database) Flush() (err error) {
	if len(d.rows) == 0 {
		return nil
	}
	done, err := sqlitex.ImmediateTransaction(d.conn)
	if err != nil {
		return callFailed(err)
	}
	defer func() {
		if done(&err); err != nil {
			err = callFailed(err)
		}
	}()
	for rows := d.rows; len(rows) > 0; rows = rows[len(d.cols):] {
		for i, x := range rows[:len(d.cols)] {
			switch x := x.(type) {
			case nil:
				d.insert.BindNull(i + 1)
			case int64:
				d.insert.BindInt64(i+1, x)
			case float64:
				d.insert.BindFloat(i+1, x)
			case string:
				d.insert.BindText(i+1, x)
			}
		}
		if _, err := d.insert.Step(); err != nil {
			return err
		}
		if err := d.insert.Reset(); err != nil {
			return err
		}
	}
	clear(d.rows)
	d.rows = d.rows[:0]
	return nil
}

// Rotate does nothing to the file: it goes on, and the postprocessor is told of a log that is empty.
func (d *database) Rotate(string) (string, error) { return nothing, nil }

// Close inserts what waits and closes the file.
func (d *database) Close() error {
	err := d.Flush()
	if e := d.conn.Close(); err == nil && e != nil {
		err = callFailed(e)
	}
	return err
}
