package vet

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// uncheckedField finds reads of &optional fields that may be unset there. Such a read is reported only if something says that the field
// is unset at times: the same body tests it elsewhere, the record was made in the body without it, the program makes such records without
// it, or, in handlers, tests the field elsewhere. A field that some code assigns to outside of a constructor is
// state which scripts keep by conventions that cannot be seen here: it is reported only where the body itself tests it.
func uncheckedField(p *pass) {
	known := p.fieldUses()
	for _, b := range p.bodies {
		w := &fieldWalk{pass: p, uses: known, alias: map[*ir.Local]string{}, tested: map[string]bool{}, made: map[string]bool{}, told: map[string]bool{},
			given: b.flavor() != types.FlavorFunction}
		w.tests(b.fn.Body)
		w.alias = map[*ir.Local]string{}
		w.stmt(b.fn.Body, facts{})
	}
}

// field is a field of a record type.
type field struct {
	rec *types.RecordInfo
	idx int
}

// fieldUse is what the program does with a field.
type fieldUse struct{ tested, assigned, leftOut bool }

func (p *pass) fieldUses() map[field]*fieldUse {
	out := map[field]*fieldUse{}
	at := func(t *types.Type, idx int) *fieldUse {
		f := field{t.Rec, idx}
		if out[f] == nil {
			out[f] = &fieldUse{}
		}
		return out[f]
	}
	made := func(t *types.Type, has func(int) bool) {
		if t == nil || t.Rec == nil {
			return
		}
		for i, f := range t.Rec.Fields {
			if f.Optional() && f.Default() == nil && !has(i) {
				at(t, i).leftOut = true
			}
		}
	}
	look := func(bs []body, users bool) {
		for _, b := range bs {
			ir.Inspect(b.fn.Body, func(n any) bool {
				switch n := n.(type) {
				case *ir.HasField:
					if t := n.Rec.Type(); t.Rec != nil && users {
						at(t, n.Idx).tested = true
					}
				case *ir.Assign:
					if f, ok := n.L.(*ir.Field); ok && f.Rec.Type().Rec != nil {
						at(f.Rec.Type(), f.Idx).assigned = true
					}
				case *ir.RecordCtor:
					if users {
						made(n.T, func(i int) bool {
							for _, f := range n.Fields {
								if f.Idx == i {
									return true
								}
							}
							return false
						})
					}
				}
				return true
			})
		}
	}
	look(p.bodies, true)
	look(p.base, false)
	return out
}

// read reports the read of a field that may be unset.
func (w *fieldWalk) read(x *ir.Field, f facts) facts {
	t := x.Rec.Type()
	if t.Rec == nil || x.Idx < 0 || x.Idx >= len(t.Rec.Fields) {
		return f
	}
	fl := t.Rec.Fields[x.Idx]
	rec := w.path(x.Rec)
	if rec == "" || !fl.Optional() || fl.Default() != nil {
		return f
	}
	path := fmt.Sprintf("%s.%d", rec, x.Idx)
	if f.has(path) {
		return f
	}
	use := w.uses[field{t.Rec, x.Idx}]
	if use == nil {
		use = &fieldUse{}
	}
	why := ""
	switch {
	case w.made[rec]:
		why = "nothing has set it"
	case w.tested[path]:
		why = "the same code tests elsewhere whether it is set"
	case use.assigned || strings.HasPrefix(rec, "g") || fl.Redef || variant(t.Rec):
	case use.tested && w.given:
		why = "other code tests whether it is set"
	case use.leftOut && !ours(fl.At):
		why = "such records are made without it"
	}
	if why != "" && !w.told[path] {
		w.told[path] = true
		w.report(x.At, "test `"+written(x.Rec)+"?$"+fl.Name+"` first", "%s$%s may be unset here: %s", written(x.Rec), fl.Name, why)
	}
	return f.with(path)
}

// variant reports whether a record holds one thing or another, as a field of an enum type says.
func variant(r *types.RecordInfo) bool {
	tag, optional := false, 0
	for _, f := range r.Fields {
		if f.Optional() {
			optional++
		} else if f.Type.Tag == types.Enum {
			tag = true
		}
	}
	return tag && optional > 1
}

// written is an expression as the script has it.
func written(x ir.Expr) string {
	at := x.Span()
	line := at.File.Line(int(at.Line))
	if from, to := int(at.Col)-1, int(at.EndCol)-1; at.Line == at.EndLine && from >= 0 && from < to && to <= len(line) {
		return line[from:to]
	}
	return ir.Describe(x)
}
