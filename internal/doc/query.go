package doc

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/brogo/brogo/internal/names"
)

// Answer is what a question finds: at least one of its fields is set.
type Answer struct {
	Word    *names.Word
	Entry   *Entry
	Field   *Field // of Entry
	Module  *Module
	Script  *Script
	Several []*Entry // names that end in what was asked for
}

// Find looks up a word of the language, a name, `Record$field`, a module or a script; ok is false if there is nothing of the kind.
func (l *Library) Find(q string) (a Answer, ok bool) {
	q = strings.TrimPrefix(strings.TrimPrefix(q, "GLOBAL"), "::")
	if q == "" {
		q = "GLOBAL"
	}
	a.Word = names.LookupWord(q)
	name, field, hasField := strings.Cut(q, "$")
	hasField = hasField && name != "" // the operator $ is a word
	a.Entry = cmp.Or(l.byName[name], l.members[name])
	a.Module = l.module(q)
	a.Script = l.script(q)
	if a.Entry == nil && a.Word == nil && a.Module == nil {
		a.Several = l.ending(name)
		if len(a.Several) == 1 {
			a.Entry, a.Several = a.Several[0], nil
		}
	}
	if hasField {
		if a.Entry == nil {
			return Answer{}, false
		}
		i := slices.IndexFunc(a.Entry.Fields, func(f Field) bool { return f.Name == field })
		if i < 0 {
			return Answer{}, false
		}
		a.Field = &a.Entry.Fields[i]
	}
	return a, a.Word != nil || a.Entry != nil || a.Module != nil || a.Script != nil || a.Several != nil
}

func (l *Library) module(name string) *Module {
	for _, m := range l.Modules {
		if m.Name == strings.TrimSuffix(name, "::") {
			return m
		}
	}
	return nil
}

// script finds a script by what @load would take, with a suffix or without.
func (l *Library) script(name string) *Script {
	for i, s := range l.Scripts {
		bare := strings.TrimSuffix(strings.TrimSuffix(s.Path, ".zeek"), ".bro")
		if name == s.Path || name == bare || name+"/__load__" == bare {
			return &l.Scripts[i]
		}
	}
	return nil
}

// ending lists the entries that are called so in some module.
func (l *Library) ending(name string) (list []*Entry) {
	for _, m := range l.Modules {
		for _, e := range m.Entries {
			if strings.HasSuffix(e.Name, "::"+name) {
				list = append(list, e)
			}
		}
	}
	return list
}

// Search lists the entries in whose names or texts every word occurs, in any case of letters; those with all of them in the name come first.
func (l *Library) Search(words []string) []*Entry {
	var named, told []*Entry
	for _, m := range l.Modules {
		for _, e := range m.Entries {
			name := strings.ToLower(e.Name)
			all := name + "\n" + strings.ToLower(e.Text)
			inName, inAll := true, true
			for _, w := range words {
				w = strings.ToLower(w)
				inName = inName && strings.Contains(name, w)
				inAll = inAll && strings.Contains(all, w)
			}
			switch {
			case inName:
				named = append(named, e)
			case inAll:
				told = append(told, e)
			}
		}
	}
	return append(named, told...)
}

// Names lists what Find takes: modules, names, words of the language.
func (l *Library) Names() []string {
	var list []string
	for _, m := range l.Modules {
		list = append(list, m.Name)
		for _, e := range m.Entries {
			list = append(list, e.Name)
			list = append(list, e.Parts...)
		}
	}
	for _, w := range names.Language() {
		list = append(list, w.Names...)
	}
	return list
}

// Near is a name that is much like one that is not there, or "". Names of three letters are like too many.
func (l *Library) Near(name string) string {
	if name, _, _ = strings.Cut(name, "$"); len(name) < 4 {
		return ""
	}
	return l.engine.Checker().Nearest(name)
}

// Brief is the first sentence of a text, on one line.
func Brief(text string) string {
	text, _, _ = strings.Cut(text, "\n\n")
	text = strings.Join(strings.Fields(plain(text)), " ")
	if i := strings.Index(text, ". "); i >= 0 {
		return text[:i+1]
	}
	return text
}

var seeAlso = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|\n)\.\. (?:zeek|bro):see:: *`) })

// plain takes the roles of reStructuredText out of a comment, as scripts of the reference's packages have them: what stands in
// :zeek:see:`x` or “x“ remains.
func plain(text string) string {
	if strings.Contains(text, ".. ") {
		text = seeAlso().ReplaceAllString(text, "${1}See also ")
	}
	if !strings.Contains(text, "`") {
		return text
	}
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 0 {
			if j := strings.LastIndexAny(part, " \n\t("); strings.HasSuffix(part, ":") && j+1 < len(part) && part[j+1] == ':' {
				part = part[:j+1]
			}
		}
		b.WriteString(part)
	}
	return b.String()
}
