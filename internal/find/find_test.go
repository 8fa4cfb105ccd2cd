package find

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestScripts(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, f := range []string{"a/x.zeek", "a/b/y.bro", "a/b/notes.txt", "a/.git/z.zeek", "a/.hidden.zeek", "plain"} {
		if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want []string
	}{
		{"a", []string{"a/b/y.bro", "a/x.zeek"}},
		{"a/b/...", []string{"a/b/y.bro"}},
		{"./...", []string{"a/b/y.bro", "a/x.zeek"}},
		{"...", []string{"a/b/y.bro", "a/x.zeek"}},
		{here + "/a/...", []string{here + "/a/b/y.bro", here + "/a/x.zeek"}},
		{"plain", []string{"plain"}},
	} {
		got, err := Scripts(c.path)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v", c.path, got, err)
		}
	}
	if _, err := Scripts("none"); err == nil {
		t.Error("no error for a path that is not there")
	}
}
