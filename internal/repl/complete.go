package repl

import (
	"sort"
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// maxChoices bounds what is offered: above it the line editor would ask a question of its own first.
const maxChoices = 90

// complete lists what may stand before pos: head and tail are what is around it. An answer that begins a longer name than
// the one choice ends in what comes next.
func (c *Core) complete(line string, pos int) (head string, list []string, tail string) {
	// liner counts in characters.
	runes := []rune(line)
	before := string(runes[:min(pos, len(runes))])
	tail = string(runes[min(pos, len(runes)):])
	trimmed := strings.TrimLeft(before, " \t")
	if strings.HasPrefix(trimmed, ":") && !strings.HasPrefix(trimmed, "::") {
		name, arg, hasArg := strings.Cut(trimmed, " ")
		if !hasArg {
			head = before[:len(before)-len(name)]
			for _, k := range commands() {
				list = append(list, k.name+" ")
			}
			return head, choices(list, name), tail
		}
		switch name {
		case ":load", ":reload", ":edit":
			return c.completePath(before, arg, tail)
		case ":mode":
			return before[:len(before)-len(arg)], choices([]string{"json", "text"}, arg), tail
		case ":browse":
			return before[:len(before)-len(arg)], choices(c.s.Engine().Checker().Modules(), arg), tail
		case ":help":
			for _, k := range commands() {
				list = append(list, k.name[1:])
			}
			return before[:len(before)-len(arg)], choices(list, arg), tail
		}
	}
	for _, d := range []string{"@load ", "@unload ", "@load-sigs "} {
		if arg, ok := strings.CutPrefix(trimmed, d); ok {
			return c.completePath(before, strings.TrimLeft(arg, " "), tail)
		}
	}
	start := len(before)
	for start > 0 && names.WordByte(before[start-1]) {
		start--
	}
	word := before[start:]
	head = before[:start]
	switch {
	case strings.HasSuffix(head, "$"):
		return head, choices(c.fields(head), word), tail
	case strings.HasSuffix(head, "&") && !strings.HasSuffix(head, "&&"):
		return head, choices(names.Attributes(), word), tail
	case strings.HasSuffix(head, "@"):
		for _, d := range names.Directives() {
			list = append(list, d[1:])
		}
		return head, choices(list, word), tail
	}
	if word == "" {
		return head, nil, tail
	}
	return head, c.globals(head, word), tail
}

// choices are the words with a prefix, sorted, each once.
func choices(words []string, prefix string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range words {
		if strings.HasPrefix(w, prefix) && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	sort.Strings(out)
	if len(out) > maxChoices {
		return out[:maxChoices]
	}
	return out
}

// globals completes a name by what the prompt can see: its module's names and the global ones without a prefix, others with theirs. Behind
// `event` only events are offered, behind `hook` hooks.
func (c *Core) globals(head, word string) []string {
	flavor, only := types.FlavorFunction, false
	if f := strings.Fields(head); len(f) > 0 && strings.HasSuffix(head, " ") {
		switch f[len(f)-1] {
		case "event", "schedule":
			flavor, only = types.FlavorEvent, true
		case "hook":
			flavor, only = types.FlavorHook, true
		}
	}
	var list []string
	e := c.s.Engine()
	mod := c.s.Module() + "::"
	offer := func(name string, g *ir.Global) {
		if strings.HasPrefix(name[strings.LastIndex(name, ":")+1:], "__") && !strings.HasPrefix(word[strings.LastIndex(word, ":")+1:], "__") {
			return // what only its wrapper calls
		}
		if g != nil && g.T != nil && g.T.Tag == types.Func && g.Kind != ir.KindVar {
			if only && g.T.Fn.Flavor != flavor {
				return
			}
			name += "("
		} else if only {
			return
		}
		list = append(list, name)
	}
	for _, g := range e.Checker().Globals() {
		if short, ok := strings.CutPrefix(g.Name, mod); ok && !strings.Contains(word, "::") {
			offer(short, g)
		} else {
			offer(g.Name, g)
		}
	}
	if !only {
		for _, name := range e.RowNames() {
			if e.Checker().Declared(name) == nil {
				list = append(list, name+"(")
			}
		}
		list = append(list, names.Keywords()...)
	}
	list = choices(list, word)
	if len(list) < maxChoices || strings.Contains(word, "::") {
		return list
	}
	// Too many: the modules stand for what is in them.
	var short []string
	seen := map[string]bool{}
	for _, n := range list {
		if i := strings.Index(n, "::"); i > 0 {
			n = n[:i+2]
		}
		if !seen[n] {
			seen[n] = true
			short = append(short, n)
		}
	}
	return short
}

// fields lists the fields of the record before the last `$` of head.
func (c *Core) fields(head string) []string {
	expr := names.Operand(strings.TrimSuffix(strings.TrimSuffix(head, "$"), "?"))
	if expr == "" {
		return nil
	}
	t := c.s.Quiet(expr)
	if t == nil || t.Tag != types.Record {
		return nil
	}
	var out []string
	for _, f := range t.Rec.Fields {
		out = append(out, f.Name)
	}
	return out
}

// completePath completes the name of a script: relative to the working directory behind a dot, else along the search path.
func (c *Core) completePath(before, arg, tail string) (head string, list []string, _ string) {
	head = before[:len(before)-len(arg)]
	list = names.Scripts(c.s.Engine(), "", arg)
	return head, choices(list, arg), tail
}
