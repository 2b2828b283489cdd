package bench

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The work of a log's reader: to keep the lines with ERROR in capitals, and to add
// up what stands in took=...ms.
const (
	keepAwk = `/ERROR/ {print toupper($0)}`
	keepLua = `for l in io.lines() do if l:find("ERROR", 1, true) then io.write(l:upper(), "\n") end end`
	sumAwk  = `match($0, /took=[0-9]+ms/) {s += substr($0, RSTART + 5, RLENGTH - 7)} END {printf "%.0f\n", s}`
	sumLua  = `local s = 0 for l in io.lines() do local t = l:match("took=(%d+)ms") if t then s = s + t end end print(s)`
)

// filterComparisons are weir's filters, and free loops of Lua, against the tools
// that a user would pick, over two million lines of a log.
func filterComparisons(t *testing.T, dir, weir string) []comparison {
	log, words := filepath.Join(dir, "log"), filepath.Join(dir, "words")
	generate(t, log, "gawk", "-f", "testdata/lines.awk")
	generate(t, words, "cut", "-d", " ", "-f", "2,3", log)
	filters := func(name, limit, chain, file string, others map[string][]string) comparison {
		return comparison{name: name, limit: limit, rounds: 7, same: true, others: others,
			weir: []string{weir, "-e", `run(file(arg[1]) | ` + chain + `)`, file}}
	}
	loop := func(name, limit, code string) comparison {
		return comparison{name: name, limit: limit, rounds: 5, same: true, others: rename("luajit", shellLine("luajit", code, log)),
			weir: []string{weir, "-e", `run(file(arg[1]) | function() ` + code + ` end | "cksum")`, log}}
	}
	return []comparison{
		filters("W1, filters", "0.6 of mawk", `grep("ERROR") | upper()`, log, rename("mawk", tools("mawk", keepAwk, log))),
		filters("W2, filters", "0.35 of mawk", `sum("took=(%d+)ms")`, log, rename("mawk", tools("mawk", sumAwk, log))),
		loop("W1, a free loop", "1.15 of luajit", keepLua),
		loop("W2, a free loop", "0.75 of luajit", sumLua),
		filters("freq()", "0.1 of sort | uniq -c", `freq()`, words, rename("sort | uniq -c", tools("bash", "-c", `LC_ALL=C sort "$1" | uniq -c`, "-", words))),
		filters("sort()", "1.0 of sort", `sort() | "cksum"`, log, rename("sort", tools("bash", "-c", `LC_ALL=C sort "$1" | cksum`, "-", log))),
	}
}

// generate keeps what a command prints.
func generate(t *testing.T, path string, argv ...string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := exec.Command(argv[0], argv[1:]...)
	c.Stdout, c.Stderr = f, os.Stderr
	if err := c.Run(); err != nil {
		t.Fatal(err)
	}
}
