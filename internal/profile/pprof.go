package profile

import (
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/brogo/brogo/runtime/interp"
)

// Numbers of fields in profile.proto of github.com/google/pprof. That module's own writer is what the tests read with, and is not used
// here: the patterns of its readers of older forms are compiled in every start of a program that is linked with it, a fortieth of an
// empty run.
const (
	profileSampleType    = 1
	profileSample        = 2
	profileMapping       = 3
	profileLocation      = 4
	profileFunction      = 5
	profileStrings       = 6
	profileTime          = 9
	profileDuration      = 10
	profilePeriodType    = 11
	profilePeriod        = 12
	profileDefaultSample = 14
)

// builder writes nodes in pprof's form: everything once and by a number, texts in a table of their own.
type builder struct {
	out       []byte
	strings   map[string]uint64
	table     []string
	functions map[funcKey]uint64
	locations map[placeKey]uint64
	node      string // label of what comes
}

type funcKey struct {
	name, file string
	line       int32
}

type placeKey struct {
	fn        uint64
	line, col int32
}

// scripts is the number of the one mapping, which all scripts are in.
const scripts = 1

func newBuilder() *builder {
	b := &builder{strings: make(map[string]uint64), functions: make(map[funcKey]uint64), locations: make(map[placeKey]uint64)}
	b.text("") // is number 0
	// id, file name, and that functions, files and lines are known
	b.message(profileMapping, fields{{1, scripts}, {5, b.text("scripts")}, {7, 1}, {8, 1}, {9, 1}}.bytes())
	return b
}

// fields are numbered values of a message.
type fields []struct {
	num   uint64
	value uint64
}

// Wire types of protocol buffers, which stand in the low bits of a field's tag.
const (
	wireVarint = 0
	wireBytes  = 2
)

// appendBytes appends a field that is a message or a text.
func appendBytes(b []byte, num uint64, m []byte) []byte {
	b = binary.AppendUvarint(b, num<<3|wireBytes)
	return append(binary.AppendUvarint(b, uint64(len(m))), m...)
}

func (f fields) bytes() []byte {
	var b []byte
	for _, x := range f {
		b = binary.AppendUvarint(binary.AppendUvarint(b, x.num<<3|wireVarint), x.value)
	}
	return b
}

func (b *builder) message(num uint64, m []byte) {
	b.out = appendBytes(b.out, num, m)
}

// text is the number of a text.
func (b *builder) text(s string) uint64 {
	n, ok := b.strings[s]
	if !ok {
		n = uint64(len(b.table))
		b.strings[s], b.table = n, append(b.table, s)
	}
	return n
}

// types says what the two values of a sample are, each by name and unit, and what a sample stands for.
func (b *builder) types(first, second, per [2]string, period int64) {
	kind := func(t [2]string) []byte { return fields{{1, b.text(t[0])}, {2, b.text(t[1])}}.bytes() }
	b.message(profileSampleType, kind(first))
	b.message(profileSampleType, kind(second))
	b.message(profilePeriodType, kind(per))
	b.out = append(b.out, fields{{profilePeriod, uint64(period)}, {profileDefaultSample, b.text(second[0])}}.bytes()...)
}

func (b *builder) times(start time.Time, took time.Duration) {
	b.out = append(b.out, fields{{profileTime, uint64(start.UnixNano())}, {profileDuration, uint64(took)}}.bytes()...)
}

// add adds a node and those within, in an order that is the same each time. outer are the locations around it, the innermost first.
func (b *builder) add(n *node, outer []uint64) {
	stack := outer
	if n.at != nil {
		stack = append([]uint64{b.location(n.at)}, outer...)
	}
	if n.values[0] > 0 {
		b.sample(stack, n.values)
	}
	inner := make([]*node, 0, len(n.inner))
	for _, c := range n.inner {
		inner = append(inner, c)
	}
	slices.SortFunc(inner, func(x, y *node) int {
		return cmp.Or(strings.Compare(fileName(x.at.At), fileName(y.at.At)), cmp.Compare(x.at.At.Line, y.at.At.Line),
			cmp.Compare(x.at.At.Col, y.at.At.Col), strings.Compare(x.at.Func, y.at.Func))
	})
	for _, c := range inner {
		b.add(c, stack)
	}
}

func (b *builder) sample(stack []uint64, values [2]int64) {
	var m []byte
	for _, id := range stack {
		m = append(m, fields{{1, id}}.bytes()...)
	}
	m = append(m, fields{{2, uint64(values[0])}, {2, uint64(values[1])}}.bytes()...)
	if b.node != "" {
		m = appendBytes(m, 3, fields{{1, b.text("node")}, {2, b.text(b.node)}}.bytes())
	}
	b.message(profileSample, m)
}

// location is the number of a place, which is written when it is met first.
func (b *builder) location(at *interp.Place) uint64 {
	fk := funcKey{at.Func, fileName(at.At), at.Start.Line}
	fn, ok := b.functions[fk]
	if !ok {
		fn = uint64(len(b.functions) + 1)
		b.functions[fk] = fn
		name := b.text(fk.name)
		b.message(profileFunction, fields{{1, fn}, {2, name}, {3, name}, {4, b.text(fk.file)}, {5, uint64(fk.line)}}.bytes())
	}
	k := placeKey{fn, at.At.Line, at.At.Col}
	id, ok := b.locations[k]
	if !ok {
		id = uint64(len(b.locations) + 1)
		b.locations[k] = id
		line := fields{{1, fn}, {2, uint64(k.line)}, {3, uint64(k.col)}}.bytes()
		m := fields{{1, id}, {2, scripts}, {3, id}}.bytes()
		b.message(profileLocation, appendBytes(m, 4, line))
	}
	return id
}

// write writes the profile, compressed as pprof wants it.
func (b *builder) write(w io.Writer) error {
	for _, s := range b.table {
		b.message(profileStrings, []byte(s))
	}
	z := gzip.NewWriter(w)
	_, err := z.Write(b.out)
	return errors.Join(err, z.Close())
}
