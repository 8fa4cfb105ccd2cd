package lsp

import (
	"strings"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/types"
)

// publishes tells functions whose arguments behind a topic and an event are that event's; event is where the event stands.
func publishes(name string) (event int, ok bool) {
	switch name {
	case "Broker::make_event", "Cluster::make_event":
		return 0, true
	case "Broker::publish", "Cluster::publish":
		return 1, true
	case "Cluster::publish_hrw", "Cluster::publish_rr", "Broker::publish_hrw", "Broker::publish_rr":
		return 2, true
	}
	return 0, false
}

// signature shows the parameters of the call that a place stands in: of a function, an event that is raised or scheduled, a record's
// constructor; in calls that publish an event, those of the event.
func (s *server) signature(d *document, p positionParams) any {
	off := d.text.offset(p.Position)
	toks := d.outline().src.Tokens
	last := -1
	for i, t := range toks {
		if int(t.End) > off || t.Kind == lex.EOF {
			break
		}
		last = i
	}
	module := d.outline().moduleAt(off)
	for open := openBracket(toks, last); open > 0; open = openBracket(toks, open-1) {
		if toks[open].Kind != lex.LParen {
			continue
		}
		name := names.Operand(d.text.s[:toks[open].Off])
		t := d.typeAt(name, off, module)
		if t == nil {
			continue
		}
		arg := commas(toks[open+1 : last+1])
		switch {
		case t.Tag == types.TypeType && t.Elem.Tag == types.Record:
			return constructor(t.Elem, toks[open+1:last+1], d.outline().src)
		case t.Tag != types.Func:
			continue
		}
		full := name
		if g := s.globalNamed(d, name, module); g != nil {
			full = g.Name
			if at, ok := publishes(g.Name); ok && arg > at {
				if ev := d.eventArgument(toks[open+1:last+1], at, off, module); ev != nil {
					return eventHelp(full, ev, arg-at-1)
				}
			}
			help := functionHelp(full, t, arg)
			if doc := docAbove(d.prog.now(g.At), g.Doc); doc != "" {
				help.Signatures[0].Documentation = s.documentation(doc)
			} else if row := d.prog.e.Row(g.Name); row != nil {
				help.Signatures[0].Documentation = s.documentation(row.Doc)
			}
			return help
		}
		return functionHelp(full, t, arg)
	}
	return nil
}

// globalNamed is the global that a name stands for in a module, nil if it is none.
func (s *server) globalNamed(d *document, name, module string) *ir.Global {
	e := d.prog.e
	if module != "GLOBAL" && !strings.Contains(name, "::") {
		if g := e.Lookup(module + "::" + name); g != nil {
			return g
		}
	}
	return e.Lookup(name)
}

// commas counts those outside of brackets.
func commas(toks []lex.Token) int {
	n, depth := 0, 0
	for _, t := range toks {
		switch t.Kind {
		case lex.LParen, lex.LBrack, lex.LBrace:
			depth++
		case lex.RParen, lex.RBrack, lex.RBrace:
			depth--
		case lex.Comma:
			if depth == 0 {
				n++
			}
		}
	}
	return n
}

// eventArgument is the event that stands as argument n, nil if it is none.
func (d *document) eventArgument(toks []lex.Token, n, off int, module string) *types.Type {
	for i, t := range toks {
		if commas(toks[:i]) == n && (t.Kind == lex.Ident || t.Kind == lex.GlobalIdent) {
			if et := d.typeAt(d.text.s[t.Off:t.End], off, module); et != nil && et.Tag == types.Func && et.Fn.Flavor == types.FlavorEvent {
				return et
			}
			return nil
		}
	}
	return nil
}

func functionHelp(name string, t *types.Type, arg int) signatureHelp {
	return help(t.Fn.Flavor.String()+" "+name, t.Fn.Params.Fields, t.Fn.Variadic, strings.TrimPrefix(names.Signature(t), "("), arg)
}

func eventHelp(publisher string, t *types.Type, arg int) signatureHelp {
	return help(publisher+" of event ", t.Fn.Params.Fields, false, "", arg)
}

// help is the signature of parameters; rest ends in what stands behind them.
func help(head string, params []*types.Field, variadic bool, rest string, arg int) signatureHelp {
	var b strings.Builder
	b.WriteString(head + "(")
	info := signatureInformation{Parameters: []parameterInformation{}}
	part := func(text string) {
		if len(info.Parameters) > 0 {
			b.WriteString(", ")
		}
		from := b.Len()
		b.WriteString(text)
		info.Parameters = append(info.Parameters, parameterInformation{[2]int{from, b.Len()}})
	}
	for _, f := range params {
		part(f.Name + ": " + names.Type(f.Type) + attributes(f.Attrs))
	}
	if variadic {
		part("...")
		arg = min(arg, len(info.Parameters)-1)
	}
	b.WriteString(")")
	if i := strings.LastIndex(rest, "): "); i >= 0 {
		b.WriteString(rest[i+1:])
	}
	info.Label = b.String()
	return signatureHelp{Signatures: []signatureInformation{info}, ActiveParameter: arg}
}

// constructor shows the fields of a record; the field at hand is active.
func constructor(t *types.Type, toks []lex.Token, src *lex.Source) signatureHelp {
	var fields []*types.Field
	for _, f := range t.Rec.Fields {
		cp := *f
		cp.Name = "$" + f.Name
		fields = append(fields, &cp)
	}
	active := commas(toks)
	for i := len(toks) - 1; i > 0; i-- {
		if toks[i-1].Kind == lex.Dollar && toks[i].Kind == lex.Ident && commas(toks[:i]) == active {
			if at := t.Rec.Lookup(src.Text(toks[i])); at >= 0 {
				active = at
				break
			}
		}
	}
	return help(t.Name, fields, false, "", active)
}
