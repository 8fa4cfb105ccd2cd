package vet

import "github.com/brogo/brogo/lang/ir"

// walk visits the statements and expressions within n, see ir.Inspect.
func walk(n any, visit func(n any) bool) { ir.Inspect(n, visit) }
