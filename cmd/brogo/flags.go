package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/brogo/brogo"
	"github.com/brogo/brogo/internal/manual"
	"github.com/brogo/brogo/lang/diag"
)

// options are the flags of `brogo run`; those of the reference keep their letters.
type options struct {
	bare, parseOnly, usage, noUnused        bool
	buildInfo, version, help, deterministic bool
	plugins, jsonLogs                       bool
	code, prefixes                          []string
	dialect, printID                        string
	loadSeeds, saveSeeds, readFile          string
	style, statusFile                       string
	files, redefs, scriptArgs               []string
	trace                                   string
	cover                                   coverFlags
	profile, profileAlloc                   string
	attachAt, attachToken                   string
	flags                                   *pflag.FlagSet
}

// ignoredFlags are the reference's that mean nothing without a packet engine or an optimizer: taken in silence.
var ignoredFlags = []struct {
	long, short string
	value       bool
}{
	{"no-checksums", "C", false}, {"force-dns", "F", false}, {"prime-dns", "P", false}, {"watchdog", "W", false},
	{"mem-leaks", "m", false}, {"mem-profile", "M", false}, {"time", "Q", false}, {"debug-rules", "S", false},
	{"no-optimize-funcs", "", true}, {"no-optimize-files", "", true}, {"no-optimize-func", "", true}, {"no-optimize-file", "", true}, {"test", "", false},
	{"optimize", "O", true}, {"optimize-files", "0", true}, {"optimize-funcs", "o", true}, {"filter", "f", true}, {"iface", "i", true},
	{"rulefile", "s", true}, {"tracefile", "t", true}, {"writefile", "w", true}, {"debug", "B", true},
	{"re-level", "T", true}, {"zeekygen", "X", true}, {"broxygen", "", true}, {"event-trace", "E", true},
	{"debug-script", "d", false}, {"capture-unprocessed", "c", true}, {"dump-config", "g", false}, {"print-state", "x", true},
	{"replay-state", "R", true},
}

// parseFlags reads the command line of `run`. as is the name that the program goes by in messages.
func parseFlags(as string, args []string) (*options, error) {
	return parseFlagsWith(as, args, func(*pflag.FlagSet) {})
}

// parseFlagsWith is parseFlags for a subcommand that has flags of its own beside those of run.
func parseFlagsWith(as string, args []string, more func(*pflag.FlagSet)) (*options, error) {
	o := &options{}
	fs := pflag.NewFlagSet(as, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	fs.BoolVarP(&o.bare, "bare-mode", "b", false, "do not load scripts from the base/ directory by default")
	fs.BoolVarP(&o.parseOnly, "parse-only", "a", false, "check the scripts, report every error, do not run them")
	fs.StringArrayVarP(&o.code, "exec", "e", nil, "run `CODE` after the scripts")
	fs.StringVar(&o.dialect, "dialect", "", "`bro` or zeek: which version settles contradictions (default: by file suffix, else zeek)")
	fs.StringArrayVarP(&o.prefixes, "prefix", "p", nil, "add `PREFIX` to the script prefixes")
	fs.BoolVar(&o.noUnused, "no-unused-warnings", false, "do not warn of handlers and functions that nothing reaches")
	fs.BoolVarP(&o.usage, "usage-issues", "u", false, "warn of unused and possibly unset variables")
	fs.BoolVarP(&o.jsonLogs, "json-logs", "J", false, "write logs as JSON lines to standard output instead of files")
	fs.StringVarP(&o.printID, "print-id", "I", "", "print the value of the global `NAME` and end")
	fs.BoolVarP(&o.deterministic, "deterministic", "D", false, "start random numbers and hashes from fixed seeds")
	fs.StringVarP(&o.loadSeeds, "load-seeds", "G", "", "read random seeds from `FILE`")
	fs.StringVarP(&o.saveSeeds, "save-seeds", "H", "", "write random seeds to `FILE`")
	fs.StringVar(&o.style, "style", "", "diagnostics: `pretty`, line, reference, json or sarif (default: pretty on a terminal, else reference)")
	fs.StringVarP(&o.statusFile, "status-file", "U", "", "keep the process's phase in `FILE`")
	fs.StringVar(&o.attachAt, "attach-at", "", "let prompts attach (brogo repl --attach) at `ADDRESS`: a path for a socket, or HOST:PORT")
	fs.StringVar(&o.attachToken, "attach-token", "", "the token for HOST:PORT is in `FILE`, which is made if it is missing")
	fs.StringVar(&o.trace, "trace", "", "record every event and message to `FILE`: .html, .json (Chrome), .txt, else for brogo trace")
	o.cover.add(fs)
	fs.StringVar(&o.profile, "profile", "", "write where scripts spend their time to `FILE`, for go tool pprof")
	fs.StringVar(&o.profileAlloc, "profile-alloc", "", "write what scripts allocate where to `FILE`, for go tool pprof")
	fs.StringVarP(&o.readFile, "readfile", "r", "", "")
	// In Zeek 8.0 -V is not the version any more.
	versionShort, buildShort := "V", ""
	if as == "zeek" {
		versionShort, buildShort = "", "V"
	}
	fs.BoolVarP(&o.version, "version", versionShort, false, "print the version and end")
	fs.BoolVarP(&o.buildInfo, "build-info", buildShort, false, "print how the program was built, as JSON, and end")
	fs.BoolVarP(&o.plugins, "print-plugins", "N", false, "list the built-in readers and writers and end")
	fs.BoolP("v", "v", false, "")
	fs.BoolVarP(&o.help, "help", "h", false, "print this help and end")
	fs.String("pseudo-realtime", "", "")
	fs.Lookup("pseudo-realtime").NoOptDefVal = "1"
	fs.StringP("jobs", "j", "", "")
	fs.Lookup("jobs").NoOptDefVal = " "
	for _, name := range []string{"readfile", "v", "pseudo-realtime", "jobs"} {
		fs.Lookup(name).Hidden = true
	}
	for _, f := range ignoredFlags {
		if f.value {
			fs.StringArrayP(f.long, f.short, nil, "")
		} else {
			fs.BoolP(f.long, f.short, false, "")
		}
		fs.Lookup(f.long).Hidden = true
	}
	more(fs)
	o.flags = fs
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	if v, _ := fs.GetBool("v"); v {
		o.version = true
	}
	rest := fs.Args()
	if n := fs.ArgsLenAtDash(); n >= 0 {
		rest, o.scriptArgs = rest[:n], rest[n:]
	}
	for _, a := range rest {
		if isRedef(a) {
			o.redefs = append(o.redefs, a)
		} else {
			o.files = append(o.files, a)
		}
	}
	if o.jsonLogs {
		o.redefs = append([]string{"LogAscii::use_json=T", "LogAscii::output_to_stdout=T"}, o.redefs...)
	}
	switch {
	case o.dialect != "" && o.dialect != "bro" && o.dialect != "zeek":
		return o, fmt.Errorf("unknown dialect %q: it is bro or zeek", o.dialect)
	case o.profile != "" && o.profileAlloc != "":
		return o, errors.New("--profile and --profile-alloc do not go together: measuring memory takes time")
	case o.style != "" && !slices.Contains(diag.Styles, o.style):
		return o, fmt.Errorf("unknown style %q: it is one of %s", o.style, strings.Join(diag.Styles, ", "))
	case o.readFile != "":
		return o, fmt.Errorf("-r %s: brogo has no packet engine and reads no traces; run zeek for that", o.readFile)
	}
	return o, nil
}

// isRedef tells `Name=value` and `Name+=value` from a file name: an identifier comes before the `=`.
func isRedef(arg string) bool {
	name, _, ok := strings.Cut(arg, "=")
	if !ok {
		return false
	}
	name = strings.TrimRight(name, "+-")
	if name == "" {
		return false
	}
	for i, c := range []byte(name) {
		letter := c == '_' || c == ':' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// misuse says what is wrong with a command line, with the flag that was probably meant, and returns the exit status for that.
func misuse(std stdio, as string, fs *pflag.FlagSet, err error) int {
	hint := "(" + as + " --help lists the flags)"
	if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
		near := diag.Nearest(unknown.GetSpecifiedName(), func(yield func(string) bool) {
			fs.VisitAll(func(f *pflag.Flag) {
				if !f.Hidden {
					yield(f.Name)
				}
			})
		})
		if near != "" {
			hint = "(did you mean --" + near + "?)"
		}
	}
	fmt.Fprintf(std.err, "%s: %v\n%s\n", as, err, hint)
	return exitUsage
}

// config turns flags into the engine's configuration.
func (o *options) config(as string, std stdio) brogo.Config {
	cfg := brogo.Config{
		Dialect: o.dialect, Files: o.files, Code: o.code, Redefs: o.redefs, Args: o.scriptArgs, Prefixes: o.prefixes,
		Bare: o.bare, ParseOnly: o.parseOnly, Usage: o.usage, NoUnusedWarnings: o.noUnused, Deterministic: o.deterministic,
		LoadSeeds: o.loadSeeds, SaveSeeds: o.saveSeeds,
		Stdin: std.in, Stdout: std.out, Stderr: std.err, Env: std.env,
	}
	if cfg.Dialect == "" && as != "brogo" {
		cfg.Dialect = as
	}
	return cfg
}

func usage(w io.Writer, o *options) {
	fmt.Fprint(w, `usage: brogo [run] [FLAGS] [FILE | Name=value]... [-- ARGS]
       brogo COMMAND [ARGS]

Runs Bro and Zeek scripts. With no file and no -e, the script comes from standard input.
ARGS behind -- are what zeek_args() returns.

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprintf(w, "\nFlags:\n%s", manual.Flags(o.flags))
}
