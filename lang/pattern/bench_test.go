package pattern

import (
	"fmt"
	"strings"
	"testing"
)

// benchLines are user-agent lines of about 80 bytes.
func benchLines() []string {
	lines := make([]string, 1000)
	for i := range lines {
		lines[i] = fmt.Sprintf("User-Agent: Mozilla/%d.0 (X11; Linux x86_64) host%d.example.org sess=%x", i%9, i, i*7919)
	}
	return lines
}

func BenchmarkMatchIn(b *testing.B) {
	lines := benchLines()
	long := []string{strings.Repeat("the quick brown fox jumps over the lazy dog; ", 23)}
	for _, bm := range []struct {
		name, src string
		texts     []string
	}{
		{"host", `host[0-9]*5\.example\.(org|com)`, lines},
		{"tools", `(curl|wget|python-requests)\/[0-9.]+`, lines},
		{"one", `x86`, lines},
		{"anchored", `^Host`, lines},
		{"end", `[0-9a-f]$`, lines},
		{"dotstar", `host.*sess=.*[xyz]`, lines},
		{"nocase", `(?i:chrome|safari)`, lines},
		{"literals/1k", `foobar|bazqux|evil\.exe|cmd\.exe`, long},
		{"nocase/1k", `(?i:select.+from|union.+select)`, long},
		{"mail/1k", `[a-z0-9.]+@[a-z0-9.]+\.[a-z]{2,4}`, long},
	} {
		b.Run(bm.name, func(b *testing.B) {
			p := must(b, bm.src, 0)
			hits := 0
			for i := 0; b.Loop(); i++ {
				if p.MatchIn(bm.texts[i%len(bm.texts)]) {
					hits++
				}
			}
			b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
		})
	}
}

func BenchmarkMatchAll(b *testing.B) {
	lines := benchLines()
	for _, bm := range []struct {
		name, src string
		texts     []string
	}{
		{"agent", `User-Agent:.*sess=[0-9a-f]+`, lines},
		{"domain", `([a-z0-9-]+\.)+[a-z]{2,6}`, []string{"www.some-longish-name.example.org"}},
		{"miss", `Host:.*`, lines},
	} {
		b.Run(bm.name, func(b *testing.B) {
			p := must(b, bm.src, 0)
			for i := 0; b.Loop(); i++ {
				p.MatchAll(bm.texts[i%len(bm.texts)])
			}
		})
	}
}

func BenchmarkFinder(b *testing.B) {
	lines := benchLines()
	for _, src := range []string{`[ \t]+`, `[ \t]`} {
		b.Run(src, func(b *testing.B) {
			p := must(b, src, 0)
			for i := 0; b.Loop(); i++ {
				f := p.Matches(lines[i%len(lines)], 0)
				for _, _, ok := f.Next(); ok; _, _, ok = f.Next() {
				}
			}
		})
	}
}

func BenchmarkSet(b *testing.B) {
	var pats []*Pattern
	for i := range 200 {
		pats = append(pats, must(b, fmt.Sprintf(`(www\.)?site%d\.(com|org)(\/.*)?`, i), 0))
	}
	s := NewSet(pats)
	var dst []int
	for i := 0; b.Loop(); i++ {
		dst = s.MatchAll("www.site147.com/index.html", dst[:0])
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		must(b, `(curl|wget|python-requests)\/[0-9.]+`, 0)
	}
}

func BenchmarkCompileAndMatch(b *testing.B) {
	for b.Loop() {
		must(b, `(curl|wget|python-requests)\/[0-9.]+`, 0).MatchIn("Mozilla/9")
	}
}
