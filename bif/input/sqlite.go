package input

import (
	"fmt"
	"net/netip"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// sqliteReader delivers the rows of a query. The source is the name of the database file without ".sqlite".
type sqliteReader struct {
	text fieldText
	conn *sqlite.Conn
	stmt *sqlite.Stmt
}

func newSQLite(m *interp.M) *sqliteReader {
	sep := stringConst(m, "InputSQLite::set_separator", ",")
	return &sqliteReader{text: fieldText{
		setSep: (sep + "\x00")[0], unset: stringConst(m, "InputSQLite::unset_field", "-"), empty: stringConst(m, "InputSQLite::empty_field", "(empty)"),
	}}
}

func (r *sqliteReader) init(b *backend) bool {
	if b.mode != modeManual {
		b.error("SQLite only supports manual reading mode.")
		return false
	}
	query, ok := b.config["query"]
	if !ok {
		b.error("No query specified when setting up SQLite data source %s. Aborting.", b.source)
		return false
	}
	r.text.old, r.text.warn, r.text.fault = b.old, b.warn, b.warn
	if b.old {
		r.text.fault = b.error
	}
	var err error
	if r.conn, err = sqlite.OpenConn(b.source+".sqlite", sqlite.OpenReadWrite); err == nil {
		r.conn.SetInterrupt(b.ctx.Done())
		r.stmt, _, err = r.conn.PrepareTransient(query)
	}
	if err == nil && r.stmt == nil {
		err = fmt.Errorf("not an error")
	}
	if err != nil {
		b.error("SQLite call failed: %s", sqliteMessage(err))
		return false
	}
	r.update(b)
	return true
}

// sqliteMessage is SQLite's own text of an error.
func sqliteMessage(err error) string {
	text, general := err.Error(), sqlite.ErrCode(err).Message()
	if i := strings.LastIndex(text, general); i >= 0 {
		if rest := strings.TrimPrefix(text[i+len(general):], ": "); rest != "" {
			return rest
		}
		return general
	}
	return text
}

func (r *sqliteReader) close() {
	if r.stmt != nil {
		r.stmt.Finalize()
		r.stmt = nil
	}
	if r.conn != nil {
		r.conn.Close()
		r.conn = nil
	}
}

func (r *sqliteReader) update(b *backend) bool {
	columns, ok := r.columns(b)
	if !ok {
		return false
	}
	for {
		more, err := r.stmt.Step()
		if b.ended() {
			return false
		}
		if err != nil {
			b.error("SQLite call failed: %s", sqliteMessage(err))
			return false
		}
		if !more {
			break
		}
		cells := make([]cell, len(b.fields))
		for i := range b.fields {
			if cells[i], ok = r.value(b, &b.fields[i], columns[i]); !ok {
				return false
			}
		}
		b.entry(cells)
	}
	b.end()
	if err := r.stmt.Reset(); err != nil {
		b.error("SQLite call failed: %s", sqliteMessage(err))
		return false
	}
	return true
}

// columns finds the fields among the columns of the result.
func (r *sqliteReader) columns(b *backend) ([]column, bool) {
	out := make([]column, len(b.fields))
	for i, f := range b.fields {
		out[i] = column{-1, -1}
		for n := range r.stmt.ColumnCount() {
			name := r.stmt.ColumnName(n)
			for _, want := range []struct {
				name string
				to   *int
			}{{f.name, &out[i].at}, {f.secondary, &out[i].secondary}} {
				if want.name == "" || name != want.name {
					continue
				}
				if *want.to >= 0 {
					b.error("SQLite statement returns several columns with name %s! Cannot decide which to choose, aborting", name)
					return nil, false
				}
				*want.to = n
			}
		}
	}
	for i, f := range b.fields {
		if out[i].at < 0 {
			b.error("Required field %s not found after SQLite statement", f.name)
			return nil, false
		}
	}
	return out, true
}

// value reads one column of the present row.
func (r *sqliteReader) value(b *backend, f *field, c column) (x cell, ok bool) {
	st := r.stmt
	if st.ColumnIsNull(c.at) {
		return cell{}, true
	}
	x.set = true
	switch f.tag {
	case types.String, types.Enum:
		x.v = val.Str(st.ColumnText(c.at))
	case types.Bool:
		if st.ColumnType(c.at) != sqlite.TypeInteger {
			b.error("Invalid data type for boolean - expected Integer")
			return x, false
		}
		n := st.ColumnInt64(c.at)
		if n != 0 && n != 1 {
			b.error("Invalid value for boolean: %d", n)
			return x, false
		}
		x.v = val.Bool(n == 1)
	case types.Int:
		x.v = val.Int(st.ColumnInt64(c.at))
	case types.Count:
		x.v = val.Count(uint64(st.ColumnInt64(c.at)))
	case types.Double, types.Time, types.Interval:
		x.v = val.Double(st.ColumnFloat(c.at))
		if f.tag == types.Interval && b.old {
			x.v = val.BareInterval(st.ColumnFloat(c.at))
		}
	case types.Port:
		var proto uint8 = val.ProtoUnknown
		if c.secondary >= 0 {
			if st.ColumnIsNull(c.secondary) {
				b.error("Port protocol definition did not contain text")
			} else {
				proto = r.text.proto(st.ColumnText(c.secondary))
			}
		}
		x.v = val.Port(uint16(st.ColumnInt64(c.at)), proto)
	case types.Addr:
		x.v = val.Addr(r.text.addr(st.ColumnText(c.at)))
	case types.Subnet:
		text := st.ColumnText(c.at)
		if !strings.Contains(text, "/") {
			a := r.text.addr(text)
			x.v = val.Subnet(netip.PrefixFrom(a, a.BitLen()))
			return x, true
		}
		return r.text.parse(text, f.name, f.tag, f.sub)
	default:
		return r.text.parse(st.ColumnText(c.at), f.name, f.tag, f.sub)
	}
	return x, true
}

func (r *sqliteReader) heartbeat(*backend) bool { return true }
