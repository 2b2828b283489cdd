package bench

import (
	"path/filepath"
	"strings"
	"testing"
)

// computeComparisons are pure compute in Lua, each a file of testdata/compute: no stage,
// no input, one line or a few of output.
func computeComparisons(t *testing.T, weir string) []comparison {
	t.Helper()
	files, err := filepath.Glob("testdata/compute/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs in testdata/compute: %v", err)
	}
	var list []comparison
	for _, file := range files {
		list = append(list, comparison{name: "compute, " + strings.TrimSuffix(filepath.Base(file), ".lua"), limit: "what is reached, beside lua5.1", rounds: 7, same: true,
			weir: []string{weir, "run", file},
			others: merge(tools("lua5.1", file), tools("luajit", file),
				rename("luajit -joff", tools("luajit", "-joff", file)))})
	}
	return list
}
