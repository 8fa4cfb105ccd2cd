package logging

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/brogo/brogo/bif/system"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rotator is what a Writer implements whose log can be set aside while it goes on.
type Rotator interface {
	// Rotate ends the log and gives what was written a new name: base, a path, with the writer's suffix. The next row begins a new log. It returns
	// that name, or "" if there is nothing to set aside.
	Rotate(base string) (name string, err error)
}

// nothing is the name that postprocessors get of a rotated log that is no file.
const nothing = "/dev/null"

// defaultPost is the script function that rotated logs of filters without a postprocessor are given to.
const defaultPost = "Log::__default_rotation_postprocessor"

// rotation is when and how an output is rotated.
type rotation struct {
	interval float64 // seconds; 0: never
	post     *val.Func
	opened   float64 // network time at which the present log began
	cancel   func()  // of the timer that is set; nil for none
}

// location is the time zone that names of logs and times of day are in.
func (f *Family) location() *time.Location {
	if f.cfg.Location != nil {
		return f.cfg.Location
	}
	return time.Local
}

// startRotation begins to rotate an output that has just been opened.
func (o *output) startRotation(m *interp.M, interval float64, post *val.Func) {
	if _, ok := o.local.(Rotator); !ok || interval <= 0 {
		return
	}
	o.rotation = rotation{interval: interval, post: post, opened: m.NetworkTime()}
	o.setRotationTimer(m)
}

// setRotationTimer sets the timer of the next rotation. All timers expire when the run ends: that is the last rotation.
func (o *output) setRotationTimer(m *interp.M) {
	if m.Terminating() {
		return
	}
	r := &o.rotation
	now := m.NetworkTime()
	if now == 0 {
		// There is no time yet to count from.
		r.cancel = m.After(1, func(expire bool) { o.afterRotation(m, expire) })
		return
	}
	base, ok := system.RotationBase(text(m, "log_rotate_base_time"))
	if !ok {
		m.Codef(diag.Logging, diag.Error, "calc_next_rotate(): can't parse rotation base time")
	}
	r.cancel = m.After(system.NextRotation(now, r.interval, base, o.f.location()), func(expire bool) {
		o.rotate(m)
		o.afterRotation(m, expire)
	})
}

func (o *output) afterRotation(m *interp.M, expire bool) {
	o.rotation.cancel = nil
	if !expire && o.local != nil {
		o.rotation.opened = m.NetworkTime()
		o.setRotationTimer(m)
	}
}

// stopRotation takes the timer back.
func (o *output) stopRotation() {
	if o.rotation.cancel != nil {
		o.rotation.cancel()
		o.rotation.cancel = nil
	}
}

// rotate sets the log aside and has it postprocessed.
func (o *output) rotate(m *interp.M) {
	w, ok := o.local.(Rotator)
	if !ok {
		return
	}
	post := o.rotation.post
	if v, ok := lookup(m, defaultPost); post == nil && ok {
		post = v.Func()
	}
	r := rotated{writer: o.writer, path: o.path, open: o.rotation.opened, close: m.NetworkTime(), terminating: m.Terminating(), post: post}
	base := r.base(m)
	o.flush(m)
	if o.local == nil {
		return
	}
	name, err := w.Rotate(base)
	switch {
	case err != nil:
		o.fail(m, err)
	case name != "" && !r.process(m, name):
		o.f.report(m, diag.Error, "RotationFinished failed, terminating thread")
		o.giveUp()
	}
}

// rotated is a log that is being set aside.
type rotated struct {
	writer      int64
	path        string
	open, close float64
	terminating bool
	post        *val.Func
}

// fill sets the fields that RotationFmtInfo and RotationInfo share.
func (r *rotated) fill(m *interp.M, record string) *val.Record {
	rec := m.NewRecord(m.Type(record))
	rec.Put("writer", val.Enum(r.writer))
	rec.Put("path", val.Str(r.path))
	rec.Put("open", val.Time(r.open))
	rec.Put("close", val.Time(r.close))
	rec.Put("terminating", val.Bool(r.terminating))
	return rec
}

// base asks Log::rotation_format_func for the new name, without suffix, and makes its directory.
func (r *rotated) base(m *interp.M) string {
	info := r.fill(m, "Log::RotationFmtInfo")
	if r.post != nil {
		info.Put("postprocessor", val.Fn(r.post))
	}
	format, ok := lookup(m, "Log::rotation_format_func")
	var v val.Value
	if ok {
		v, ok = m.Call(format.Func(), val.Rec(info))
	}
	if !ok {
		name := fmt.Sprintf("%s-%s", r.path, time.Unix(int64(r.open), 0).In(time.Local).Format("06-01-02_15.04.05"))
		errorf(m, "Failed to call Log::rotation_format_func for path %s continuing with rotation to: ./%s", r.path, name)
		return name
	}
	var dir, name string
	if d, ok := v.Rec().Named("dir"); ok {
		dir = d.Str()
	}
	if n, ok := v.Rec().Named("file_basename"); ok {
		name = n.Str()
	}
	if dir == "" && !filepath.IsAbs(name) {
		dir = text(m, "Log::default_logdir")
	}
	if dir == "" {
		return name
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		errorf(m, "Failed to create dir '%s' returned by Log::rotation_format_func for path %s: %s", dir, r.path, reason(err))
		return name
	}
	return dir + "/" + name
}

// process calls the postprocessor for the file that the log is now; false if it says so or there was a run-time error.
func (r *rotated) process(m *interp.M, name string) bool {
	if r.post == nil {
		return true
	}
	info := r.fill(m, "Log::RotationInfo")
	info.Put("fname", val.Str(name))
	v, ok := m.Call(r.post, val.Rec(info))
	return ok && v.Bool()
}

// Rotate renames the file. Devices, and a file that has not been opened since the last time, are left alone.
func (a *ascii) Rotate(base string) (string, error) {
	if a.out == nil || special(a.file) {
		return "", nil
	}
	if err := a.Close(); err != nil {
		return "", err
	}
	name := base + a.suffix
	if err := os.Rename(a.file, name); err != nil {
		return "", fmt.Errorf("failed to rename %s to %s: %s", a.file, name, reason(err))
	}
	if a.shadowed() {
		if err := os.Remove(shadowOf(a.file)); err != nil {
			return "", fmt.Errorf("cannot unlink %s: %s", shadowOf(a.file), reason(err))
		}
	}
	return name, nil
}

// Rotate has the postprocessor told of a log that is no file.
func (*none) Rotate(string) (string, error) { return nothing, nil }
