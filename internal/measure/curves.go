package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// curve is a group of operations that are timed over sizes and drawn in one plot.
type curve struct {
	name, title, axis string
	sizes             []int
	lines             []string // names of the operations
	run               runner
}

// runner does each operation at size n, in rounds until it has been done about ops times, and returns the CPU time of one operation each.
type runner func(n, ops int) (map[string]time.Duration, error)

// enough is how often operations are done for a figure: small sizes are over too soon to be timed well.
const enough = 300_000

// Point is one measured size of one operation.
type Point struct {
	N  int
	Ns float64 // nanoseconds of CPU an operation
}

// CurveOptions sets Curves.
type CurveOptions struct {
	Out     io.Writer
	Dir     string // of the plots
	Largest int    // exponent of ten at which the sizes end
	Runs    int
	Only    string // the name of the only curve, "" for all
}

// decades are the sizes from 10^from to 10^to, two a decade.
func decades(from, to int) (sizes []int) {
	for e := 2 * from; e <= 2*to; e++ {
		sizes = append(sizes, int(math.Round(math.Pow(10, float64(e)/2))))
	}
	return sizes
}

// curves are all curves up to sizes of 10^largest.
func curves(largest int) []curve {
	var all []curve
	for _, k := range tableKeys {
		all = append(all, curve{"table-" + k.name, "table[" + k.index + "] of count, by entries", "entries", decades(4, largest),
			[]string{"insert", "lookup", "lookup, scattered", "iterate", "delete, scattered"}, script(k.code())})
	}
	return append(all,
		curve{"control", "Go's own map and slice, by entries", "entries", decades(4, largest),
			[]string{"map: insert", "map: lookup, scattered", "map: delete, scattered", "slice: update, scattered"}, control},
		curve{"events", "events that are queued and handled, by length of the queue", "events in the queue", decades(5, largest),
			[]string{"queue", "handle"}, script(eventsCode)},
		curve{"timers", "scheduled events, each for a time of its own, by how many wait", "timers", decades(3, min(largest, 6)),
			[]string{"schedule", "fire"}, script(timersCode)},
		curve{"triggers", "when statements that one assignment sets off, by how many wait", "triggers", decades(3, min(largest, 6)),
			[]string{"start", "fire", "start with a timeout", "fire with a timeout"}, script(triggersCode)},
		curve{"peers", "an event from node to node, by nodes around one", "peers", []int{1, 2, 5, 10, 20, 50, 100, 200},
			[]string{"one to all, in memory", "all to one, in memory", "one to all, TCP", "all to one, TCP"}, peers},
	)
}

// Curves measures curves, prints them as tables, and writes a plot of each.
func Curves(o CurveOptions) error {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return err
	}
	known := false
	for _, c := range curves(o.Largest) {
		if o.Only != "" && o.Only != c.name {
			continue
		}
		known = true
		lines, err := c.measure(o.Runs, enough)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		c.print(o.Out, lines)
		if err := os.WriteFile(filepath.Join(o.Dir, c.name+".svg"), plot(c, lines), 0o644); err != nil {
			return err
		}
	}
	if !known {
		return fmt.Errorf("there is no curve %q", o.Only)
	}
	return nil
}

// measure returns the points of each line. It takes the least of some runs at each size: what else the machine does only ever adds.
func (c *curve) measure(runs, ops int) ([][]Point, error) {
	lines := make([][]Point, len(c.lines))
	for _, n := range c.sizes {
		best := slices.Repeat([]float64{math.Inf(1)}, len(c.lines))
		for range runs {
			runtime.GC()
			each, err := c.run(n, ops)
			if err != nil {
				return nil, err
			}
			for i, name := range c.lines {
				d, ok := each[name]
				if !ok {
					return nil, fmt.Errorf("nothing was charged to %q", name)
				}
				best[i] = min(best[i], float64(d.Nanoseconds()))
			}
		}
		for i, ns := range best {
			lines[i] = append(lines[i], Point{n, ns})
		}
	}
	return lines, nil
}

// print writes a table of a curve: a row for each operation, with its growth at the end.
func (c *curve) print(w io.Writer, lines [][]Point) {
	fmt.Fprintf(w, "%s (ns of CPU each)\n\n|  |", c.title)
	for _, n := range c.sizes {
		fmt.Fprintf(w, " %d |", n)
	}
	fmt.Fprintf(w, " growth |\n|---|%s\n", strings.Repeat("---:|", len(c.sizes)+1))
	for i, points := range lines {
		fmt.Fprintf(w, "| %s |", c.lines[i])
		for _, p := range points {
			fmt.Fprintf(w, " %.0f |", p.Ns)
		}
		fmt.Fprintf(w, " %.2f |\n", growth(points))
	}
	fmt.Fprintln(w)
}

// growth is the most by which a time exceeds that of a smaller size, as a factor.
func growth(points []Point) float64 {
	least, most := math.Inf(1), 1.0
	for _, p := range points {
		most = max(most, height(p)/least)
		least = min(least, height(p))
	}
	return most
}

// script returns the runner of a program that charges its operations by measure_mark. In its text @N is the size and @ROUNDS the number
// of rounds.
func script(code string) runner {
	return func(n, ops int) (map[string]time.Duration, error) {
		rounds := max(1, ops/n)
		var w stopwatch
		e, err := engine(strings.NewReplacer("@N", fmt.Sprint(n), "@ROUNDS", fmt.Sprint(rounds)).Replace(code), w.builtin())
		if err != nil {
			return nil, err
		}
		if err := finish(e); err != nil {
			return nil, err
		}
		for name := range w.spent {
			w.spent[name] /= time.Duration(n * rounds)
		}
		return w.spent, nil
	}
}
