package names

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed language.txt
var languageText string

// Word documents a word of the language, or several that share their text: statements, operators, types, attributes, directives.
type Word struct {
	Names   []string // as they are written: "when", "&default", "@if"
	Kind    string   // such as "statement"
	Syntax  []string // forms; capitals stand for what is put in
	Text    string   // sentences, on one line
	Example string   // lines, or ""
}

// Language lists the words in the order in which a person would learn them.
var Language = sync.OnceValue(func() []Word { return readLanguage(languageText) })

// LookupWord returns the word of the language called name, nil if there is none.
func LookupWord(name string) *Word {
	list := Language()
	for i := range list {
		for _, n := range list[i].Names {
			if n == name {
				return &list[i]
			}
		}
	}
	return nil
}

func readLanguage(text string) []Word {
	var list []Word
	for block := range strings.SplitSeq(text, "\n\n") {
		var w Word
		var sentences []string
		for line := range strings.Lines(block) {
			line = strings.TrimRight(line, "\n")
			body := strings.TrimPrefix(line, "  ")
			switch {
			case strings.HasPrefix(line, "#") || line == "":
			case w.Names == nil:
				w.Names = strings.Fields(line)
			case w.Kind == "":
				w.Kind = body
			case strings.HasPrefix(body, "> "):
				w.Syntax = append(w.Syntax, body[2:])
			case strings.HasPrefix(body, "| "):
				w.Example += body[2:] + "\n"
			default:
				sentences = append(sentences, body)
			}
		}
		w.Text = strings.Join(sentences, " ")
		if w.Names != nil {
			list = append(list, w)
		}
	}
	return list
}
