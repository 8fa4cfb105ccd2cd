package logging

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Text logs that are rotated may have a shadow, a file .shadow.NAME beside them, for as long as they exist under their first name. It holds two
// lines: the suffix of the log's name with its dot, and the name of the postprocessor, empty for the default. When a process
// starts, a log with a shadow is one that another process left behind.
const shadowPrefix = ".shadow."

// shadowOf returns the name of a log's shadow.
func shadowOf(file string) string {
	dir, name := filepath.Split(file)
	return dir + shadowPrefix + name
}

// writeShadow makes a shadow, never half of one.
func writeShadow(file, suffix string, post *val.Func) error {
	shadow := shadowOf(file)
	dir, name := filepath.Split(shadow)
	tmp := dir + ".tmp" + name
	text := suffix + "\n"
	if post != nil {
		text += post.Name
	}
	if err := writeSynced(tmp, text+"\n"); err != nil {
		return fmt.Errorf("cannot open %s: %s", tmp, reason(err))
	}
	if err := os.Rename(tmp, shadow); err != nil {
		os.Remove(tmp)
		return fmt.Errorf("Unable to rename %s to %s: %s", tmp, shadow, reason(err))
	}
	return nil
}

func writeSynced(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// shadowed reports whether the log's file has a shadow.
func (a *ascii) shadowed() bool {
	return a.t.Interval > 0 && !special(a.file) && flag(a.t.M, "LogAscii::enable_leftover_log_rotation", false)
}

// leftover is a log that another process has left behind.
type leftover struct {
	file, shadow string
	suffix       string
	post         string
	open, close  float64
}

// RotateLeftovers rotates the text logs that an earlier process has left behind, if LogAscii::enable_leftover_log_rotation asks for it. The scripts are
// loaded; the run has not begun.
func (f *Family) RotateLeftovers(m *interp.M) {
	if !flag(m, "LogAscii::enable_leftover_log_rotation", false) {
		return
	}
	writer := m.Type("Log::Writer")
	def, ok := lookup(m, defaultPost)
	if writer == nil || !ok {
		return
	}
	n, _ := writer.Enum.ValueOf("Log::WRITER_ASCII")
	for _, l := range findLeftovers(m) {
		post := def.Func()
		if l.post != "" {
			if v, ok := lookup(m, l.post); ok && types.Same(m.Lookup(l.post).T, def.Func().T) {
				post = v.Func()
			} else {
				m.Codef(diag.Logging, diag.Warning, "Could not postprocess log '%s' with intended postprocessor function '%s', proceeding  with the default function",
					l.file, l.post)
			}
		}
		path := strings.TrimSuffix(filepath.Base(l.file), l.suffix)
		r := rotated{writer: n, path: path, open: l.open, close: l.close, post: post}
		name := r.base(m) + l.suffix
		if err := os.Rename(l.file, name); err != nil {
			m.Codef(diag.Logging, diag.Fatal, "Found leftover/unprocessed log '%s', but failed to rotate it: %s", l.file, reason(err))
			m.Exit(1)
		}
		if err := os.Remove(l.shadow); err != nil {
			m.Codef(diag.Logging, diag.Warning, "Failed to unlink %s: %s", l.shadow, reason(err))
		}
		r.process(m, name)
		m.Codef(diag.Logging, diag.Info, "Rotated/postprocessed leftover log '%s' -> '%s' ", l.file, name)
	}
}

// findLeftovers looks for shadows in the directory of the logs, in order of their names. Those without a log are removed.
func findLeftovers(m *interp.M) (found []leftover) {
	dir := text(m, "Log::default_logdir")
	if dir == "" {
		dir = "."
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		errorf(m, "failed to open directory '%s' in search of leftover logs: %s", dir, reason(err))
		return nil
	}
	for _, e := range entries {
		name, ok := strings.CutPrefix(e.Name(), shadowPrefix)
		if !ok {
			continue
		}
		l := leftover{file: filepath.Join(dir, name), shadow: filepath.Join(dir, e.Name())}
		info, err := os.Stat(l.file)
		if err != nil || !info.Mode().IsRegular() {
			if err := os.Remove(l.shadow); err != nil {
				errorf(m, "cannot unlink stale %s: %s", l.shadow, reason(err))
			}
			continue
		}
		if err := l.read(m, info); err != nil {
			errorf(m, "failed to process leftover log '%s': Failed to open %s: %s", l.file, l.shadow, reason(err))
			continue
		}
		found = append(found, l)
	}
	return found
}

// read takes what the shadow says. A shadow is as old as its log, so its time is when the log was opened.
func (l *leftover) read(m *interp.M, log fs.FileInfo) error {
	info, err := os.Stat(l.shadow)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(l.shadow)
	if err != nil {
		return err
	}
	l.open, l.close = float64(info.ModTime().Unix()), float64(log.ModTime().Unix())
	lines := strings.Split(string(b), "\n")
	if len(lines) >= 2 {
		l.suffix, l.post = lines[0], lines[1]
		return nil
	}
	l.suffix = filepath.Ext(l.file)
	m.Codef(diag.Logging, diag.Warning, "Found leftover log, '%s', but the associated shadow  file, '%s', required to process it is invalid: using default "+
		" for extension (%s) and post_proc_func", l.file, l.shadow, l.suffix)
	return nil
}
