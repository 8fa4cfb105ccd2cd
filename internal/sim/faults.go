package sim

import (
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/internal/layout"
)

// Fault is something that goes wrong at a time, or is mended.
type Fault struct {
	Kind Kind
	// A and B are the groups of nodes that a partition parts and whose connections a reset breaks; an empty B is all others. A alone
	// holds the nodes of a crash or restart.
	A, B []string
	// From is when it begins, To when a partition ends; times since the start.
	From, To time.Duration
}

// Kind is the kind of a Fault.
type Kind uint8

// The kinds of faults.
const (
	Partition Kind = iota // the groups do not hear each other
	Reset                 // connections between the groups break
	Crash                 // the processes are killed
	Restart               // dead processes start again; live ones end in order first
)

var kinds = [...]string{"partition", "reset", "crash", "restart"}

// String returns the name of the flag for the kind.
func (k Kind) String() string { return kinds[k] }

// ParseFault reads what follows a flag: NODES@TIME, for a partition NODES@FROM..TO. NODES are names and patterns such as worker-*, apart
// by commas; a bar divides them into two groups. Without one, two names are the two groups, and more or fewer of a partition are parted
// from all others.
func ParseFault(kind Kind, text string) (Fault, error) {
	f := Fault{Kind: kind}
	bad := func(why string) (Fault, error) {
		form := "NODES@TIME, such as worker-1@3s"
		if kind == Partition {
			form = "NODES@FROM..TO, such as manager,worker-1@5s..20s"
		}
		return f, fmt.Errorf("--%s %s: %s; it is %s", kind, text, why, form)
	}
	who, when, ok := strings.Cut(text, "@")
	if !ok || who == "" {
		return bad("no time")
	}
	from, to, ranged := strings.Cut(when, "..")
	var err error
	if f.From, err = time.ParseDuration(from); err != nil || f.From < 0 {
		return bad("no time: " + from)
	}
	if ranged != (kind == Partition) {
		if ranged {
			return bad("it has no end")
		}
		return bad("when does it end")
	}
	if ranged {
		if f.To, err = time.ParseDuration(to); err != nil || f.To <= f.From {
			return bad("no later time: " + to)
		}
	}
	a, b, two := strings.Cut(who, "|")
	f.A = strings.Split(a, ",")
	switch {
	case two && (kind == Crash || kind == Restart):
		return bad("it has one group of nodes")
	case two:
		f.B = strings.Split(b, ",")
	case kind == Partition || kind == Reset:
		if len(f.A) == 2 {
			f.A, f.B = f.A[:1], f.A[1:]
		}
	}
	for _, name := range slices.Concat(f.A, f.B) {
		if _, err := path.Match(name, ""); err != nil || name == "" {
			return bad("no name of a node: " + name)
		}
	}
	return f, nil
}

// String is the fault as ParseFault reads it.
func (f Fault) String() string {
	who := strings.Join(f.A, ",")
	switch {
	case len(f.B) == 1 && len(f.A) == 1:
		who += "," + f.B[0]
	case len(f.B) > 0:
		who += "|" + strings.Join(f.B, ",")
	}
	if f.Kind == Partition {
		return fmt.Sprintf("%s@%v..%v", who, f.From, f.To)
	}
	return fmt.Sprintf("%s@%v", who, f.From)
}

// expand replaces the patterns by the names of a layout. A pattern that no node has is an error.
func (f Fault) expand(l *layout.Layout) (Fault, error) {
	group := func(patterns []string) (out []string, err error) {
		for _, p := range patterns {
			found := false
			for _, n := range l.Nodes {
				if ok, _ := path.Match(p, n.Name); ok {
					found = true
					if !slices.Contains(out, n.Name) {
						out = append(out, n.Name)
					}
				}
			}
			if !found {
				return nil, fmt.Errorf("--%s %s: the layout has no node %s", f.Kind, f, p)
			}
		}
		return out, nil
	}
	a, err := group(f.A)
	if err != nil {
		return f, err
	}
	b, err := group(f.B)
	if err != nil {
		return f, err
	}
	if len(f.B) == 0 && f.Kind <= Reset {
		for _, n := range l.Nodes {
			if !slices.Contains(a, n.Name) {
				b = append(b, n.Name)
			}
		}
	}
	f.A, f.B = a, b
	return f, nil
}

// chaos draws n faults from rnd: partitions, broken connections and crashes with their restarts, all over when three quarters of the time
// are.
func chaos(n int, l *layout.Layout, total time.Duration, rnd *rand.Rand) []Fault {
	if len(l.Nodes) < 2 {
		return nil
	}
	within := func(from, to time.Duration) time.Duration {
		return (from + time.Duration(rnd.Int64N(int64(max(to-from, 1))))).Round(time.Millisecond)
	}
	node := func() string { return l.Nodes[rnd.IntN(len(l.Nodes))].Name }
	var out []Fault
	free := map[string]time.Duration{} // when a node that crashes is back
	for range n {
		at := within(total/20, total*6/10)
		until := within(at+time.Millisecond, min(at+45*time.Second, total*3/4))
		a := node()
		switch rnd.IntN(4) {
		case 0: // one from all
			out = append(out, Fault{Kind: Partition, A: []string{a}, From: at, To: until})
		case 1, 2:
			b := a
			for b == a {
				b = node()
			}
			f := Fault{Kind: Reset, A: []string{a}, B: []string{b}, From: at}
			if rnd.IntN(3) > 0 {
				f.Kind, f.To = Partition, until
			}
			out = append(out, f)
		default:
			if at <= free[a] {
				continue
			}
			free[a] = until
			out = append(out, Fault{Kind: Crash, A: []string{a}, From: at}, Fault{Kind: Restart, A: []string{a}, From: until})
		}
	}
	slices.SortStableFunc(out, func(a, b Fault) int { return int(a.From - b.From) })
	return out
}
