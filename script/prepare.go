package script

import (
	"strings"

	"weir/runtime/guard"
)

// prepare has the guard started while the script is still being read, where it
// looks as if it would run something.
func prepare(text string) {
	for _, word := range []string{"run", "start", "watch", ":text", ":lines"} {
		if strings.Contains(text, word) {
			guard.Prepare()
			return
		}
	}
}

// startsReaders reports whether a script may start what is to read standard input behind
// it. No other pays for reads that take no byte too many.
func startsReaders(text string) bool {
	words := []string{"run", "start", "watch", ":text", "popen", "execute", "require", "dofile", "load", "_G", "getfenv"}
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return strings.Count(text, ":lines") > strings.Count(text, "stdin:lines")
}
