package repl

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// keys stands between the terminal and the line editor. It hands the editor what belongs to the line that is being typed, and keeps the
// lines behind it: those of a paste, and what is typed while a script runs. They are taken without the editor, which could not
// tell a pasted tab from a wish for completion, and so that the rest of a paste can be dropped after an error.
type keys struct {
	editor    io.Writer // what the editor reads
	interrupt func()    // told of a Ctrl-C that comes when the editor does not read, for lack of a signal

	mu     sync.Mutex
	live   bool   // the editor reads a line
	queue  []byte // what is not handed on, newlines as \n
	paste  bool   // within the brackets that a terminal puts around a paste
	drop   bool   // the rest of this paste is not wanted
	broken []byte // the beginning of a bracket, cut off by the end of a read
	pasted int    // how much of the queue belongs to pastes that have ended
}

// The brackets of a paste, and the orders to a terminal to send them or not.
const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
	pasteOn    = "\x1b[?2004h"
	pasteOff   = "\x1b[?2004l"
	ctrlC      = 3
)

// onCtrlC sets interrupt.
func (k *keys) onCtrlC(f func()) {
	k.mu.Lock()
	k.interrupt = f
	k.mu.Unlock()
}

// feed takes what was read from the terminal.
func (k *keys) feed(b []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	b = append(k.broken, b...)
	k.broken = nil
	for len(b) > 0 {
		mark := pasteBegin
		if k.paste {
			mark = pasteEnd
		}
		i := bytes.Index(b, []byte(mark))
		text := b
		switch {
		case i >= 0:
			text, b = b[:i], b[i+len(mark):]
		default:
			n := len(b) - partial(b, mark)
			text, k.broken, b = b[:n], bytes.Clone(b[n:]), nil
		}
		k.put(text)
		if i >= 0 {
			k.paste = !k.paste
			if k.paste {
				k.drop = false
			} else {
				k.pasted = len(k.queue)
			}
		}
	}
}

// partial is the length of the longest end of b, but not a lone escape, that mark starts with.
func partial(b []byte, mark string) int {
	for n := min(len(mark)-1, len(b)); n > 1; n-- {
		if strings.HasPrefix(mark, string(b[len(b)-n:])) {
			return n
		}
	}
	return 0
}

// put takes text of one kind, typed or pasted.
func (k *keys) put(text []byte) {
	if len(text) == 0 || k.paste && k.drop {
		return
	}
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	if k.paste {
		text = bytes.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
				return -1
			}
			return r
		}, text)
	}
	if i := bytes.LastIndexByte(text, ctrlC); !k.live && i >= 0 && !k.paste {
		k.queue, k.pasted = nil, 0
		text = text[i+1:]
		if k.interrupt != nil {
			k.interrupt()
		}
	}
	if !k.live {
		k.queue = append(k.queue, text...)
		return
	}
	line, rest, whole := bytes.Cut(text, []byte("\n"))
	if k.paste || len(rest) > 0 {
		line = untab(line) // nobody types so fast: from a terminal without brackets, too, this is a paste
	}
	k.hand(line, whole)
	k.queue = append(k.queue, rest...)
}

// hand gives the editor the text of a line, and its end.
func (k *keys) hand(line []byte, end bool) {
	if end {
		line = append(bytes.Clone(line), '\r')
		k.live = false
	}
	k.editor.Write(line)
}

// untab keeps pasted tabs from asking for completion.
func untab(line []byte) []byte { return bytes.ReplaceAll(line, []byte("\t"), []byte("    ")) }

// next takes a whole line from the queue. If there is none the editor is to read one, beginning with what the queue holds.
func (k *keys) next() (line string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	l, rest, ok := bytes.Cut(k.queue, []byte("\n"))
	if ok {
		line = string(l)
		k.queue = rest
		k.pasted = max(0, k.pasted-len(l)-1)
		return line, true
	}
	k.live = true
	if len(k.queue) > 0 {
		// Tabs that were typed ahead mean completion, but not those that begin a line.
		q := k.queue
		typed := bytes.TrimLeft(q, "\t")
		if k.paste || k.pasted > 0 {
			typed = untab(typed)
		}
		k.editor.Write(append(untab(q[:len(q)-len(bytes.TrimLeft(q, "\t"))]), typed...))
		k.queue, k.pasted = nil, 0
	}
	return "", false
}

// peek looks at the next whole line of the queue.
func (k *keys) peek() (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	l, _, ok := bytes.Cut(k.queue, []byte("\n"))
	return string(l), ok
}

// dropPaste forgets the rest of a paste: up to its closing bracket, or, from terminals that send none, all that has come in.
func (k *keys) dropPaste() {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.paste:
		k.drop, k.queue, k.pasted = true, nil, 0
	case k.pasted > 0:
		k.queue, k.pasted = k.queue[k.pasted:], 0
	default:
		k.queue = nil
	}
}
