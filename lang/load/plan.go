package load

import (
	"slices"
	"sort"

	"github.com/brogo/brogo/lang/check"
	"github.com/brogo/brogo/lang/lex"
)

// What loading puts off of the base scripts that come first is the same in every run, unless files along the search path or the conditions
// of a cluster change which of them are loaded. A plan is what was found when the scripts were generated: which stretches of items are put
// off, and under which names. Loading passes over such a stretch at once, with nothing filed; a name is looked up in the plan when it is
// asked for. A stretch counts only if everything before it went as planned: the stretches before it have been passed, as many
// globals are known or reserved, and as many names were asked for. From the first difference on each item is looked at by itself.

// Plan is what loading the base scripts in front of all others puts off, in one dialect.
type Plan struct {
	// Runs are stretches of items that are put off, in the order of loading.
	Runs []Run
	// Limits are the places of the items: how many globals stand before the one that follows (check.Place.Before).
	Limits []int32
	// Names are what is put off, by full name.
	Names []Planned
	// Readers are the constants with &redef that values depend on, by full name, with the names of these values.
	Readers []PlannedReads
	// Types are the types whose defaults read such constants, by full name, with these constants.
	Types []PlannedReads
}

// Run is a stretch of items of one file that are put off.
type Run struct {
	File      string // path
	First     int32  // the first entry in the file's outline
	Items     int32
	Before    int32 // places in the order of globals that are taken or reserved in front of it
	Performed int32 // names that were asked for until then
}

// Planned is a name that is put off. Items are numbered in the order of loading.
type Planned struct {
	Full  string
	Place int32    // in the order of globals
	Kind  lex.Kind // as in deferred and alias
	Fixed bool
	Since int32 // the item that declares it
	// Of is the place in Plan.Names of the enum that a member belongs to; that of the name itself otherwise.
	Of int32
	// Body is the first item that is a function, -1 if there is none.
	Body  int32
	Items []int32
}

// PlannedReads is names that depend on a name, each since an item.
type PlannedReads struct {
	Full  string
	Names []string
	Since []int32
}

// passed is a stretch of a plan that has been passed.
type passed struct {
	first   int32 // number of its first item
	src     *lex.Source
	entries []Entry
	at      check.Place
}

// course is how far loading has followed its plan.
type course struct {
	*Plan
	runs  []passed
	items int32 // that have been passed
	// filed are the names that have been asked for, by their index in Plan.Names.
	filed []*deferred
}

// pass passes over the items from entry i of a file on that are put off as planned, and returns their number.
func (l *Loader) pass(src *lex.Source, entries []Entry, i int) int {
	c := &l.course
	if len(c.runs) == len(c.Runs) {
		return 0
	}
	r := &c.Runs[len(c.runs)]
	if int(r.First) != i || r.File != src.File.Name || int(r.Before) != l.cfg.Checker.Places() || int(r.Performed) != l.performed {
		return 0
	}
	c.runs = append(c.runs, passed{c.items, src, entries[i:], l.cfg.Checker.Here()})
	c.items += r.Items
	l.cfg.Checker.ReserveUpTo(int(c.Limits[c.items-1]))
	return int(r.Items)
}

// find returns the index of a name that has been put off as planned, -1 if it has not.
func (c *course) find(full string) int {
	i := sort.Search(len(c.Names), func(i int) bool { return c.Names[i].Full >= full })
	if i == len(c.Names) || c.Names[i].Full != full || c.Names[i].Since >= c.items {
		return -1
	}
	return i
}

// names lists the names that have been put off as planned.
func (c *course) names() (list []string) {
	for i := range c.Names {
		if n := &c.Names[i]; n.Since < c.items {
			list = append(list, n.Full)
		}
	}
	return list
}

// Followed tells how many stretches of its plan loading has passed over, of how many.
func (l *Loader) Followed() (passed, all int) {
	return len(l.course.runs), len(l.course.Runs)
}

// Reserved returns the place in the order of globals that the plan keeps for a name.
func (l *Loader) Reserved(full string) (place int, ok bool) {
	if i := l.course.find(full); i >= 0 {
		return int(l.course.Names[i].Place), true
	}
	return 0, false
}

// alias returns what the name of an index stands for.
func (c *course) alias(i int) alias {
	if c.filed == nil {
		c.filed = make([]*deferred, len(c.Names))
	}
	n := &c.Names[i]
	of := &c.Names[n.Of]
	d := c.filed[n.Of]
	if d == nil {
		d = &deferred{kind: of.Kind, place: int(of.Place), planned: of.Items}
		c.filed[n.Of] = d
	}
	d.body = d.body || of.Body >= 0 && of.Body < c.items
	return alias{d, n.Kind, n.Fixed}
}

// fill files the items under d that have been passed since it was last filled.
func (c *course) fill(d *deferred) {
	for len(d.planned) > 0 && d.planned[0] < c.items {
		n := d.planned[0]
		d.planned = d.planned[1:]
		i, found := slices.BinarySearchFunc(c.runs, n, func(r passed, n int32) int { return int(r.first - n) })
		if !found {
			i--
		}
		r := &c.runs[i]
		d.items = append(d.items, deferredItem{src: r.src, outline: &r.entries[n-r.first], at: r.at.Before(int(c.Limits[n]))})
	}
}

// all returns everything that has been put off as planned.
func (c *course) all() (list []*deferred) {
	for i := range c.Names {
		if n := &c.Names[i]; int(n.Of) == i && n.Since < c.items {
			list = append(list, c.alias(i).d)
		}
	}
	return list
}

// reads lists the names that depend on a name.
func (c *course) reads(list []PlannedReads, full string) (names []string) {
	i := sort.Search(len(list), func(i int) bool { return list[i].Full >= full })
	if i == len(list) || list[i].Full != full {
		return nil
	}
	for k, name := range list[i].Names {
		if list[i].Since[k] < c.items {
			names = append(names, name)
		}
	}
	return names
}
