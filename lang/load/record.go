package load

import (
	"cmp"
	"maps"
	"slices"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/lex"
)

// recorder makes a plan of what loading does.
type recorder struct {
	plan           Plan
	index          map[string]int // of a name in plan.Names
	readers, types map[string]*PlannedReads

	// The item under way: what stood before it, and what has been filed for it.
	before, performed int
	filing            *filing
	after             int // places behind the item before
}

// filing is an item that has been put off.
type filing struct {
	entry    *Entry
	full     string
	isNew    bool // nothing was put off under the name before
	fixed    bool
	members  []string // new ones
	reads    []string
	types    []string // full names of the type for which typeReads are noted
	defaults []string // these
}

// Record has the loader make a plan of what it puts off, instead of following one, by outlines that are made anew. Recorded returns it when
// loading is over.
func (l *Loader) Record() {
	l.cfg.Outline = func(f *diag.File, d *dialect.Dialect) []Entry {
		entries, err := OutlineOf(f, d)
		if err != nil {
			return nil
		}
		return entries
	}
	l.course = course{Plan: &Plan{}}
	l.recorder = &recorder{index: make(map[string]int), readers: make(map[string]*PlannedReads), types: make(map[string]*PlannedReads)}
}

// Recorded returns the plan that Record asked for.
func (l *Loader) Recorded() *Plan {
	r := l.recorder
	p := &r.plan
	full := make([]string, len(p.Names)) // by the index so far
	for i := range p.Names {
		full[i] = p.Names[i].Full
	}
	slices.SortFunc(p.Names, func(a, b Planned) int { return cmp.Compare(a.Full, b.Full) })
	for i := range p.Names {
		p.Names[i].Of = int32(slices.IndexFunc(p.Names, func(n Planned) bool { return n.Full == full[p.Names[i].Of] }))
	}
	p.Readers, p.Types = sorted(r.readers), sorted(r.types)
	return p
}

func sorted(all map[string]*PlannedReads) (list []PlannedReads) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, *all[name])
	}
	return list
}

// begin notes what stands before an item.
func (r *recorder) begin(l *Loader) {
	r.before, r.performed, r.filing = l.cfg.Checker.Places(), l.performed, nil
}

// end adds the item to the plan, entry i of its file, if nothing but filing it has been done.
func (r *recorder) end(l *Loader, file string, i int) {
	f, p := r.filing, &r.plan
	places := l.cfg.Checker.Places()
	if f == nil {
		return
	}
	grown := len(f.members)
	if f.isNew {
		grown++
	}
	of, planned := r.index[f.full]
	if l.performed != r.performed || places != r.before+grown || planned == f.isNew {
		return
	}
	n := int32(len(p.Limits))
	p.Limits = append(p.Limits, int32(places))
	place := int32(r.before)
	if f.isNew {
		of = r.add(Planned{Full: f.full, Place: place, Kind: f.entry.First, Fixed: f.fixed, Since: n, Of: int32(len(p.Names)), Body: -1})
		place++
	}
	for _, m := range f.members {
		r.add(Planned{Full: m, Place: place, Kind: lex.KwEnum, Fixed: true, Since: n, Of: int32(of), Body: -1})
		place++
	}
	name := &p.Names[of]
	name.Items = append(name.Items, n)
	if name.Body < 0 && f.entry.First == lex.KwFunction {
		name.Body = n
	}
	note(r.readers, f.reads, []string{f.full}, n)
	note(r.types, f.types, f.defaults, n)

	last := len(p.Runs) - 1
	if last >= 0 && p.Runs[last].File == file && int(p.Runs[last].First+p.Runs[last].Items) == i &&
		int(p.Runs[last].Performed) == l.performed && r.after == r.before {
		p.Runs[last].Items++
	} else {
		p.Runs = append(p.Runs, Run{File: file, First: int32(i), Items: 1, Before: int32(r.before), Performed: int32(l.performed)})
	}
	r.after = places
}

func (r *recorder) add(n Planned) int {
	i := len(r.plan.Names)
	r.plan.Names = append(r.plan.Names, n)
	r.index[n.Full] = i
	return i
}

// note adds names under each of the keys.
func note(all map[string]*PlannedReads, keys, names []string, since int32) {
	for _, key := range keys {
		if all[key] == nil {
			all[key] = &PlannedReads{Full: key}
		}
		for _, name := range names {
			all[key].Names = append(all[key].Names, name)
			all[key].Since = append(all[key].Since, since)
		}
	}
}
