package load

import "strings"

// FS is where scripts come from. Paths are slash-separated; the engine's FS shows the embedded base scripts under a root of
// its own beside the machine's files.
type FS interface {
	// ReadFile returns a file's text.
	ReadFile(name string) (string, error)
	// Stat tells whether name can be read and whether it is a directory.
	Stat(name string) (exists, dir bool)
	// Canonical returns one name for all names of one file: a file is loaded once however it is reached.
	Canonical(name string) string
	// WorkDir is the absolute path of the working directory.
	WorkDir() string
}

// packageFile is what stands for a directory, less its suffix.
const packageFile = "__load__"

// find looks for a file: relative to the directory of the file `from` when name starts with a dot, else along the
// search path; in each place first with each suffix, then as it is. It returns "" when there is none. A directory is returned as such.
func (l *Loader) find(name, from string, exts []string) string {
	if name == "" {
		return ""
	}
	if name[0] == '/' {
		return l.readable(normalize(name), exts)
	}
	if name[0] == '.' {
		return l.readable(normalize(dirname(from)+"/"+name), exts)
	}
	first, _, deep := strings.Cut(name, "/")
	for _, dir := range l.cfg.Path {
		if deep && l.session == nil && !l.hasDir(dir+"/"+first) {
			continue
		}
		if p := l.readable(normalize(dir+"/"+name), exts); p != "" {
			return p
		}
	}
	return ""
}

// hasDir reports whether a directory of the search path is there. Most names are those of base scripts, whose directories few have
// beside their own scripts: asking once spares three questions a name.
func (l *Loader) hasDir(dir string) bool {
	is, known := l.dirs[dir]
	if !known {
		_, is = l.cfg.FS.Stat(normalize(dir))
		if l.dirs == nil {
			l.dirs = make(map[string]bool)
		}
		l.dirs[dir] = is
	}
	return is
}

func (l *Loader) readable(p string, exts []string) string {
	for _, e := range exts {
		if ok, dir := l.cfg.FS.Stat(p + e); ok && !dir {
			return p + e
		}
	}
	if ok, _ := l.cfg.FS.Stat(p); ok {
		return p
	}
	return ""
}

// findScript is find for scripts; a directory becomes its __load__ file. found is false when there is nothing of that name, and
// opened is false when it is a directory without such a file.
func (l *Loader) findScript(name, from string) (path string, found, opened bool) {
	path = l.find(name, from, l.exts())
	if stem, old := strings.CutSuffix(name, ".bro"); path == "" && old {
		path = l.find(stem+".zeek", from, nil) // its name since 3.0
	}
	if path == "" {
		return "", false, false
	}
	if _, dir := l.cfg.FS.Stat(path); !dir {
		return path, true, true
	}
	for _, e := range l.exts() {
		f := path + "/" + packageFile + e
		if ok, _ := l.cfg.FS.Stat(f); ok {
			return f, true, true
		}
	}
	return path + "/" + packageFile + l.exts()[0], true, false
}

// exts are the suffixes that a name may lack, the process's own first.
func (l *Loader) exts() []string {
	if l.cfg.Dialect.Ext == ".bro" {
		return []string{".bro", ".zeek"}
	}
	return []string{".zeek", ".bro"}
}

func dirname(p string) string {
	switch i := strings.LastIndexByte(p, '/'); i {
	case -1:
		return "."
	case 0:
		return "/"
	default:
		return p[:i]
	}
}

func basename(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// normalize removes empty, `.` (but for a leading one) and `dir/..` components.
func normalize(p string) string {
	if !strings.Contains(p, "/.") && !strings.Contains(p, "//") {
		if len(p) > 1 {
			p = strings.TrimSuffix(p, "/")
		}
		return p
	}
	var out []string
	for i, c := range strings.Split(p, "/") {
		switch {
		case c == "" || c == "." && i > 0:
		case c == ".." && len(out) > 0 && out[len(out)-1] != ".." && out[len(out)-1] != "~":
			if out[len(out)-1] == "." {
				out[len(out)-1] = ".."
			} else {
				out = out[:len(out)-1]
			}
		default:
			out = append(out, c)
		}
	}
	s := strings.Join(out, "/")
	if strings.HasPrefix(p, "/") {
		s = "/" + s
	}
	return s
}

// flatten turns the path of a script below the search path into the name that a prefix looks for: `dir/x.zeek` with the prefix p
// is `p.dir.x.zeek`; the __load__ file of a directory counts as the directory.
func (l *Loader) flatten(path, prefix string) string {
	rel := normalize(path)
	for _, dir := range l.cfg.Path {
		if d := normalize(dir); strings.HasPrefix(rel, d) {
			rel = strings.TrimLeft(rel[len(d):], "/")
			break
		}
	}
	if b := basename(rel); strings.TrimSuffix(strings.TrimSuffix(b, ".zeek"), ".bro") == packageFile {
		rel = dirname(rel)
	}
	return prefix + "." + strings.ReplaceAll(rel, "/", ".")
}

// Find returns the path of the script or package that a @load of name on the command line would load, "" if there is none.
func (l *Loader) Find(name string) string {
	return l.FindFrom(name, "")
}

// FindFrom is Find for a @load in the file of a path.
func (l *Loader) FindFrom(name, from string) string {
	if path, _, opened := l.findScript(name, from); opened {
		return path
	}
	return ""
}
