package testrun

import (
	"os"
	"path/filepath"
	"strings"
)

// Programs are the names by which tests find this program on their path, beside brogo itself. Main serves those that are not commands of
// their own.
func Programs() []string {
	return append([]string{"brogo", "zeek", "bro", "zeek-cut", "bro-cut"}, helperNames()...)
}

// programs makes a directory `bin` of links to the executable within dir.
func programs(dir, executable string) (bin string, err error) {
	if executable == "" {
		if executable, err = os.Executable(); err != nil {
			return "", err
		}
	}
	if bin, err = filepath.EvalSymlinks(dir); err != nil {
		return "", err
	}
	bin = filepath.Join(bin, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return "", err
	}
	for _, name := range Programs() {
		if err := os.Symlink(executable, filepath.Join(bin, name)); err != nil {
			return "", err
		}
	}
	// Where `zeek-config --btest_tools_dir` says that canonifiers are.
	scripts := filepath.Join(filepath.Dir(bin), "btest", "scripts")
	if err := os.MkdirAll(scripts, 0o755); err != nil {
		return "", err
	}
	for _, c := range canonifiers {
		if err := os.Symlink(executable, filepath.Join(scripts, c.name)); err != nil {
			return "", err
		}
	}
	return bin, nil
}

// process is the environment of a process that a test starts: the one place that decides it. PATH begins with the programs.
func (r *runner) process(base []string) []string {
	path := ""
	env := make([]string, 0, len(base)+len(r.Env)+1)
	for _, kv := range base {
		if p, ok := strings.CutPrefix(kv, "PATH="); ok {
			path = p
			continue
		}
		env = append(env, kv)
	}
	env = append(env, "PATH="+r.bin+string(os.PathListSeparator)+path)
	return append(env, r.Env...)
}
