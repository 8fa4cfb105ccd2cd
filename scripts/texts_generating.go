//go:build generating

package scripts

// texts is empty while it is made anew: the one that is there may name scripts that are gone.
var texts []struct {
	path string
	text *string
}
