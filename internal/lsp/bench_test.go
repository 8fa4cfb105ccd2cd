//go:build unix

package lsp

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
)

// bigScript is a script of about so many lines, of the kind that people write: tables, records, functions and handlers that use one
// another.
func bigScript(lines int) string {
	var b strings.Builder
	b.WriteString("module Big;\n\nexport {\n\ttype Info: record {\n\t\tid: count;\n\t\tname: string &optional;\n\t\thits: table[string] of count;\n\t};\n" +
		"\tglobal seen: event(i: Info, n: count);\n}\n")
	for n, at := 0, 11; at < lines; n, at = n+1, at+31 {
		next := "0"
		if n > 0 {
			next = fmt.Sprintf("look_%d(i, key)", n-1)
		}
		fmt.Fprintf(&b, `
## Looks at one thing of kind %[1]d.
global limit_%[1]d: count = %[1]d &redef;
global cache_%[1]d: table[string, count] of Info = table();

function look_%[1]d(i: Info, key: string): count
	{
	local total = 0;
	for ( k, v in i$hits )
		{
		if ( k == key && v > limit_%[1]d )
			total += v * 2;
		else
			total += |k| + i$id;
		}
	if ( i?$name && i$name in i$hits )
		print fmt("%%s has %%d of %%s", i$name, total, key);
	cache_%[1]d[key, total] = i;
	return total + %[2]s;
	}

event Big::seen(i: Info, n: count) &priority=%[3]d
	{
	local what = vector(1, 2, 3);
	what += look_%[1]d(i, "x");
	if ( |what| > 3 )
		event Big::seen(i, n + 1);
	}
`, n, next, n%5)
	}
	return b.String()
}

func startBig(b *testing.B) *client {
	c := start(b, map[string]string{"big.zeek": bigScript(5000)})
	c.open("big.zeek")
	if d := c.diagnostics("big.zeek"); len(d) != 0 {
		b.Fatal(d)
	}
	labels(c, c.at("big.zeek", "return total + look_7|8(")) // what is made once
	return c
}

// cpu reports the processor time of an operation, the client's part included: other than the time it hardly depends on what else runs.
func cpu(b *testing.B) {
	var from syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &from)
	b.Cleanup(func() {
		var to syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &to)
		spent := to.Utime.Nano() + to.Stime.Nano() - from.Utime.Nano() - from.Stime.Nano()
		b.ReportMetric(float64(spent)/1e6/float64(b.N), "cpu-ms/op")
	})
}

// typed makes a change in the middle of the script, back and forth.
func (c *client) typed(n int) {
	if n%2 == 0 {
		c.change("big.zeek", "look_80(i, \"x\");", "look_80(i, \"xy\");")
	} else {
		c.change("big.zeek", "look_80(i, \"xy\");", "look_80(i, \"x\");")
	}
}

// BenchmarkDiagnostics is the time from a change of a script of 5,000 lines to its diagnostics, at the client.
func BenchmarkDiagnostics(b *testing.B) {
	c := startBig(b)
	n := 0
	cpu(b)
	for b.Loop() {
		c.typed(n)
		c.diagnostics("big.zeek")
		n++
	}
}

// BenchmarkHover is a hover right after a change; BenchmarkHoverAgain one in a text that has not changed.
func BenchmarkHover(b *testing.B) {
	c := startBig(b)
	at := c.at("big.zeek", "return total + look_7|8(")
	n := 0
	cpu(b)
	for b.Loop() {
		c.typed(n)
		var h *hoverResult
		c.call("textDocument/hover", at, &h)
		if h == nil {
			b.Fatal("nothing")
		}
		n++
	}
}

func BenchmarkHoverAgain(b *testing.B) {
	c := startBig(b)
	at := c.at("big.zeek", "return total + look_7|8(")
	for b.Loop() {
		var h *hoverResult
		c.call("textDocument/hover", at, &h)
	}
}

// BenchmarkCompletion is a completion right after a change.
func BenchmarkCompletion(b *testing.B) {
	c := startBig(b)
	at := c.at("big.zeek", "return total + look_7|8(")
	n := 0
	cpu(b)
	for b.Loop() {
		c.typed(n)
		if len(labels(c, at)) == 0 {
			b.Fatal("nothing")
		}
		n++
	}
}

// BenchmarkTokens is the semantic tokens of the whole script.
func BenchmarkTokens(b *testing.B) {
	c := startBig(b)
	doc := map[string]any{"textDocument": map[string]any{"uri": c.uri("big.zeek")}}
	for b.Loop() {
		var all semanticTokens
		c.call("textDocument/semanticTokens/full", doc, &all)
		if len(all.Data) < 5000 {
			b.Fatal("too few")
		}
	}
}
