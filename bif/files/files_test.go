package files

import (
	"os"
	"path/filepath"
	"testing"
)

func TestModeText(t *testing.T) {
	for mode, want := range map[uint64]string{0o644: "rw-r--r--", 0o777: "rwxrwxrwx", 0o1777: "rwxrwxrwt", 0o1750: "rwxr-x--T", 0o4755: "rwsr-xr-x",
		0o4400: "r-S------", 0o2755: "rwxr-sr-x", 0o2440: "r--r-S---", 0o157: "--xr-xrwx", 0: "---------"} {
		if got := modeText(mode); got != want {
			t.Errorf("%o: %s, want %s", mode, got, want)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandleBuffers(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	f, err := os.Create(a)
	if err != nil {
		t.Fatal(err)
	}
	h := newHandle(f, 0)
	h.Write([]byte("one"))
	if got := read(t, a); got != "" {
		t.Errorf("buffered bytes are in the file: %q", got)
	}
	h.unbuf = true
	h.Write([]byte(" two"))
	if got := read(t, a); got != "one two" {
		t.Errorf("unbuffered: %q", got)
	}
	h.f.Close()
	g, err := os.Create(b)
	if err != nil {
		t.Fatal(err)
	}
	h.reopen(g, 5)
	h.unbuf = false
	h.Write([]byte("three"))
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, b); got != "three" {
		t.Errorf("after reopening: %q", got)
	}
}

func TestRemoveKeepsKindsApart(t *testing.T) {
	dir := t.TempDir()
	sub, file := filepath.Join(dir, "sub"), filepath.Join(dir, "file")
	if err := os.Mkdir(sub, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		remove func(string) error
		want   string
	}{
		{sub, removeFile, "Is a directory"}, {file, removeDir, "Not a directory"}, {sub, removeDir, ""}, {file, removeFile, ""},
		{sub, removeDir, "No such file or directory"}, {file, removeFile, "No such file or directory"},
	} {
		got := ""
		if err := tt.remove(tt.name); err != nil {
			got = reason(err)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", filepath.Base(tt.name), got, tt.want)
		}
	}
}
