package storage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/brogo/brogo/lang/diag"
	"github.com/brogo/brogo/lang/types"
	"github.com/brogo/brogo/runtime/interp"
	"github.com/brogo/brogo/runtime/val"
)

// form is the name and version of the one form in which values are kept.
const form = "JSONv1"

func serialize(t *types.Type, v val.Value) []byte {
	var w val.JSONWriter
	return w.Append([]byte(form+";"), t, v)
}

func unserialize(m *interp.M, text []byte, t *types.Type) (val.Value, error) {
	version, body, ok := strings.Cut(string(text), ";")
	switch {
	case !ok:
		return val.Value{}, errors.New("Version string missing")
	case version != form:
		return val.Value{}, fmt.Errorf("Version doesn't match: %s vs %s", version, form)
	}
	r := val.JSONReader{NewRecord: m.NewRecord, Report: func(msg string) { m.Plainf(diag.Error, "%s", msg) }}
	v, set, err := r.Read(body, t)
	if err == nil && !set {
		err = errors.New("the value is null")
	}
	return v, err
}
