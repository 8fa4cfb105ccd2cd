package repl

import (
	"sort"
	"strings"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// maxChoices bounds what is offered: above it the line editor would ask a question of its own first.
const maxChoices = 90

// words that start or stand in declarations and statements.
var keywords = strings.Fields(`add addr any assert bool break case const copy count default delete do double else enum event export F
	fallthrough file for function global hook if in int interval is local module next of opaque option pattern port print record redef return
	schedule set string subnet switch T table time timeout type vector when while`)

var directives = strings.Fields(`@DIR @FILENAME @DEBUG @deprecated @else @endif @if @ifdef @ifndef @load @load-sigs @prefixes @pragma @unload`)

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
	for start > 0 && wordByte(before[start-1]) {
		start--
	}
	word := before[start:]
	head = before[:start]
	switch {
	case strings.HasSuffix(head, "$"):
		return head, choices(c.fields(head), word), tail
	case strings.HasSuffix(head, "&") && !strings.HasSuffix(head, "&&"):
		return head, choices(attributes(), word), tail
	case strings.HasSuffix(head, "@"):
		for _, d := range directives {
			list = append(list, d[1:])
		}
		return head, choices(list, word), tail
	}
	if word == "" {
		return head, nil, tail
	}
	return head, c.names(head, word), tail
}

func wordByte(b byte) bool {
	return b == '_' || b == ':' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
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

func attributes() []string {
	var out []string
	for k := types.AttrKind(0); k.String() != ""; k++ {
		out = append(out, strings.TrimPrefix(k.String(), "&"))
	}
	return out
}

// names completes a name by what the prompt can see: its module's names and the global ones without a prefix, others with theirs. Behind
// `event` only events are offered, behind `hook` hooks.
func (c *Core) names(head, word string) []string {
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
		list = append(list, keywords...)
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
	expr := operand(strings.TrimSuffix(strings.TrimSuffix(head, "$"), "?"))
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

// operand is the expression that ends s: a name with what is selected, indexed or called behind it, or something in brackets.
func operand(s string) string {
	i := len(s)
	for i > 0 {
		switch b := s[i-1]; {
		case wordByte(b) || b == '$':
			i--
		case b == ')' || b == ']':
			if i = opening(s, i-1); i < 0 {
				return ""
			}
		default:
			return s[i:]
		}
	}
	return s
}

// opening finds the bracket that s[at] closes, -1 if there is none.
func opening(s string, at int) int {
	depth := 0
	for ; at >= 0; at-- {
		switch s[at] {
		case ')', ']', '}':
			depth++
		case '(', '[', '{':
			if depth--; depth == 0 {
				return at
			}
		}
	}
	return -1
}

// completePath completes the name of a script: relative to the working directory behind a dot, else along the search path.
func (c *Core) completePath(before, arg, tail string) (head string, list []string, _ string) {
	head = before[:len(before)-len(arg)]
	dir, base := "", arg
	if i := strings.LastIndexByte(arg, '/'); i >= 0 {
		dir, base = arg[:i+1], arg[i+1:]
	}
	e := c.s.Engine()
	roots := []string{""}
	if !strings.HasPrefix(arg, "/") && !strings.HasPrefix(arg, ".") {
		roots = nil
		for _, p := range e.SearchPath() {
			roots = append(roots, p+"/")
		}
	}
	for _, root := range roots {
		for _, f := range e.ReadDir(root + dir) {
			if name, ok := scriptName(f); ok && strings.HasPrefix(name, base) && (base != "" || !strings.HasPrefix(name, "_")) {
				list = append(list, dir+name)
			}
		}
	}
	return head, choices(list, arg), tail
}

// scriptName is how @load names a file of a directory; directories end in a slash.
func scriptName(f string) (string, bool) {
	if strings.HasPrefix(f, ".") || strings.HasPrefix(f, "__") {
		return "", false
	}
	for _, ext := range []string{".zeek", ".bro"} {
		if n, ok := strings.CutSuffix(f, ext); ok {
			return n, true
		}
	}
	return f, strings.HasSuffix(f, "/")
}
