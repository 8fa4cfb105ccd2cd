package interp

import (
	"bufio"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"github.com/brogo/brogo/internal/clock"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/dialect"
	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/loop"
	"github.com/brogo/brogo/runtime/val"
)

// Config is what an interpreter needs of the world. The zero value runs on the real clock and prints nowhere.
type Config struct {
	Dialect *dialect.Dialect // nil: Zeek
	Sink    diag.Sink        // takes diagnostics; nil: they are dropped
	Out     io.Writer        // what print writes to; buffered, see M.Flush
	Clock   clock.Clock      // nil: the real one
	Args    []string         // what follows `--` on the command line
	Getenv  func(string) (string, bool)
	// MaxDepth limits nested script calls; 0: 20,000.
	MaxDepth int
	// NoFusion leaves the fused forms of common code out (fuse_*.go), for tests that compare fused and plain code.
	NoFusion bool
	// Coverage, if set, counts statements.
	Coverage Coverage
	// Profile, if set, watches what is spent.
	Profile *Profile
}

// defaultMaxDepth is what the reference's C stack holds, roughly; Go's grows, so that the limit only has to stop runaways.
const defaultMaxDepth = 20_000

// M is one interpreter.
type M struct {
	cfg     Config
	dialect *dialect.Dialect
	sink    diag.Sink
	out     *bufio.Writer
	loop    *loop.Loop
	clk     clock.Clock

	// The value stack: the current segment, its top, and the segments below it.
	stack []val.Value
	sp    int
	below []segment
	calls []callRec // one for each active script function
	depth int
	ret   val.Value // what the return statement just run returns
	// dropped holds the calls whose value nobody uses.
	dropped map[*ir.Call]bool

	noValue bool // a noValue panic is under way
	intr    atomic.Int32
	loops   []*val.Table // tables that for statements are going over

	cells      []*cell // by ir.Global.Slot
	byName     map[string]*ir.Global
	globals    []*ir.Global
	isolated   map[ir.Expr]func(*M) val.Value
	nested     int
	early      map[*types.RecordInfo][]earlyRecord // records made while loading
	newEvent   *function
	allEvents  bool
	dispatched []*function
	counters   Counters
	ending     bool // terminate() was called
	events     map[string]*function
	names      Names
	top        []*ir.Func // statements of the top level
	plans      map[*types.RecordInfo]*recordPlan
	attrs      map[attrKey]*val.TableAttrs
	groups     map[groupKey]*group
	lambdas    map[string]*function // anonymous functions that came from elsewhere

	queue    eventQueue
	current  *event
	timers   loop.Timers[task]
	triggers triggerList
	pending  []*trigger // triggers to be evaluated after the next drain
	firings  int        // of triggers so far
	trigger  *trigger   // the trigger whose condition is being evaluated
	// awaiting is the call of a builtin that may wait without a panic, gaveUp that it does; see awaits.
	awaiting *ir.Call
	gaveUp   bool
	touched  []watched // containers met while a when condition is evaluated

	// Of a trace: how many events were raised, the message that the next remote one comes by, what scheduled the timer under way.
	traced     uint64
	fromOrigin string
	fromSeq    uint64
	schedCause uint64

	netTime     float64
	startTime   float64
	running     bool // loading is over
	initDone    bool // the initial events have been drained
	stepped     bool // driven by Steps
	terminating bool
	viaEvents   bool
	inErrorHook int // depth of handlers with &error_handler
	suspended   int
	errors      int
	exitCode    int
	scratch     []byte
	printing    bool // a print_hook handler runs: its own prints raise none
	printBuf    []byte
	scripts     []LoadedScript

	Hooks
}

// Hooks are where the families that need more than a function take part; nil ones cost nothing.
type Hooks struct {
	// BeforeDispatch sees each event of local origin before its handlers run (auto_publish). It must not keep args.
	BeforeDispatch func(name string, args []val.Value)
	// Print, if set, may take over a print to standard output (file is nil) or to a file: true says that it did.
	Print func(file *val.File, ts []*types.Type, vs []val.Value) bool
	// Idle runs before the main loop waits and returns when it wants to be called again; the zero time: when something else wakes it.
	Idle func() time.Time
	// Began runs when loading is over, before the first statement and event of a run; false ends the run with status 1.
	Began func() bool
	// Done runs after the last drain of a run, before Run returns (log writers flush, network ends).
	Done func()
	// Ready is told when the initial events have been handled and when the run has ended.
	Ready func(yes bool)
	// Remote lists the names that something outside the scripts wants to see raised even if no script handles them.
	Remote func(name string) bool
	// Tracer, if set, sees every event on its way.
	Tracer Tracer
	// Cast, if set, converts a value of type from that is not of type to: data that came untyped from elsewhere.
	Cast func(from *types.Type, v val.Value, to *types.Type) (val.Value, bool)
}

// LoadedScript is one file of the run, for zeek_script_loaded.
type LoadedScript struct {
	Path  string
	Level int
}

// cell holds the value of one global.
type cell struct {
	v     val.Value
	watch *watchSet
	g     *ir.Global
	fn    *function // functions, events, hooks, builtins
}

// unset marks a frame slot or global without a value: P is the address of a byte that nothing else uses, whatever the type.
var unsetByte byte

// New makes an interpreter that has loaded nothing.
func New(cfg Config) *M {
	if cfg.Dialect == nil {
		cfg.Dialect = dialect.Zeek
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	if cfg.Out == nil {
		cfg.Out = io.Discard
	}
	if cfg.MaxDepth == 0 {
		cfg.MaxDepth = defaultMaxDepth
	}
	if cfg.Getenv == nil {
		cfg.Getenv = os.LookupEnv
	}
	m := &M{
		cfg: cfg, dialect: cfg.Dialect, sink: cfg.Sink, out: bufio.NewWriterSize(cfg.Out, 32<<10),
		clk: cfg.Clock, loop: loop.New(cfg.Clock),
		stack: make([]val.Value, firstSegment), calls: make([]callRec, 64),
		dropped: map[*ir.Call]bool{}, byName: map[string]*ir.Global{}, isolated: map[ir.Expr]func(*M) val.Value{}, events: map[string]*function{},
		plans: map[*types.RecordInfo]*recordPlan{},
		early: map[*types.RecordInfo][]earlyRecord{},
		attrs: map[attrKey]*val.TableAttrs{}, groups: map[groupKey]*group{},
	}
	m.startTime = m.WallTime()
	return m
}

// Dialect is the dialect of the run.
func (m *M) Dialect() *dialect.Dialect { return m.dialect }

// Config returns what the interpreter was made with.
func (m *M) Config() *Config { return &m.cfg }

// Loop is the event loop; its Post, Hold and Wake may be called from any goroutine.
func (m *M) Loop() *loop.Loop { return m.loop }

// NetworkTime is network time in seconds since 1970; it stands still while an event is handled.
func (m *M) NetworkTime() float64 { return m.netTime }

// WallTime is the clock's time in seconds since 1970.
func (m *M) WallTime() float64 { return seconds(m.clk.Now()) }

// StartTime is the wall time at which the interpreter was made.
func (m *M) StartTime() float64 { return m.startTime }

func seconds(t time.Time) float64 { return float64(t.UnixNano()/1000) / 1e6 }

func timeOf(sec float64) time.Time {
	whole, frac := math.Modf(sec)
	return time.Unix(int64(whole), int64(frac*1e9))
}

// Post has f run on the interpreter's goroutine; it may be called from any goroutine.
func (m *M) Post(f func()) { m.loop.Post(f) }

// Hold keeps the run from ending for want of work until release is called (any goroutine).
func (m *M) Hold() (release func()) { return m.loop.Hold() }

// Write writes to standard output through the run's buffer. Errors of the underlying writer show at Flush.
func (m *M) Write(b []byte) { m.out.Write(b) }

// Flush hands everything printed so far to Config.Out.
func (m *M) Flush() error { return m.out.Flush() }

// Scratch lends an empty buffer to build a string in, and Take makes a string value of what was built and keeps the
// grown buffer for the next use. Nothing that lies between the two may run script code or call Scratch.
func (m *M) Scratch() []byte { return m.scratch[:0] }

// Take makes a string value of b, a buffer from Scratch.
func (m *M) Take(b []byte) val.Value {
	if cap(b) <= maxScratch {
		m.scratch = b
	}
	return val.Str(string(b))
}

// maxScratch keeps one huge string from holding its buffer for ever.
const maxScratch = 1 << 20
