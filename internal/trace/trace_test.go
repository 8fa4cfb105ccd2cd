package trace

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// two nodes: a publishes from an event, b gets it, handles it and forwards it to c, which does not want it. The last line was cut by a kill.
const recorded = `{"k":"life","node":"a","id":"A","t":1000}
{"k":"peer","id":"B","up":true,"t":1001}
{"k":"event","t":1010,"ev":1,"name":"go","wait":3,"took":7}
{"k":"out","t":1012,"ev":1,"origin":"A","seq":5,"topic":"t/x","what":"event","name":"hello","bytes":9}
{"k":"life","node":"b","id":"B","t":1002}
{"k":"in","t":1020,"origin":"A","seq":5,"from":"A","topic":"t/x","what":"event","name":"hello","bytes":9,"fate":"delivered"}
{"k":"event","t":1021,"ev":1,"name":"hello","origin":"A","seq":5}
{"k":"life","node":"c","id":"C","t":1003}
{"k":"in","t":1030,"origin":"A","seq":5,"from":"B","topic":"t/x","what":"event","name":"hello","bytes":9,"fate":"unwanted"}
{"k":"drop","t":1031,"id":"B","origin":"C","seq":1,"topic":"t/y","what":"event","name":"<script>"}
{"k":"eve`

func TestViews(t *testing.T) {
	view := func(format string) string {
		var tr Trace
		if err := tr.Read(strings.NewReader(recorded)); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := tr.Write(&out, format); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	want := `    0.000000 a begins as A
    0.000001 a peer of b
    0.000002 b begins as B
    0.000003 c begins as C
    0.000010 a event #1 go, waited 3us, took 7us
    0.000012 a publishes a/5: event hello on t/x, 9 bytes, by #1
    0.000020 b gets a/5 from a: event hello on t/x, delivered
    0.000021 b event #1 hello by a/5, waited 0us, took 0us
    0.000030 c gets a/5 from b: event hello on t/x, unwanted
    0.000031 c drops c/1 for b: event <script> on t/y
`
	if got := view("text"); got != want {
		t.Errorf("got\n%s", got)
	}
	var chrome struct {
		TraceEvents []chromeEvent `json:"traceEvents"`
	}
	if err := json.Unmarshal([]byte(view("chrome")), &chrome); err != nil {
		t.Fatal(err)
	}
	var flows []chromeEvent
	for _, e := range chrome.TraceEvents {
		if e.Cat == "message" {
			flows = append(flows, e)
		}
	}
	// From a at 12 to b at 20, and on from b to c at 30.
	for i, w := range []chromeEvent{{Ph: "s", Ts: 12, Pid: 1}, {Ph: "f", Ts: 20, Pid: 2}, {Ph: "s", Ts: 20, Pid: 2}, {Ph: "f", Ts: 30, Pid: 3}} {
		if i >= len(flows) || flows[i].Ph != w.Ph || flows[i].Ts != w.Ts || flows[i].Pid != w.Pid {
			t.Fatalf("flow %d is not %+v: %+v", i, w, flows)
		}
	}
	if html := view("html"); strings.Contains(html, "<script>\"") || strings.Count(html, "<script>") != 1 || strings.Contains(html, "/*DATA*/") {
		t.Error("the page holds what a script could have written as HTML")
	}
}

func TestReadRefuses(t *testing.T) {
	for in, want := range map[string]string{
		`{"k":"event"}`: "line 1 comes before the node has a name: this is no trace",
		"event":         "line 1 is no record of a trace",
		"{\"k\":\"life\",\"node\":\"a\"}\nx\n{\"k\":\"peer\"}": "line 2 is no record of a trace",
	} {
		if err := new(Trace).Read(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", in, err, want)
		}
	}
}
