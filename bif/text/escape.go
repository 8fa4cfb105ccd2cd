package text

import (
	"fmt"
	"strings"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/runtime/interp"
)

func escapeRows() []interp.Builtin {
	styled := func(st cstr.Style) func(string) string {
		return func(s string) string { return cstr.Render(s, st) }
	}
	return []interp.Builtin{
		one("function clean(str: string): string",
			"Writes bytes that cannot be printed as \\xHH.", styled(cstr.Expanded)),
		one("function to_string_literal(str: string): string",
			"Writes a string as a literal: bytes that cannot be printed as \\xHH, quotes and backslashes behind a backslash.", styled(cstr.Literal)),
		one("function escape_string(s: string): string",
			"Writes bytes that cannot be printed as \\xHH and doubles backslashes, so that the result can be read back.", styled(cstr.Printable|cstr.Backslash)),
		one("function string_to_ascii_hex(s: string): string",
			"Writes each byte as two hexadecimal digits.",
			func(s string) string { return own(cstr.Hex(make([]byte, 0, 2*len(s)), s)) }),
		one("function hexdump(data_str: string): string",
			"Writes a dump of 16 bytes a line: offset, bytes in hexadecimal, bytes as text.", hexdump),
		one("function safe_shell_quote(source: string): string",
			"Quotes a string for a shell's command line: double quotes around it, backslashes before what means something between them.",
			func(s string) string { return `"` + shellEscape(s) + `"` }),
		one("function str_shell_escape(source: string): string",
			"Puts backslashes before what means something to a shell between double quotes. Bro only; see safe_shell_quote.", shellEscape),
	}
}

var shell = strings.NewReplacer("`", "\\`", `"`, `\"`, `\`, `\\`, `$`, `\$`)

func shellEscape(s string) string { return shell.Replace(s) }

// Columns of a dump's line: where the bytes and where the text begin. A gap follows the eighth byte in both.
const (
	dumpBytes = 6
	dumpText  = 56
)

func hexdump(s string) string {
	if s == "" {
		return strings.Repeat(" ", dumpText-dumpBytes) + "\n" // no offset: the reference begins the line with the bytes
	}
	var b strings.Builder
	for at := 0; at < len(s); at += 16 {
		line := s[at:min(at+16, len(s))]
		b.WriteString(fmt.Sprintf("%04x", at)[:4]) // four columns and no more, as in the reference
		b.WriteString("  ")
		col := dumpBytes
		for i := 0; i < len(line); i++ {
			gap := ""
			if i == 7 {
				gap = " "
			}
			n, _ := fmt.Fprintf(&b, "%02x %s", line[i], gap)
			col += n
		}
		b.WriteString(strings.Repeat(" ", dumpText-col))
		for i := 0; i < len(line); i++ {
			c := line[i]
			if c < ' ' || c > '~' {
				c = '.'
			}
			b.WriteByte(c)
			if i == 7 {
				b.WriteByte(' ')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
