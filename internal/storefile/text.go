package storefile

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/brogo/brogo/net/wire"
)

// text renders data as scripts print it, on one line: control characters and bytes that are no UTF-8 become \xHH.
func text(d wire.Data) string {
	s := wire.Format(d, true)
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || r < ' ' || r == 0x7f {
			b = fmt.Appendf(b, "\\x%02x", s[i])
		} else {
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}

// jsonKinds are the kinds by the names of Broker's JSON.
var jsonKinds = [...]string{
	wire.KindNone: "none", wire.KindBool: "boolean", wire.KindCount: "count", wire.KindInt: "integer", wire.KindReal: "real",
	wire.KindString: "string", wire.KindAddress: "address", wire.KindSubnet: "subnet", wire.KindPort: "port",
	wire.KindTimestamp: "timestamp", wire.KindTimespan: "timespan", wire.KindEnum: "enum-value", wire.KindSet: "set",
	wire.KindTable: "table", wire.KindVector: "vector",
}

// appendJSON renders data as Broker does for WebSocket clients: {"@data-type": KIND, "data": …}.
func appendJSON(b []byte, d wire.Data) []byte {
	b = append(append(append(b, `{"@data-type":"`...), jsonKinds[d.Kind()]...), `","data":`...)
	switch d := d.(type) {
	case wire.None:
		b = append(b, "{}"...)
	case wire.Bool:
		b = strconv.AppendBool(b, bool(d))
	case wire.Count:
		b = strconv.AppendUint(b, uint64(d), 10)
	case wire.Int:
		b = strconv.AppendInt(b, int64(d), 10)
	case wire.Real:
		b = appendQuoted(b, float64(d), strconv.FormatFloat(float64(d), 'g', -1, 64))
	case wire.Timestamp:
		b = appendQuoted(b, nil, time.Unix(0, int64(d)).UTC().Format("2006-01-02T15:04:05.000000000"))
	case wire.Timespan:
		b = appendQuoted(b, nil, strconv.FormatInt(int64(d), 10)+"ns")
	case *wire.Set:
		b = appendList(b, d.Len(), func(b []byte, i int) []byte { return appendJSON(b, d.At(i)) })
	case wire.Vector:
		b = appendList(b, len(d), func(b []byte, i int) []byte { return appendJSON(b, d[i]) })
	case *wire.Table:
		b = appendList(b, d.Len(), func(b []byte, i int) []byte {
			e := d.At(i)
			b = append(appendJSON(append(b, `{"key":`...), e.Key), `,"value":`...)
			return append(appendJSON(b, e.Val), '}')
		})
	default:
		b = appendQuoted(b, nil, text(d))
	}
	return append(b, '}')
}

// appendQuoted appends v as JSON, or s as a string if v is nil or has no form in JSON (infinities).
func appendQuoted(b []byte, v any, s string) []byte {
	if v != nil {
		if j, err := json.Marshal(v); err == nil {
			return append(b, j...)
		}
	}
	j, _ := json.Marshal(s) // a string always has a form
	return append(b, j...)
}

func appendList(b []byte, n int, item func([]byte, int) []byte) []byte {
	b = append(b, '[')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, i)
	}
	return append(b, ']')
}
