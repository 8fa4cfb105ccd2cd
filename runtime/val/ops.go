package val

import "github.com/brogo/brogo/lang/types"

// Equal reports whether two values of type t are the same (containers: by contents where the reference compares them so).
func Equal(t *types.Type, a, b Value) bool { panic("contract") }

// Same reports whether two values are the same object or scalar (same_object).
func Same(t *types.Type, a, b Value) bool { panic("contract") }

// Less orders two values of an orderable type: numbers, strings, addr, subnet, port, enum, times.
func Less(t *types.Type, a, b Value) bool { panic("contract") }

// Clone makes a deep copy; shared and cyclic structure inside stays shared.
func Clone(t *types.Type, v Value) Value { panic("contract") }

// DescMode selects one of the reference's two renderings.
type DescMode uint8

// Modes: DescPrint is what `print` writes; DescText what cat(), fmt("%s") and logs see: nested containers are indented by tabs.
const (
	DescPrint DescMode = iota
	DescText
)

// Describe appends v's text as the reference renders it at the top level (strings bare).
func Describe(b []byte, t *types.Type, v Value, m DescMode) []byte { panic("contract") }
