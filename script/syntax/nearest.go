package syntax

import "strings"

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
		d := editDistance(name, c)
		if d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
		if strings.EqualFold(c, name) {
			return c, true
		}
	}
	return best, best != "" && bestDistance < len(name)
}

func editDistance(a, b string) int {
	before, previous, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(previous[j]+1, row[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, previous, row = previous, row, before
	}
	return previous[len(b)]
}
