package cover

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// WriteReference writes the form of ZEEK_PROFILER_FILE: a line `COUNT LOCATION TEXT`, separated by tabs, for each statement and body, in
// the order of the locations. What the file holds already is added. A name that ends in XXXXXX gets other letters in their place.
func (p *Profile) WriteReference(name string) error {
	type key struct{ at, text string }
	counts := make(map[key]uint64)
	if old, err := os.ReadFile(name); err == nil {
		for _, line := range strings.Split(string(old), "\n") {
			words := strings.Split(line, "\t")
			if len(words) != 3 {
				continue
			}
			if n, err := strconv.ParseUint(words[0], 10, 64); err == nil {
				counts[key{words[1], words[2]}] += n
			}
		}
	}
	oneLine := strings.NewReplacer("\n", " ", "\t", " ")
	add := func(f *File, line, last int, text string, n uint64) {
		name := cmp.Or(f.Loaded, f.Name)
		at := fmt.Sprintf("%s, line %d", name, line)
		if last > line {
			at = fmt.Sprintf("%s, lines %d-%d", name, line, last)
		}
		counts[key{at, oneLine.Replace(text)}] += n
	}
	for _, f := range p.Files {
		for _, s := range f.Stmts {
			add(f, s.Line, s.Last, s.Text, s.Count)
		}
		for _, fn := range f.Funcs {
			add(f, fn.Line, fn.EndLine, fn.Name+" BODY", fn.Count)
		}
	}
	keys := make([]key, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		if c := strings.Compare(a.at, b.at); c != 0 {
			return c
		}
		return strings.Compare(a.text, b.text)
	})
	f, err := createReference(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for _, k := range keys {
		fmt.Fprintf(w, "%d\t%s\t%s\n", counts[k], k.at, k.text)
	}
	return errors.Join(w.Flush(), f.Close())
}

func createReference(name string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return nil, err
	}
	if stem, ok := strings.CutSuffix(name, "XXXXXX"); ok {
		return os.CreateTemp(filepath.Dir(stem), filepath.Base(name[:len(name)-6])+"*")
	}
	return os.Create(name)
}
