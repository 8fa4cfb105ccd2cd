package logging

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brogo/brogo/bif/system"
)

// none is the writer that writes nothing.
type none struct{}

// openNone says on standard output what it was told, if LogNone::debug asks for it.
func openNone(t *Target) (Writer, error) {
	if flag(t.M, "LogNone::debug", false) {
		t.M.Write([]byte(describeTarget(t)))
	}
	return &none{}, nil
}

func describeTarget(t *Target) string {
	base, _ := system.RotationBase(text(t.M, "log_rotate_base_time"))
	var b strings.Builder
	fmt.Fprintf(&b, "[logging::writer::None]\n  path=%s\n  rotation_interval=%g\n  rotation_base=%g\n", t.Path, t.Interval, base)
	sorted := slices.SortedFunc(slices.Values(t.config), func(x, y setting) int { return strings.Compare(x.key, y.key) })
	for _, s := range sorted {
		fmt.Fprintf(&b, "  config[%s] = %s\n", s.key, s.value)
	}
	for _, f := range t.Fields {
		kind, _, _ := strings.Cut(f.TypeName, "[")
		if kind == "set" {
			kind = "table"
		}
		fmt.Fprintf(&b, "  field %s: %s\n", f.Name, kind)
	}
	return b.String() + "\n"
}

func (*none) Write([]Cell) error { return nil }
func (*none) Flush() error       { return nil }
func (*none) Close() error       { return nil }
