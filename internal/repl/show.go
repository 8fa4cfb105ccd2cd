package repl

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Limits of what one answer shows. The whole of a value is a matter of print and of JSON mode.
const (
	maxWidth    = 78  // columns; what does not fit is laid out over lines
	maxElements = 200 // of one container
	maxNesting  = 12
	maxString   = 4000 // bytes of one string
)

// layout writes values for people: what fits on a line stands on one, containers that do not take a line for each element.
type layout struct {
	m *interp.M
}

// text is v over as many lines as it needs.
func (l *layout) text(t *types.Type, v val.Value) string {
	var b strings.Builder
	l.write(&b, t, v, 0, 0)
	return b.String()
}

// write appends v; col is where the line stands, level the depth of indentation.
func (l *layout) write(b *strings.Builder, t *types.Type, v val.Value, level, col int) {
	if s, ok := l.flat(t, v, maxWidth-col, 0); ok {
		b.WriteString(s)
		return
	}
	if t.Tag == types.Any {
		t, v = v.Unbox()
	}
	open, end, n := l.shape(t, v)
	if open == "" || level >= maxNesting {
		s, _ := l.flat(t, v, 1<<20, maxNesting)
		b.WriteString(s)
		return
	}
	pad := strings.Repeat("  ", level+1)
	b.WriteString(open + "\n")
	shown := 0
	l.each(t, v, func(label string, et *types.Type, ev val.Value) bool {
		if shown == maxElements {
			b.WriteString(pad + "... " + strconv.Itoa(n-shown) + " more\n")
			return false
		}
		shown++
		b.WriteString(pad + label)
		switch {
		case et == nil && label[len(label)-1] == '=':
			b.WriteString("<unset>")
		case et != nil:
			l.write(b, et, ev, level+1, 2*(level+1)+utf8.RuneCountInString(label)+1)
		}
		b.WriteString(",\n")
		return true
	})
	b.WriteString(strings.Repeat("  ", level) + end)
}

// shape tells how a container is bracketed and how many elements it has; open is "" for what is no container.
func (l *layout) shape(t *types.Type, v val.Value) (open, end string, n int) {
	switch t.Tag {
	case types.Table:
		return "{", "}", v.Table().Len()
	case types.Vector:
		return "[", "]", v.Vec().Len()
	case types.Record:
		return "[", "]", len(v.Rec().T.Rec.Fields)
	}
	return "", "", 0
}

// each calls f with the elements of a container: what stands before the value, its type (nil for none) and the value.
func (l *layout) each(t *types.Type, v val.Value, f func(label string, t *types.Type, v val.Value) bool) {
	switch t.Tag {
	case types.Table:
		tv := v.Table()
		for it := tv.Iter(); it.Next(); {
			keys := make([]string, len(tv.T.Keys))
			for i, kt := range tv.T.Keys {
				keys[i], _ = l.flat(kt, it.Key(i), 1<<20, 1)
			}
			key := strings.Join(keys, ", ")
			ok := false
			switch {
			case !tv.T.IsSet():
				ok = f("["+key+"] = ", tv.T.Elem, it.Val())
			case len(keys) > 1:
				ok = f("["+key+"]", nil, val.Value{})
			default:
				ok = f(key, nil, val.Value{})
			}
			if !ok {
				return
			}
		}
	case types.Vector:
		vec := v.Vec()
		for i := range vec.Len() {
			e, set := vec.Get(i)
			et := vec.T.Elem
			label := ""
			if !set {
				et, label = nil, "<unset>"
			}
			if !f(label, et, e) {
				return
			}
		}
	case types.Record:
		r := v.Rec()
		for i, fd := range r.T.Rec.Fields {
			e, set := r.Get(i)
			ft := fd.Type
			if !set {
				ft = nil
			}
			if !f("$"+fd.Name+"=", ft, e) {
				return
			}
		}
	}
}

// flat is v on one line; ok is false when it is longer than width, whereupon the text is of no use.
func (l *layout) flat(t *types.Type, v val.Value, width, level int) (s string, ok bool) {
	switch t.Tag {
	case types.Any:
		return l.flat2(v, width, level)
	case types.String:
		s := v.Str()
		more := ""
		if len(s) > maxString {
			more = "... (" + strconv.Itoa(len(s)) + " bytes)"
			s = s[:maxString]
		}
		s = quoted(s) + more
		return s, utf8.RuneCountInString(s) <= width
	case types.Func:
		f := v.Func()
		return f.Name, len(f.Name) <= width
	}
	open, end, n := l.shape(t, v)
	if open == "" {
		s := string(l.m.Describe(nil, t, v, val.DescShort))
		return s, utf8.RuneCountInString(s) <= width
	}
	if level >= maxNesting {
		return open + "..." + end, true
	}
	if n > maxElements {
		return "", false
	}
	var b strings.Builder
	b.WriteString(open)
	ok = true
	first := true
	l.each(t, v, func(label string, et *types.Type, ev val.Value) bool {
		if !first {
			b.WriteString(", ")
		}
		first = false
		b.WriteString(label)
		if et != nil {
			s, fits := l.flat(et, ev, width-b.Len(), level+1)
			b.WriteString(s)
			ok = ok && fits
		} else if strings.HasSuffix(label, "=") {
			b.WriteString("<unset>")
		}
		ok = ok && b.Len() < width
		return ok
	})
	b.WriteString(end)
	return b.String(), ok && utf8.RuneCountInString(b.String()) <= width
}

func (l *layout) flat2(v val.Value, width, level int) (string, bool) {
	t, inner := v.Unbox()
	if t == nil || t.Tag == types.Any {
		return "<any>", true
	}
	return l.flat(t, inner, width, level)
}

// quoted is a string as a script would write it; text in UTF-8 stays readable.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == utf8.RuneError && n == 1 || r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			for _, c := range []byte(s[:n]) {
				b.WriteString(`\x` + hexByte(c))
			}
		default:
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	b.WriteByte('"')
	return b.String()
}

func hexByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}
