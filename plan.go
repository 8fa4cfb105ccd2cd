package brogo

import (
	"fmt"

	"github.com/brogo/brogo/lang/load"
)

// RecordPlan finds out what the base scripts of both modes put off in a dialect. Starts follow the plan that
// `go generate ./scripts/outlines` has made with it.
func RecordPlan(dialect string) (*load.Plan, error) {
	e, err := New(Config{Dialect: dialect, Path: []string{}, Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		return nil, err
	}
	defer e.Close()
	e.loader.Record()
	if code := e.Load(); code != 0 {
		return nil, fmt.Errorf("the base scripts have errors: exit code %d", code)
	}
	return e.loader.Recorded(), nil
}
