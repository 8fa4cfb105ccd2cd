package node

// Policy says what happens to a message for a peer whose queue is full.
type Policy uint8

// The policies.
const (
	DropOldest Policy = iota // the message that has waited longest goes
	DropNewest               // the new message goes
	Disconnect               // the peer goes
)

// ParsePolicy reads the name of a policy as scripts write it.
func ParsePolicy(name string) (Policy, bool) {
	switch name {
	case "drop_oldest":
		return DropOldest, true
	case "drop_newest":
		return DropNewest, true
	case "disconnect":
		return Disconnect, true
	}
	return 0, false
}

// queue holds the frames for one peer in order. Those that a policy may drop and those that must arrive are kept apart, so that the oldest
// droppable one is found at once; numbers restore the common order.
type queue struct {
	may, must ring
	next      uint64
	bytes     int // of both
}

type entry struct {
	frame []byte
	n     uint64
}

type ring struct {
	buf  []entry // its length is a power of two
	head int
	len  int
}

func (r *ring) push(e entry) {
	if r.len == len(r.buf) {
		bigger := make([]entry, max(16, 2*len(r.buf)))
		for i := range r.len {
			bigger[i] = r.buf[(r.head+i)&(len(r.buf)-1)]
		}
		r.buf, r.head = bigger, 0
	}
	r.buf[(r.head+r.len)&(len(r.buf)-1)] = e
	r.len++
}

func (r *ring) pop() entry {
	e := r.buf[r.head]
	r.buf[r.head] = entry{}
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.len--
	if r.len == 0 && len(r.buf) > 1024 {
		*r = ring{}
	}
	return e
}

func (q *queue) push(frame []byte, droppable bool) {
	r := &q.must
	if droppable {
		r = &q.may
	}
	r.push(entry{frame, q.next})
	q.next++
	q.bytes += len(frame)
}

// dropOldest takes out the droppable frame that has waited longest.
func (q *queue) dropOldest() []byte {
	frame := q.may.pop().frame
	q.bytes -= len(frame)
	return frame
}

func (q *queue) len() int { return q.may.len + q.must.len }

// take appends the frames to send next to dst: about as many bytes as one write carries well.
func (q *queue) take(dst [][]byte, limit int) [][]byte {
	for size := 0; q.len() > 0 && size < limit; {
		r := &q.may
		if r.len == 0 || q.must.len > 0 && q.must.buf[q.must.head].n < r.buf[r.head].n {
			r = &q.must
		}
		f := r.pop().frame
		q.bytes -= len(f)
		size += len(f)
		dst = append(dst, f)
	}
	return dst
}
