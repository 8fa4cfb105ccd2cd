package parse

import (
	"strings"
	"testing"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
)

// FuzzParse lexes, cuts and parses any text. Nothing may panic; tokens cover the text in order; items come in order and to
// an end; spans lie within the text; what parses without a mistake is complete.
func FuzzParse(f *testing.F) {
	// Small seeds: the fuzzer spends a minute on minimising each large one.
	for _, part := range strings.Split(typical, "\n\n") {
		f.Add(part)
	}
	for _, c := range productions {
		f.Add(c.in)
	}
	for _, s := range []string{
		"@if ( F )\nevent e(a: count)\n@else\nevent e()\n@endif\n\t{ print 1 1;\n@if ( T ) @endif }",
		"export {\n global x: count\n global y = [fe80::1]/10; }",
		"event e() { print |a| / 2, /x\\/y/i, 1.2.3.4 / 8, 5 min, www.a-b.c, \"\\x4\"; when [a] ( local x = 1 ) { } timeout 1sec { }",
		"print \"abc\nprint /def\n@load\n@prefixes +=\n` \xff \x00",
		"type R: record { a: count b: int;\n};}}}global x = {{{;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := source(text)
		end := int32(0)
		for i, tok := range src.Tokens {
			if tok.Off < end || tok.End < tok.Off || int(tok.End) > len(text) {
				t.Fatalf("token %d %v is out of place", i, tok)
			}
			if k := tok.Kind; k == lex.EOF != (i == len(src.Tokens)-1) {
				t.Fatalf("token %d of %d is %v", i, len(src.Tokens), k)
			}
			end = tok.End
		}
		h := &collecting{}
		r := NewReader(src, h)
		mistakes, lines := 0, int32(strings.Count(text, "\n")+1)
		for n := 0; ; n++ {
			if n > 2*len(src.Tokens)+2 {
				t.Fatal("the reader does not come to an end")
			}
			it, ok := r.Next()
			if !ok {
				break
			}
			d, err := Decl(src, it)
			if err != nil {
				mistakes++
				for _, e := range err.(*Error).Diags {
					checkSpan(t, e.At, lines)
				}
				r.Recover(err)
			} else if d == nil {
				t.Fatal("neither a declaration nor an error")
			}
			if d != nil {
				walkSpans(d, func(_ string, s diag.Span) { checkSpan(t, s, lines) })
			}
		}
		if mistakes == 0 && len(h.said) == 0 && Incomplete(src) {
			t.Fatal("incomplete without a mistake")
		}
	})
}

func checkSpan(t *testing.T, s diag.Span, lines int32) {
	if s.File == nil || s.Line < 1 || s.Col < 1 || s.EndLine > lines || s.EndLine < s.Line || s.EndLine == s.Line && s.EndCol < s.Col {
		t.Fatalf("bad span %d:%d-%d:%d", s.Line, s.Col, s.EndLine, s.EndCol)
	}
}
