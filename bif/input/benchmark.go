package input

import (
	"math/rand/v2"
	"net/netip"
	"strconv"
	"time"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// maxMade bounds the entries that a benchmark reader makes at a time.
const maxMade = 10_000_000

// benchmark makes entries up, as many a second as the source says.
type benchmark struct {
	factor, interval float64
	add              uint64
	spread           time.Duration
	auto             float64
	stopSpread       uint64
	timed            float64
	rnd              *rand.Rand
	now              func() float64
	lines            float64
}

func newBenchmark(m *interp.M, seed uint64) *benchmark {
	return &benchmark{
		factor: doubleConst(m, "InputBenchmark::factor"), interval: heartbeat(m), add: countConst(m, "InputBenchmark::addfactor"),
		spread: time.Duration(countConst(m, "InputBenchmark::spread")) * time.Microsecond, auto: doubleConst(m, "InputBenchmark::autospread"),
		stopSpread: countConst(m, "InputBenchmark::stopspreadat"), timed: doubleConst(m, "InputBenchmark::timedspread"),
		rnd: rand.New(rand.NewPCG(seed, 0)), now: m.WallTime,
	}
}

func (r *benchmark) init(b *backend) bool {
	n, _ := strconv.ParseUint(b.source, 10, 32)
	r.lines = float64(n)
	r.update(b)
	return true
}

func (r *benchmark) close() {}

func (r *benchmark) update(b *backend) bool {
	n := int(min(r.lines*r.interval, maxMade))
	for i := 0; i < n && !b.ended(); i++ {
		cells := make([]cell, len(b.fields))
		for j, f := range b.fields {
			c, ok := r.value(f.tag, f.sub)
			if !ok {
				b.error("unsupported field format %d", f.tag)
				return false
			}
			cells[j] = c
		}
		b.deliver(cells)
		r.pause(b, i, n)
	}
	if b.mode != modeStream {
		b.end()
	}
	return true
}

// pause spreads the entries over time.
func (r *benchmark) pause(b *backend, i, n int) {
	var d time.Duration
	if r.stopSpread == 0 || r.lines < float64(r.stopSpread) {
		d = r.spread
		if r.auto > 0 {
			d += time.Duration(float64(time.Second) / (r.auto * r.lines))
		}
	}
	if r.timed > 0 {
		d += time.Duration(r.interval / (float64(n) * (1 + r.timed)) * float64(time.Second))
	}
	if d <= 0 {
		return
	}
	b.flush()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-b.ctx.Done():
	}
}

func (r *benchmark) value(tag, sub types.Tag) (c cell, ok bool) {
	c.set = true
	number := func() uint64 { return uint64(r.rnd.Uint32() >> 1) }
	switch tag {
	case types.String:
		const letters = "0123456789!@#$%^&*()-_=+{}[]\\|ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		var s [10]byte
		for i := range s {
			s[i] = letters[r.rnd.IntN(len(letters))]
		}
		c.v = val.Str(string(s[:]))
	case types.Bool:
		c.v = val.Bool(true)
	case types.Int, types.Count:
		c.v = val.Count(number())
	case types.Time:
		c.v = val.Time(r.now())
	case types.Double, types.Interval:
		c.v = val.Double(float64(number()))
	case types.Port:
		c.v = val.Port(uint16(r.rnd.IntN(60000)), val.ProtoUnknown)
	case types.Addr:
		c.v = val.Addr(netip.AddrFrom4([4]byte{192, 168, 17, 1}))
	case types.Subnet:
		c.v = val.Subnet(netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 168, 0, 0}), 16))
	case types.Table, types.Vector:
		c.list = make([]cell, r.rnd.IntN(15))
		for i := range c.list {
			if c.list[i], ok = r.value(sub, types.Void); !ok {
				return c, false
			}
		}
	default:
		return c, false
	}
	return c, true
}

func (r *benchmark) heartbeat(b *backend) bool {
	r.lines = float64(int(r.lines*r.factor)) + float64(r.add)
	if b.mode == modeManual {
		return true
	}
	if r.factor != 1 || r.add != 0 {
		n, at := uint64(r.lines), r.now()
		b.add(message{kind: msgDo, do: func(s *stream) {
			s.raiseNamed("lines_changed", typed{types.CountT, val.Count(n)}, typed{types.TimeT, val.Time(at)})
		}})
	}
	b.refresh()
	b.add(message{kind: msgDo, do: func(s *stream) { s.raiseNamed("HeartbeatDone") }})
	return true
}
