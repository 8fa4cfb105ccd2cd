package check

import (
	"github.com/brogo/brogo/lang/ast"
	"github.com/brogo/brogo/lang/ir"
)

// Items may be put off until somebody asks for the name that they declare: see lang/load, which keeps them. What is put off has its
// place in the order of globals reserved, and everything that looks for a global by name goes through have.

// have returns the global of a canonical full name, or nil. Items put off under the name are checked first. An item that was put off
// itself does not see what came after it.
func (c *Checker) have(full string) *ir.Global {
	g := c.globals[full]
	if g == nil {
		if c.cfg.Demand == nil || !c.cfg.Demand(full) {
			return nil
		}
		if g = c.globals[full]; g == nil {
			return nil
		}
	}
	for c.limit > 0 && c.info[g].order >= c.limit && g.Kind != ir.KindBuiltin {
		if g = c.info[g].was; g == nil {
			return nil
		}
	}
	c.asked(g)
	return g
}

// anew makes a type that stands in for one of the base scripts: the scripts that follow mean it, what the base scripts have put off
// means the one before.
func (c *Checker) anew(was *ir.Global) *ir.Global {
	g := *was
	c.globals[g.Name] = &g
	c.info[&g] = &globalInfo{order: len(c.order), typed: true, was: was}
	c.order = append(c.order, &g)
	c.fresh = append(c.fresh, &g)
	return &g
}

// asked tells whoever waits for it that a global has been asked for.
func (c *Checker) asked(g *ir.Global) {
	if g.Awaited && c.cfg.Needed(g, c.file) {
		g.Awaited = false
	}
}

// Await has Config.Needed told when somebody asks for a full name, at run time as well.
func (c *Checker) Await(full string) {
	if c.awaited == nil {
		c.awaited = make(map[string]bool)
	}
	c.awaited[full] = true
	if g := c.globals[full]; g != nil {
		g.Awaited = true
	}
}

// Defines returns the global of a full name if its item has been checked, nil otherwise. Builtins do not count.
func (c *Checker) Defines(full string) *ir.Global { return c.globals[c.canonical(full)] }

// Qualify returns the full name under which a declaration at this place introduces a name.
func (c *Checker) Qualify(name string) string { return c.canonical(qualify(c.module, name)) }

// Reserve keeps a place in the order of globals for a name whose item is put off.
func (c *Checker) Reserve(full string) {
	if _, dup := c.reservation(full); !dup {
		c.reserved[full] = len(c.order)
		c.order = append(c.order, nil)
	}
}

// ReserveUpTo keeps n places in all, for names whose items are put off by a plan: Config.Reserved tells the place of each.
func (c *Checker) ReserveUpTo(n int) {
	c.planned = true
	c.order = append(c.order, make([]*ir.Global, n-len(c.order))...)
}

// Places is how many places there are in the order of globals, taken or reserved.
func (c *Checker) Places() int { return len(c.order) }

// reservation returns the place that is kept for a name.
func (c *Checker) reservation(full string) (place int, ok bool) {
	if place, ok = c.reserved[full]; !ok && c.planned {
		place, ok = c.cfg.Reserved(full)
	}
	return place, ok
}

// Known returns the globals whose items have been checked, in order of definition.
func (c *Checker) Known() []*ir.Global {
	all := make([]*ir.Global, 0, len(c.order))
	for _, g := range c.order {
		if g != nil {
			all = append(all, g)
		}
	}
	return all
}

// Options returns the globals that are options, in order of definition.
func (c *Checker) Options() []*ir.Global {
	if c.cfg.DemandOptions != nil {
		c.cfg.DemandOptions()
	}
	var all []*ir.Global
	for _, g := range c.order {
		if g != nil && g.Kind == ir.KindOption {
			all = append(all, g)
		}
	}
	return all
}

// Here returns the place where the next item of the file under way stands.
func (c *Checker) Here() Place {
	return c.Place.Before(len(c.order))
}

// Before returns the place of an item in front of which there are n globals.
func (p Place) Before(n int) Place {
	p.limit = n
	return p
}

// ItemAt checks an item that was put off at a place; another item may be under way. A function whose body is to be checked only when
// it is needed (ir.Func.Complete) has none in d; block parses it then.
func (c *Checker) ItemAt(p Place, d ast.Decl, block func() *ast.Block) []ir.Action {
	outer := c.underway
	c.underway = underway{Place: p, parseBody: block}
	acts := c.Item(d)
	c.underway = outer
	return acts
}

// bodyLater returns what checks the body of f later.
func (c *Checker) bodyLater(f *function, block func() *ast.Block) func() {
	then := underway{Place: c.Place, owner: c.owner, fn: f, cur: c.cur}
	return func() {
		outer := c.underway
		c.underway = then
		f.ir.Body = c.body(f, block())
		c.underway = outer
	}
}
