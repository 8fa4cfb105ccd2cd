package repl

import (
	"bufio"
	"io"
	"strings"
)

// pipe reads lines from what is no terminal.
type pipe struct {
	r     *bufio.Reader
	shown io.Writer // where prompts go: to a terminal that cannot edit lines
	ahead []string
	err   error
}

func newPipe(r io.Reader) *pipe { return &pipe{r: bufio.NewReaderSize(r, 64<<10)} }

func (p *pipe) read(prompt string) (string, bool, error) {
	if p.shown != nil {
		io.WriteString(p.shown, prompt)
	}
	if len(p.ahead) > 0 {
		line := p.ahead[0]
		p.ahead = p.ahead[1:]
		return line, false, nil
	}
	line, err := p.next()
	return line, false, err
}

func (p *pipe) next() (string, error) {
	if p.err != nil {
		return "", p.err
	}
	line, err := p.r.ReadString('\n')
	if err != nil {
		p.err = err
		if line == "" {
			return "", err
		}
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// peek reads ahead only where it may wait: whoever writes line by line and reads the answers must get them first.
func (p *pipe) peek(wait bool) (string, bool) {
	if len(p.ahead) == 0 {
		if !wait {
			return "", false
		}
		line, err := p.next()
		if err != nil {
			return "", false
		}
		p.ahead = append(p.ahead, line)
	}
	return p.ahead[0], true
}

func (p *pipe) dropPaste()  {}
func (p *pipe) kept(string) {}
func (p *pipe) waits() bool { return p.shown == nil }
func (p *pipe) close()      {}
