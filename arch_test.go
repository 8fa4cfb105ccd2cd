package brogo

import (
	"os/exec"
	"strings"
	"testing"
)

// arrows are the imports that the architecture allows: a package may import those whose path starts with one of its prefixes.
// The first matching row counts.
var arrows = []struct {
	pkg     string
	allowed []string
}{
	{"internal/clock", nil},
	{"lang/diag", nil},
	{"lang/dialect", nil},
	{"lang/pattern", nil},
	{"lang/lex", []string{"lang/diag", "lang/dialect"}},
	{"lang/ast", []string{"lang/diag"}},
	{"lang/parse", []string{"lang/lex", "lang/ast", "lang/diag", "lang/dialect"}},
	{"lang/types", []string{"lang/diag"}},
	{"lang/ir", []string{"lang/types", "lang/ast", "lang/pattern", "lang/diag", "lang/dialect"}},
	{"lang/check", []string{"lang/ast", "lang/types", "lang/ir", "lang/pattern", "lang/diag", "lang/dialect"}},
	{"lang/load", []string{"lang/"}},
	{"runtime/loop", []string{"internal/clock"}},
	{"runtime/val", []string{"lang/types", "lang/pattern", "lang/diag"}},
	{"runtime/interp", []string{"lang/ir", "lang/ast", "lang/types", "lang/pattern", "lang/diag", "lang/dialect", "runtime/", "internal/clock"}},
	{"net/", []string{"net/", "internal/clock"}},
	{"bif/wireval", []string{"runtime/", "lang/", "net/"}},
	{"bif/comm", []string{"runtime/", "lang/", "net/", "bif/", "internal/clock"}},
	{"bif/brokerdata", []string{"runtime/", "lang/", "net/", "bif/"}},
	{"bif/brokerstore", []string{"runtime/", "lang/", "net/", "bif/", "internal/clock"}},
	{"bif/logging", []string{"runtime/", "lang/", "net/", "bif/"}},
	{"bif/digest", []string{"runtime/", "lang/", "net/wire", "bif/"}},
	{"bif/probabilistic", []string{"runtime/", "lang/", "net/wire", "bif/"}},
	{"bif/", []string{"runtime/", "lang/", "bif/", "internal/clock"}},
	{"scripts/outlines", []string{"lang/"}},
	{"scripts", nil},
	{"cmd/", []string{"", "internal/", "lang/diag"}},
	{"internal/find", nil},
	{"internal/layout", []string{""}},
	{"internal/names", []string{"", "lang/"}},
	{"internal/sim", []string{"", "lang/", "runtime/", "bif/", "net/", "scripts", "internal/clock", "internal/layout"}},
	{"internal/supervise", []string{"", "net/", "internal/clock", "internal/layout", "internal/manual"}},
	{"internal/", []string{"", "lang/", "runtime/", "bif/", "net/", "scripts", "internal/clock", "internal/names", "internal/find"}},
	{"", []string{"lang/", "runtime/", "bif/", "net/", "scripts", "internal/clock"}},
}

// TestArchitecture holds every import of the module against the arrows. An allowed "" is the root package alone.
func TestArchitecture(t *testing.T) {
	const module = "github.com/brogo/brogo"
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	rel := func(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		words := strings.Fields(line)
		pkg := rel(words[0])
		for _, imp := range words[1:] {
			if !strings.HasPrefix(imp, module) {
				continue
			}
			if !allowed(pkg, rel(imp)) {
				t.Errorf("%s imports %s: no arrow of docs/internals.md allows it", pkg, rel(imp))
			}
		}
	}
}

func allowed(pkg, imp string) bool {
	for _, row := range arrows {
		if row.pkg != "" && !strings.HasPrefix(pkg+"/", strings.TrimSuffix(row.pkg, "/")+"/") || row.pkg == "" && pkg != "" {
			continue
		}
		for _, a := range row.allowed {
			if a == imp || a != "" && strings.HasPrefix(imp, a) {
				return true
			}
		}
		return false
	}
	return false
}
