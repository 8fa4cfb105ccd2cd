package supervise

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A real process: its lines come before its end, by stream, the last one also without an end of line.
func TestMachine(t *testing.T) {
	m := &Machine{}
	defer m.Close()
	var mu sync.Mutex
	got := map[Stream][]string{}
	over := make(chan Exit)
	p, err := m.Start(Spec{Node: "n", Argv: []string{"/bin/sh", "-c", `echo out; echo err >&2; echo "$NAME" > /dev/fd/3; printf end; exit 3`},
		Env: append(os.Environ(), "NAME=started"), Dir: t.TempDir()}, Watch{
		Line: func(from Stream, line string) {
			mu.Lock()
			got[from] = append(got[from], line)
			mu.Unlock()
		},
		Exited: func(e Exit) { over <- e },
	})
	if err != nil {
		t.Fatal(err)
	}
	if e := <-over; e.Code != 3 || e.Reason != "exit status 3" || p.Pid() == 0 {
		t.Errorf("ended with %+v", e)
	}
	if !slices.Equal(got[Stdout], []string{"out", "end"}) || !slices.Equal(got[Stderr], []string{"err"}) || !slices.Equal(got[Report], []string{"started"}) {
		t.Errorf("printed %q", got)
	}

	p, err = m.Start(Spec{Argv: []string{"/bin/sh", "-c", "echo up; exec sleep 1000"}}, Watch{
		Line:   func(Stream, string) { over <- Exit{} },
		Exited: func(e Exit) { over <- e },
	})
	if err != nil {
		t.Fatal(err)
	}
	<-over
	p.Signal(kill)
	if e := <-over; e.Code != -1 || e.Reason != "signal: killed" {
		t.Errorf("ended with %+v", e)
	}
	p.Signal(kill)
	if _, err := m.Start(Spec{Argv: []string{"/nonexistent"}}, Watch{}); err == nil {
		t.Error("a program that does not exist was started")
	}
}

func TestLines(t *testing.T) {
	var got []int
	lines(strings.NewReader("a\n\n"+strings.Repeat("x", maxLine+10)+"\nb"), func(l string) { got = append(got, len(l)) })
	if !slices.Equal(got, []int{1, 0, maxLine, 10, 1}) {
		t.Errorf("lines of %v bytes", got)
	}
}
