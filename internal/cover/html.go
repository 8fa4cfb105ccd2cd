package cover

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/brogo/brogo"
)

//go:embed page.html
var pageText string

// page is parsed when it is needed: every start of the program would pay for it.
var page = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })

// What the page shows.
type (
	pageView struct {
		Title, Percent, Fraction string
		Level                    string // class of the sum, see level
		Files                    []fileView
	}
	fileView struct {
		ID, Name, Percent, Fraction, Level string
		Width                              string // of the bar, in percent
		Missing                            int    // statements that have not run
		Problem                            string // why there is no source
		Lines                              []lineView
	}
	lineView struct {
		N     int
		Count string // "" where no statement begins
		Class string
		Parts []partView
	}
	partView struct{ Text, Class, Title string }
)

// WriteHTML writes a page that needs nothing else: the files with the part of each that has run, and their source with what has run and what
// has not in different colours, and counts. Sources are read from where the scripts are now.
func (p *Profile) WriteHTML(w io.Writer, dir string) error {
	covered, all := p.Covered()
	v := pageView{Title: "coverage of scripts", Percent: percent(covered, all), Fraction: fraction(covered, all), Level: level(covered, all)}
	sources := brogo.MachineFS()
	for i, f := range p.Files {
		c, n := f.Covered()
		fv := fileView{ID: fmt.Sprintf("f%d", i), Name: shown(f.Name, dir), Percent: percent(c, n), Fraction: fraction(c, n), Level: level(c, n),
			Width: fmt.Sprintf("%.1f%%", 100*float64(c)/float64(max(n, 1))), Missing: n - c}
		if src, err := sources.ReadFile(f.Name); err != nil {
			fv.Problem = err.Error()
		} else {
			fv.Lines = f.lines(src)
		}
		v.Files = append(v.Files, fv)
	}
	return page().Execute(w, v)
}

// level is the class of a part: all, much, some or little of it has run.
func level(covered, all int) string {
	switch {
	case covered == all:
		return "all"
	case covered*10 >= all*8:
		return "much"
	case covered*10 >= all*5:
		return "some"
	}
	return "little"
}

// lines cuts a source into lines, and those into what belongs to one statement.
func (f *File) lines(src string) []lineView {
	text := strings.Split(strings.TrimSuffix(src, "\n"), "\n")
	// owner[i][j] is 1 + the innermost statement that byte j of line i belongs to. Outer statements come first.
	owner := make([][]int32, len(text))
	for i := range text {
		owner[i] = make([]int32, len(text[i]))
	}
	for k := range f.Stmts {
		s := &f.Stmts[k]
		for i := s.Line; i <= s.EndLine && i <= len(text); i++ {
			line := text[i-1]
			from, to := len(line)-len(strings.TrimLeft(line, " \t")), len(strings.TrimRight(line, " \t\r"))
			if i == s.Line {
				from = max(from, s.Col-1)
			}
			if i == s.EndLine {
				to = min(to, s.EndCol-1)
			}
			for j := from; j < to; j++ {
				owner[i-1][j] = int32(k + 1)
			}
		}
	}
	out := make([]lineView, len(text))
	next := 0
	for i, line := range text {
		lv := lineView{N: i + 1}
		var hits, misses int
		var most uint64
		for ; next < len(f.Stmts) && f.Stmts[next].Line <= i+1; next++ {
			if c := f.Stmts[next].Count; c > 0 {
				hits++
				most = max(most, c)
			} else {
				misses++
			}
		}
		if hits+misses > 0 {
			lv.Count, lv.Class = fmt.Sprint(most), "hit"
			switch {
			case hits == 0:
				lv.Class = "miss"
			case misses > 0:
				lv.Class = "part"
			}
		}
		for j := 0; j < len(line); {
			end := j + 1
			for end < len(line) && owner[i][end] == owner[i][j] {
				end++
			}
			part := partView{Text: line[j:end]}
			if k := owner[i][j]; k > 0 {
				s := &f.Stmts[k-1]
				part.Class, part.Title = "y", times(s.Count)
				if s.Count == 0 {
					part.Class = "n"
				}
			}
			lv.Parts = append(lv.Parts, part)
			j = end
		}
		out[i] = lv
	}
	return out
}

func times(n uint64) string {
	switch n {
	case 0:
		return "never run"
	case 1:
		return "run once"
	}
	return fmt.Sprintf("run %d times", n)
}
