// Package topic answers which subscribers want a topic: a radix tree over the bytes of topic prefixes.
//
// A subscription is a prefix of the whole topic, compared byte by byte; the empty prefix matches everything and a `/` means nothing.
// A Set has one owner and is not safe for use by several goroutines.
package topic

import (
	"slices"
	"strings"
)

// Set holds the prefixes that each subscriber S asked for, and how often.
type Set[S comparable] struct {
	root node[S]
	size int
}

type node[S comparable] struct {
	edge string // the bytes that lead here from the parent
	subs []sub[S]
	kids []*node[S] // ordered by the first byte of edge, which differs between siblings
}

type sub[S comparable] struct {
	who S
	n   int
}

// Len returns the number of distinct pairs of subscriber and prefix.
func (t *Set[S]) Len() int { return t.size }

// Add notes one more subscription of who to prefix and returns how many there are now: 1 means that it is new.
func (t *Set[S]) Add(prefix string, who S) int {
	n := &t.root
	for prefix != "" {
		at, found := n.child(prefix[0])
		if !found {
			kid := &node[S]{edge: prefix}
			n.kids = slices.Insert(n.kids, at, kid)
			n = kid
			break
		}
		kid := n.kids[at]
		common := commonPrefix(kid.edge, prefix)
		if common < len(kid.edge) {
			mid := &node[S]{edge: kid.edge[:common], kids: []*node[S]{kid}}
			kid.edge = kid.edge[common:]
			n.kids[at] = mid
			kid = mid
		}
		n, prefix = kid, prefix[common:]
	}
	for i := range n.subs {
		if n.subs[i].who == who {
			n.subs[i].n++
			return n.subs[i].n
		}
	}
	n.subs = append(n.subs, sub[S]{who, 1})
	t.size++
	return 1
}

// Remove takes back one subscription and returns how many remain; -1 means that there was none.
func (t *Set[S]) Remove(prefix string, who S) int {
	left := -1
	t.root.remove(prefix, func(n *node[S]) {
		for i := range n.subs {
			if n.subs[i].who == who {
				n.subs[i].n--
				left = n.subs[i].n
				if left == 0 {
					n.subs = slices.Delete(n.subs, i, i+1)
					t.size--
				}
				return
			}
		}
	})
	return left
}

// Drop takes back all subscriptions of who. It walks the whole tree.
func (t *Set[S]) Drop(who S) {
	t.root.drop(func(s sub[S]) bool {
		if s.who == who {
			t.size--
			return true
		}
		return false
	})
}

// Match appends to dst each subscriber with a prefix of topic, once, in the order of the prefixes' lengths.
func (t *Set[S]) Match(topic string, dst []S) []S {
	start := len(dst)
	n := &t.root
	for {
		for i := range n.subs {
			// Subscribers of one topic are few (the node's peers), so that a scan beats a map.
			if !slices.Contains(dst[start:], n.subs[i].who) {
				dst = append(dst, n.subs[i].who)
			}
		}
		if topic == "" {
			return dst
		}
		at, found := n.child(topic[0])
		if !found || !strings.HasPrefix(topic, n.kids[at].edge) {
			return dst
		}
		n = n.kids[at]
		topic = topic[len(n.edge):]
	}
}

// Prefixes returns the prefixes of who in byte order.
func (t *Set[S]) Prefixes(who S) []string {
	var out []string
	t.root.walk("", func(prefix string, s sub[S]) {
		if s.who == who {
			out = append(out, prefix)
		}
	})
	return out
}

func (n *node[S]) child(b byte) (int, bool) {
	lo, hi := 0, len(n.kids)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if n.kids[mid].edge[0] < b {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < len(n.kids) && n.kids[lo].edge[0] == b
}

// remove calls f on the node of prefix, if there is one, and tidies the path to it.
func (n *node[S]) remove(prefix string, f func(*node[S])) {
	if prefix == "" {
		f(n)
		return
	}
	at, found := n.child(prefix[0])
	if found && strings.HasPrefix(prefix, n.kids[at].edge) {
		n.kids[at].remove(prefix[len(n.kids[at].edge):], f)
		n.tidy(at)
	}
}

func (n *node[S]) drop(gone func(sub[S]) bool) {
	n.subs = slices.DeleteFunc(n.subs, gone)
	for i := len(n.kids) - 1; i >= 0; i-- {
		n.kids[i].drop(gone)
		n.tidy(i)
	}
}

// tidy removes a child that serves nobody and joins one that only leads on.
func (n *node[S]) tidy(at int) {
	kid := n.kids[at]
	switch {
	case len(kid.subs) > 0 || len(kid.kids) > 1:
	case len(kid.kids) == 0:
		n.kids = slices.Delete(n.kids, at, at+1)
	default:
		only := kid.kids[0]
		only.edge = kid.edge + only.edge
		n.kids[at] = only
	}
}

func (n *node[S]) walk(prefix string, f func(string, sub[S])) {
	for _, s := range n.subs {
		f(prefix, s)
	}
	for _, kid := range n.kids {
		kid.walk(prefix+kid.edge, f)
	}
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
