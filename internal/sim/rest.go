package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/net/store"
	"github.com/brogo/brogo/net/wire"
)

// How long the network may take to come to rest once scripts stand still and all partitions are over: a broken connection is noticed within
// half a minute, and 2.6 tries again after a minute.
const (
	restStep = 100 * time.Millisecond
	maxRest  = 150 * time.Second
)

// atRest stops the scripts, mends the network and waits until nothing is open any more; what stays open is a broken promise.
func (c *checker) atRest() {
	w := c.w
	w.frozen = true
	for key, n := range w.parts { // the order does not matter: at rest nothing is under way that it could change
		if n > 0 {
			w.parts[key] = 0
			w.net.Heal(key[0], key[1])
		}
	}
	limit := w.clk.Now().Add(maxRest)
	open := c.open()
	for len(open) > 0 && w.clk.Now().Before(limit) && len(c.broken) == 0 {
		w.clk.Advance(restStep)
		open = c.open()
	}
	if len(c.broken) == 0 {
		for _, what := range open {
			c.breach("%s", what)
		}
	}
	w.frozen = false
	for _, p := range w.alive() {
		if p.missed {
			p.missed = false
			p.wake()
		}
	}
}

// open lists what has not come to its end.
func (c *checker) open() []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, key := range c.order {
		f := c.flows[key]
		mine, theirs := c.link(key.from, key.to), c.link(key.to, key.from)
		if !mine.up || !theirs.up || c.lives[key.from] == nil {
			continue
		}
		if i := slices.IndexFunc(f.sent, func(s sent) bool { return s.epoch == mine.epoch }); i >= 0 {
			add("%s never gets message %d of %s on %s, which %s has sent on a connection that still stands", c.name(key.to), f.sent[i].seq,
				c.name(f.sent[i].origin), key.topic, c.name(key.from))
		}
	}
	live := c.w.alive()
	for _, a := range live {
		if want := a.e.Comm().Subscriptions(); !slices.Equal(want, c.local[a.id]) {
			add("%s subscribes to %q and its scripts to %q", a.n.name, c.local[a.id], want)
		}
		for _, b := range live {
			// Processes that ever were peers have to be so again, unless their scripts do not want it.
			mine, theirs := c.links[[2]string{a.id, b.id}], c.links[[2]string{b.id, a.id}]
			if mine == nil || theirs == nil || !mine.up && !theirs.up {
				continue
			}
			if mine.up != theirs.up {
				add("%s is a peer of %s, but not the other way round", a.n.name, b.n.name)
				continue
			}
			for _, p := range mine.asked {
				if !slices.Contains(c.local[b.id], p) {
					add("%s still sends %s to %s, which has unsubscribed", a.n.name, p, b.n.name)
				}
			}
			for _, p := range c.local[b.id] {
				if !slices.Contains(mine.asked, p) {
					add("%s does not know that %s subscribes to %s", a.n.name, b.n.name, p)
				}
			}
		}
	}
	out = append(out, c.rows.lost(live)...)
	return append(out, c.clones(live)...)
}

// clones compares clones with their masters, where the two are peers.
func (c *checker) clones(live []*process) []string {
	var out []string
	masters := map[string][]*process{}
	for _, p := range live {
		for _, s := range p.e.Stores().List() {
			if s.Master {
				masters[s.Name] = append(masters[s.Name], p)
			}
		}
	}
	for _, p := range live {
		for _, s := range p.e.Stores().List() {
			if s.Master || len(masters[s.Name]) != 1 {
				continue
			}
			m := masters[s.Name][0]
			if l := c.links[[2]string{p.id, m.id}]; l == nil || !l.up {
				continue
			}
			want, have := contents(m.e.Stores().Store(s.Name)), contents(p.e.Stores().Store(s.Name))
			if i := differ(want, have); i != "" {
				out = append(out, fmt.Sprintf("the clone of store %s on %s differs from its master on %s: %s", s.Name, p.n.name, m.n.name, i))
			}
		}
	}
	return out
}

// contents are the rows of a store as sorted text.
func contents(s *store.Store) []string {
	var out []string
	s.Each(func(key, val wire.Data) { out = append(out, wire.Format(key, true)+" = "+wire.Format(val, true)) })
	slices.Sort(out)
	return out
}

// differ names the first row that only one side has; "" if there is none.
func differ(master, clone []string) string {
	for _, row := range master {
		if _, ok := slices.BinarySearch(clone, row); !ok {
			return "it lacks " + shorten(row)
		}
	}
	for _, row := range clone {
		if _, ok := slices.BinarySearch(master, row); !ok {
			return "it still has " + shorten(row)
		}
	}
	return ""
}

func shorten(s string) string {
	if len(s) > 80 {
		s = s[:80] + "..."
	}
	return strings.ToValidUTF8(s, "?")
}
