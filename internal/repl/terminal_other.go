//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package repl

// newTerminal has no line editor here: prompts are shown and lines are read as they come.
func newTerminal(Options) (ed editor, ok bool) { return nil, false }
