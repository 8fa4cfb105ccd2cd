package vet

import (
	"maps"
	"strings"
)

// facts are the paths to fields that are surely set at a point; a path that ends in .* stands for all below it, "!" and a path says that
// it is not set, and "|" with two that at least one of them is. dead: the point is never reached.
type facts struct {
	set  map[string]bool
	dead bool
}

func (f facts) with(paths ...string) facts {
	if len(paths) == 0 {
		return f
	}
	out := facts{maps.Clone(f.set), f.dead}
	if out.set == nil {
		out.set = map[string]bool{}
	}
	for _, p := range paths {
		out.set[p] = true
	}
	return out
}

// without takes out what depends on a path: the path itself, what is below it, and elements that it is the index of.
func (f facts) without(path string) facts {
	out := facts{map[string]bool{}, f.dead}
	for p := range f.set {
		q := strings.TrimPrefix(p, "!")
		if q != path && !strings.HasPrefix(q, path+".") && !strings.HasPrefix(q, path+"[") && !strings.Contains(q, "["+path+"]") &&
			!(q[0] == '|' && strings.Contains(q, path)) {
			out.set[p] = true
		}
	}
	return out
}

func join(a, b facts) facts {
	switch {
	case a.dead:
		return b
	case b.dead:
		return a
	}
	out := facts{set: map[string]bool{}}
	for p := range a.set {
		if b.has(p) {
			out.set[p] = true
		}
	}
	for p := range b.set {
		if a.has(p) {
			out.set[p] = true
		}
	}
	return out
}

func (f facts) has(path string) bool {
	if f.dead || f.set[path] || f.set["*"] && strings.HasPrefix(path, "g") {
		return true
	}
	for i := len(path) - 1; i > 0; i-- {
		if (path[i] == '.' || path[i] == '[') && f.set[path[:i]+".*"] {
			return true
		}
	}
	for p := range f.set {
		if a, b, either := strings.Cut(strings.TrimPrefix(p, "|"), "|"); either && (a == path && f.set["!"+b] || b == path && f.set["!"+a]) {
			return true
		}
	}
	return false
}
