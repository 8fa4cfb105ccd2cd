package vet

import (
	"reflect"

	"github.com/brogo/brogo/lang/ir"
	"github.com/brogo/brogo/lang/types"
)

// walk visits the statements and expressions within n, n first; visit returns false to pass over what is inside. It goes over the
// fields of nodes by reflection, so that a new node needs no case here: a vet is far from any hot path.
func walk(n any, visit func(n any) bool) {
	v := reflect.ValueOf(n)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() || !visit(n) {
		return
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	inside(v, visit)
}

func inside(v reflect.Value, visit func(n any) bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); v.Type().Field(i).IsExported() {
				inside(f, visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			inside(v.Index(i), visit)
		}
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return
		}
		switch n := v.Interface().(type) {
		case *types.Type, *ir.Global, *ir.Local:
		case *ir.Func:
			walk(n.Body, visit)
		case ir.Stmt:
			walk(n, visit)
		case ir.Expr:
			walk(n, visit)
		}
	}
}
