package parse

import (
	"sort"
	"strings"

	"github.com/brogo/brogo/lang/lex"
)

// tokenIndex finds the index of t in src.Tokens by its offset.
func tokenIndex(src *lex.Source, t lex.Token) int {
	return sort.Search(len(src.Tokens)-1, func(i int) bool { return src.Tokens[i].Off >= t.Off })
}

// doc joins the documentation comments that belong to toks[first:last+1]: those before it, and those that follow
// its last token with the mark `##<`.
func (p *parser) doc(first, last int) string {
	if !p.src.KeepDocs || len(p.src.Docs) == 0 {
		return ""
	}
	var lines []string
	lines = p.docsAt(lines, tokenIndex(p.src, p.toks[first]), lex.DocBefore)
	lines = p.docsAt(lines, tokenIndex(p.src, p.toks[last])+1, lex.DocAfter)
	return strings.Join(lines, "\n")
}

// docsAt appends the comments of one kind that stand directly before token i of the file.
func (p *parser) docsAt(lines []string, i int, kind lex.DocKind) []string {
	docs := p.src.Docs
	for d := sort.Search(len(docs), func(d int) bool { return int(docs[d].Token) >= i }); d < len(docs) && int(docs[d].Token) == i; d++ {
		if docs[d].Kind == kind {
			lines = append(lines, strings.TrimPrefix(strings.TrimRight(p.src.DocText(docs[d]), " \t"), " "))
		}
	}
	return lines
}
