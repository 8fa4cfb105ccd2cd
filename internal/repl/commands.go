package repl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/brogo/brogo/internal/names"
	"github.com/brogo/brogo/lang/types"
)

// cmd is one command of the prompt.
type cmd struct {
	name    string
	args    string // as :help shows them
	summary string
	scope   scope
	run     func(c *Core, arg string) bool
}

// scope tells which prompts have a command.
type scope uint8

const (
	looks   scope = iota // changes nothing: all have it
	changes              // not those that may only look
	local                // not those that are attached to a node: it is about this process, or stops the loop
)

// commands is the one list of them, in the order of :help.
func commands() []cmd {
	return []cmd{
		{":help", "[COMMAND]", "list the commands, or explain one", looks, (*Core).help},
		{":type", "EXPR", "the type of an expression, without evaluating it", looks, (*Core).typeOf},
		{":info", "NAME", "declaration, place, documentation and handlers of a name", looks, (*Core).info},
		{":doc", "NAME", "the documentation of a name", looks, (*Core).doc},
		{":browse", "[MODULE]", "what a module declares; without a module, the modules", looks, (*Core).browse},
		{":mode", "[text|json]", "how values are shown", looks, (*Core).mode},
		{":time", "EXPR", "evaluate an expression and tell how long it took", looks, (*Core).time},
		{":load", "SCRIPT", "load a script as @load does", changes, (*Core).load},
		{":reload", "[SCRIPT]", "read a script again (the last one loaded): functions and handlers are replaced, variables stay", changes, (*Core).reload},
		{":save", "FILE", "write the declarations and statements of this session to a file", local, (*Core).save},
		{":edit", "[SCRIPT]", "edit a script, or the last input, with $EDITOR and read it", local, (*Core).editText},
		{":queue", "", "the events that wait to be handled", looks, (*Core).queue},
		{":pause", "", "let the event loop stand still while the prompt waits", local, (*Core).pause},
		{":step", "[N]", "pause the loop and handle one event, or N", local, (*Core).step},
		{":run", "[INTERVAL]", "let the loop go on; with an interval, wait that long", local, (*Core).runLoop},
		{":wait", "EXPR", "let the loop go on until an expression is true (at most 10 seconds)", local, (*Core).waitFor},
		{":timers", "", "when the pending timers are due", looks, (*Core).timers},
		{":whens", "", "the when statements that wait", looks, (*Core).whens},
		{":advance", "INTERVAL", "move a virtual clock (brogo repl --virtual)", local, (*Core).advance},
		{":peers", "", "the nodes that this one is connected to", looks, (*Core).peers},
		{":topics", "", "the topics that this node and its peers subscribe to", looks, (*Core).topics},
		{":stores", "", "the key-value stores that are open here", looks, (*Core).stores},
		{":pub", "TOPIC EVENT(ARGS)", "publish an event", changes, (*Core).pub},
		{":tail", "[TOPIC]", "show the events that come in under a topic; -TOPIC ends that", looks, (*Core).tail},
		{":log", "[STREAM]", "show the rows that are written to a log; -STREAM ends that", looks, (*Core).log},
		{":quit", "", "end the session", looks, (*Core).quitNow},
	}
}

// command runs `:name arg`. A name may be shortened as long as it is clear.
func (c *Core) command(line string) bool {
	name, arg, _ := strings.Cut(line, " ")
	arg = strings.TrimSpace(arg)
	var found []cmd
	for _, k := range commands() {
		if k.name == name {
			found = []cmd{k}
			break
		}
		if strings.HasPrefix(k.name, name) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 0:
		return c.errorf("there is no command %s; :help lists them", name)
	case len(found) > 1:
		var names []string
		for _, k := range found {
			names = append(names, k.name)
		}
		return c.errorf("%s may be %s", name, strings.Join(names, " or "))
	case c.live && found[0].scope == local:
		return c.errorf("%s is not for prompts that are attached to a node", found[0].name)
	case c.readOnly && found[0].scope != looks:
		return c.errorf("refused: this prompt may only look (--write allows more); %s changes something", found[0].name)
	}
	return found[0].run(c, arg)
}

func (c *Core) help(arg string) bool {
	arg = strings.TrimPrefix(arg, ":")
	for _, k := range commands() {
		if arg == "" || strings.HasPrefix(k.name, ":"+arg) {
			c.printf("  %-22s %s\n", k.name+" "+k.args, k.summary)
		}
	}
	if arg == "" {
		c.printf(`
Anything else is script code: an expression is evaluated and shown with its type (_ is the last value), statements
run, declarations and @load define. The last semicolon of a line may be left out. What is not complete goes on in the
next line. Ctrl-C abandons the line or ends what is running, Ctrl-D leaves.
`)
	}
	return true
}

func (c *Core) quitNow(string) bool {
	c.quit = true
	return true
}

func (c *Core) mode(arg string) bool {
	switch arg {
	case "":
	case "text":
		c.json = false
	case "json":
		c.json = true
	default:
		return c.errorf("the modes are text and json")
	}
	if c.json {
		c.printf("json\n")
	} else {
		c.printf("text\n")
	}
	return true
}

// time evaluates an expression like any other and adds how long that took, parsing included.
func (c *Core) time(arg string) bool {
	if arg == "" {
		return c.errorf(":time takes an expression")
	}
	start := time.Now()
	var ok bool
	if k, whole := classify(arg, noPeek); k == value {
		ok = c.s.Value(whole)
	} else {
		ok = c.feed(strings.TrimRight(arg, ";") + ";")
	}
	c.printf("%v\n", time.Since(start).Round(time.Microsecond))
	return ok
}

func (c *Core) load(arg string) bool {
	arg = unquote(arg)
	if arg == "" {
		return c.errorf(":load takes a script")
	}
	path, ok := c.s.Load(arg, false)
	if path != "" {
		c.loaded = append(c.loaded, arg)
		c.printf("loaded %s\n", path)
	}
	return ok
}

func (c *Core) reload(arg string) bool {
	arg = unquote(arg)
	if arg == "" {
		if len(c.loaded) == 0 {
			return c.errorf("nothing has been loaded; name a script")
		}
		arg = c.loaded[len(c.loaded)-1]
	}
	path, ok := c.s.Load(arg, true)
	if path != "" {
		c.printf("read %s again\n", path)
	}
	return ok
}

func unquote(s string) string { return strings.Trim(strings.TrimSuffix(s, ";"), `"`) }

func (c *Core) save(arg string) bool {
	if arg == "" {
		return c.errorf(":save takes a file name")
	}
	if err := os.WriteFile(arg, []byte(c.journal.text()), 0o644); err != nil {
		return c.errorf("%v", err)
	}
	c.printf("saved %d inputs to %s\n", len(c.journal.entries), arg)
	return true
}

// editText opens the editor: on a script, which is then read (again), or on the last input, which is then taken as if typed.
func (c *Core) editText(arg string) bool {
	if c.edit == nil {
		return c.errorf(":edit needs a terminal")
	}
	if arg = unquote(arg); arg != "" {
		path := c.s.Engine().Find(arg)
		if path == "" {
			path = arg
		}
		if err := c.edit(path); err != nil {
			return c.errorf("%v", err)
		}
		return c.reload(path)
	}
	dir, err := os.MkdirTemp("", "brogo")
	if err != nil {
		return c.errorf("%v", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "input.zeek")
	err = os.WriteFile(path, []byte(c.journal.last+"\n"), 0o600)
	if err == nil {
		err = c.edit(path)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return c.errorf("%v", err)
	}
	return c.whole(string(text))
}

// whole takes a text of many lines as if each were typed; the first error drops the rest.
func (c *Core) whole(text string) bool {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	var a assembler
	for i, line := range lines {
		next := func(bool) (string, bool) {
			if i+1 < len(lines) {
				return lines[i+1], true
			}
			return "", false
		}
		if it := a.add(line, next); it.kind != more && !c.Take(it) {
			return false
		}
	}
	return c.Take(a.rest())
}

// interval evaluates an argument such as `5min`, in seconds.
func (c *Core) interval(arg string) (sec float64, ok bool) {
	t, v, ok := c.s.Look(arg)
	switch {
	case !ok:
		return 0, false
	case t.Tag == types.Interval:
		return v.Double(), true
	}
	return 0, c.errorf("%s is no interval but %s", arg, names.Type(t))
}

// seconds is an interval as messages give it.
func seconds(sec float64) string { return fmt.Sprintf("%.6g", sec) + "sec" }
