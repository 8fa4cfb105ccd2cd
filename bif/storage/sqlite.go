package storage

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// database is one table of an SQLite file. The layout is the reference's: the table has the columns key_str, value_str and expire_time (seconds
// since 1970, 0 for never); zeek_storage_expiry_runs says of each table when old entries were last removed, so that of several processes
// that have the file open one does it.
type database struct {
	conn        *sqlite.Conn
	path, table string
	label       string // of its figures
}

// connect opens the backend that the options describe.
func (h *handle) connect(m *interp.M, opts *val.Record) result {
	v, ok := opts.Named("sqlite")
	if !ok {
		return result{code: initializationFailed, err: "sqlite backend options not provided"}
	}
	opt := v.Rec()
	text := func(name string) string { v, _ := opt.Named(name); return v.Str() }
	db := &database{path: text("database_path"), table: text("table_name")}
	db.label = db.path + "-" + db.table
	conn, err := sqlite.OpenConn(db.path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return failed(err)
	}
	db.conn = conn
	conn.SetBusyTimeout(interval(opt, "busy_timeout"))
	if r := db.prepare(m, opt); r.code != success {
		conn.Close()
		return r
	}
	h.db = db
	return result{}
}

// interval returns a field as a duration.
func interval(rec *val.Record, name string) time.Duration {
	v, _ := rec.Named(name)
	return time.Duration(v.Double() * float64(time.Second))
}

// prepare runs the pragmas and makes the tables.
func (db *database) prepare(m *interp.M, opt *val.Record) result {
	if v, ok := opt.Named("pragma_commands"); ok {
		for it := v.Table().Iter(); it.Next(); {
			name := it.Key(0).Str()
			if name == "busy_timeout" {
				continue
			}
			if r := db.pragma(m, name, it.Val().Str(), interval(opt, "pragma_timeout"), interval(opt, "pragma_wait_on_busy")); r.code != success {
				return r
			}
		}
	}
	for _, sql := range []string{
		"CREATE TABLE IF NOT EXISTS " + db.name() + " (key_str BLOB PRIMARY KEY, value_str BLOB NOT NULL, expire_time REAL)",
		"CREATE TABLE IF NOT EXISTS zeek_storage_expiry_runs (ukey PRIMARY KEY, last_run DOUBLE)",
		"INSERT OR IGNORE INTO zeek_storage_expiry_runs (ukey, last_run) VALUES (?, 0)",
	} {
		var args []any
		if strings.Contains(sql, "?") {
			args = []any{db.table}
		}
		if err := db.exec(sql, nil, args...); err != nil {
			return result{code: initializationFailed, err: fmt.Sprintf("Error executing table creation statement: (%d) %s",
				sqlite.ErrCode(err).ToPrimary(), reason(err))}
		}
	}
	return result{}
}

// name is the table's in SQL.
func (db *database) name() string { return `"` + strings.ReplaceAll(db.table, `"`, `""`) + `"` }

// pragma runs one setting. While another process has the file it tries again, until limit is over unless that is zero.
func (db *database) pragma(m *interp.M, name, value string, limit, pause time.Duration) result {
	sql := "pragma " + name
	if value != "" {
		sql += " = " + value
	}
	for spent := time.Duration(0); limit == 0 || spent < limit; spent += max(pause, time.Millisecond) {
		err := db.exec(sql, nil)
		switch {
		case err == nil:
			return result{}
		case !busy(err):
			return result{code: initializationFailed, err: fmt.Sprintf("Error while executing '%s': %s (%d)", sql, reason(err), sqlite.ErrCode(err).ToPrimary())}
		}
		m.Sleep(max(pause, time.Millisecond).Seconds())
	}
	return result{code: initializationFailed, err: "Database was busy while executing '" + sql + "'"}
}

func (db *database) exec(sql string, row func(*sqlite.Stmt) error, args ...any) error {
	return sqlitex.Execute(db.conn, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: row})
}

func (db *database) put(key, value []byte, overwrite bool, expiry, now float64) result {
	sql := "INSERT INTO " + db.name() + " (key_str, value_str, expire_time) VALUES (?1, ?2, ?3)" +
		" ON CONFLICT (key_str) DO UPDATE SET value_str = ?2, expire_time = ?3"
	args := []any{key, value, expiry}
	if !overwrite {
		sql += " WHERE expire_time > 0 AND expire_time < ?4"
		args = append(args, now)
	}
	if err := db.exec(sql, nil, args...); err != nil {
		return failed(err)
	}
	if !overwrite && db.conn.Changes() == 0 {
		return result{code: keyExists}
	}
	return result{}
}

func (db *database) get(key []byte, now float64) (value []byte, r result) {
	r.code = keyNotFound
	err := db.exec("SELECT value_str FROM "+db.name()+" WHERE key_str = ? AND (expire_time > ? OR expire_time = 0)", func(s *sqlite.Stmt) error {
		value = make([]byte, s.ColumnLen(0))
		s.ColumnBytes(0, value)
		r.code = success
		return nil
	}, key, now)
	if err != nil {
		return nil, failed(err)
	}
	return value, r
}

func (db *database) erase(key []byte) result {
	if err := db.exec("DELETE FROM "+db.name()+" WHERE key_str = ?", nil, key); err != nil {
		return failed(err)
	}
	return result{}
}

// expire removes the entries whose time is over, unless that was done within the last interval of every seconds, and returns how many
// there were. If the file is busy somebody else is at it.
func (db *database) expire(now, every float64) (n int) {
	end, err := sqlitex.ImmediateTransaction(db.conn)
	if err != nil {
		return 0
	}
	defer end(&err)
	last := 0.0
	err = db.exec("SELECT last_run FROM zeek_storage_expiry_runs WHERE ukey = ?", func(s *sqlite.Stmt) error {
		last = s.ColumnFloat(0)
		return nil
	}, db.table)
	if err != nil || now-last < every {
		return 0
	}
	if err = db.exec("DELETE FROM "+db.name()+" WHERE expire_time > 0 AND expire_time <= ?", nil, now); err != nil {
		return 0
	}
	if n = db.conn.Changes(); n == 0 {
		return 0
	}
	err = db.exec("UPDATE zeek_storage_expiry_runs SET last_run = ? WHERE ukey = ?", nil, now, db.table)
	return n
}

// pages returns how many pages the database has.
func (db *database) pages() (n int64, err error) {
	err = db.exec("pragma page_count", func(s *sqlite.Stmt) error {
		n = s.ColumnInt64(0)
		return nil
	})
	return n, err
}

func (db *database) close() error {
	var why error
	if err := db.exec("pragma optimize", nil); err != nil && !busy(err) {
		why = errors.New("Sqlite failed to optimize at shutdown: " + reason(err))
	}
	if err := db.conn.Close(); err != nil && why == nil {
		why = errors.New("Sqlite could not close main db connection")
	}
	return why
}

// failed is the result of an error of SQLite.
func failed(err error) result {
	if busy(err) {
		return result{code: timeout}
	}
	return result{code: operationFailed, err: "SQLite call failed: " + reason(err)}
}

func busy(err error) bool {
	c := sqlite.ErrCode(err).ToPrimary()
	return c == sqlite.ResultBusy || c == sqlite.ResultLocked
}

// reason is SQLite's own text of an error, without what the library puts before it.
func reason(err error) string {
	for u := errors.Unwrap(err); u != nil; u = errors.Unwrap(u) {
		err = u
	}
	return err.Error()
}
