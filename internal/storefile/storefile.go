// Package storefile looks into the file of a store that no node has to run for: `brogo store`. It only reads. cmd/brogo calls it.
package storefile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/net/store/sqlite"
	"github.com/brogo/brogo/net/wire"
)

// Exit codes: a file that cannot be read or has no such key, and a wrong command line.
const (
	exitError = 1
	exitUsage = 2
)

const usageText = `usage: brogo store ls|dump|check FILE
       brogo store get FILE KEY

Looks into the file of a store (Broker::create_master with Broker::SQLITE) without a running node.

  ls     prints the keys, one a line, in the order of the file
  get    prints the value of a key, given as ls prints it
  dump   prints keys and values with their kinds, and when they expire
  check  reads the whole file and says whether it is sound

  --json      print JSON lines, in the form of Broker's JSON: every value with its kind
  --kind KIND get: the key's kind, such as count, if keys of several kinds look the same
`

// command is one look at a file.
type command struct {
	db   *sqlite.DB
	path string
	key  string
	kind string
	json bool
	now  time.Time
	out  io.Writer
}

// Main is the command: args are what follows `brogo store`. It returns the exit code.
func Main(args []string, now time.Time, out, errOut io.Writer) int {
	c := command{now: now, out: out}
	fs := pflag.NewFlagSet("store", pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.BoolVar(&c.json, "json", false, "")
	fs.StringVar(&c.kind, "kind", "", "")
	if err := fs.Parse(args); errors.Is(err, pflag.ErrHelp) {
		fmt.Fprint(out, usageText)
		return 0
	} else if err != nil {
		fmt.Fprintf(errOut, "brogo store: %v\n%s", err, usageText)
		return exitUsage
	}
	verbs := map[string]struct {
		run  func(*command) error
		args int
	}{"ls": {(*command).list, 2}, "get": {(*command).get, 3}, "dump": {(*command).dump, 2}, "check": {(*command).check, 2}}
	v, ok := verbs[fs.Arg(0)]
	if !ok || fs.NArg() != v.args {
		fmt.Fprint(errOut, usageText)
		return exitUsage
	}
	c.path, c.key = fs.Arg(1), fs.Arg(2)
	err := c.open()
	if err == nil {
		err = v.run(&c)
		if cerr := c.db.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		fmt.Fprintf(errOut, "brogo store: %v\n", err)
		return exitError
	}
	return 0
}

func (c *command) open() error {
	switch info, err := os.Stat(c.path); {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s: a directory, not a store", c.path)
	}
	var err error
	c.db, err = sqlite.Open(c.path, sqlite.Options{ReadOnly: true})
	if err != nil && strings.Contains(err.Error(), "no such table") {
		return fmt.Errorf("%s: a database, but not of a store", c.path)
	}
	return err
}

func (c *command) list() error {
	return c.db.Each(func(key, _ wire.Data, _ int64) error {
		if c.json {
			return c.print(string(wire.AppendJSON(nil, key, time.Nanosecond)))
		}
		return c.print(text(key))
	})
}

func (c *command) get() error {
	found := 0
	err := c.db.Each(func(key, v wire.Data, _ int64) error {
		if text(key) != c.key || c.kind != "" && c.kind != key.Kind().String() {
			return nil
		}
		found++
		if c.json {
			return c.print(string(wire.AppendJSON(nil, v, time.Nanosecond)))
		}
		return c.print(text(v))
	})
	switch {
	case err != nil:
		return err
	case found == 0:
		return fmt.Errorf("%s: no key %s", c.path, c.key)
	case found > 1:
		return fmt.Errorf("%s: %d keys look like %s: --kind tells them apart", c.path, found, c.key)
	}
	return nil
}

func (c *command) dump() error {
	return c.db.Each(func(key, v wire.Data, deadline int64) error {
		if c.json {
			b := append(wire.AppendJSON([]byte(`{"key":`), key, time.Nanosecond), `,"value":`...)
			b = wire.AppendJSON(b, v, time.Nanosecond)
			if deadline != 0 {
				b = append(append(append(b, `,"expires":"`...), date(deadline)...), '"')
			}
			return c.print(string(append(b, '}')))
		}
		line := fmt.Sprintf("%s %s\t%s %s", key.Kind(), text(key), v.Kind(), text(v))
		if deadline != 0 {
			line += "\t" + c.expiry(deadline)
		}
		return c.print(line)
	})
}

// expiry tells when a key goes; one whose time is over goes when a master opens the file.
func (c *command) expiry(deadline int64) string {
	if deadline <= c.now.UnixNano() {
		return "expired " + date(deadline)
	}
	return "expires " + date(deadline)
}

func (c *command) check() error {
	if err := c.db.Check(); err != nil {
		return err
	}
	keys, expired := 0, 0
	err := c.db.Each(func(_, _ wire.Data, deadline int64) error {
		keys++
		if deadline != 0 && deadline <= c.now.UnixNano() {
			expired++
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.print(fmt.Sprintf("%s: ok, version %s, keys %d, of them expired %d", c.path, sqlite.Version, keys, expired))
}

func (c *command) print(line string) error {
	_, err := io.WriteString(c.out, line+"\n")
	return err
}

// date is a time in nanoseconds since 1970 as a date in UTC.
func date(ns int64) string { return time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000Z") }

// text renders data as scripts print it, on one line: control characters and bytes that are no UTF-8 become \xHH.
func text(d wire.Data) string {
	s := wire.Format(d, true)
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || r < ' ' || r == 0x7f {
			b = fmt.Appendf(b, "\\x%02x", s[i])
		} else {
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return string(b)
}
