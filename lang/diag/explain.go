package diag

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed explain.txt
var explainText string

// Example is a small script. Bro tells that it is one of the bro dialect.
type Example struct {
	Text string
	Bro  bool
}

// Entry is what there is to say about one code.
type Entry struct {
	Code  Code
	Title string
	Text  string // may be ""
	// Wrong yields the diagnostic, Right does not. Both are empty where no short script can show it.
	Wrong, Right Example
}

// entries reads explain.txt, whose form its head describes.
var entries = sync.OnceValue(func() []Entry {
	var out []Entry
	var part *string // where lines of an example go
	fresh := true    // the next line may begin an entry
	for line := range strings.Lines(explainText) {
		text := strings.TrimRight(line, "\n")
		head, title, isHead := strings.Cut(text, ": ")
		switch {
		case strings.HasPrefix(text, "#"):
		case text == "":
			fresh, part = true, nil
		case fresh && isHead:
			out = append(out, Entry{Code: Code(head), Title: title})
			fresh = false
		case text == "shown: no":
		case text == "wrong:", text == "wrong bro:":
			e := &out[len(out)-1]
			e.Wrong.Bro, part = text == "wrong bro:", &e.Wrong.Text
		case text == "right:", text == "right bro:":
			e := &out[len(out)-1]
			e.Right.Bro, part = text == "right bro:", &e.Right.Text
		case part != nil:
			*part += line
		default:
			out[len(out)-1].Text += line
		}
	}
	return out
})

// Entries returns what there is to say about every code, in the order of the stages that report them.
func Entries() []Entry { return entries() }

// Explain returns what there is to say about a code.
func Explain(c Code) (Entry, bool) {
	for _, e := range entries() {
		if e.Code == c {
			return e, true
		}
	}
	return Entry{}, false
}
