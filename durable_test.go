package brogo

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/brogo/brogo/net/store/sqlite"
	"github.com/brogo/brogo/net/wire"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// TestMain is also the process that TestStoreSurvivesKill kills.
func TestMain(m *testing.M) {
	if file := os.Getenv("BROGO_TEST_STORE"); file != "" {
		keepStore(file)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// storeKeeper writes to a store for ever and tells what is acknowledged: an update that returned T, an answered put_unique, a value
// that a query returned. The store knows where the run before has stopped.
const storeKeeper = `
redef exit_only_after_terminate = T;

const path = "" &redef;
global h: opaque of Broker::Store;
global step: event(n: count);

event step(n: count)
	{
	if ( Broker::put(h, n, fmt("value %%d", n)) )
		ack("put", n);
	if ( Broker::increment(h, "total") )
		ack("increment", n);
	if ( Broker::push(h, "list", n) )
		ack("push", n);
	when [n] ( local r = Broker::put_unique(h, fmt("unique %%d", n), n) )
		{
		if ( r$result as bool )
			ack("unique", n);
		when [n] ( local q = Broker::get(h, "total") )
			{
			ack("total", q$result as count);
			event step(n + 1);
			}
		timeout 1 min
			{ exit(3); }
		}
	timeout 1 min
		{ exit(3); }
	}

event zeek_init()
	{
	h = Broker::create_master("st", Broker::SQLITE, [$sqlite=[$path="%s", $integrity_check=T]]);
	when ( local k = Broker::keys(h) )
		event step(Broker::set_size(k$result));
	timeout 1 min
		{ exit(3); }
	}
`

func keepStore(file string) {
	e, err := New(Config{Code: []string{fmt.Sprintf(storeKeeper, file)}, Bare: true, Dialect: "zeek"})
	if err == nil {
		err = e.Register(Builtin{Sig: "function ack(what: string, n: count): bool",
			F2: func(_ *interp.M, _ *interp.Site, what, n val.Value) val.Value {
				_, err := fmt.Fprintln(os.Stdout, what.Str(), n.Count())
				return val.Bool(err == nil)
			}})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	if e.Load() == 0 {
		e.Run(context.Background())
	}
}

// The process of a script with a master on SQLite is killed at random points and starts again on its file: nothing that was acknowledged
// to the script is lost.
func TestStoreSurvivesKill(t *testing.T) {
	kills := 100
	if testing.Short() {
		kills = 5
	}
	file := filepath.Join(t.TempDir(), "st.sqlite")
	rnd := rand.New(rand.NewPCG(3, 4))
	said := map[string]map[uint64]bool{"put": {}, "increment": {}, "push": {}, "unique": {}, "total": {}}
	most := uint64(0)
	for range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "BROGO_TEST_STORE="+file)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		left := 1 + rnd.IntN(200)
		for lines.Scan() {
			var what string
			var n uint64
			// A kill may cut the last line, to a smaller number, which was acknowledged before.
			if k, _ := fmt.Sscanf(lines.Text(), "%s %d", &what, &n); k == 2 && said[what] != nil {
				said[what][n] = true
				if what == "total" {
					most = max(most, n)
				}
			}
			if left--; left == 0 {
				cmd.Process.Kill() // what it wrote before is read to the end
			}
		}
		cmd.Wait()
		if left > 0 {
			t.Fatalf("the process ended by itself")
		}
	}
	db, err := sqlite.Open(file, sqlite.Options{IntegrityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	check := func(what string, n uint64, key wire.Data, want string) {
		v, _, found, err := db.Get(key)
		if err != nil || !found || wire.Format(v, false) != want {
			t.Errorf("%s %d was acknowledged; the store has %v, %v", what, n, v, err)
		}
	}
	all := 0
	for n := range said["put"] {
		check("put", n, wire.Count(n), fmt.Sprintf("value %d", n))
	}
	for n := range said["unique"] {
		check("put_unique", n, wire.String(fmt.Sprintf("unique %d", n)), fmt.Sprint(n))
	}
	total, _, _, _ := db.Get(wire.String("total"))
	if got := uint64(total.(wire.Count)); got < most || got < uint64(len(said["increment"])) {
		t.Errorf("the total is %d; %d was returned by a query and %d increments were acknowledged", got, most, len(said["increment"]))
	}
	list, _, _, _ := db.Get(wire.String("list"))
	in := map[uint64]bool{}
	for _, d := range list.(wire.Vector) {
		in[uint64(d.(wire.Count))] = true
	}
	for n := range said["push"] {
		if !in[n] {
			t.Errorf("push %d was acknowledged and is not in the list", n)
		}
	}
	for _, m := range said {
		all += len(m)
	}
	if !t.Failed() {
		t.Logf("killed the process %d times: %d acknowledged operations, none lost", kills, all)
	}
}
