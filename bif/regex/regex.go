// Package regex is the builtins that use patterns: making, searching, splitting and replacing.
//
// Results that are parts of a string share its bytes.
package regex

import (
	"errors"
	"fmt"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/pattern"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Rows returns the family.
func Rows() []interp.Builtin {
	return append(append(makeRows(), splitRows()...), findRows()...)
}

func makeRows() []interp.Builtin {
	return []interp.Builtin{
		{Sig: "function convert_for_pattern(s: string): string", Pure: true,
			Doc: "Puts a backslash before each byte that means something in a pattern.",
			F1:  func(_ *interp.M, _ *interp.Site, s val.Value) val.Value { return val.Str(pattern.Quote(s.Str())) }},
		{Sig: "function string_to_pattern(s: string, convert: bool): pattern", Pure: true,
			Doc: "Compiles a string into a pattern; with *convert*, one that matches just this string.",
			F2: func(m *interp.M, _ *interp.Site, s, convert val.Value) val.Value {
				src := s.Str()
				if convert.Bool() {
					src = pattern.Quote(src)
				}
				return compiled(m, func() (*pattern.Pattern, error) { return pattern.Compile(src, 0) })
			}},
		{Sig: "function merge_pattern(p1: pattern, p2: pattern): pattern", Deprecated: "|", Pure: true,
			Doc: "Makes a pattern that matches what either of two matches. Bro only; see the operator |.",
			F2: func(m *interp.M, _ *interp.Site, p, q val.Value) val.Value {
				return compiled(m, func() (*pattern.Pattern, error) { return pattern.Merge(p.Pattern(), q.Pattern()) })
			}},
		{Sig: "function table_pattern_matcher_stats(tbl: any): MatcherStats", GivesUp: true,
			Doc: "Tells how large the automaton is that looks strings up in a table indexed by patterns.",
			F1:  matcherStats},
	}
}

// compiled reports a mistake in a pattern as the reference does; the pattern that matches "" only stands in for it.
func compiled(m *interp.M, compile func() (*pattern.Pattern, error)) val.Value {
	p, err := compile()
	if err == nil {
		return val.Pat(p)
	}
	var e *pattern.Error
	if !errors.As(err, &e) {
		panic(fmt.Sprintf("regex: %T from the pattern compiler", err))
	}
	for _, line := range e.Messages() {
		m.Plainf(diag.Error, "%s", line)
	}
	p, err = pattern.Compile("", 0)
	if err != nil {
		panic("regex: the empty pattern fails: " + err.Error())
	}
	return val.Pat(p)
}

// matcherStats builds the automaton of the table's patterns anew, since nothing else needs the numbers: they are those
// before the first match.
func matcherStats(m *interp.M, site *interp.Site, a val.Value) val.Value {
	t, v := site.Arg([]val.Value{a}, 0)
	if t.Tag != types.Table {
		m.Errorf(site, "pattern-table_stats() requires a table argument")
		return m.NoValue(site)
	}
	if len(t.Keys) != 1 || t.Keys[0].Tag != types.Pattern {
		m.Errorf(site, "pattern_table_stats() requires a single index of type pattern")
		return m.NoValue(site)
	}
	var all []*pattern.Pattern
	for it := v.Table().Iter(); it.Next(); {
		all = append(all, it.Key(0).Pattern())
	}
	st := pattern.NewSet(all).Stats()
	r := val.NewRecord(site.Result)
	for i, n := range []uint64{1, uint64(st.NFAStates), uint64(st.DFAStates), uint64(st.Computed), uint64(st.Bytes), st.Hits, st.Misses} {
		r.Set(i, val.Count(n))
	}
	return val.Rec(r)
}
