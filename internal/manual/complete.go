package manual

import (
	"fmt"
	"slices"
	"strings"
)

// Shells are those that Completion writes for.
var Shells = []string{"bash", "zsh", "fish"}

// Completion is a script that has a shell complete the program's command line: commands, their words and flags, files; behind doc and explain
// what the program itself lists. ok is false for another shell.
func (p *Program) Completion(shell string) (script string, ok bool) {
	switch shell {
	case "bash":
		return p.bash(), true
	case "zsh":
		// zsh runs bash's completions, with descriptions lost.
		return "#compdef " + p.Name + "\nautoload -U +X bashcompinit && bashcompinit\n" + p.bash(), true
	case "fish":
		return p.fish(), true
	}
	return "", false
}

// asks are the commands whose arguments the program lists itself: shell code that prints one a line.
var asks = map[string]string{"doc": "brogo doc --list", "explain": "brogo explain | sed 's/ .*//'"}

func (p *Program) bash() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# bash completion for %[1]s: source <(%[1]s completion bash)
_%[1]s() {
	local cur="${COMP_WORDS[COMP_CWORD]}" command="" flags="" words="" files=1 i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "${COMP_WORDS[i]}" in -*) ;; *) command="${COMP_WORDS[i]}"; break ;; esac
	done
	case "$command" in
`, p.Name)
	for _, c := range p.Commands {
		if c.Name == "" {
			continue
		}
		fmt.Fprintf(&b, "\t%s) flags=%q words=%q", c.Name, strings.Join(c.flagNames(), " "), strings.Join(c.Words, " "))
		if !c.TakesFiles() {
			b.WriteString(" files=")
		}
		if ask := asks[c.Name]; ask != "" {
			// Names hold colons, at which bash breaks words: only what is behind the last one is replaced.
			fmt.Fprintf(&b, ` words="$(%s 2>/dev/null)"`, ask)
		}
		b.WriteString(" ;;\n")
	}
	program := p.program()
	fmt.Fprintf(&b, "\t*) flags=%q words=%q ;;\n\tesac\n", strings.Join(program.flagNames(), " "), strings.Join(p.names(), " "))
	b.WriteString(`	local whole="$cur" before=""
	if type _get_comp_words_by_ref >/dev/null 2>&1; then _get_comp_words_by_ref -n : -c whole; fi
	before="${whole%"${whole##*:}"}"
	case "$whole" in
	-*) COMPREPLY=($(compgen -W "$flags" -- "$whole")) ;;
	*)
		COMPREPLY=($(compgen -W "$words" -- "$whole"))
		if [ "$before" != "" ] && [ "$whole" != "$cur" ]; then COMPREPLY=("${COMPREPLY[@]#"$before"}"); fi
		if [ "$files" ]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
		;;
	esac
}
`)
	fmt.Fprintf(&b, "complete -o filenames -F _%[1]s %[1]s\n", p.Name)
	return b.String()
}

func (p *Program) fish() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# fish completion for %[1]s: %[1]s completion fish | source\n", p.Name)
	first := "not __fish_seen_subcommand_from " + strings.Join(p.names(), " ")
	for _, c := range p.Commands {
		cond := "__fish_seen_subcommand_from " + c.Name
		if c.Name == "" {
			cond = first
		} else {
			fmt.Fprintf(&b, "complete -c %s -n %s -a %s -d %s\n", p.Name, quote(first), c.Name, quote(c.Summary))
			for _, w := range c.Words {
				fmt.Fprintf(&b, "complete -c %s -n %s -a %s\n", p.Name, quote(cond), w)
			}
			if ask := asks[c.Name]; ask != "" {
				fmt.Fprintf(&b, "complete -c %s -f -n %s -a %s\n", p.Name, quote(cond), quote("("+ask+")"))
			}
		}
		for _, f := range c.Flags {
			fmt.Fprintf(&b, "complete -c %s -n %s", p.Name, quote(cond))
			for _, n := range f.Names {
				if long, ok := strings.CutPrefix(n, "--"); ok {
					b.WriteString(" -l " + long)
				} else {
					b.WriteString(" -s " + strings.TrimPrefix(n, "-"))
				}
			}
			if f.Arg != "" {
				b.WriteString(" -r")
			}
			fmt.Fprintf(&b, " -d %s\n", quote(f.Text))
		}
	}
	return b.String()
}

// quote is a word for fish.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

func (p *Program) names() []string {
	var list []string
	for _, c := range p.Commands {
		if c.Name != "" {
			list = append(list, c.Name)
		}
	}
	return list
}

// program is the entry of the program itself.
func (p *Program) program() *Command {
	return &p.Commands[slices.IndexFunc(p.Commands, func(c Command) bool { return c.Name == "" })]
}

func (c *Command) has(f Flag) bool {
	return slices.ContainsFunc(c.Flags, func(g Flag) bool { return slices.Equal(f.Names, g.Names) && f.Text == g.Text })
}

func (c *Command) flagNames() []string {
	var list []string
	for _, f := range c.Flags {
		list = append(list, f.Names...)
	}
	return list
}
