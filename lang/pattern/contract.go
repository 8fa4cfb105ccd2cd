// Package pattern is Zeek's regular expressions.
package pattern

// Pattern is a compiled pattern.
type Pattern struct{ src string }
