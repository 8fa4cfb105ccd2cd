package reflect

import (
	"slices"

	"github.com/brogo/brogo/bif/cstr"
	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// Plugin is one of the built-in plugins of the reference that brogo has the like of: each has one component.
type Plugin struct {
	Name        string // behind "Zeek::" or "Bro::"
	Description string
	Category    string // of the component, one of categories
	Component   string
	Canonical   string
	Tag         string
}

// Plugins lists them by name.
func Plugins() []Plugin {
	return []Plugin{
		{"AsciiReader", "ASCII input reader", "READER", "Ascii", "ASCII", "Input::READER_ASCII"},
		{"AsciiWriter", "ASCII log writer", "WRITER", "Ascii", "ASCII", "Log::WRITER_ASCII"},
		{"BenchmarkReader", "Benchmark input reader", "READER", "Benchmark", "BENCHMARK", "Input::READER_BENCHMARK"},
		{"BinaryReader", "Binary input reader", "READER", "Binary", "BINARY", "Input::READER_BINARY"},
		{"ConfigReader", "Configuration file input reader", "READER", "Config", "CONFIG", "Input::READER_CONFIG"},
		{"NoneWriter", "None log writer (primarily for debugging)", "WRITER", "None", "NONE", "Log::WRITER_NONE"},
		{"RawReader", "Raw input reader", "READER", "Raw", "RAW", "Input::READER_RAW"},
		{"SQLiteReader", "SQLite input reader", "READER", "SQLite", "SQLITE", "Input::READER_SQLITE"},
		{"SQLiteWriter", "SQLite log writer", "WRITER", "SQLite", "SQLITE", "Log::WRITER_SQLITE"},
	}
}

// categories are those of components.
var categories = []string{"READER", "WRITER", "ANALYZER", "PACKET_ANALYZER", "FILE_ANALYZER", "IOSOURCE", "PKTSRC", "PKTDUMPER", "SESSION_ADAPTER",
	"CLUSTER_BACKEND", "EVENT_SERIALIZER", "LOG_SERIALIZER", "STORAGE_BACKEND", "STORAGE_SERIALIZER"}

func pluginComponents(m *interp.M, s *interp.Site, category val.Value) val.Value {
	c := cstr.Check(m, category.Str())
	if !slices.Contains(categories, c) {
		m.Plainf(diag.Error, "Unknown category type: %s", c)
		return m.NoValue(s)
	}
	out := val.NewVector(m.Type("plugin_component_vec"))
	for _, p := range Plugins() {
		if p.Category != c {
			continue
		}
		r := val.NewRecord(out.T.Elem)
		r.Put("name", val.Str(p.Component))
		r.Put("canonical_name", val.Str(p.Canonical))
		r.Put("tag", val.Str(p.Tag))
		r.Put("enabled", val.Bool(true))
		out.Append(val.Rec(r))
	}
	return val.Vec(out)
}
