package cover

import (
	"errors"
	"os"
	"path/filepath"
)

// DirEnv names the variable of the environment that has every run leave its coverage in a directory, in a file of its own: how what several
// processes have counted comes together. BaseEnv, if set, has them count base scripts, too.
const (
	DirEnv  = "BROGO_COVERDIR"
	BaseEnv = "BROGO_COVERBASE"
)

const dirPattern = "cover-*.json"

// WriteDir leaves the profile in a directory, which is made if it is missing.
func (p *Profile) WriteDir(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, dirPattern)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o644), p.Write(f, "json", ""), f.Close())
}

// ReadPath reads a file, or all that WriteDir has left in a directory.
func ReadPath(path string) (*Profile, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	names := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		names = nil
		for _, e := range entries {
			if ours, _ := filepath.Match(dirPattern, e.Name()); ours {
				names = append(names, filepath.Join(path, e.Name()))
			}
		}
	}
	sum := &Profile{}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		p, err := Read(f, wd)
		f.Close()
		if err != nil {
			return nil, &os.PathError{Op: "read", Path: name, Err: err}
		}
		sum.Add(p)
	}
	return sum, nil
}
