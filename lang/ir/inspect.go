package ir

import (
	"reflect"

	"github.com/brogo/brogo/lang/types"
)

// Inspect visits the statements and expressions within n, n first; visit returns false to pass over what is inside. Bodies of anonymous
// functions are within the expressions that make them. It goes over the fields of nodes by reflection, so that a new node needs no case
// here: it is meant for tools, far from any hot path.
func Inspect(n any, visit func(n any) bool) {
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
		case *types.Type, *Global, *Local:
		case *Func:
			Inspect(n.Body, visit)
		case Stmt:
			Inspect(n, visit)
		case Expr:
			Inspect(n, visit)
		}
	}
}
