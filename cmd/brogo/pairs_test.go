package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// pairRounds is how often each pair is run: go test ./cmd/brogo -run TestPairs -v -pairs 20
var pairRounds = flag.Int("pairs", 3, "how often TestPairs runs each pair")

// TestPairs runs the scripts of testdata/pairs as two processes each, a listener and a connector, started in turn in either order, and compares
// what they print, ids and ephemeral ports aside, with the file that ends in .want. Each pair ends by itself.
func TestPairs(t *testing.T) {
	rounds := *pairRounds
	if testing.Short() {
		rounds = 1
	}
	for _, pair := range []string{"connecting", "events", "logs", "stores"} {
		t.Run(pair, func(t *testing.T) {
			var longest time.Duration
			for i := 0; i < rounds && !t.Failed(); i++ {
				start := time.Now()
				runPair(t, pair, i%2 == 1)
				longest = max(longest, time.Since(start))
			}
			if t.Failed() {
				return
			}
			t.Logf("%d of %d rounds as they should be; the longest took %.1f s", rounds, rounds, longest.Seconds())
		})
	}
}

func runPair(t *testing.T, pair string, connectorFirst bool) {
	t.Helper()
	scripts, err := filepath.Abs("../../testdata/pairs")
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	sides := []string{pair + "-listener", pair + "-connector"}
	if connectorFirst {
		sides[0], sides[1] = sides[1], sides[0]
	}
	cmds := make([]*exec.Cmd, len(sides))
	for i, side := range sides {
		cmd := exec.CommandContext(ctx, "brogo", "run", filepath.Join(scripts, side+".bro"), fmt.Sprintf("Broker::default_port=%d/tcp", port))
		cmd.Dir, cmd.Stdout, cmd.Stderr = t.TempDir(), new(bytes.Buffer), new(bytes.Buffer)
		cmd.Env = append(os.Environ(), "BRO_DEFAULT_CONNECT_RETRY=1", "BRO_DEFAULT_LISTEN_RETRY=1")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds[i] = cmd
	}
	for i, side := range sides {
		if err := cmds[i].Wait(); err != nil {
			t.Errorf("%s: %v", side, err)
		}
		want, err := os.ReadFile(filepath.Join(scripts, side+".want"))
		if err != nil {
			t.Fatal(err)
		}
		if got := anonymous(cmds[i].Stdout.(*bytes.Buffer).String(), port); got != string(want) {
			t.Errorf("%s printed\n%s\ninstead of\n%s", side, got, want)
		}
		if got := cmds[i].Stderr.(*bytes.Buffer).String(); strings.TrimSpace(got) != "received termination signal" {
			t.Errorf("%s said\n%s", side, got)
		}
		if pair == "logs" {
			checkRows(t, side, filepath.Join(cmds[i].Dir, "rows.log"))
		}
	}
}

// checkRows looks at the log that both sides of the pair "logs" leave.
func checkRows(t *testing.T, side, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Error(err)
		return
	}
	var rows strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			rows.WriteString(line)
		}
	}
	if want := "row\t0\nrow\t1\nrow\t2\nrow\t3\nrow\t4\nrow\t5\n"; rows.String() != want {
		t.Errorf("%s has the rows\n%s", side, rows.String())
	}
}

var (
	anyID   = regexp.MustCompile(`\bid=[0-9A-F]{40}#\d+`)
	anyPort = regexp.MustCompile(`bound_port=\d+/tcp`)
)

// anonymous replaces what is new in each run.
func anonymous(out string, port int) string {
	out = strings.ReplaceAll(out, fmt.Sprintf("bound_port=%d/tcp", port), "bound_port=LISTENER/tcp")
	return anyPort.ReplaceAllString(anyID.ReplaceAllString(out, "id=ID"), "bound_port=EPHEMERAL/tcp")
}

// freePort is a port that nobody listens at now.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
