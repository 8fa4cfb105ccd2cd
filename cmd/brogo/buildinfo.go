package main

import (
	"encoding/json"
	"io"
	"runtime/debug"

	"github.com/brogo/brogo"
)

// buildInfo is what --build-info prints as JSON.
type buildInfo struct {
	Version    string            `json:"version"`
	Commit     string            `json:"commit"`   // of the source, "unknown" without version control
	Modified   bool              `json:"modified"` // there were changes on top of the commit
	Go         string            `json:"go"`
	References map[string]string `json:"references"` // dialect to the version that it follows
	Settings   map[string]string `json:"settings"`   // of the Go build
	Modules    map[string]string `json:"modules"`    // library to version
}

// printBuildInfo says how the program was built.
func printBuildInfo(w io.Writer) error {
	b := buildInfo{
		Version: brogo.Version, Commit: "unknown",
		References: map[string]string{}, Settings: map[string]string{}, Modules: map[string]string{},
	}
	for _, d := range []string{"bro", "zeek"} {
		b.References[d] = brogo.ReferenceVersion(d)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Go = info.GoVersion
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			default:
				b.Settings[s.Key] = s.Value
			}
		}
		for _, m := range info.Deps {
			b.Modules[m.Path] = m.Version
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(b)
}
