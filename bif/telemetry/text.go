package telemetry

import (
	"strconv"
	"strings"
)

// contentType names the exposition format 0.0.4.
const contentType = "text/plain; version=0.0.4; charset=utf-8"

var (
	helpEscapes  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	valueEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// appendText writes all metrics in the exposition format: for each group its help and type, then a line for each value. Text that is not
// UTF-8 is mended, since scripts may use any bytes as a label's value.
func (r *registry) appendText(b []byte) []byte {
	var last *group
	r.collect(func(m *metric) {
		g := m.group
		if g != last {
			last = g
			b = append(b, "# HELP "+g.name+" "+helpEscapes.Replace(strings.ToValidUTF8(g.help, "\uFFFD"))+"\n"...)
			b = append(b, "# TYPE "+g.name+" "+g.kind.String()+"\n"...)
		}
		if g.kind != Histogram {
			b = appendSample(b, g.name, m.labels, m.value)
			return
		}
		sum := uint64(0)
		for i, n := range m.buckets {
			sum += n
			b = appendSample(b, g.name+"_bucket", append(m.labels[:len(m.labels):len(m.labels)], label{"le", number(g.bounds[i])}), float64(sum))
		}
		b = appendSample(b, g.name+"_sum", m.labels, m.sum)
		b = appendSample(b, g.name+"_count", m.labels, float64(m.count))
	})
	return b
}

func appendSample(b []byte, name string, labels []label, x float64) []byte {
	b = append(b, name...)
	for i, l := range labels {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		b = append(b, sep+l.name+`="`+valueEscapes.Replace(strings.ToValidUTF8(l.value, "\uFFFD"))+`"`...)
	}
	if len(labels) > 0 {
		b = append(b, '}')
	}
	b = append(b, ' ')
	return append(append(b, number(x)...), '\n')
}

// number writes a value as the format wants it: +Inf, -Inf and NaN by these names.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
