package brogo

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/brogo/brogo/scripts"
)

// TestPlan: starts in both dialects follow the generated plan to its end.
func TestPlan(t *testing.T) {
	for _, d := range []string{"bro", "zeek"} {
		passed, all := followed(t, Config{Dialect: d})
		if passed != all || all < 100 {
			t.Errorf("%s: %d of %d stretches of the plan were passed over", d, passed, all)
		}
	}
}

// TestLeavingPlan: a file of the user's own in place of one of the base scripts leads away from the plan, and nothing else changes.
func TestLeavingPlan(t *testing.T) {
	const path = "base/misc/version"
	text, ok := scripts.Text(path + ".zeek")
	if !ok {
		t.Fatalf("there is no %s", path)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, path+".zeek"), []byte("const own_version = T;\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Dialect: "zeek", Path: []string{dir}}
	if passed, all := followed(t, cfg); passed == 0 || passed == all {
		t.Errorf("%d of %d stretches of the plan were passed over", passed, all)
	}
	later := program(t, cfg)
	cfg.Eager = true
	if now := program(t, cfg); !slices.Equal(now, later) {
		t.Errorf("performed at once:\n%s\nput off:\n%s", now, later)
	}
}

// followed loads the base scripts and tells how far they went by the plan.
func followed(t *testing.T, cfg Config) (passed, all int) {
	t.Helper()
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if code := e.Load(); code != 0 {
		t.Fatalf("%s: exit code %d", cfg.Dialect, code)
	}
	return e.loader.Followed()
}
