package logging

import "strings"

// Counts are how many rows a log has had. They outlive the log, so that they only go up.
type Counts struct {
	Stream string // qualified name; its module is in front of ::, GLOBAL without one
	Writer string // "Log::WRITER_ASCII"; "" for what Log::write gave to the stream as a whole
	Filter string
	Path   string

	Writes    uint64
	Discarded uint64 // records that were too large
}

// Module is the module of the stream.
func (c *Counts) Module() string {
	if m, _, ok := strings.Cut(c.Stream, "::"); ok {
		return m
	}
	return "GLOBAL"
}

// Counts returns the figures of all streams and logs so far, in the order in which they began. They belong to the interpreter's goroutine.
func (f *Family) Counts() []*Counts { return f.counts }

// count finds the figures of a stream or log, and begins them if they are new.
func (f *Family) count(stream, writer, filter, path string) *Counts {
	for _, c := range f.counts {
		if c.Stream == stream && c.Writer == writer && c.Filter == filter && c.Path == path {
			return c
		}
	}
	c := &Counts{Stream: stream, Writer: writer, Filter: filter, Path: path}
	f.counts = append(f.counts, c)
	return c
}
