package trace

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// chromeEvent is one element of Chrome's trace format ("Trace Event Format"), which chrome://tracing and Perfetto read. Times are
// microseconds.
type chromeEvent struct {
	Name string         `json:"name"`
	Cat  string         `json:"cat,omitempty"`
	Ph   string         `json:"ph"`
	Ts   int64          `json:"ts"`
	Dur  int64          `json:"dur,omitempty"`
	Pid  int            `json:"pid"`
	Tid  int            `json:"tid"`
	ID   int            `json:"id,omitempty"`
	BP   string         `json:"bp,omitempty"`
	S    string         `json:"s,omitempty"`
	Args map[string]any `json:"args,omitempty"`
}

// Chrome writes the trace in Chrome's format: a process for each node, a slice for the handlers of each event, a flow for each hop of a
// message.
func (t *Trace) Chrome(w io.Writer) error {
	start := t.start()
	var out []chromeEvent
	for i, name := range t.Lanes {
		out = append(out, chromeEvent{Name: "process_name", Ph: "M", Pid: i + 1, Args: map[string]any{"name": name}})
	}
	for i := range t.Steps {
		s := &t.Steps[i]
		e := chromeEvent{Name: s.Name, Cat: s.Kind, Ph: "i", S: "t", Ts: s.At - start, Pid: s.Lane + 1, Tid: 1, Args: map[string]any{"what": t.describe(s)}}
		switch s.Kind {
		case "event":
			e.Ph, e.S, e.Dur = "X", "", max(s.Took, 1)
			e.Args["id"], e.Args["cause"], e.Args["wait_us"] = s.Event, s.Cause, s.Wait
		case "out", "in", "drop":
			if e.Name == "" {
				e.Name = s.What
			}
			e.Ph, e.S, e.Dur, e.Tid = "X", "", 1, 2
			e.Args["topic"] = s.Topic
		default:
			e.Name, e.Tid = t.describe(s), 2
		}
		out = append(out, e)
	}
	for i, a := range t.arrows() {
		name := a.Step.Topic
		out = append(out, chromeEvent{Name: name, Cat: "message", Ph: "s", Ts: a.Sent - start, Pid: a.From + 1, Tid: 2, ID: i + 1},
			chromeEvent{Name: name, Cat: "message", Ph: "f", BP: "e", Ts: a.At - start, Pid: a.To + 1, Tid: 2, ID: i + 1})
	}
	return json.NewEncoder(w).Encode(map[string]any{"displayTimeUnit": "ms", "traceEvents": out})
}

//go:embed page.html
var page string

// HTML writes the trace as a page that needs nothing else: a lane for each node, a mark for each event, an arrow for each hop of a message.
func (t *Trace) HTML(w io.Writer) error {
	type mark struct {
		Lane int    `json:"l"`
		At   int64  `json:"t"`
		Wait int64  `json:"w,omitempty"`
		Took int64  `json:"d,omitempty"`
		Kind string `json:"k"`
		Name string `json:"n"`
		Text string `json:"x"`
	}
	type arrow struct {
		From int    `json:"f"`
		To   int    `json:"o"`
		Sent int64  `json:"s"`
		At   int64  `json:"t"`
		Name string `json:"n"`
		Text string `json:"x"`
		Lost bool   `json:"u,omitempty"` // it was not delivered
	}
	start := t.start()
	data := struct {
		Lanes  []string `json:"lanes"`
		Marks  []mark   `json:"marks"`
		Arrows []arrow  `json:"arrows"`
	}{Lanes: t.Lanes, Marks: []mark{}, Arrows: []arrow{}}
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.Kind != "in" && s.Kind != "out" {
			data.Marks = append(data.Marks, mark{s.Lane, s.At - start, s.Wait, s.Took, s.Kind, s.Name, t.describe(s)})
		}
	}
	for _, a := range t.arrows() {
		name := a.Step.Name
		if name == "" {
			name = a.Step.What
		}
		text := fmt.Sprintf("%s to %s in %dus\n%s", t.Lanes[a.From], t.Lanes[a.To], a.At-a.Sent, t.describe(a.Step))
		data.Arrows = append(data.Arrows, arrow{a.From, a.To, a.Sent - start, a.At - start, name, text, a.Step.Fate != "delivered"})
	}
	b, err := json.Marshal(data) // which keeps "</script>" out by escaping
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, strings.Replace(page, "/*DATA*/null", string(b), 1))
	return err
}

// Formats are the names of the forms that Write knows.
var Formats = []string{"text", "chrome", "html"}

// Write writes the trace in a form of Formats.
func (t *Trace) Write(w io.Writer, format string) error {
	t.Sort()
	switch format {
	case "text":
		return t.Text(w)
	case "chrome":
		return t.Chrome(w)
	case "html":
		return t.HTML(w)
	}
	return fmt.Errorf("unknown form %q: it is %s", format, strings.Join(Formats, ", "))
}

// FormatOf is the form that the name of a file asks for; "" if it is that of a trace file itself.
func FormatOf(file string) string {
	for suffix, format := range map[string]string{".html": "html", ".htm": "html", ".json": "chrome", ".txt": "text"} {
		if strings.HasSuffix(file, suffix) {
			return format
		}
	}
	return ""
}
