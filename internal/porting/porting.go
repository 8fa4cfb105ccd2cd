// Package porting lists the uses of what came before Broker in trees of scripts, with what to write instead: `brogo check --porting`.
//
// It looks at the tokens of each file and not at a program, so that it works on trees whose @loads cannot be resolved and on branches
// that @if rules out. The names come from the table of package dialect. cmd/brogo calls it.
package porting

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/brogo/brogo/internal/find"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/lex"
	"github.com/spf13/pflag"
)

// Use is one use of an old name.
type Use struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // from 1
	Column  int    `json:"column"` // from 1, in bytes
	Name    string `json:"name"`   // fully qualified
	Kind    string `json:"kind"`   // as dialect.OldKind says
	Excerpt string `json:"excerpt"`
	Instead string `json:"instead"`
	// Works is set if the script runs as it is, but the name means something else than it did.
	Works bool `json:"works"`
}

// Scan returns the uses in files and in all scripts below directories, by file and place. Directories are read in the order of names;
// files that are named are read whatever their suffix. The error is of what could not be read.
func Scan(paths []string) ([]Use, error) {
	var files []*diag.File
	for _, root := range paths {
		names, err := find.Scripts(root)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files = append(files, &diag.File{Name: name, Src: string(text)})
		}
	}
	var scans []*scan
	own := map[string]bool{}
	for _, f := range files {
		s := &scan{lex.New(f), map[string]bool{}}
		s.declarations(own)
		scans = append(scans, s)
	}
	var uses []Use
	for _, s := range scans {
		uses = append(uses, s.uses(own)...)
	}
	return uses, nil
}

// scan is one file.
type scan struct {
	src *lex.Source
	// locals are the names of its locals, parameters and fields, by module.
	locals map[string]bool
}

func (s *scan) kind(i int) lex.Kind {
	if i < 0 || i >= len(s.src.Tokens) {
		return lex.EOF
	}
	return s.src.Tokens[i].Kind
}

func (s *scan) text(i int) string { return s.src.Text(s.src.Tokens[i]) }

// modules calls visit for every token, with the module that is current there.
func (s *scan) modules(visit func(i int, module string)) {
	module := ""
	for i := range s.src.Tokens {
		if s.kind(i) == lex.KwModule && s.kind(i+1) == lex.Ident {
			module = s.text(i + 1)
			if module == "GLOBAL" {
				module = ""
			}
		}
		visit(i, module)
	}
}

func qualify(module, name string) string {
	if module == "" || strings.Contains(name, "::") {
		return name
	}
	return module + "::" + name
}

// declarations adds the globals that the file declares to own, and keeps its locals: names that only happen to be old ones.
func (s *scan) declarations(own map[string]bool) {
	s.modules(func(i int, module string) {
		if s.kind(i) != lex.Ident {
			return
		}
		name := qualify(module, s.text(i))
		switch s.kind(i - 1) {
		case lex.KwGlobal, lex.KwConst, lex.KwOption, lex.KwFunction, lex.KwHook, lex.KwType:
			own[name] = true
		case lex.KwLocal:
			s.locals[name] = true
		case lex.LParen, lex.Comma, lex.LBrace, lex.Semi, lex.LBrack:
			if s.kind(i+1) == lex.Colon || s.kind(i-2) == lex.KwFor {
				s.locals[name] = true
			}
		}
	})
}

// uses returns the old names of the file that are not names of the tree's own.
func (s *scan) uses(own map[string]bool) []Use {
	var uses []Use
	s.modules(func(i int, module string) {
		t := s.src.Tokens[i]
		var o *dialect.Old
		switch t.Kind {
		case lex.AtLoad:
			if o = dialect.FindOld(strings.Trim(s.src.Arg(t), "\"")); o != nil && o.Kind != dialect.OldLoad {
				o = nil
			}
		case lex.Attr:
			o = dialect.FindOld(s.text(i))
		case lex.Ident, lex.GlobalIdent:
			o = s.name(i, module, own)
		}
		if o == nil {
			return
		}
		uses = append(uses, Use{File: s.src.File.Name, Line: int(t.Line), Column: int(t.Col), Name: o.Name, Kind: o.Kind.String(),
			Excerpt: strings.TrimSpace(s.src.File.Line(int(t.Line))), Instead: o.Instead, Works: o.Kind == dialect.OldMeaning})
	})
	return uses
}

// name returns the row that the identifier at i stands for, nil if for none.
func (s *scan) name(i int, module string, own map[string]bool) *dialect.Old {
	text := s.text(i)
	if prev := s.kind(i - 1); prev == lex.Dollar || prev == lex.HasField {
		return nil
	}
	full := qualify(module, text)
	o := dialect.FindOld(full)
	if o == nil && !own[full] {
		full = strings.TrimPrefix(strings.TrimPrefix(text, "GLOBAL"), "::")
		o = dialect.FindOld(full)
	}
	switch {
	case o == nil || own[full]:
		return nil
	case o.Kind == dialect.OldFunction:
		if s.kind(i+1) != lex.LParen {
			return nil
		}
	case s.locals[qualify(module, text)]:
		return nil
	}
	return o
}

// Report writes the uses, for people or with asJSON a line of JSON each, and returns how many of them have to be changed.
func Report(w io.Writer, uses []Use, asJSON bool) (int, error) {
	n := 0
	files := map[string]bool{}
	for _, u := range uses {
		if !u.Works {
			n++
		}
		files[u.File] = true
		if asJSON {
			line, err := json.Marshal(u)
			if err != nil {
				return n, err
			}
			if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
				return n, err
			}
			continue
		}
		if _, err := fmt.Fprintf(w, "%s:%d:%d: %s: %s\n    %s\n", u.File, u.Line, u.Column, u.Name, u.Instead, u.Excerpt); err != nil {
			return n, err
		}
	}
	if asJSON {
		return n, nil
	}
	notes := len(uses) - n
	text := fmt.Sprintf("%s to change", plural(n, "use"))
	if notes > 0 {
		text += fmt.Sprintf(", %s to look at", plural(notes, "use"))
	}
	_, err := fmt.Fprintf(w, "%s in %s\n", text, plural(len(files), "file"))
	return n, err
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

const usage = `usage: brogo check --porting [--json] PATH...

Lists what scripts use of the time before Broker: functions, events and attributes of the old communication system, variables and
files that are gone. Each use comes with its place and with what to write instead. A PATH is a script or a directory, which is read
with all scripts below it; what they load need not be there. Exit status: 0 if nothing has to be changed, else 1; 2 for mistakes.
`

// Main is the command: args are those of check, --porting among them. It returns the exit code.
func Main(args []string, out, errOut io.Writer) int {
	flags := pflag.NewFlagSet("check", pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Bool("porting", false, "")
	asJSON := flags.Bool("json", false, "")
	err := flags.Parse(args)
	if errors.Is(err, pflag.ErrHelp) {
		fmt.Fprint(out, usage)
		return 0
	}
	if err == nil && flags.NArg() == 0 {
		err = errors.New("no path given")
	}
	if err != nil {
		fmt.Fprintf(errOut, "brogo check --porting: %v\n%s", err, usage)
		return 2
	}
	uses, err := Scan(flags.Args())
	n := 0
	if err == nil {
		n, err = Report(out, uses, *asJSON)
	}
	switch {
	case err != nil:
		fmt.Fprintf(errOut, "brogo check --porting: %v\n", err)
		return 2
	case n > 0:
		return 1
	}
	return 0
}

// Asked reports whether the arguments of check ask for this.
func Asked(args []string) bool { return slices.Contains(args, "--porting") }
