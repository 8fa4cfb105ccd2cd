package trace

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// Trace is what one or more nodes have recorded.
type Trace struct {
	Lanes []string // names of nodes, in order of their first life
	lives []life   // processes
	byID  map[string]int
	Steps []Step // in order of time, once Sort was called
}

type life struct {
	lane int
	id   string
}

// Step is a Record in its place.
type Step struct {
	Record
	Lane int // of Trace.Lanes
	life int
}

func (t *Trace) life(r Record) int {
	if t.byID == nil {
		t.byID = map[string]int{}
	}
	lane := slices.Index(t.Lanes, r.Node)
	if lane < 0 {
		lane = len(t.Lanes)
		t.Lanes = append(t.Lanes, r.Node)
	}
	t.lives = append(t.lives, life{lane, r.ID})
	t.byID[r.ID] = len(t.lives) - 1
	t.Steps = append(t.Steps, Step{r, lane, len(t.lives) - 1})
	return len(t.lives) - 1
}

func (t *Trace) add(p int, r Record) { t.Steps = append(t.Steps, Step{r, t.lives[p].lane, p}) }

// Sort puts the steps in order of time.
func (t *Trace) Sort() {
	slices.SortStableFunc(t.Steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
}

// start is the earliest time.
func (t *Trace) start() int64 {
	if len(t.Steps) == 0 {
		return 0
	}
	return t.Steps[0].At
}

// name is the name of the node with an id.
func (t *Trace) name(id string) string {
	if p, ok := t.byID[id]; ok {
		return t.Lanes[t.lives[p].lane]
	}
	return id
}

type messageKey struct {
	origin string
	seq    uint64
}

// Arrow is one hop of a message.
type Arrow struct {
	From, To int // lanes
	Sent, At int64
	Step     *Step // of the arrival
}

// arrows join each arrival with the moment at which the peer had the message: when it published it, or when it came there.
func (t *Trace) arrows() []Arrow {
	had := map[struct {
		messageKey
		life int
	}]int64{}
	var out []Arrow
	for i := range t.Steps {
		s := &t.Steps[i]
		key := struct {
			messageKey
			life int
		}{messageKey{s.Origin, s.Seq}, s.life}
		switch s.Kind {
		case "out":
			had[key] = s.At
		case "in":
			if _, again := had[key]; !again {
				had[key] = s.At
			}
			from, known := t.byID[s.From]
			if !known {
				continue
			}
			if at, ok := had[struct {
				messageKey
				life int
			}{key.messageKey, from}]; ok {
				out = append(out, Arrow{t.lives[from].lane, s.Lane, at, s.At, s})
			}
		}
	}
	return out
}

// Text writes a line for each step.
func (t *Trace) Text(w io.Writer) error {
	width := 0
	for _, name := range t.Lanes {
		width = max(width, len(name))
	}
	start := t.start()
	for _, s := range t.Steps {
		if _, err := fmt.Fprintf(w, "%12.6f %-*s %s\n", float64(s.At-start)/1e6, width, t.Lanes[s.Lane], t.describe(&s)); err != nil {
			return err
		}
	}
	return nil
}

// describe is a step in words.
func (t *Trace) describe(s *Step) string {
	what := s.What
	if s.Name != "" && s.Kind != "event" {
		what += " " + s.Name
	}
	switch s.Kind {
	case "life":
		return "begins as " + s.ID
	case "event":
		text := fmt.Sprintf("event #%d %s", s.Event, s.Name)
		switch {
		case s.Origin != "":
			text += fmt.Sprintf(" by %s/%d", t.name(s.Origin), s.Seq)
		case s.Cause != 0:
			text += fmt.Sprintf(" by #%d", s.Cause)
		}
		return text + fmt.Sprintf(", waited %dus, took %dus", s.Wait, s.Took)
	case "out":
		text := fmt.Sprintf("publishes %s/%d: %s on %s, %d bytes", t.Lanes[s.Lane], s.Seq, what, s.Topic, s.Bytes)
		if s.Event != 0 {
			text += fmt.Sprintf(", by #%d", s.Event)
		}
		return text
	case "in":
		return fmt.Sprintf("gets %s/%d from %s: %s on %s, %s", t.name(s.Origin), s.Seq, t.name(s.From), what, s.Topic, s.Fate)
	case "drop":
		return fmt.Sprintf("drops %s/%d for %s: %s on %s", t.Lanes[s.Lane], s.Seq, t.name(s.ID), what, s.Topic)
	case "peer":
		if s.Up {
			return "peer of " + t.name(s.ID)
		}
		return "no longer peer of " + t.name(s.ID)
	}
	return s.Kind
}
