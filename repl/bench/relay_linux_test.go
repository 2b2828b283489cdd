package bench

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

const teeBytes = "1073741824"

// relayComparisons are the relays against the tools that a user would pick.
func relayComparisons(t *testing.T, dir, weir, lines string) []comparison {
	pump := filepath.Join(dir, "pump")
	build(t, "gcc", "-O2", "-o", pump, "testdata/pump.c")
	var list []comparison
	for _, c := range []struct {
		readers int
		limit   string
	}{{2, "0.25 of tee"}, {4, "0.15 of tee"}, {8, "0.10 of tee"}} {
		shell := `"$1" gen "$2" | tee` + strings.Repeat(` >("$1" sink)`, c.readers-1) + ` | "$1" sink`
		list = append(list, comparison{name: fmt.Sprintf("tee to %d", c.readers), limit: c.limit, rounds: 5,
			weir: []string{weir, "-e", `local all = {} for i = 1, tonumber(arg[3]) do all[i] = cmd(arg[1], "sink") end run(cmd(arg[1], "gen", arg[2]) | tee(unpack(all)))`,
				pump, teeBytes, fmt.Sprint(c.readers)},
			others: rename("GNU tee", tools("bash", "-c", shell, "-", pump, teeBytes))})
	}
	list = append(list,
		comparison{name: "a metered edge", limit: "0.30 of pv", rounds: 5,
			weir:   []string{weir, "-e", `run(cmd(arg[1], "gen", arg[2]) | meter() | cmd(arg[1], "sink"))`, pump, teeBytes},
			others: merge(needs("pv", rename("pv", tools("bash", "-c", `"$1" gen "$2" | pv -q | "$1" sink`, "-", pump, teeBytes))), rename("no meter", tools("bash", "-c", `"$1" gen "$2" | "$1" sink`, "-", pump, teeBytes)))},
		comparison{name: "deal over 8", limit: "0.5 of parallel --pipe", rounds: 3, same: true,
			weir:   []string{weir, "-e", `run(cmd("cat", arg[1]) | sh"tr a-z A-Z" * 8 | "wc -c")`, lines},
			others: needs("parallel", rename("parallel", tools("bash", "-c", `parallel --pipe -j8 --block 1M tr a-z A-Z < "$1" | wc -c`, "-", lines)))},
		comparison{name: "ordered over 8", limit: "0.5 of parallel -k --pipe", rounds: 3, same: true,
			weir:   []string{weir, "-e", `run(cmd("cat", arg[1]) | ordered(sh"tr a-z A-Z" * 8) | "cksum")`, lines},
			others: needs("parallel", rename("parallel", tools("bash", "-c", `parallel -k --pipe -j8 --block 1M tr a-z A-Z < "$1" | cksum`, "-", lines)))})
	return list
}

// rename calls the one tool of a list by another name.
func rename(name string, list map[string][]string) map[string][]string {
	renamed := map[string][]string{}
	for _, argv := range list {
		renamed[name] = argv
	}
	return renamed
}

// needs gives the list only where a program is here.
func needs(program string, list map[string][]string) map[string][]string {
	if tools(program) == nil {
		return nil
	}
	return list
}
