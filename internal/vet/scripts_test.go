package vet

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/find"
	"github.com/brogo/brogo/lang/diag"
)

// scriptsVar names the directory `scripts` of a checkout of Zeek 8.0, which TestReference looks at.
const scriptsVar = "BROGO_VET_SCRIPTS"

// ownFindings are the findings in the base scripts of this project, with the reason why they stay.
var ownFindings = map[string]string{
	"base/frameworks/software/main.zeek unused-load":                    "scripts that load this one may count on base/utils/numbers, as in the reference",
	"base/frameworks/software/main.zeek unused-function":                "other scripts open the module and call it",
	"base/frameworks/sumstats/non-cluster.zeek unchecked-field":         "epoch_result is set wherever the function is reached from",
	"base/frameworks/sumstats/non-cluster.zeek when-timeout":            "it waits for the script's own state, which comes",
	"base/frameworks/telemetry/options.zeek unused-load":                "scripts that load this one may count on the types",
	"base/init-bare.zeek unused-load":                                   "loads what every program has",
	"base/utils/active-http.zeek when-timeout":                          "it waits for a command, which has a time limit of its own",
	"base/utils/dir.zeek when-timeout":                                  "it waits for a command",
	"base/utils/exec.zeek when-timeout":                                 "it waits for a command, however long that takes",
	"policy/frameworks/notice/extend-email/hostnames.zeek when-timeout": "a look-up ends by itself",
	"policy/misc/loaded-scripts.zeek unused-load":                       "scripts that load this one may count on base/utils/paths",
}

// referenceFindings are those in the reference's base scripts that load one by one; docs/vet.md judges them.
var referenceFindings = []string{
	"base/frameworks/openflow/main.zeek unused-parameter",
	"policy/frameworks/notice/extend-email/hostnames.zeek when-timeout",
	"policy/misc/dump-events.zeek unchecked-field",
	"policy/misc/loaded-scripts.zeek unused-load",
	"policy/misc/stats.zeek unchecked-field",
	"policy/protocols/ssh/interesting-hostnames.zeek when-timeout",
}

// TestOwnScripts: the base scripts and the examples are free of findings, but for those that have a reason.
func TestOwnScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at every base script")
	}
	root, err := filepath.Abs("../../scripts")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	vetScripts(t, got, []string{root}, root, filepath.Join(root, "base"), filepath.Join(root, "policy"))
	for _, f := range slices.Sorted(maps.Keys(got)) {
		if ownFindings[f] == "" {
			t.Errorf("%s: mend it, or say here why it stays", f)
		}
	}
	for f := range ownFindings {
		if got[f] == 0 {
			t.Errorf("%s is not found any more: take it off the list", f)
		}
	}
	examples := map[string]int{}
	vetScripts(t, examples, nil, "../../examples", "../../examples")
	if len(examples) > 0 {
		t.Errorf("in the examples: %v", examples)
	}
}

// TestReference: what is found in the reference's base scripts is what docs/vet.md lists.
func TestReference(t *testing.T) {
	root := os.Getenv(scriptsVar)
	if root == "" {
		t.Skip(scriptsVar + " names no checkout")
	}
	files, err := find.Scripts(root)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	loaded := 0
	for _, f := range files {
		if vetScripts(t, got, []string{}, root, f) {
			loaded++
		}
	}
	t.Logf("%d of %d scripts load by themselves", loaded, len(files))
	if have := slices.Sorted(maps.Keys(got)); !slices.Equal(have, referenceFindings) {
		t.Errorf("found %q, want %q", have, referenceFindings)
	}
}

// vetScripts counts what is found in paths, as `FILE CODE` with files below root, and reports whether all of it loads.
func vetScripts(t *testing.T, got map[string]int, path []string, root string, paths ...string) bool {
	t.Helper()
	var l diag.List
	_, _, err := Run(Config{Engine: brogo.Config{Files: paths, Path: path, Stdout: io.Discard, Stderr: io.Discard,
		Env: func(string) (string, bool) { return "", false }}, Sink: &l})
	if err != nil {
		t.Fatal(err)
	}
	loads := true
	for _, d := range l.All {
		if d.Severity.IsError() {
			loads = false
		}
	}
	if !loads && len(paths) > 1 {
		t.Errorf("%v do not load: %v", paths, l.All)
	}
	for _, d := range l.All {
		if rel, err := filepath.Rel(root, d.At.File.Name); err == nil && loads {
			got[filepath.ToSlash(rel)+" "+string(d.Code)]++
		}
	}
	return loads
}
