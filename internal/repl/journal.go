package repl

import (
	"strings"

	"github.com/brogo/brogo/lang/lex"
)

// journal keeps what was typed and taken, for :save and :edit.
type journal struct {
	entries []entry
	last    string // the last input, whatever came of it
}

type entry struct {
	module string
	key    string // what a later definition of the same replaces; "" for what none does
	text   string
}

// add keeps an input that was taken in a module.
func (j *journal) add(module, text string) {
	e := entry{module, definition(text), strings.TrimRight(text, "\n")}
	if e.key != "" {
		for i, old := range j.entries {
			if old.key == e.key && old.module == module {
				j.entries = append(j.entries[:i:i], j.entries[i+1:]...)
				break
			}
		}
	}
	j.entries = append(j.entries, e)
}

// changesSomething reports whether an expression assigns, so that a script that does the same has to contain it.
func changesSomething(expr string) bool {
	for _, t := range source(expr).Tokens {
		switch t.Kind {
		case lex.Assign, lex.AddTo, lex.RemoveFrom, lex.Inc, lex.Dec:
			return true
		}
	}
	return false
}

// definition names what a declaration defines, with the priority that tells handlers apart.
func definition(text string) string {
	src := source(text)
	toks := src.Tokens
	if len(toks) < 3 {
		return ""
	}
	switch toks[0].Kind {
	case lex.KwGlobal, lex.KwConst, lex.KwOption, lex.KwType, lex.KwLocal, lex.KwFunction:
		return "name " + src.Text(toks[1])
	case lex.KwEvent, lex.KwHook:
		key := src.Text(toks[0]) + " " + src.Text(toks[1])
		for i, t := range toks {
			if t.Kind == lex.LBrace {
				return key
			}
			if t.Kind == lex.Attr && src.Text(t) == "&priority" && i+2 < len(toks) {
				key += " " + src.Text(toks[i+2])
			}
		}
	}
	return ""
}

// text is the session as a script.
func (j *journal) text() string {
	var b strings.Builder
	module := "GLOBAL"
	for _, e := range j.entries {
		if e.module != module {
			module = e.module
			b.WriteString("module " + module + ";\n")
		}
		b.WriteString(e.text)
		if s := strings.TrimSpace(e.text); !strings.HasSuffix(s, ";") && !strings.HasSuffix(s, "}") && !strings.HasPrefix(s, "@") {
			b.WriteString(";")
		}
		b.WriteString("\n")
	}
	return b.String()
}
