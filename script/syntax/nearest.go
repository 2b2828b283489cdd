package syntax

import (
	"strings"

	"weir/runtime/spelling"
)

// Nearest finds the candidate that name was most likely meant to be: a slip or
// two of the hand away, Damerau and Levenshtein's distance.
func Nearest(name string, candidates []string) (string, bool) {
	limit := max(1, (len(name)+1)/3)
	if len(name) < 2 {
		return "", false
	}
	best, bestDistance := "", limit+1
	for _, c := range candidates {
		if c == name || c == "" {
			continue
		}
		d := spelling.Distance(name, c)
		if d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
		if strings.EqualFold(c, name) {
			return c, true
		}
	}
	return best, best != "" && bestDistance < len(name)
}
