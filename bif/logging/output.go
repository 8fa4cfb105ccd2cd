package logging

import (
	"strconv"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// output is the log that a writer has at a path: a local writer, the sender to other nodes, or both.
type output struct {
	f          *Family
	s          *stream
	writer     int64
	writerName string
	path       string
	filter     string // which made it
	fromRemote bool   // another node's row made it
	fields     []Field
	local      Writer // nil if nothing is written here, or the writer failed
	failed     bool
	lost       uint64 // rows that came after the writer had failed
	fresh      bool   // it failed when the row under way opened it: that message tells of the row
	remote     *sender
	reader     *rowReader // of rows from other nodes
	unbuffered bool
	rotation   rotation
	counts     *Counts

	waiting uint64  // how many rows wait to be written
	since   float64 // the wall or network time at which the first of them came
}

// conflicts reports whether a filter must not write to this log.
func (o *output) conflicts(fl *filter) bool {
	if !o.fromRemote {
		return o.filter != fl.name
	}
	if len(o.fields) != len(fl.fields) {
		return true
	}
	for i := range o.fields {
		if o.fields[i].TypeName != fl.fields[i].TypeName {
			return true
		}
	}
	return false
}

// newOutput opens the log of a filter at a path.
func (f *Family) newOutput(m *interp.M, s *stream, fl *filter, path string) *output {
	o := &output{f: f, s: s, writer: fl.writer, writerName: fl.writerName, path: path, filter: fl.name, fields: fl.fields}
	f.open(m, o, fl.local, fl.remote && s.remote, fl.config, fl.interval, fl.post)
	return o
}

// open starts what an output consists of and adds it to its stream.
func (f *Family) open(m *interp.M, o *output, local, remote bool, config []setting, interval float64, post *val.Func) {
	o.s.outs = append(o.s.outs, o)
	o.s.index[place{o.writer, o.path}] = o
	o.counts = f.count(o.s.name, o.writerName, o.filter, o.path)
	if remote && f.cfg.Remote != nil {
		o.remote = newSender(m, o)
	}
	if !local {
		return
	}
	for _, k := range writers() {
		if k.name != o.writerName {
			continue
		}
		w, err := k.open(&Target{
			M: m, Path: o.path, Fields: o.fields, Filter: o.filter, Stderr: f.cfg.Stderr, Location: f.cfg.Location,
			Interval: interval, Post: post, config: config, report: func(sev diag.Severity, msg string) { o.report(m, sev, msg) },
		})
		if err != nil {
			o.fail(m, err)
			o.fresh = true
			return
		}
		o.local = w
		o.startRotation(m, interval, post)
		return
	}
	o.failed = true
	errorf(m, "unknown writer type requested")
}

// report gives off a message about the log.
func (o *output) report(m *interp.M, sev diag.Severity, msg string) {
	o.f.report(m, sev, o.path+"/"+o.writerName+": "+msg)
}

// write takes one row.
func (o *output) write(m *interp.M, row []Cell) {
	o.counts.Writes++
	if o.remote != nil {
		o.remote.add(m, row)
	}
	if o.local != nil {
		o.writeLocal(m, row)
	} else if o.failed {
		if !o.fresh {
			o.lost++
		}
		o.fresh = false
	}
}

// writeLocal gives a row to the writer.
func (o *output) writeLocal(m *interp.M, row []Cell) {
	f := o.f
	if f.cfg.Sink != nil {
		f.cfg.Sink(o.s.name, o.path, o.fields, row)
	}
	now := m.NetworkTime()
	if o.waiting == 0 {
		o.since = now
	}
	o.waiting++
	if err := o.local.Write(row); err != nil {
		o.fail(m, err)
		return
	}
	if c := f.constants(m); o.unbuffered || o.waiting >= c.bufferRows || now > o.since+c.flushInterval {
		o.flushLocal(m)
	}
}

// fail reports an error of the writer and gives it up.
func (o *output) fail(m *interp.M, err error) {
	o.report(m, diag.Error, err.Error())
	o.report(m, diag.Error, "terminating thread")
	o.giveUp()
}

// giveUp closes the writer for good.
func (o *output) giveUp() {
	o.failed = true
	o.lost += o.waiting // at most: some may have been written
	o.waiting = 0
	o.stopRotation()
	if w := o.local; w != nil {
		o.local = nil
		w.Close()
	}
}

// flush writes and sends what waits.
func (o *output) flush(m *interp.M) {
	if o.remote != nil {
		o.remote.flush()
	}
	o.flushLocal(m)
}

// flushLocal writes what waits.
func (o *output) flushLocal(m *interp.M) {
	if o.local != nil {
		if err := o.local.Flush(); err != nil {
			o.fail(m, err)
		}
	}
	o.waiting = 0
}

func (o *output) setBuf(m *interp.M, on bool) {
	o.unbuffered = !on
	if !on {
		o.flush(m)
	}
}

// close ends the log.
func (o *output) close(m *interp.M) {
	o.stopRotation()
	o.flush(m)
	if w := o.local; w != nil {
		o.local = nil
		if err := w.Close(); err != nil {
			o.report(m, diag.Error, err.Error())
		}
	}
	if o.lost > 0 {
		o.report(m, diag.Warning, "rows lost since it failed: "+strconv.FormatUint(o.lost, 10))
		o.lost = 0
	}
}
