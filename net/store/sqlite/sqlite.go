// Package sqlite keeps the rows of a store in an SQLite file, by way of zombiezen.com/go/sqlite, which needs no cgo.
//
// The file has two tables: `meta` (key text, value text) with the version of the schema under `brogo_version`, and `store` (key blob, value
// blob, expiry integer), where key and value are in the form of package wire and expiry is in nanoseconds since 1970 or null. Each change
// is a transaction of its own unless Begin was called. With the write-ahead log a committed transaction survives the death of the
// process; against that of the machine it takes Synchronous "FULL".
package sqlite

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/brogo/brogo/net/wire"
)

// Version is the version of the schema that this package writes and the only one that it reads.
const Version = "1"

// Options say how a file is opened. The zero value is the ordinary way.
type Options struct {
	// Synchronous is OFF, NORMAL (the default), FULL or EXTRA, JournalMode WAL (the default) or DELETE; SQLite's manual explains them.
	Synchronous string
	JournalMode string
	// SetAside has a file that is corrupt renamed and a new one begun, instead of an error.
	SetAside bool
	// IntegrityCheck reads the whole file when it is opened.
	IntegrityCheck bool
	// ReadOnly opens an existing file to look at it.
	ReadOnly bool
	// Now names the file that is set aside, time.Now if nil.
	Now func() time.Time
}

// CorruptError says that a file is not a store, or no longer.
type CorruptError struct {
	Path   string
	Reason string
}

// Error names the file and what is wrong with it.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s: %s", e.Path, e.Reason)
}

// DB is an open file. It has one owner.
type DB struct {
	// Moved is where a corrupt file was set aside, empty if it was not, and Why what was wrong with it.
	Moved string
	Why   error

	conn *sqlite.Conn
	path string
	get, put, del,
	begin, commit, rollback *sqlite.Stmt
	key, val []byte
	inTx     bool
	failed   error // what went wrong since Begin
}

// Open opens the file or makes it. A corrupt one gives a *CorruptError unless it was to be set aside.
func Open(path string, opt Options) (*DB, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	db, err := open(path, opt)
	var corrupt *CorruptError
	if err == nil || !errors.As(err, &corrupt) || !opt.SetAside || opt.ReadOnly {
		return db, err
	}
	now := time.Now
	if opt.Now != nil {
		now = opt.Now
	}
	moved, merr := setAside(path, now())
	if merr != nil {
		return nil, errors.Join(err, merr)
	}
	why := err
	if db, err = open(path, opt); err == nil {
		db.Moved, db.Why = moved, why
	}
	return db, err
}

func (o *Options) check() error {
	o.Synchronous, o.JournalMode = strings.ToUpper(o.Synchronous), strings.ToUpper(o.JournalMode)
	if o.Synchronous == "" {
		o.Synchronous = "NORMAL"
	}
	if o.JournalMode == "" {
		o.JournalMode = "WAL"
	}
	switch o.Synchronous {
	case "OFF", "NORMAL", "FULL", "EXTRA":
	default:
		return fmt.Errorf("unknown value for synchronous: %s", o.Synchronous)
	}
	switch o.JournalMode {
	case "WAL", "DELETE":
		return nil
	}
	return fmt.Errorf("unknown journal mode: %s", o.JournalMode)
}

func setAside(path string, now time.Time) (string, error) {
	moved := path + ".corrupt-" + now.UTC().Format("20060102T150405.000000000")
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Rename(path+suffix, moved+suffix); err != nil && !os.IsNotExist(err) {
			return "", err
		}
	}
	return moved, os.Rename(path, moved)
}

func open(path string, opt Options) (_ *DB, err error) {
	flags := sqlite.OpenReadWrite | sqlite.OpenCreate
	if opt.ReadOnly {
		flags = sqlite.OpenReadOnly
	}
	conn, err := sqlite.OpenConn(path, flags)
	if err != nil {
		return nil, openError(path, err)
	}
	db := &DB{conn: conn, path: path}
	defer func() {
		if err != nil {
			conn.Close()
			err = openError(path, err)
		}
	}()
	conn.SetInterrupt(nil)
	conn.SetBusyTimeout(5 * time.Second)
	if opt.IntegrityCheck {
		if err := db.Check(); err != nil {
			return nil, err
		}
	}
	if !opt.ReadOnly {
		script := "PRAGMA journal_mode=" + opt.JournalMode + "; PRAGMA synchronous=" + opt.Synchronous + `;
			CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT);
			CREATE TABLE IF NOT EXISTS store (key BLOB PRIMARY KEY, value BLOB NOT NULL, expiry INTEGER);`
		for _, s := range strings.SplitAfter(strings.TrimSpace(script), ";") {
			if s == "" {
				continue
			}
			if err := sqlitex.ExecuteTransient(conn, s, nil); err != nil {
				return nil, err
			}
		}
		if err := sqlitex.ExecuteTransient(conn, "INSERT OR IGNORE INTO meta VALUES ('brogo_version', '"+Version+"')", nil); err != nil {
			return nil, err
		}
	}
	version := ""
	err = sqlitex.ExecuteTransient(conn, "SELECT value FROM meta WHERE key = 'brogo_version'", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error { version = s.ColumnText(0); return nil }})
	if err != nil {
		return nil, err
	}
	if version != Version {
		return nil, fmt.Errorf("%s: the store has version %q, this program reads %s", path, version, Version)
	}
	for _, p := range []struct {
		stmt **sqlite.Stmt
		sql  string
		must bool
	}{
		{&db.get, "SELECT value, expiry FROM store WHERE key = ?", true},
		{&db.put, "INSERT INTO store VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, expiry = excluded.expiry", !opt.ReadOnly},
		{&db.del, "DELETE FROM store WHERE key = ?", !opt.ReadOnly},
		{&db.begin, "BEGIN IMMEDIATE", !opt.ReadOnly},
		{&db.commit, "COMMIT", !opt.ReadOnly},
		{&db.rollback, "ROLLBACK", !opt.ReadOnly},
	} {
		if !p.must {
			continue
		}
		if *p.stmt, err = conn.Prepare(p.sql); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// openError tells files that are broken from files that cannot be had.
func openError(path string, err error) error {
	var corrupt *CorruptError
	if errors.As(err, &corrupt) {
		return err
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt:
		return &CorruptError{path, "database disk image is malformed"}
	case sqlite.ResultNotADB:
		return &CorruptError{path, "file is not a database"}
	case sqlite.ResultCantOpen:
		return fmt.Errorf("%s: unable to open database file", path)
	}
	return err
}

// Check reads the whole file and returns a *CorruptError if something is wrong in it.
func (db *DB) Check() error {
	var problems []string
	err := sqlitex.ExecuteTransient(db.conn, "PRAGMA integrity_check(10)", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			if text := s.ColumnText(0); text != "ok" {
				problems = append(problems, text)
			}
			return nil
		}})
	if err != nil {
		return openError(db.path, err)
	}
	if len(problems) > 0 {
		return &CorruptError{db.path, "database disk image is malformed: " + strings.Join(problems, "; ")}
	}
	return nil
}

// Get returns the value of key and its deadline in nanoseconds since 1970, 0 if it has none.
func (db *DB) Get(key wire.Data) (val wire.Data, deadline int64, found bool, err error) {
	db.key = wire.Append(db.key[:0], key)
	db.get.BindBytes(1, db.key)
	defer reset(db.get, &err)
	if found, err = db.get.Step(); err != nil || !found {
		return nil, 0, false, err
	}
	val, err = db.column(db.get, 0)
	return val, db.get.ColumnInt64(1), true, err
}

// reset makes a statement ready for its next use.
func reset(s *sqlite.Stmt, err *error) {
	if e := s.Reset(); e != nil && *err == nil {
		*err = e
	}
}

func (db *DB) column(s *sqlite.Stmt, col int) (wire.Data, error) {
	n := s.ColumnLen(col)
	if cap(db.val) < n {
		db.val = make([]byte, n)
	}
	d, err := wire.Decode(db.val[:s.ColumnBytes(col, db.val[:n])])
	if err != nil {
		return nil, &CorruptError{db.path, "a row cannot be read: " + err.Error()}
	}
	return d, nil
}

// run executes a statement without results. Within a transaction the first failure fails Commit.
func (db *DB) run(s *sqlite.Stmt) (err error) {
	defer func() {
		if err != nil && db.inTx && db.failed == nil {
			db.failed = err
		}
	}()
	defer reset(s, &err)
	_, err = s.Step()
	return err
}

// Put sets value and deadline of key.
func (db *DB) Put(key, val wire.Data, deadline int64) error {
	db.key, db.val = wire.Append(db.key[:0], key), wire.Append(db.val[:0], val)
	db.put.BindBytes(1, db.key)
	db.put.BindBytes(2, db.val)
	if deadline == 0 {
		db.put.BindNull(3)
	} else {
		db.put.BindInt64(3, deadline)
	}
	return db.run(db.put)
}

// Erase removes key.
func (db *DB) Erase(key wire.Data) error {
	db.key = wire.Append(db.key[:0], key)
	db.del.BindBytes(1, db.key)
	return db.run(db.del)
}

// Clear removes all rows.
func (db *DB) Clear() error {
	s, err := db.conn.Prepare("DELETE FROM store")
	if err != nil {
		return err
	}
	return db.run(s)
}

// Each calls f for each row in the order of the encoded keys, until it returns an error.
func (db *DB) Each(f func(key, val wire.Data, deadline int64) error) error {
	return sqlitex.ExecuteTransient(db.conn, "SELECT key, value, expiry FROM store ORDER BY key", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			key, err := db.column(s, 0)
			if err != nil {
				return err
			}
			val, err := db.column(s, 1)
			if err != nil {
				return err
			}
			return f(key, val, s.ColumnInt64(2))
		}})
}

// Keys returns all keys as a set.
func (db *DB) Keys() (*wire.Set, error) {
	set := &wire.Set{}
	err := sqlitex.ExecuteTransient(db.conn, "SELECT key FROM store", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error {
			key, err := db.column(s, 0)
			if err == nil {
				set.Add(key)
			}
			return err
		}})
	return set, err
}

// Begin collects the changes until Commit in one transaction.
func (db *DB) Begin() error {
	err := db.run(db.begin)
	db.inTx, db.failed = err == nil, nil
	return err
}

// Commit makes the changes since Begin durable, all or, with an error, none.
func (db *DB) Commit() error {
	if !db.inTx {
		return nil
	}
	err := db.failed
	if err == nil {
		err = db.run(db.commit)
	}
	db.inTx = false
	if err != nil && !db.conn.AutocommitEnabled() {
		return errors.Join(err, db.run(db.rollback))
	}
	return err
}

// Close closes the file; with the write-ahead log it then needs no other file.
func (db *DB) Close() error {
	if db.conn == nil {
		return nil
	}
	err := db.Commit()
	cerr := db.conn.Close()
	db.conn = nil
	return errors.Join(err, cerr)
}
