package names

import (
	"strings"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/lang/types"
)

// Keywords are the words that start or stand in declarations and statements.
func Keywords() []string {
	return strings.Fields(`add addr any assert bool break case const copy count default delete do double else enum event export F
	fallthrough file for function global hook if in int interval is local module next of opaque option pattern port print record redef return
	schedule set string subnet switch T table time timeout type vector when while`)
}

// Directives are the words that begin with an @.
func Directives() []string {
	return strings.Fields(`@DIR @FILENAME @DEBUG @deprecated @else @endif @if @ifdef @ifndef @load @load-sigs @prefixes @pragma @unload`)
}

// Attributes are the names of all attributes, without the ampersand.
func Attributes() []string {
	var out []string
	for k := types.AttrKind(0); k.String() != ""; k++ {
		out = append(out, strings.TrimPrefix(k.String(), "&"))
	}
	return out
}

// WordByte reports whether a byte may stand in a name, which may hold its module.
func WordByte(b byte) bool {
	return b == '_' || b == ':' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// Operand is the expression that ends s: a name with what is selected, indexed or called behind it, or something in brackets.
func Operand(s string) string {
	i := len(s)
	for i > 0 {
		switch b := s[i-1]; {
		case WordByte(b) || b == '$':
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

// Scripts lists what may stand behind @load and begins with arg: relative to the directory dir ("" is the working directory) behind a
// dot, else along the search path. Directories end in a slash.
func Scripts(e *brogo.Engine, dir, arg string) (list []string) {
	sub, base := "", arg
	if i := strings.LastIndexByte(arg, '/'); i >= 0 {
		sub, base = arg[:i+1], arg[i+1:]
	}
	var roots []string
	switch {
	case strings.HasPrefix(arg, "/"), strings.HasPrefix(arg, ".") && dir == "":
		roots = []string{""}
	case strings.HasPrefix(arg, "."):
		roots = []string{dir + "/"}
	default:
		for _, p := range e.SearchPath() {
			roots = append(roots, p+"/")
		}
	}
	for _, root := range roots {
		for _, f := range e.ReadDir(root + sub) {
			if name, ok := scriptName(f); ok && strings.HasPrefix(name, base) && (base != "" || !strings.HasPrefix(name, "_")) {
				list = append(list, sub+name)
			}
		}
	}
	return list
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
