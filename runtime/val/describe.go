package val

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/brogo/brogo/lang/types"
)

// DescMode selects one of the reference's renderings.
type DescMode uint8

// Modes. They differ in strings (escaped: bytes outside 32 to 126 as \xHH), in newlines inside containers, and in whether lines
// inside containers are indented by tabs. The reference indents only what it builds in memory.
const (
	DescPrint  DescMode = iota // print: escaped, not indented
	DescText                   // cat, fmt, print to &raw_output files: bytes as they are, indented
	DescError                  // values in messages: escaped, indented
	DescShort                  // arguments in messages: escaped, on one line
	DescQuoted                 // assert: as DescShort, strings in quotes

	// DescBro is added for 2.6's rendering of doubles and intervals.
	DescBro DescMode = 0x80
)

// maxDescribeDepth bounds the nesting of printed containers; what lies deeper prints as <recursion>.
const maxDescribeDepth = 500

// OpaqueText is what an Opaque implements to print as something other than `<opaque of NAME>`.
type OpaqueText interface {
	AppendText(b []byte) []byte
}

// Describe appends v's text as the reference renders it.
func Describe(b []byte, t *types.Type, v Value, m DescMode) []byte {
	w := describer{b: b, bro: m&DescBro != 0, mode: m &^ DescBro}
	w.value(t, v)
	return w.b
}

// Text is Describe in mode DescText as a string: what `%s` of fmt makes of a value.
func Text(t *types.Type, v Value) string {
	if t.Tag == types.String {
		return v.Str()
	}
	b := Describe(nil, t, v, DescText)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// describer holds the text so far and the containers that are being printed.
type describer struct {
	b     []byte
	mode  DescMode
	bro   bool
	level int
	path  []unsafe.Pointer
}

// indent starts a line inside a container. The reference does this for all text but raw strings.
func (w *describer) indent() {
	if w.level == 0 || w.mode == DescPrint || len(w.b) == 0 || w.b[len(w.b)-1] != '\n' {
		return
	}
	for range w.level {
		w.b = append(w.b, '\t')
	}
}

func (w *describer) put(s string) {
	w.indent()
	w.b = append(w.b, s...)
}

func (w *describer) newline() {
	if w.mode != DescShort && w.mode != DescQuoted {
		w.b = append(w.b, '\n')
	}
}

// enter notes that container p is being printed; it is false, and the guard's text printed, for one that is so already.
func (w *describer) enter(p unsafe.Pointer) bool {
	if len(w.path) >= maxDescribeDepth || slices.Contains(w.path, p) {
		w.put("<recursion>")
		return false
	}
	w.path = append(w.path, p)
	return true
}

func (w *describer) leave() { w.path = w.path[:len(w.path)-1] }

func (w *describer) value(t *types.Type, v Value) {
	switch t.Tag {
	case types.String:
		w.str(v.Str())
		return
	case types.Table, types.Record, types.Vector, types.Func, types.File, types.Pattern, types.Opaque, types.Any,
		types.TypeType, types.List:
		if v.P == nil {
			w.put("<uninitialized>")
			return
		}
	}
	switch t.Tag {
	case types.Table:
		w.table(v.Table())
	case types.Record:
		w.record(v.Rec())
	case types.Vector:
		w.vector(v.Vec())
	case types.Func:
		w.fn(v.Func())
	case types.File:
		f := v.File()
		w.put(`file "` + f.Name + `" of string`)
	case types.Pattern:
		w.put(v.Pattern().Text())
	case types.Opaque:
		w.opaque(v.Opaque())
	case types.Any:
		w.value(v.Unbox())
	case types.TypeType:
		if w.bro {
			w.put(undescribed)
			return
		}
		w.put(v.TypeVal().String())
	case types.List:
		for i, x := range v.List() {
			if i > 0 {
				w.put(", ")
			}
			w.value(t.List[i], x)
		}
	default:
		w.indent()
		w.b = appendAtom(w.b, t, v, w.bro)
	}
}

// appendAtom appends the text of a value of a type without contents.
func appendAtom(b []byte, t *types.Type, v Value, bro bool) []byte {
	switch t.Tag {
	case types.Bool:
		if v.Bool() {
			return append(b, 'T')
		}
		return append(b, 'F')
	case types.Int:
		return strconv.AppendInt(b, v.Int(), 10)
	case types.Count:
		return strconv.AppendUint(b, v.N, 10)
	case types.Double, types.Time:
		return AppendDouble(b, v.Double(), bro)
	case types.Interval:
		if bro && v.P == unsafe.Pointer(&bareByte) {
			return AppendDouble(b, v.Double(), bro)
		}
		return AppendInterval(b, v.Double(), bro)
	case types.Enum:
		if n := t.Enum.NameOf(v.Int()); n != "" {
			return append(b, n...)
		}
		return append(b, "<undefined>"...)
	case types.Port:
		return AppendPort(b, v)
	case types.Addr:
		return AppendAddr(b, v)
	case types.Subnet:
		return AppendSubnet(b, v)
	}
	return append(b, undescribed...)
}

// undescribed is the text of values that the reference cannot print.
const undescribed = "<no value description>"

const hexDigits = "0123456789abcdef"

// str prints a string.
func (w *describer) str(s string) {
	if w.mode == DescText {
		w.b = append(w.b, s...)
		return
	}
	if w.mode == DescQuoted {
		w.put(`"`)
	}
	w.indent()
	w.b = AppendEscaped(w.b, s)
	if w.mode == DescQuoted {
		w.put(`"`)
	}
}

// AppendEscaped appends s with bytes outside 32 to 126 as \xHH.
func AppendEscaped(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			b = append(b, s[from:i]...)
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}

func (w *describer) table(t *Table) {
	if !w.enter(unsafe.Pointer(t)) {
		return
	}
	defer w.leave()
	w.put("{")
	w.level++
	w.newline()
	set := t.T.Elem == nil
	n := 0
	for p := t.next(-1); p >= 0; p = t.next(p) {
		if n++; n > 1 {
			w.put(",")
			w.newline()
		}
		bare := set && len(t.T.Keys) == 1
		if !bare {
			w.put("[")
		}
		for i, kt := range t.T.Keys {
			if i > 0 {
				w.put(", ")
			}
			w.value(kt, t.storedKey(p, i))
		}
		switch {
		case bare:
		case set:
			w.put("] ")
		default:
			w.put("] = ")
			w.value(t.T.Elem, t.valueAt(p))
		}
	}
	w.level--
	w.newline()
	w.put("}")
}

func (w *describer) record(r *Record) {
	if !w.enter(unsafe.Pointer(r)) {
		return
	}
	defer w.leave()
	w.put("[")
	for i, f := range r.T.Rec.Fields {
		if i > 0 {
			w.put(", ")
		}
		w.put(f.Name)
		w.put("=")
		if x, ok := r.Get(i); ok {
			w.value(f.Type, x)
		} else {
			w.put("<uninitialized>")
		}
	}
	w.put("]")
}

func (w *describer) vector(v *Vector) {
	if !w.enter(unsafe.Pointer(v)) {
		return
	}
	defer w.leave()
	w.put("[")
	for i := range v.Len() {
		if i > 0 {
			w.put(", ")
		}
		if x, ok := v.Get(i); ok {
			w.value(v.T.Elem, x)
		}
	}
	w.put("]")
}

func (w *describer) fn(f *Func) {
	mode := w.mode
	if w.bro {
		mode |= DescBro
	}
	if w.bro && strings.Contains(f.Name, "lambda_<") {
		w.put("anonymous-function")
	} else {
		w.put(f.Name)
	}
	if f.Body != nil {
		w.b = f.Body(w.b, mode, w.level)
	}
}

func (w *describer) opaque(o Opaque) {
	w.indent()
	if x, ok := o.(OpaqueText); ok {
		w.b = x.AppendText(w.b)
		return
	}
	w.put("<opaque of " + o.OpaqueName() + ">")
}

// AppendPort appends a port, `80/tcp`.
func AppendPort(b []byte, v Value) []byte {
	b = strconv.AppendUint(b, uint64(v.PortNum()), 10)
	return append(append(b, '/'), ProtoName(v.PortProto())...)
}

// ProtoName returns the text of a port's protocol.
func ProtoName(p uint8) string {
	switch p {
	case ProtoTCP:
		return "tcp"
	case ProtoUDP:
		return "udp"
	case ProtoICMP:
		return "icmp"
	}
	return "unknown"
}

// AppendAddr appends an addr.
func AppendAddr(b []byte, v Value) []byte { return appendIP(b, v.Addr()) }

// AppendSubnet appends a subnet, `10.0.0.0/8`.
func AppendSubnet(b []byte, v Value) []byte {
	p := v.Subnet()
	b = append(appendIP(b, p.Addr()), '/')
	return strconv.AppendUint(b, uint64(p.Bits()), 10)
}

// appendIP prints as the reference's inet_ntop does: like netip, except that the last 32 bits of ::a.b.c.d (unless they are below
// 2^16) and of ::ffff:0:a.b.c.d are written in dotted form.
func appendIP(b []byte, a netip.Addr) []byte {
	if !a.Is6() {
		return a.AppendTo(b)
	}
	x := a.As16()
	switch head := [12]byte(x[:12]); {
	case head == [12]byte{} && x[12]|x[13] != 0:
		b = append(b, "::"...)
	case head == [12]byte{8: 0xff, 9: 0xff}:
		b = append(b, "::ffff:0:"...)
	default:
		return a.AppendTo(b)
	}
	return netip.AddrFrom4([4]byte(x[12:])).AppendTo(b)
}
