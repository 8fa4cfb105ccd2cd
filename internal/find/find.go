// Package find lists the scripts that the arguments of a command stand for: files as they are, and for a directory all scripts below it.
package find

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// IsScript reports whether a file of that name is a script, by its suffix.
func IsScript(name string) bool {
	return strings.HasSuffix(name, ".zeek") || strings.HasSuffix(name, ".bro")
}

// Scripts returns the files that path stands for. A file is itself, whatever its suffix. A directory, also written DIR/..., stands for
// the scripts below it in the order of their names; what starts with a dot is left alone there.
func Scripts(path string) ([]string, error) {
	if dir, all := strings.CutSuffix(path, "..."); all && (dir == "" || strings.HasSuffix(dir, "/")) {
		path = filepath.Clean("./" + dir)
		if filepath.IsAbs(dir) {
			path = filepath.Clean(dir)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var out []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		hidden := p != path && strings.HasPrefix(d.Name(), ".")
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return fs.SkipDir
		case d.Type().IsRegular() && !hidden && IsScript(p):
			out = append(out, p)
		}
		return nil
	})
	return out, err
}
