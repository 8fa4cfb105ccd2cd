package brogo

import (
	"github.com/brogo/brogo/bif/logging"
	"github.com/brogo/brogo/bif/telemetry"
)

// LogRow is one row of a log.
type LogRow struct {
	Stream  string   // name of the stream: "Conn::LOG"
	Path    string   // of the log: "conn"
	Columns []string // names; callers must not change them
	Values  []any    // by column, as Engine.Call returns values; nil for unset fields
}

// logConfig is what the logs are told of the engine. weird raises net_weird.
func (e *Engine) logConfig(weird func(name, addl string)) logging.Config {
	c := logging.Config{Stderr: e.cfg.Stderr, Remote: e.comm, Weird: weird}
	if sink := e.cfg.LogSink; sink != nil {
		c.Sink = func(stream, path string, fields []logging.Field, row []logging.Cell) {
			r := LogRow{Stream: stream, Path: path}
			for i, f := range fields {
				r.Columns = append(r.Columns, f.Name)
				if row[i].Set {
					r.Values = append(r.Values, toGo(f.T, row[i].V))
				} else {
					r.Values = append(r.Values, nil)
				}
			}
			sink(r)
		}
	}
	return c
}

// logMetrics sets the figures of the logs. Those that the reference does not have are brogo's.
func (e *Engine) logMetrics(u *telemetry.Update) {
	d := e.comm.Delivery()
	u.Set(telemetry.Gauge, "brogo", "log-rows-kept", "", "Log rows that no receiver has acknowledged yet", float64(d.Kept))
	u.Set(telemetry.Counter, "brogo", "log-rows-moved", "", "Log rows that went to another receiver than the one they were sent to first",
		float64(d.Moved))
	u.Set(telemetry.Counter, "brogo", "log-rows-lost", "", "Log rows of this node that were given up", float64(d.Lost))
	u.Set(telemetry.Counter, "brogo", "log-rows-repeated", "", "Log rows of other nodes that came again and were dropped", float64(d.Repeated))
	u.Set(telemetry.Gauge, "brogo", "log-rows-missing", "", "Log rows of other nodes that were passed over and did not come", float64(d.Missing))
	for _, c := range e.logs.Counts() {
		if c.Writer == "" {
			if c.Writes == 0 {
				continue
			}
			u.Set(telemetry.Counter, "zeek", "log-stream-writes", "", "Number of records written to a stream", float64(c.Writes),
				"module", c.Module(), "stream", c.Stream)
			continue
		}
		labels := []string{"writer", c.Writer, "module", c.Module(), "stream", c.Stream, "filter-name", c.Filter, "path", c.Path}
		u.Set(telemetry.Counter, "zeek", "log-writer-writes", "", "Number of rows that a log was given", float64(c.Writes), labels...)
		u.Set(telemetry.Counter, "zeek", "log-writer-discarded-writes", "", "Number of records that were too large for a log",
			float64(c.Discarded), labels...)
	}
}
