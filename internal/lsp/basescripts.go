package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/diag"
)

// baseScripts writes embedded scripts as files that nobody may write to, so that every editor can open them. They are written when a
// client is told of them, under a directory of their own for each version.
type baseScripts struct {
	dir string
	fs  interface {
		ReadFile(string) (string, error)
	}
}

func newBaseScripts(dir string) *baseScripts {
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		dir = filepath.Join(cache, "brogo", "scripts-"+brogo.Version)
	}
	return &baseScripts{dir: dir, fs: brogo.MachineFS()}
}

// file is the path of the file that shows an embedded script, "" if it cannot be written.
func (b *baseScripts) file(path string) string {
	rel, ok := strings.CutPrefix(path, brogo.EmbeddedRoot+"/")
	if !ok {
		return path
	}
	want, err := b.fs.ReadFile(path)
	if err != nil {
		return ""
	}
	out := filepath.Join(b.dir, filepath.FromSlash(rel))
	if had, err := os.ReadFile(out); err == nil && string(had) == want {
		return out
	}
	if !b.write(out, want) {
		return ""
	}
	return out
}

// write writes a file at once, for reading only.
func (b *baseScripts) write(out, text string) bool {
	if os.MkdirAll(filepath.Dir(out), 0o755) != nil {
		return false
	}
	tmp, err := os.CreateTemp(filepath.Dir(out), ".new-*")
	if err != nil {
		return false
	}
	_, err = tmp.WriteString(text)
	if err2 := tmp.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o444)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), out)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err == nil
}

// script is the embedded script that a file shows, or the path itself.
func (b *baseScripts) script(path string) string {
	if rel, ok := strings.CutPrefix(path, b.dir+string(filepath.Separator)); ok {
		return brogo.EmbeddedRoot + "/" + filepath.ToSlash(rel)
	}
	return path
}

// explanation is a file that says what a code means, "" if there is none.
func (b *baseScripts) explanation(code diag.Code) string {
	entry, ok := diag.Explain(code)
	if !ok {
		return ""
	}
	out := filepath.Join(b.dir, "explain", string(code)+".md")
	want := explanationText(entry)
	if had, err := os.ReadFile(out); err == nil && string(had) == want {
		return uriOf(out)
	}
	if !b.write(out, want) {
		return ""
	}
	return uriOf(out)
}

func explanationText(e diag.Entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\n%s", e.Code, e.Title, e.Text)
	for _, x := range []struct{ title, text string }{{"Wrong", e.Wrong.Text}, {"Right", e.Right.Text}} {
		if x.text != "" {
			fmt.Fprintf(&b, "\n%s:\n\n```zeek\n%s\n```\n", x.title, strings.TrimRight(x.text, "\n"))
		}
	}
	return b.String()
}
