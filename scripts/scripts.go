// Package scripts holds the base scripts, embedded into the program: what every run loads first (base/init-bare), what the
// default mode adds (base/init-default), and what scripts may @load by name.
//
// It knows nothing of the language; the loader reads it as the last directory of the search path.
package scripts

import (
	"embed"
	"sort"
)

// FS holds the scripts under the paths that @load gives them, such as "base/utils/paths.zeek".
//
// The prefix `all:` matters: without it the __load__ files of directories would be left out.
//
//go:embed all:base all:policy
var FS embed.FS

// Text returns the text of a script by its path. It is that in the program itself: FS would have to copy it.
func Text(path string) (text string, ok bool) {
	i := sort.Search(len(texts), func(i int) bool { return texts[i].path >= path })
	if i == len(texts) || texts[i].path != path {
		return "", false
	}
	return *texts[i].text, true
}

// Entry points, without suffix. Bare runs in every mode, Default unless the mode is bare.
const (
	Bare    = "base/init-bare"
	Default = "base/init-default"
)
