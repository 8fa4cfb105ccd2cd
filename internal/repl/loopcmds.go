package repl

import (
	"math"
	"strconv"
	"time"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
)

// advancer is a clock that can be moved.
type advancer interface {
	Now() time.Time
	AdvanceTo(time.Time)
}

// waitLimit bounds :wait, in seconds.
const waitLimit = 10

func (c *Core) queue(string) bool {
	q := c.m.Queue()
	for _, e := range q {
		c.printf("  %s(%s)\n", e.Name, e.Args)
	}
	if len(q) == 0 {
		c.printf("no events wait\n")
	}
	return true
}

func (c *Core) pause(string) bool {
	c.paused = true
	c.printf("the event loop stands still; :step handles one event, :run lets it go on\n")
	return true
}

func (c *Core) step(arg string) bool {
	n := 1
	if arg != "" {
		var err error
		if n, err = strconv.Atoi(arg); err != nil || n < 1 {
			return c.errorf(":step takes a number of events")
		}
	}
	c.paused = true
	for range n {
		var did bool
		ok := c.m.Guarded(func() {
			e, one := c.m.StepEvent()
			if did = one; one {
				c.m.Flush()
				c.printf("handled %s(%s)\n", e.Name, e.Args)
			}
		})
		if !ok || !did {
			c.m.Flush()
			if !did {
				c.printf("no events wait\n")
			}
			return ok
		}
	}
	c.m.Flush()
	return true
}

func (c *Core) runLoop(arg string) bool {
	c.paused = false
	if arg == "" {
		return true
	}
	sec, ok := c.interval(arg)
	if !ok {
		return false
	}
	if c.virtual != nil {
		return c.move(sec)
	}
	c.wait(func() bool { return false }, sec)
	return true
}

func (c *Core) waitFor(arg string) bool {
	if arg == "" {
		return c.errorf(":wait takes an expression")
	}
	t, ok := c.s.TypeOf(arg)
	if !ok {
		return false
	}
	if t.Tag != types.Bool {
		return c.errorf("%s is no bool but %s", arg, names.Type(t))
	}
	c.paused = false
	came, failed := false, false
	c.wait(func() bool {
		_, v, ok := c.s.Look(arg)
		failed = !ok
		came = ok && v.Bool()
		return came || failed
	}, waitLimit)
	if !came && !failed {
		return c.errorf("%s has not come true", arg)
	}
	return came
}

func (c *Core) timers(string) bool {
	at := c.m.TimerAt()
	for _, t := range at {
		c.printf("  in %s\n", seconds(math.Max(0, t-c.m.NetworkTime())))
	}
	if len(at) == 0 {
		c.printf("no timers are pending\n")
	}
	return true
}

func (c *Core) whens(string) bool {
	ws := c.m.Whens()
	for _, w := range ws {
		c.printf("  when ( %s )", w.Cond)
		if w.Timeout >= 0 {
			c.printf(" timeout %s", seconds(w.Timeout))
		}
		if w.Holds > 0 {
			c.printf(", asked and not answered yet")
		}
		c.printf("  %s%s%s\n", c.colors.dim, diag.Location(w.At), c.colors.off)
	}
	if len(ws) == 0 {
		c.printf("no when statements wait\n")
	}
	return true
}

func (c *Core) advance(arg string) bool {
	if c.virtual == nil {
		return c.errorf("the clock is the machine's; brogo repl --virtual starts with one that can be moved")
	}
	sec, ok := c.interval(arg)
	return ok && c.move(sec)
}

// move lets a virtual clock pass over an interval, stopping wherever a timer is due.
func (c *Core) move(sec float64) bool {
	end := c.virtual.Now().Add(time.Duration(sec * float64(time.Second)))
	for !c.s.Over() {
		next, busy := c.s.Step()
		switch {
		case busy:
		case !next.IsZero() && !next.After(end) && next.After(c.virtual.Now()):
			c.virtual.AdvanceTo(next)
		case c.virtual.Now().Before(end) && (next.IsZero() || next.After(end)):
			c.virtual.AdvanceTo(end)
		case next.IsZero() || next.After(end):
			return true
		}
	}
	return true
}
