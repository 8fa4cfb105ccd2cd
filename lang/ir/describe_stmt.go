package ir

import (
	"math"
	"strconv"
	"strings"
)

func (d *describer) stmt(s Stmt) {
	switch s := s.(type) {
	case nil:
		d.finish()
	case *Block:
		d.block(s)
	case *ExprStmt:
		d.expr(s.X)
		d.finish()
	case *Print:
		d.add("print ")
		d.list(s.Args)
		d.finish()
	case *EventStmt:
		d.add("event ")
		d.event(s.Ev, s.Args)
		d.finish()
	case *If:
		d.add("if (")
		d.expr(s.C)
		d.add(") ")
		d.body(s.Then)
		if s.Else != nil {
			d.add("else")
			d.body(s.Else)
		}
	case *Switch:
		d.add("switch ")
		d.expr(s.X)
		d.add(" {")
		d.push()
		for i := range s.Cases {
			d.switchCase(&s.Cases[i])
		}
		d.pop()
		d.add("}")
		d.nl()
	case *For:
		d.loopHead(s)
		d.body(s.Body)
	case *While:
		d.add("while (")
		d.expr(s.C)
		d.add(") ")
		d.body(s.Body)
	case *Next:
		d.add("next ")
		d.finish()
	case *Break, *HookBreak:
		d.add("break ")
		d.finish()
	case *Fallthrough:
		d.add("fallthrough ")
		d.finish()
	case *Return:
		d.add("return ")
		if s.X != nil {
			d.add("(")
			d.expr(s.X)
			d.add(")")
		}
		d.finish()
	case *Init:
		if s.X != nil {
			d.add(s.Sym.Text() + " = ")
			d.expr(s.X)
		} else {
			d.add("<init> " + s.Sym.Text())
		}
		d.finish()
	case *When:
		d.when(s)
	case *Assert:
		quotes := d.quotes
		d.quotes = true
		d.add("assert ")
		d.expr(s.C)
		if s.Msg != nil {
			d.add(", ")
			d.expr(s.Msg)
		}
		d.finish()
		d.quotes = quotes
	case *Null:
		d.finish()
	default:
		panic("ir: describe of an unknown statement")
	}
}

func (d *describer) body(s Stmt) {
	d.push()
	d.stmt(s)
	d.pop()
}

// block prints a list of statements; declarations of locals at its start share one <init>, as the reference gathers them.
func (d *describer) block(b *Block) {
	if len(b.Stmts) == 0 {
		d.finish()
		return
	}
	d.add("{ ")
	d.nl()
	rest := b.Stmts
	var names []string
	for len(rest) > 0 {
		in, ok := rest[0].(*Init)
		if !ok || in.X != nil {
			break
		}
		names = append(names, in.Sym.Text())
		rest = rest[1:]
	}
	if len(names) > 0 {
		d.add("<init> " + strings.Join(names, ", "))
		d.finish()
		d.nl()
	}
	for _, s := range rest {
		d.stmt(s)
		d.nl()
	}
	d.add("}")
}

// DescribeCase prints one case of a switch.
func DescribeCase(c *Case) string {
	d := describer{short: true}
	d.switchCase(c)
	return d.b.String()
}

func (d *describer) switchCase(c *Case) {
	if c.Default {
		d.add("default:")
	} else {
		d.add("case")
		for i, v := range c.Vals {
			if i > 0 {
				d.add(",")
			}
			d.add(" ")
			d.expr(v)
		}
		for i, t := range c.Types {
			if i > 0 {
				d.add(",")
			}
			d.add(" type " + t.T.String())
			if t.Sym != nil {
				d.add(" as " + t.Sym.Text())
			}
		}
		d.add(":")
	}
	d.push()
	d.stmt(c.Body)
	d.pop()
}

// loopHead prints a for's head. The comma behind, not before, each further variable is the reference's.
func (d *describer) loopHead(s *For) {
	d.add("for ([")
	for i, k := range s.Keys {
		if k == nil {
			d.add("_")
		} else {
			d.add(k.Text())
		}
		if i > 0 {
			d.add(",")
		}
	}
	d.add("]")
	if s.Val != nil {
		d.add(", " + s.Val.Text())
	}
	d.add(" in ")
	d.expr(s.X)
	d.add(") ")
}

func (d *describer) when(s *When) {
	d.add("when ")
	if len(s.Fn.Captures) > 0 {
		d.captures(s.Fn.Captures, ", ")
	}
	d.add("(")
	d.expr(s.C)
	d.add(") ")
	d.body(s.Body)
	if s.Timeout != nil {
		d.add(" timeout ")
		d.expr(s.Timeout)
		d.add(" ")
		d.body(s.OnTimeout)
	}
}

func floatOf(n uint64) float64 { return math.Float64frombits(n) }

// doubleText prints a double with at most six decimals, ".0" when it is whole, and in exponent form beyond 2^31.
func doubleText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.Abs(f) > math.MaxInt32:
		return strconv.FormatFloat(f, 'e', 6, 64)
	}
	s := strings.TrimRight(strconv.FormatFloat(f, 'f', 6, 64), "0")
	if strings.HasSuffix(s, ".") {
		s += "0"
	}
	return s
}

// intervalText prints an interval by its units, days first; what is below a microsecond is dropped.
func intervalText(f float64) string {
	if f == 0 {
		return "0 secs"
	}
	units := []struct {
		name string
		size float64
	}{{"day", 86400}, {"hr", 3600}, {"min", 60}, {"sec", 1}, {"msec", 1e-3}}
	var out []string
	put := func(n float64, name string) {
		s := doubleText(n) + " " + name
		if math.Abs(n) != 1 {
			s += "s"
		}
		out = append(out, s)
	}
	for _, u := range units {
		if n := math.Trunc(f / u.size); n != 0 {
			put(n, u.name)
			f -= n * u.size
		}
	}
	if n := math.Round(f * 1e6); n != 0 {
		put(n, "usec")
	}
	if len(out) == 0 {
		return "0 secs"
	}
	return strings.Join(out, " ")
}

func portText(n uint64) string {
	proto := [...]string{"unknown", "tcp", "udp", "icmp"}
	return strconv.FormatUint(n&0xffff, 10) + "/" + proto[(n>>16)&3]
}
