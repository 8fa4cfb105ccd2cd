package lsp

import (
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/types"
)

// localsAt are the locals and parameters that a place can see, with their types as far as they are known. It goes by the tokens before
// the place: what is being typed need be no function yet.
func (d *document) localsAt(off int) map[string]*types.Type {
	t := d.outline()
	it := t.itemAt(off)
	if it == nil {
		return nil
	}
	known := d.scopes[it.head]
	out := make(map[string]*types.Type)
	// declare notes the name at toks[i] in the innermost block.
	var blocks [][]string
	body := false
	declare := func(tok lex.Token) {
		name := t.src.Text(tok)
		out[name] = known[name]
		if n := len(blocks); n > 0 {
			blocks[n-1] = append(blocks[n-1], name)
		}
	}
	toks := t.src.Tokens
	i := 0
	for i < len(toks) && toks[i].Off < it.from {
		i++
	}
	first := i
	if i < len(toks) {
		switch toks[i].Kind {
		case lex.KwType, lex.KwGlobal, lex.KwOption, lex.KwModule, lex.KwExport:
			return nil
		case lex.KwConst:
			return nil
		case lex.KwRedef:
			if i+1 >= len(toks) || toks[i+1].Kind != lex.KwEvent && toks[i+1].Kind != lex.KwFunction && toks[i+1].Kind != lex.KwHook {
				return nil
			}
		}
	}
	for ; i < len(toks) && toks[i].Kind != lex.EOF && int(toks[i].Off) < off; i++ {
		switch toks[i].Kind {
		case lex.LBrace:
			body = true
			blocks = append(blocks, nil)
		case lex.RBrace:
			if n := len(blocks); n > 0 {
				for _, name := range blocks[n-1] {
					delete(out, name)
				}
				if blocks = blocks[:n-1]; len(blocks) == 0 && i > first && int(it.to) <= int(toks[i].End) {
					return nil // behind the body
				}
			}
		case lex.Ident:
			if i == first || int(toks[i].End) >= off && i+1 < len(toks) && toks[i+1].Kind != lex.Colon {
				continue // still being typed
			}
			switch prev := toks[i-1].Kind; {
			case prev == lex.KwLocal, prev == lex.KwConst && body:
				declare(toks[i])
			case toks[i+1].Kind == lex.Colon && (prev == lex.LParen || prev == lex.Comma):
				declare(toks[i]) // a parameter
			case prev == lex.KwAs && i > 2:
				declare(toks[i]) // case type T as name
			}
		case lex.KwFor:
			for j := i + 1; j < len(toks) && int(toks[j].Off) < off && toks[j].Kind != lex.KwIn; j++ {
				if toks[j].Kind == lex.Ident {
					declare(toks[j])
				}
			}
		}
	}
	return out
}
