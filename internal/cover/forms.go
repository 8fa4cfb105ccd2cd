package cover

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Forms are the forms that Write knows: Go's cover profile, lcov's tracefile, a page, text, and the whole Profile as JSON.
var Forms = []string{"go", "lcov", "html", "text", "json"}

// FormOf is the form that the name of a file asks for.
func FormOf(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".html", ".htm":
		return "html"
	case ".info", ".lcov":
		return "lcov"
	case ".txt":
		return "text"
	case ".json":
		return "json"
	}
	return "go"
}

// Write writes the profile in one of the Forms. dir is the working directory.
func (p *Profile) Write(w io.Writer, form, dir string) error {
	switch form {
	case "go":
		return p.WriteGo(w, dir)
	case "lcov":
		return p.WriteLCOV(w)
	case "html":
		return p.WriteHTML(w, dir)
	case "text":
		return p.WriteText(w, dir)
	case "json":
		return json.NewEncoder(w).Encode(p)
	}
	return fmt.Errorf("unknown form %q: it is %s", form, strings.Join(Forms, ", "))
}

// WriteFile writes the profile to a file, in the form that its name asks for.
func (p *Profile) WriteFile(name, form, dir string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(p.Write(f, form, dir), f.Close())
}

// WriteGo writes the form of `go test -coverprofile`: a line `FILE:LINE.COL,LINE.COL 1 COUNT` for each statement. Names below dir begin
// with ./, which `go tool cover` takes for files, not for packages.
func (p *Profile) WriteGo(w io.Writer, dir string) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "mode: count")
	for _, f := range p.Files {
		name := shown(f.Name, dir)
		if !filepath.IsAbs(name) {
			name = "./" + filepath.ToSlash(name)
		}
		for _, s := range f.Stmts {
			fmt.Fprintf(b, "%s:%d.%d,%d.%d 1 %d\n", name, s.Line, s.Col, s.EndLine, s.EndCol, s.Count)
		}
	}
	return b.Flush()
}

// WriteLCOV writes the tracefile of lcov and genhtml. A line counts as often as the statement on it that has run most.
func (p *Profile) WriteLCOV(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, f := range p.Files {
		fmt.Fprintf(b, "TN:\nSF:%s\n", f.Name)
		hit := 0
		for _, fn := range f.Funcs {
			fmt.Fprintf(b, "FN:%d,%s\n", fn.Line, fn.key())
			if fn.Count > 0 {
				hit++
			}
		}
		for _, fn := range f.Funcs {
			fmt.Fprintf(b, "FNDA:%d,%s\n", fn.Count, fn.key())
		}
		fmt.Fprintf(b, "FNF:%d\nFNH:%d\n", len(f.Funcs), hit)
		lines, hits := 0, 0
		for i := 0; i < len(f.Stmts); {
			line, count := f.Stmts[i].Line, uint64(0)
			for ; i < len(f.Stmts) && f.Stmts[i].Line == line; i++ {
				count = max(count, f.Stmts[i].Count)
			}
			fmt.Fprintf(b, "DA:%d,%d\n", line, count)
			lines++
			if count > 0 {
				hits++
			}
		}
		fmt.Fprintf(b, "LF:%d\nLH:%d\nend_of_record\n", lines, hits)
	}
	return b.Flush()
}

// key names a body in lcov's form, where names are unique in a file: an event may have several handlers there.
func (f *Func) key() string {
	return fmt.Sprintf("%s:%d", strings.ReplaceAll(f.Name, " ", "_"), f.Line)
}

// Read reads what Write has written as JSON or in Go's form. Names are relative to dir.
func Read(r io.Reader, dir string) (*Profile, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return readJSON(data)
	}
	return readGo(data, dir)
}

// readJSON takes nothing on trust: the profile may come from a file that was cut off or made by hand.
func readJSON(data []byte) (*Profile, error) {
	var p Profile
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("no coverage: %w", err)
	}
	for _, f := range p.Files {
		if f == nil || slices.ContainsFunc(f.Stmts, func(s Stmt) bool { return s.Line < 1 || s.Col < 1 }) {
			return nil, errors.New("no coverage: a file without statements, or a statement without a place")
		}
	}
	return collect(p.Files), nil
}

func readGo(data []byte, dir string) (*Profile, error) {
	byName := make(map[string]*File)
	var files []*File
	mode, rest, _ := strings.Cut(string(data), "\n")
	if mode, ok := strings.CutPrefix(strings.TrimSpace(mode), "mode: "); !ok || mode != "count" && mode != "set" && mode != "atomic" {
		return nil, errors.New("no coverage: it begins neither with `mode: count` nor as JSON")
	}
	for n, line := range strings.Split(rest, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, s, ok := readGoLine(line)
		if !ok {
			return nil, fmt.Errorf("line %d is no FILE:LINE.COL,LINE.COL N COUNT", n+2)
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, filepath.FromSlash(name))
		}
		f := byName[name]
		if f == nil {
			f = &File{Name: name}
			byName[name], files = f, append(files, f)
		}
		f.Stmts = append(f.Stmts, s)
	}
	return collect(files), nil
}

func readGoLine(line string) (name string, s Stmt, ok bool) {
	words := strings.Fields(line)
	if len(words) < 3 {
		return "", s, false
	}
	at := strings.Join(words[:len(words)-2], " ") // names may have blanks
	i := strings.LastIndexByte(at, ':')
	if i < 0 {
		return "", s, false
	}
	from, to, _ := strings.Cut(at[i+1:], ",")
	pair := func(text string, line, col *int) bool {
		a, b, _ := strings.Cut(text, ".")
		var e1, e2 error
		*line, e1 = strconv.Atoi(a)
		*col, e2 = strconv.Atoi(b)
		return e1 == nil && e2 == nil && *line > 0 && *col > 0
	}
	count, err := strconv.ParseUint(words[len(words)-1], 10, 64)
	if err != nil || !pair(from, &s.Line, &s.Col) || !pair(to, &s.EndLine, &s.EndCol) {
		return "", s, false
	}
	s.Count, s.Last = count, s.EndLine
	return at[:i], s, true
}
