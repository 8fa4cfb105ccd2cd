package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo/internal/cover"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/internal/testrun"
)

// coverFlags are the flags of what can count statements.
type coverFlags struct {
	on   bool
	file string
	base bool
}

func (c *coverFlags) add(fs *pflag.FlagSet) {
	fs.BoolVar(&c.on, "cover", false, "count which statements run and tell how many did, file by file")
	fs.StringVar(&c.file, "coverprofile", "", "write the counts to `FILE`: .html, .info (lcov), .txt, .json, else as Go's cover tool reads them")
	fs.BoolVar(&c.base, "cover-base", false, "count the base scripts, too")
}

// longCoverFlags lets these flags begin with one dash where others of one letter may stand in a row, as those of run.
func longCoverFlags(args []string) []string {
	return longFlags(args, func(name string) bool { return name == "cover" || name == "coverprofile" })
}

// covering is coverage under way.
type covering struct {
	cover.Set
	flags coverFlags
	dir   string // where DirEnv wants the counts
	// reference is the file that the reference's variable names.
	reference string
}

// start begins to count if flags or environment ask for it; nil otherwise.
func (c *coverFlags) start(env func(string) (string, bool)) *covering {
	out := &covering{flags: *c}
	out.dir, _ = env(cover.DirEnv)
	for _, name := range []string{"ZEEK_PROFILER_FILE", "BRO_PROFILER_FILE"} {
		if file, ok := env(name); ok && out.reference == "" {
			out.reference = file
		}
	}
	if !c.on && c.file == "" && out.dir == "" && out.reference == "" {
		return nil
	}
	_, base := env(cover.BaseEnv)
	out.Base = c.base || base
	out.Texts = out.reference != ""
	return out
}

// finish writes what is asked for once all engines are closed; the summary and errors go to w.
func (c *covering) finish(as string, w io.Writer) {
	p := c.Profile()
	var err error
	if c.dir != "" {
		err = p.WriteDir(c.dir)
	}
	if c.reference != "" {
		err = errors.Join(err, p.WriteReference(c.reference))
	}
	if err = errors.Join(err, c.flags.write(p, w)); err != nil {
		fmt.Fprintf(w, "%s: coverage: %v\n", as, err)
	}
}

// write writes a profile as the flags say.
func (c *coverFlags) write(p *cover.Profile, w io.Writer) error {
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	if c.file != "" {
		if err := p.WriteFile(c.file, cover.FormOf(c.file), wd); err != nil {
			return err
		}
	}
	if c.on {
		if len(p.Files) == 0 {
			fmt.Fprintln(w, "coverage: there are no statements of scripts to count")
			return nil
		}
		return p.WriteText(w, wd)
	}
	return nil
}

// tests has all that tests run count for one profile: engines within this process, and processes by way of a directory. Its result
// runs them and tells of the coverage; errors go to w.
func (c *coverFlags) tests(o *testrun.Options) func(ctx context.Context, w io.Writer) int {
	if !c.on && c.file == "" {
		return func(ctx context.Context, _ io.Writer) int { return testrun.Run(ctx, *o) }
	}
	set := &cover.Set{Base: c.base}
	o.Engine = set.Attach
	return func(ctx context.Context, w io.Writer) int {
		bad := func(err error) int {
			fmt.Fprintf(w, "brogo test: coverage: %v\n", err)
			return exitError
		}
		dir, err := os.MkdirTemp("", "brogo-cover")
		if err != nil {
			return bad(err)
		}
		defer os.RemoveAll(dir)
		o.Env = append(o.Env, cover.DirEnv+"="+dir)
		if c.base {
			o.Env = append(o.Env, cover.BaseEnv+"=1")
		}
		status := testrun.Run(ctx, *o)
		p, err := cover.ReadPath(dir)
		if err != nil {
			return bad(err)
		}
		p.Add(set.Profile())
		wd, err := os.Getwd()
		if err != nil {
			return bad(err)
		}
		p.Keep(func(name string) bool { return cover.UnderTest(name, wd) })
		if o.JSON && c.on {
			covered, all := p.Covered()
			err = json.NewEncoder(o.Out).Encode(map[string]any{"time": time.Now().UTC(), "action": "coverage", "covered": covered, "statements": all})
			c.on = false
		}
		if err := errors.Join(err, c.write(p, o.Out)); err != nil {
			return bad(err)
		}
		return status
	}
}

// coverCommand adds up what several runs have counted and shows it.
func coverCommand(_ context.Context, args []string, std stdio) int {
	const as = "brogo cover"
	fs := pflag.NewFlagSet(as, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	form := fs.StringP("format", "f", "", "`text`, html, go (the profile of Go's cover tool), lcov or json (default: by the suffix of -o, else text)")
	output := fs.StringP("output", "o", "", "write to `FILE` instead of standard output")
	help := fs.BoolP("help", "h", false, "print this help and end")
	bad := func(status int, err error) int {
		if status == exitUsage {
			return misuse(std, as, fs, err)
		}
		fmt.Fprintf(std.err, "%s: %v\n", as, err)
		return status
	}
	err := fs.Parse(args)
	switch {
	case *help || errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(std.out, "usage: brogo cover [FLAGS] PATH...\n\nAdds up the coverage of runs and shows it. A PATH is a file of --coverprofile (Go's form or .json), or a directory\n"+
			"that "+cover.DirEnv+" named to several processes.\n\nFlags:\n"+manual.Flags(fs))
		return 0
	case err == nil && fs.NArg() == 0:
		err = errors.New("no coverage given")
	}
	if *form == "" {
		if *form = "text"; *output != "" {
			*form = cover.FormOf(*output)
		}
	}
	if err == nil && !slices.Contains(cover.Forms, *form) {
		err = fmt.Errorf("unknown form %q: it is %s", *form, strings.Join(cover.Forms, ", "))
	}
	if err != nil {
		return bad(exitUsage, err)
	}
	sum := &cover.Profile{}
	for _, path := range fs.Args() {
		p, err := cover.ReadPath(path)
		if err != nil {
			return bad(exitError, err)
		}
		sum.Add(p)
	}
	wd, err := os.Getwd()
	if err == nil {
		if *output == "" {
			err = sum.Write(std.out, *form, wd)
		} else {
			err = sum.WriteFile(*output, *form, wd)
		}
	}
	if err != nil {
		return bad(exitError, err)
	}
	return 0
}
