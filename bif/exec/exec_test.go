package exec

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"
)

// TestRun runs commands as Exec::run does; %F in a line is a file that the command may write and that is read back.
func TestRun(t *testing.T) {
	tests := []struct {
		name string
		cmd  command
		want outcome
	}{
		{"lines", command{line: "echo one; echo two"}, outcome{stdout: []string{"one", "two"}}},
		{"the last line may lack its line feed", command{line: "printf 'a\\n\\nb'"}, outcome{stdout: []string{"a", "", "b"}}},
		{"standard error", command{line: "echo no >&2; exit 3"}, outcome{stderr: []string{"no"}, code: 3}},
		{"standard input", command{line: "cat", stdin: "in\x00put"}, outcome{stdout: []string{"in\x00put"}}},
		{"input that nobody reads", command{line: "true", stdin: string(make([]byte, 1<<20))}, outcome{}},
		{"a signal", command{line: "kill -9 $$"}, outcome{code: 9, signal: true}},
		{"no such command", command{line: "exec /nonexistent 2>/dev/null"}, outcome{code: 127}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.cmd.run(context.Background()); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// TestFiles: files that the command wrote are read and removed, empty ones included; missing ones are left out.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	full, empty, missing := filepath.Join(dir, "full"), filepath.Join(dir, "empty"), filepath.Join(dir, "missing")
	c := command{line: "echo text >" + full + "; : >" + empty, files: []string{full, missing, empty}}
	o := c.run(context.Background())
	if want := []string{full, empty}; !reflect.DeepEqual(o.names, want) {
		t.Errorf("read %v, want %v", o.names, want)
	}
	if want := [][]string{{"text"}, nil}; !reflect.DeepEqual(o.files, want) {
		t.Errorf("lines %v, want %v", o.files, want)
	}
	for _, name := range c.files {
		if _, err := os.Stat(name); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
}

// TestClose: closing kills what runs, children of the shell included, and waits for it.
func TestClose(t *testing.T) {
	f := New()
	done := make(chan outcome, 1)
	started := filepath.Join(t.TempDir(), "fifo")
	if err := mkfifo(started); err != nil {
		t.Skip(err)
	}
	f.wg.Add(1)
	go func() {
		defer f.wg.Done()
		done <- command{line: "echo started >" + started + "; sleep 600 | sleep 600"}.run(f.ctx)
	}()
	if _, err := os.ReadFile(started); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if o := <-done; !o.signal {
		t.Errorf("the command ended by itself: %+v", o)
	}
}

func mkfifo(path string) error { return syscall.Mkfifo(path, 0o600) }
