package brogo

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brogo/brogo/bif/digest"
	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/net/transport"
)

// boundary lists, by the type of a parameter as a signature writes it, the arguments that TestBoundaries passes: script expressions at
// the ends of what the type can hold. A type that is not here gets a call that makes its zero value, `T()`.
var boundary = map[string][]string{
	"bool":     {"T", "F"},
	"count":    {"0", "1", "2", "255", "65536", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551615"},
	"int":      {"+0", "+1", "-1", "+37", "-2147483649", "+9223372036854775807", "-9223372036854775807 - 1"},
	"double":   {"0.0", "-0.0", "0.5", "-1.0", "1.0", "1e-310", "1e18", "1e19", "-1e300", "ln(0.0)", "-ln(0.0)", "ln(-1.0)"},
	"interval": {"0sec", "-1sec", "1usec", "1e300sec", "double_to_interval(ln(-1.0))"},
	"time": {"double_to_time(0.0)", "double_to_time(-1.0)", "double_to_time(1e9)", "double_to_time(1e18)", "double_to_time(-1e300)",
		"double_to_time(ln(-1.0))"},
	"string": {`""`, `"a"`, `"\x00"`, `"a\x00b"`, `"\xff\xfe"`, `"%"`, `"%s %d %999999999d"`, `"0"`, `"-1"`, `"18446744073709551616"`,
		`"1.2.3.4"`, `"::1"`, `"10.0.0.0/8"`, `"80/tcp"`, `"[1,{\"a\":null}]"`, `"[[[[[["`, `"=QUJD"`, `"*.[a"`, `"(unclosed"`, `"."`,
		`"no/such/file"`, `"X::hook_"`, `"Log::default_writer"`, `"X::Color"`, `"connection"`, "X::long"},
	"port":    {"0/tcp", "65535/udp", "8/icmp", "0/unknown", "1/tcp"},
	"addr":    {"0.0.0.0", "255.255.255.255", "[::]", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]", "127.0.0.1"},
	"subnet":  {"0.0.0.0/0", "255.255.255.255/32", "[::]/0", "[2001:db8::]/127"},
	"pattern": {"/a/", "/^$/", "/.*/", "/[^a]+|b*/", "/x{0,3}/i"},
	"file":    {"X::closed", `open("f")`, "X::shut"},
	"any": {"T", "7", "-7", "2.5", `""`, `"abc"`, "1.2.3.4", "10.0.0.0/8", "80/tcp", "/x/", "1min", "double_to_time(3.0)", "X::RED", "X::Color",
		"X::Rec", "X::Rec($a=1)", "X::Rec($a=1, $b=set(\"x\"))", "X::vec", "X::holes", "X::novec", "X::strs", "X::bools", "X::tab", "X::subs",
		"X::notab", "X::two", "X::handler", "X::hook_", "X::func_", "X::closed", "Broker::data(1)", "bloomfilter_basic_init(0.1, 10)",
		"topk_init(3)", "md5_hash_init()", "X::deep", "X::boxed", "Broker::Event()", "string_vec"},
	"string_vec":             {"vector()", `vector("", "a\x00")`, "X::strs"},
	"double_vec":             {"vector()", "vector(1.0, 0.5)", "vector(-1.0)"},
	"index_vec":              {"vector()", "vector(0, 5, 18446744073709551615)", "vector(5, 1)", "X::vec"},
	"string_set":             {"set()", `set("", "a")`},
	"string_array":           {"table()", `table([1] = "a", [3] = "c")`},
	"table_string_of_string": {"table()", `table(["a"] = "b", ["\x00"] = "")`},
	"string_mapper":          {"X::mapper"},
	"sw_params":              {"[]", "[$min_strlen=0, $sw_variant=1]", "[$min_strlen=18446744073709551615, $sw_variant=7]"},
	"fa_file":                {"X::fa"},
	"connection":             {"X::conn"},
	"conn_id":                {"[$orig_h=[::], $orig_p=0/tcp, $resp_h=1.2.3.4, $resp_p=0/unknown]"},
	"event_peer":             {"[$id=0, $host=0.0.0.0, $p=0/tcp, $is_local=F, $descr=\"\"]"},
	"Log::Stream":            {"[$columns=X::Rec]", "[$columns=X::Row]", "[$columns=X::Row, $ev=X::handler]"},
	"Log::Filter": {`[$name=""]`, `[$name="x", $path="", $include=set("none")]`, `[$name="y", $writer=Log::WRITER_NONE, $interv=-1sec]`,
		`[$name="z", $config=table(["tsv"] = "x")]`},
	"Log::PostDelayCallback":            {"X::delayed"},
	"Log::DelayToken":                   {"X::token"},
	"Input::TableDescription":           {`[$source="", $name="", $destination=X::tab, $idx=X::Rec]`, `[$source="none", $name="x", $destination=X::two, $idx=X::Rec, $val=X::Row]`},
	"Input::EventDescription":           {`[$source="none", $name="e", $fields=X::Row, $ev=X::handler]`},
	"Input::AnalysisDescription":        {`[$source="none", $name="a"]`},
	"Exec::Command":                     {`[$cmd="exit 3"]`},
	"Supervisor::NodeConfig":            {`[$name="n"]`},
	"Broker::BackendOptions":            {`[]`, `[$sqlite=[$path="b.sqlite"]]`},
	"Broker::BackendType":               {"Broker::MEMORY", "Broker::SQLITE"},
	"Broker::Data":                      {"Broker::data(1)", "Broker::data(vector(1, 2))", `Broker::data(table(["a"] = 1))`, "Broker::data(set(1))", "Broker::Data()", "Broker::data(X::Rec($a=1))"},
	"Cluster::Pool":                     {"Cluster::worker_pool"},
	"Cluster::WebSocketServerOptions":   {`[$listen_addr=0.0.0.0, $listen_port=0/udp]`},
	"Storage::Backend":                  {"Storage::STORAGE_BACKEND_SQLITE"},
	"EventMetadata::ID":                 {"EventMetadata::NETWORK_TIMESTAMP", "X::meta"},
	"Log::ID":                           {"Log::UNKNOWN", "Log::PRINTLOG", "X::LOG"},
	"transport_proto":                   {"tcp", "unknown_transport"},
	"IPAddrAnonymizationClass":          {"ORIG_ADDR", "OTHER_ADDR"},
	"opaque of Broker::Store":           {"X::store"},
	"opaque of bloomfilter":             {"bloomfilter_basic_init(0.1, 10)", "bloomfilter_counting_init(3, 10, 3)"},
	"opaque of topk":                    {"topk_init(0)", "topk_init(2)"},
	"opaque of cardinality":             {"hll_cardinality_init(0.01, 0.95)", "hll_cardinality_init(0.3, 0.5)"},
	"opaque of paraglob":                {`paraglob_init(vector("", "*", "[a"))`},
	"opaque of entropy":                 {"entropy_test_init()"},
	"opaque of md5":                     {"md5_hash_init()", "X::digested"},
	"opaque of sha1":                    {"sha1_hash_init()"},
	"opaque of sha256":                  {"sha256_hash_init()"},
	"opaque of Broker::SetIterator":     {"Broker::__set_iterator(Broker::data(set(1)))"},
	"opaque of Broker::TableIterator":   {`Broker::__table_iterator(Broker::data(table(["a"] = 1)))`},
	"opaque of Broker::VectorIterator":  {"Broker::__vector_iterator(Broker::data(vector(1)))"},
	"opaque of Broker::RecordIterator":  {"Broker::__record_iterator(Broker::data(X::Rec($a=1)))"},
	"opaque of Storage::BackendHandle":  {"X::backend", "X::shutdown"},
	"opaque of counter_metric_family":   {`Telemetry::__counter_family("a", "b", vector(), "c", "")`},
	"opaque of counter_metric":          {`Telemetry::__counter_metric_get_or_add(Telemetry::__counter_family("a", "b", vector(), "c", ""), table())`},
	"opaque of gauge_metric_family":     {`Telemetry::__gauge_family("a", "g", vector(), "c", "")`},
	"opaque of gauge_metric":            {`Telemetry::__gauge_metric_get_or_add(Telemetry::__gauge_family("a", "g", vector(), "c", ""), table())`},
	"opaque of histogram_metric_family": {`Telemetry::__histogram_family("a", "h", vector(), vector(1.0), "c", "")`},
	"opaque of histogram_metric":        {`Telemetry::__histogram_metric_get_or_add(Telemetry::__histogram_family("a", "h", vector(), vector(1.0), "c", ""), table())`},
}

// boundaryNames are what the expressions of boundary refer to.
const boundaryNames = `
@load base/frameworks/storage
@load policy/frameworks/storage/backend/sqlite
module X;
export {
	redef enum Log::ID += { LOG };
	redef enum EventMetadata::ID += { meta = 4711 };
	type Color: enum { RED, BLUE };
	type Rec: record { a: count; b: set[string] &optional; };
	type Row: record { s: string &log; };
	global long = string_fill(70000, "ab");
	global vec = vector(3, 1, 2);
	global holes: vector of count = vector(1);
	global novec: vector of any = vector();
	global strs = vector("b", "", "a");
	global bools = vector(T, F);
	global tab: table[count] of string = table([1] = "x");
	global subs: table[subnet] of count = table([10.0.0.0/8] = 1);
	global notab: set[addr, port] = set();
	global two: table[string, count] of Rec = table();
	global deep: table[count] of vector of set[string] = table([1] = vector(set("x")));
	global boxed: any = 5;
	global closed: file = open("closed");
	global shut: file = open("shut");
	global store: opaque of Broker::Store;
	global token: Log::DelayToken;
	global backend: opaque of Storage::BackendHandle;
	global shutdown: opaque of Storage::BackendHandle;
	global digested: opaque of md5;
	global handler: event(r: Row);
	global hook_: hook(r: Row);
	global fa = fa_file($id="f", $source="s", $last_active=network_time());
	global conn: connection;
}
function func_(a: count, b: count): int { return a < b ? -1 : 1; }
function mapper(s: string): string { return s; }
function delayed(rec: any, id: Log::ID): bool { return T; }
event handler(r: Row) { }
hook Log::log_stream_policy(rec: Row, id: Log::ID) { token = Log::delay(id, rec); }
event zeek_init() &priority=1000000
	{
	holes[3] = 4;
	close(shut);
	store = Broker::create_master("m");
	Log::create_stream(LOG, [$columns=Row]);
	Log::write(LOG, [$s="x"]);
	local options = Storage::BackendOptions($sqlite=[$database_path=":memory:", $table_name="t"]);
	backend = Storage::Sync::open_backend(Storage::STORAGE_BACKEND_SQLITE, options, string, string)$value;
	shutdown = Storage::Sync::open_backend(Storage::STORAGE_BACKEND_SQLITE, options, string, string)$value;
	Storage::Sync::close_backend(shutdown);
	digested = md5_hash_init();
	md5_hash_finish(digested);
	}
`

// offLimits are builtins that end or stop the process (those of telemetry because of a bad name), reach beyond the test's directory,
// or whose time is the product of two lengths.
var offLimits = []string{"exit", "terminate", "sleep", "system", "system_env", "piped_exec", "syslog", "Reporter::fatal",
	"Reporter::fatal_error_with_core", "lookup_addr", "lookup_hostname", "lookup_hostname_txt", "blocking_lookup_hostname",
	"str_smith_waterman", "Telemetry::__counter_family", "Telemetry::__gauge_family", "Telemetry::__histogram_family"}

// perBuiltin bounds how many calls of one builtin TestBoundaries makes.
const perBuiltin = 60

// TestBoundaries calls every builtin with arguments at the ends of what their types can hold. A call may be refused when it is checked,
// or report an error and give up; it must neither crash the process nor hang.
func TestBoundaries(t *testing.T) {
	t.Chdir(t.TempDir())
	e, err := New(Config{Dialect: "zeek"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	made := 0
	for _, f := range e.families(digest.ZeroSeeds()) {
		var calls []string
		for _, r := range f.rows {
			name := sigName(r.Sig)
			if !slices.Contains(offLimits, name) {
				calls = append(calls, boundaryCalls(t, name, r.Sig[strings.Index(r.Sig, "(")+1:strings.LastIndex(r.Sig, ")")])...)
			}
		}
		made += runCalls(t, f.title, calls)
	}
	if made < 5000 {
		t.Errorf("only %d calls: the signatures are not understood, or the checker refuses too many", made)
	}
}

// boundaryCalls returns calls of a builtin: all combinations of arguments if there are few, else a walk through them.
func boundaryCalls(t *testing.T, name, params string) []string {
	var choices [][]string
	for _, p := range splitParams(params) {
		_, typ, _ := strings.Cut(p, ": ")
		typ, _, _ = strings.Cut(typ, " &")
		if p == "..." {
			typ = "any"
		}
		if boundary[typ] == nil {
			t.Errorf("%s: no values for a parameter of type %q", name, typ)
			return nil
		}
		choices = append(choices, boundary[typ])
	}
	all := 1
	for _, c := range choices {
		all = min(all*len(c), perBuiltin)
	}
	out := []string{}
	for i := range all {
		// Steps that are prime to each other walk through the combinations without order.
		var args []string
		for j, c := range choices {
			at := i
			if j > 0 {
				at = i/len(choices[0]) + i*(2*j+1)
			}
			args = append(args, c[at%len(c)])
		}
		out = append(out, name+"("+strings.Join(args, ", ")+")")
	}
	return out
}

// atLine finds the places of errors in the one file of runCalls.
var atLine = regexp.MustCompile(`<command line>, line (\d+)`)

// runCalls runs a script that makes the calls in a handler each, so that one that gives up ends no other, and returns how many it made.
// What the checker refuses is left out of a second try.
func runCalls(t *testing.T, title string, calls []string) int {
	first := strings.Count(boundaryNames, "\n") + 1
	names := make([]string, len(calls))
	for i, c := range calls {
		names[i] = c[:strings.Index(c, "(")]
	}
	for try := range 2 {
		var code, out, errs strings.Builder
		code.WriteString(boundaryNames)
		made := 0
		for i, c := range calls {
			if c != "" {
				fmt.Fprintf(&code, "event zeek_init() &priority=%d { print %q; %s; }", len(calls)-i, names[i], c)
				made++
			}
			code.WriteByte('\n')
		}
		code.WriteString("event zeek_init() &priority=-1000000 { terminate(); }\n")
		clk := clock.NewVirtual(time.Unix(1e9, 0))
		e, err := New(Config{Dialect: "zeek", Code: []string{code.String()}, Stdout: &out, Stderr: &errs, Clock: clk, KeepGoing: true,
			Network: transport.NewMem(clk).Host("here"), Env: func(string) (string, bool) { return "", false }})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		if e.Load() != 0 {
			for _, m := range atLine.FindAllStringSubmatch(errs.String(), -1) {
				line, _ := strconv.Atoi(m[1])
				if line < first || try > 0 {
					t.Fatalf("%s: %s", title, errs.String())
				}
				calls[line-first] = ""
			}
			continue
		}
		for i, c := range calls {
			if c == "" && !slices.ContainsFunc(calls, func(o string) bool { return strings.HasPrefix(o, names[i]+"(") }) {
				t.Errorf("%s: the checker refuses every call", names[i])
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if e.Run(ctx); ctx.Err() != nil {
			said := strings.TrimSpace(out.String())
			t.Fatalf("%s: %s does not end", title, said[strings.LastIndexByte(said, '\n')+1:])
		}
		if began := strings.Count(out.String(), "\n"); began < made {
			t.Errorf("%s: only %d of %d calls were made: %s", title, began, made, errs.String())
		}
		return made
	}
	return 0
}

// splitParams splits a signature's parameters at the commas outside of brackets and strings.
func splitParams(params string) []string {
	var out []string
	depth, quoted, start := 0, false, 0
	for i, c := range params {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth == 0:
			out = append(out, params[start:i])
			start = i + 2
		}
	}
	if params != "" {
		out = append(out, params[start:])
	}
	return out
}
