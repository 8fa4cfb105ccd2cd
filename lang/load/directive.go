package load

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/lex"
	"github.com/brogo/brogo/lang/parse"
)

// Condition decides @if, @ifdef and @ifndef for the parser.
func (l *Loader) Condition(d parse.Directive) bool {
	if l.stop {
		return false
	}
	src := l.top().src
	switch d.Tok.Kind {
	case lex.AtIfdef:
		return l.cfg.Checker.Defined(src.Text(d.Args[0]), src.Span(d.Args[0]))
	case lex.AtIfndef:
		return !l.cfg.Checker.Defined(src.Text(d.Args[0]), src.Span(d.Args[0]))
	}
	if l.top().defers {
		if value, ok := quickCondition(src, d.Args, l.cfg.Dialect.Name); ok {
			return value
		}
	}
	x, err := parse.Expr(src, d.Args)
	if err != nil {
		for _, m := range err.(*parse.Error).Diags {
			l.Report(m)
		}
		l.stop = l.stop || !l.cfg.KeepGoing
		return false
	}
	fn, ok := l.cfg.Checker.Cond(x, locals(src, d.Before))
	if !ok {
		return true // reported; the reference goes on with the branch
	}
	val, ok := l.cfg.Host.EvalCond(fn)
	return val || !ok
}

// locals returns the names that the tokens of a body declare: its parameters and locals. A condition must not use them.
func locals(src *lex.Source, toks []lex.Token) map[string]bool {
	names := make(map[string]bool)
	body := false
	for i, t := range toks {
		switch {
		case t.Kind == lex.LBrace:
			body = true
		case t.Kind != lex.Ident || i == 0:
		case toks[i-1].Kind == lex.KwLocal, body && toks[i-1].Kind == lex.KwConst,
			!body && i+1 < len(toks) && toks[i+1].Kind == lex.Colon:
			names[src.Text(t)] = true
		}
	}
	return names
}

// Directive performs the directives that are no conditions.
func (l *Loader) Directive(d parse.Directive) {
	if l.stop {
		return
	}
	src := l.top().src
	at := src.Span(d.Tok)
	switch d.Tok.Kind {
	case lex.AtLoad:
		l.load(src.Arg(d.Tok), at)
	case lex.AtLoadSigs:
		name := src.Arg(d.Tok)
		if path := l.find(name, l.current(), []string{".sig"}); path != "" {
			l.sigs = append(l.sigs, path)
		} else {
			l.errorf(diag.Load, diag.Error, diag.Span{}, "failed to find file associated with @load-sigs %s", name)
		}
	case lex.AtLoadPlugin:
		l.Report(diag.Diagnostic{Severity: diag.Fatal, Code: diag.Load, At: at, Msg: "plugin " + src.Arg(d.Tok) + " is not available",
			Hint: "plugins are C++ code for the reference's packet engine; a Go program registers functions through the brogo package instead"})
	case lex.AtUnload:
		l.unload(src.Arg(d.Tok), at)
	case lex.AtPrefixes:
		list, add := src.Prefixes(d.Tok)
		if !add {
			l.prefixes = nil
		}
		l.prefixes = append(l.prefixes, list...)
	case lex.AtDeprecated:
		from := " from command line arguments"
		if by := l.top().at; by.File != nil {
			from = " from " + by.File.Name + ":" + strconv.Itoa(int(by.Line))
		}
		l.Report(diag.Diagnostic{Severity: diag.Warning, Code: diag.Deprecated, At: at,
			Msg: "deprecated script loaded" + from + " " + src.Arg(d.Tok)})
	case lex.AtPragma:
		l.pragma(d)
	}
}

// unload marks a script as loaded, so that later @loads of it do nothing.
func (l *Loader) unload(name string, at diag.Span) {
	path, _, opened := l.findScript(name, l.current())
	if !opened {
		l.errorf(diag.Load, diag.Error, at, "failed find file associated with @unload %s", name)
		return
	}
	l.seen[l.cfg.FS.Canonical(path)] = true
}

// ignoreDeprecations is the one pragma that means something.
const ignoreDeprecations = "ignore-deprecations"

// pragma performs @pragma push VALUE and @pragma pop [VALUE].
func (l *Loader) pragma(d parse.Directive) {
	src := l.top().src
	at := src.Span(d.Tok)
	words := strings.Fields(src.Arg(d.Tok))
	switch {
	case len(words) == 0:
		l.errorf(diag.Pragma, diag.Fatal, at, "@pragma without value")
	case words[0] == "push" && len(words) < 2:
		l.errorf(diag.Pragma, diag.Fatal, at, "@pragma push without value")
	case words[0] == "push":
		if words[1] != ignoreDeprecations {
			l.errorf(diag.Pragma, diag.Warning, at, "pushing unknown @pragma value '%s'", words[1])
		}
		l.pragmas = append(l.pragmas, words[1])
	case words[0] == "pop" && len(l.pragmas) == l.top().pragmas:
		l.errorf(diag.Pragma, diag.Fatal, at, "@pragma pop without active pragma")
	case words[0] == "pop":
		last := l.pragmas[len(l.pragmas)-1]
		if len(words) > 1 && words[1] != last {
			l.errorf(diag.Pragma, diag.Error, at, "@pragma pop with unexpected '%s', expected '%s'", words[1], last)
		}
		l.pragmas = l.pragmas[:len(l.pragmas)-1]
	default:
		l.errorf(diag.Pragma, diag.Warning, at, "Ignoring unknown pragma: '%s'", src.Arg(d.Tok))
	}
}

func (l *Loader) quiet() bool { return slices.Contains(l.pragmas, ignoreDeprecations) }

// ignoring reports whether deprecations at a place are silenced: by the pragmas in force, or by one within the item under way,
// whose items are checked as a whole.
func (l *Loader) ignoring(at diag.Span) bool {
	if len(l.stack) == 0 {
		return false
	}
	st := l.top()
	quiet := l.quiet()
	if len(st.inner) == 0 {
		return quiet
	}
	quiet = st.quiet
	depth := 0
	if quiet {
		depth = 1
	}
	for _, p := range st.inner {
		if p.Tok.Line > at.Line {
			break
		}
		switch words := strings.Fields(st.src.Arg(p.Tok)); {
		case len(words) > 1 && words[0] == "push" && words[1] == ignoreDeprecations:
			depth++
		case len(words) > 0 && words[0] == "pop" && depth > 0:
			depth--
		}
	}
	return depth > 0
}
