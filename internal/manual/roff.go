package manual

import (
	"fmt"
	"strings"
)

// Roff is the manual page, section 1, in the macros of man(7).
func (p *Program) Roff() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" %q\n", strings.ToUpper(p.Name), p.Name+" "+p.Version)
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", p.Name, roff(p.Summary))
	for _, c := range p.Commands {
		for _, u := range c.Usage {
			fmt.Fprintf(&b, ".B %s\n.br\n", roff(u))
		}
	}
	b.WriteString(".SH DESCRIPTION\n")
	for _, c := range p.Commands {
		if c.Name != "" {
			fmt.Fprintf(&b, ".SS %s %s \\- %s\n", p.Name, roff(c.Name), roff(c.Summary))
		}
		text(&b, c.Text)
		p.flags(&b, c)
	}
	b.WriteString(`.SH EXIT STATUS
.TP
0
all is well
.TP
1
a script, a test or a file has errors; a script may set a status of its own by exit()
.TP
2
the command line is wrong
.SH ENVIRONMENT
.TP
ZEEKPATH, BROPATH
where @load looks for scripts, before those that are built in
.TP
CLUSTER_NODE
which node of the layout this process is
.TP
ZEEK_DNS_FAKE
answers DNS lookups with made-up values
.TP
NO_COLOR
keeps colours away
.TP
GOGC, GOMEMLIMIT
set the pace and the limit of memory management
`)
	return b.String()
}

// flags writes a command's flags but for those that it shares with the program, which stand there.
func (p *Program) flags(b *strings.Builder, c Command) {
	shared := false
	for _, f := range c.Flags {
		if c.Name != "" && p.program().has(f) {
			shared = shared || f.Names[len(f.Names)-1] != "--help"
			continue
		}
		fmt.Fprintf(b, ".TP\n.B %s", roff(strings.Join(f.Names, ", ")))
		if f.Arg != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(f.Arg))
		}
		fmt.Fprintf(b, "\n%s\n", roff(f.Text))
	}
	if shared {
		fmt.Fprintf(b, ".PP\nThe flags of %s that say what to load are taken, too.\n", p.Name)
	}
}

// text writes paragraphs; indented lines stay lines.
func text(b *strings.Builder, lines []string) {
	literal := false
	for _, l := range lines {
		if indented := strings.HasPrefix(l, "  "); indented != literal && l != "" {
			literal = indented
			if literal {
				b.WriteString(".nf\n")
			} else {
				b.WriteString(".fi\n")
			}
		}
		if l == "" {
			b.WriteString(".PP\n")
			continue
		}
		b.WriteString(roff(l) + "\n")
	}
	if literal {
		b.WriteString(".fi\n")
	}
}

// roff is a text in which nothing is taken for a macro or an escape.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, `-`, `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
