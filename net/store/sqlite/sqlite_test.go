package sqlite

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/store/mem"
	"github.com/brogo/brogo/net/wire"
)

var _ store.Backend = (*DB)(nil)

func mustOpen(t testing.TB, path string, opt Options) *DB {
	t.Helper()
	db, err := Open(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func dump(t testing.TB, b store.Backend) string {
	t.Helper()
	var out []string
	if err := b.Each(func(k, v wire.Data, d int64) error {
		out = append(out, fmt.Sprintf("%s=%s@%d", wire.Format(k, false), wire.Format(v, false), d))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// The file does what the table in memory does, also over closing and opening.
func TestAgreesWithMemory(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		opt := Options{Synchronous: "OFF", JournalMode: rapid.SampledFrom([]string{"WAL", "DELETE"}).Draw(rt, "journal")}
		db := mustOpen(t, path, opt)
		m := mem.New()
		key := rapid.SampledFrom([]wire.Data{wire.String("a"), wire.Count(1), wire.Vector{wire.Int(1)}, wire.None{}})
		for range rapid.IntRange(0, 20).Draw(rt, "steps") {
			k := key.Draw(rt, "key")
			v, d := wire.Count(rapid.Uint64().Draw(rt, "value")), rapid.Int64Range(0, 2).Draw(rt, "deadline")
			for _, b := range []store.Backend{db, m} {
				var err error
				switch what := rapid.IntRange(0, 9).Draw(rt, "what"); {
				case b == m:
					continue // does below what the file did
				case what < 6:
					err = errors.Join(db.Put(k, v, d), m.Put(k, v, d))
				case what == 6:
					err = errors.Join(db.Erase(k), m.Erase(k))
				case what == 7:
					err = errors.Join(db.Clear(), m.Clear())
				case what == 8:
					err = errors.Join(db.Begin(), db.Put(k, v, d), db.Commit(), m.Put(k, v, d))
				case what == 9:
					if err = db.Close(); err == nil {
						db = mustOpen(t, path, opt)
					}
				}
				if err != nil {
					rt.Fatal(err)
				}
			}
			v1, d1, f1, err := db.Get(k)
			v2, d2, f2, _ := m.Get(k)
			if err != nil || f1 != f2 || d1 != d2 || f1 && !wire.Equal(v1, v2) {
				rt.Fatalf("got %v %v %v, want %v %v %v", v1, d1, f1, v2, d2, f2)
			}
		}
		k1, err := db.Keys()
		k2, _ := m.Keys()
		if err != nil || !wire.Equal(k1, k2) || dump(t, db) != dump(t, m) {
			rt.Fatalf("got %s, want %s", dump(t, db), dump(t, m))
		}
		if err := db.Check(); err != nil {
			rt.Fatal(err)
		}
		db.Close()
		db.Close()
	})
}

func TestFilesThatAreNoStores(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string) error
		want  string
	}{
		"cut short": {func(p string) error { return os.Truncate(p, 544) }, "database disk image is malformed"},
		"text":      {func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("no database ", 100)), 0o666) }, "file is not a database"},
		"garbage inside": {func(p string) error {
			f, err := os.OpenFile(p, os.O_RDWR, 0)
			if err == nil {
				_, err = f.WriteAt([]byte(strings.Repeat("\xff", 3000)), 8192)
				f.Close()
			}
			return err
		}, "database disk image is malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "st.sqlite")
			db := mustOpen(t, path, Options{})
			for i := range 500 {
				db.Put(wire.Count(i), wire.String(strings.Repeat("x", 100)), 0)
			}
			db.Close()
			if err := c.spoil(path); err != nil {
				t.Fatal(err)
			}
			opt := Options{IntegrityCheck: name == "garbage inside"} // the others show at once
			_, err := Open(path, opt)
			var corrupt *CorruptError
			if !errors.As(err, &corrupt) || !strings.Contains(err.Error(), c.want) || corrupt.Path != path {
				t.Errorf("got %v, want %q", err, c.want)
			}
			opt.SetAside = true
			opt.Now = func() time.Time { return time.Unix(0, 0) }
			db = mustOpen(t, path, opt)
			defer db.Close()
			if db.Moved != path+".corrupt-19700101T000000.000000000" || !errors.As(db.Why, &corrupt) {
				t.Errorf("moved to %q because of %v", db.Moved, db.Why)
			}
			if _, err := os.Stat(db.Moved); err != nil {
				t.Error(err)
			}
			if got := dump(t, db); got != "" {
				t.Errorf("the new store has %d bytes", len(got))
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "st.sqlite")
	for _, c := range []struct {
		path string
		opt  Options
		want string
	}{
		{path, Options{Synchronous: "SOMETIMES"}, "unknown value for synchronous: SOMETIMES"},
		{path, Options{JournalMode: "x"}, "unknown journal mode: X"},
		{filepath.Join(dir, "no", "such"), Options{}, "unable to open database file"},
		{path, Options{ReadOnly: true}, "unable to open database file"},
	} {
		if _, err := Open(c.path, c.opt); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	mustOpen(t, path, Options{}).Close()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "UPDATE meta SET value = '99'", nil); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if _, err := Open(path, Options{SetAside: true}); err == nil || !strings.Contains(err.Error(), `the store has version "99", this program reads 1`) {
		t.Errorf("got %v", err)
	}
}

func TestReadOnlyBesideTheOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "st.sqlite")
	db := mustOpen(t, path, Options{})
	defer db.Close()
	db.Put(wire.String("k"), wire.Count(1), 5)
	r := mustOpen(t, path, Options{ReadOnly: true})
	defer r.Close()
	if got := dump(t, r); got != "k=1@5" {
		t.Errorf("got %s", got)
	}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
}

// A deadline that passed while the store was closed is honoured when it is opened.
func TestDeadlinesSurvive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "st.sqlite")
	now := time.Unix(5000, 0)
	m, err := store.NewMaster("st", "m", mustOpen(t, path, Options{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, expiry := range map[string]time.Duration{"short": time.Second, "long": time.Hour, "ever": 0} {
		if _, err := m.Apply(now, store.Op{Code: store.OpPut, Key: wire.String(key), Value: wire.Count(1), Expiry: expiry}, ""); err != nil {
			t.Fatal(err)
		}
	}
	m.Query(store.Query{Code: store.QueryKeys})
	db := mustOpen(t, path, Options{}) // beside the first, as after its death
	defer db.Close()
	m, err = store.NewMaster("st", "m", db, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Tick(now.Add(time.Minute))
	if got, _ := m.Query(store.Query{Code: store.QueryKeys}); wire.Format(got, false) != "{ever, long}" {
		t.Errorf("got %v", got)
	}
}

// TestMain is also the process that is killed: it adds numbers and says so when each is done.
func TestMain(m *testing.M) {
	if path := os.Getenv("BROGO_TEST_WRITER"); path != "" {
		write(path)
	}
	os.Exit(m.Run())
}

func write(path string) {
	db, err := Open(path, Options{})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	e := store.NewEngine(store.Options{ID: "m", Send: func(string, []byte) {}})
	s, err := e.CreateMaster("st", func() (store.Backend, error) { return db, nil }, nil)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for i := 0; ; i++ {
		if err := s.Update(store.Op{Code: store.OpIncrement, Key: wire.String("total"), Value: wire.Count(1)}); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		s.Query(store.Query{Code: store.QueryGet, Key: wire.String("total")}, func(d wire.Data, err error) { fmt.Println(d) })
	}
}

// What was acknowledged before the process was killed is there when the file is opened again.
func TestSurvivesKill(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	path := filepath.Join(t.TempDir(), "st.sqlite")
	last := 0
	for round := range rounds {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "BROGO_TEST_WRITER="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			v, err := strconv.Atoi(lines.Text())
			if err != nil || v <= last {
				t.Fatalf("round %d: %q after %d", round, lines.Text(), last)
			}
			last = v
			if n == 20+37*round%100 {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
		db := mustOpen(t, path, Options{IntegrityCheck: true})
		total, _, found, err := db.Get(wire.String("total"))
		if err != nil || !found || int(total.(wire.Count)) < last {
			t.Fatalf("round %d: %d was acknowledged, the file has %v, %v", round, last, total, err)
		}
		db.Close()
	}
	t.Logf("%d kills, %d acknowledged updates, none lost", rounds, last)
}

func BenchmarkPut(b *testing.B) {
	db := mustOpen(b, filepath.Join(b.TempDir(), "st.sqlite"), Options{})
	defer db.Close()
	for i := 0; b.Loop(); i++ {
		if err := db.Put(wire.Count(i%10000), wire.Count(i), 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPutInBatches(b *testing.B) {
	db := mustOpen(b, filepath.Join(b.TempDir(), "st.sqlite"), Options{})
	defer db.Close()
	for i := 0; b.Loop(); i++ {
		if i%512 == 0 {
			if err := errors.Join(db.Commit(), db.Begin()); err != nil {
				b.Fatal(err)
			}
		}
		if err := db.Put(wire.Count(i%10000), wire.Count(i), 0); err != nil {
			b.Fatal(err)
		}
	}
}
