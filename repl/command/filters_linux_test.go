package command

import (
	"fmt"
	"testing"

	"weir/ipc/leak"
	"weir/ipc/oracle"
)

// filters are weir's own filters beside the tools whose names they have.
var filters = []struct{ name, lua, bash string }{
	{"grep", `run("seq 1000" | grep("7$"))`, `seq 1000 | grep '7$'`},
	{"reject", `run("seq 1000" | reject("[1-8]"))`, `seq 1000 | grep -v '[1-8]'`},
	{"gsub", `run("seq 100" | gsub("(%d)(%d)", "%2%1"))`, `seq 100 | sed -E 's/([0-9])([0-9])/\2\1/g'`},
	{"gsub with a table", `run("seq 5" | gsub("%d", {["2"] = "two", ["4"] = 44}))`, `seq 5 | sed 's/2/two/; s/4/44/'`},
	{"gsub with a function", `local k = 10 run("seq 5" | gsub("%d", function(d) return d * k end))`, `seq 10 10 50`},
	{"gsub with a function that searches", `run("seq 5" | gsub("%d", function(d) return (d:gsub("%d", "<%0>")) end))`, `seq 5 | sed 's/.*/<&>/'`},
	{"gsub with a function of the library", `run(text"a b\n" | gsub("%a", string.upper))`, `echo A B`},
	{"each", `run("seq 6" | each(function(l) if l % 2 == 0 then return l, l * 10 end end))`, `printf '2\n20\n4\n40\n6\n60\n'`},
	{"each that prints", `run("seq 3" | each(function(l) io.write("(", l, ")\n") return "[" .. l .. "]" end) | "sort")`, `{ seq 3 | sed 's/.*/(&)/'; seq 3 | sed 's/.*/[&]/'; } | sort`},
	{"each gives false", `run("seq 4" | each(function(l) return l > "2" and l end))`, `seq 3 4`},
	{"each of the library", `run(text"a\nb\n" | each(string.upper))`, `printf 'A\nB\n'`},
	{"fields", `run(text"a b  c\n d\te f\n" | fields(3, 1))`, `printf 'a b  c\n d\te f\n' | awk '{print $3, $1}'`},
	{"fields of a separator", `run(file"/etc/passwd" | fields(1, 7, {sep = ":"}))`, `cut -d: -f1,7 /etc/passwd`},
	{"the last field", `run(file"/etc/passwd" | fields(-1, {sep = ":"}))`, `awk -F: '{print $NF}' /etc/passwd`},
	{"upper and lower", `run(file"a.txt" | upper()) run(file"a.txt" | upper() | lower())`, `tr a-z A-Z < a.txt; tr A-Z a-z < a.txt`},
	{"head", `run("seq 100" | head(3)) run("seq 100" | head())`, `seq 3; seq 10`},
	{"head stops its writer", `local r = run("yes" | head(2)) print(r.stages[1].signal)`, `printf 'y\ny\nSIGPIPE\n'`},
	{"head leaves the rest of a file", `run(cmd("sh", "-c", 'seq 5 > f')) local f = io.open("f") f:close() run(sh"cat f" | head(2) | "cat")`, `seq 5 > f; seq 2`},
	{"tail", `run("seq 100" | tail(3)) run("seq 100" | tail())`, `seq 98 100; seq 91 100`},
	{"uniq", `run(cmd("printf", "a\na\nb\na\na") | uniq())`, `printf 'a\na\nb\na\na' | uniq`},
	{"sort", `run("seq 20000" | sort() | "cksum")`, `seq 20000 | LC_ALL=C sort | cksum`},
	{"sort on disk", `run("seq 200000" | sort{memory = "64K"} | "cksum")`, `seq 200000 | LC_ALL=C sort | cksum`},
	{"sort with a limit of memory", `run("seq 2000000" | sort():limit{memory = "` + sortLimit() + `"} | "cksum")`, `seq 2000000 | LC_ALL=C sort | cksum`},
	{"freq", `run("seq 1000" | gsub("%d%d$", "") | freq())`, `seq 1000 | sed -E 's/[0-9][0-9]$//' | LC_ALL=C sort | uniq -c`},
	{"count", `run("seq 1000" | count()) run(cmd("printf", "a\nb") | count()) run(text"" | count())`, `printf '1000\n2\n0\n'`},
	{"sum", `run("seq 1000" | sum()) run(text"took=12ms\nx\ntook=30ms\n" | sum("took=(%d+)ms"))`, `printf '500500\n42\n'`},
	{"no newline at the end", `for _, f in ipairs{grep("b"), gsub("b", "x"), upper(), head(1), tail(1), uniq(), sort(), fields(1)} do run(cmd("printf", "b") | f | "od -c") end`,
		`o() { od -c; }; printf 'b\n' | o; printf x | o; printf B | o; printf b | o; printf b | o; printf 'b\n' | o; printf 'b\n' | o; printf 'b\n' | o`},
	{"CRLF, NUL and what is no UTF-8", `local s = "a\r\nb\0c\n\255\254 ab\r\n" for _, f in ipairs{grep("a"), gsub("a", "x"), upper(), sort(), tail(2), reject("\r$")} do run(text(s) | f | "od -c") end`,
		`s() { printf 'a\r\nb\0c\n\377\376 ab\r\n'; }; export LC_ALL=C; s | grep -a a | od -c; s | sed s/a/x/g | od -c; s | tr a-z A-Z | od -c; s | sort | od -c; s | tail -n 2 | od -c; s | grep -av $'\r$' | od -c`},
	{"a chain is one process", `local r = run("seq 100" | grep("1") | upper() | gsub("1", "x") | count() | "cat") print(#r.stages, r.stages[2].name)`, `seq 100 | grep -c 1; printf '3\tgrep|upper|gsub|count\n'`},
	{"what is set apart is not fused", `local r = run("seq 100" | grep("1"):named"first" | grep("2") | count()) print(#r.stages, r.stages[2].name, r.stages[3].name)`, `seq 100 | grep 1 | grep -c 2; printf '3\tfirst\tgrep|count\n'`},
	{"replicas", `run("seq 1000" | ordered(gsub("$", "x") * 3) | "cksum")`, `seq 1000 | sed 's/$/x/' | cksum`},
	{"side by side", `run("seq 20" | (grep("3") + grep("4")) | sort())`, `printf '13\n14\n3\n4\n'`},
	{"as an argument", `run(cmd("diff", "seq 3" | sort(), "seq 4" | sort()), {check = false})`, `diff <(seq 3) <(seq 4); true`},
	{"stdin of weir", `run("echo x" | proc(function() run(upper()) end))`, `echo X`},
	{"io.blocks", `local n, lines = 0, 0 run("seq 100000" | function() for b in io.blocks(1000) do assert(#b <= 1000 and b:sub(-1) == "\n") io.write(b) end end | "cksum")`, `seq 100000 | cksum`},
	{"io.blocks, long lines and none at the end", `run(cmd("printf", "a\nbbbbbbbb\nc") | function() for b in io.blocks(3) do io.write("[", b, "]") end end)`, `printf '[a\n][bbbbbbbb\n][c]'`},
}

// sortLimit is a limit that a sort of 15 MB keeps by going to disk; the race detector's
// own memory counts too, and is several times the program's.
func sortLimit() string {
	if leak.RaceDetector {
		return "400M"
	}
	return "60M"
}

func TestFilters(t *testing.T) {
	for _, row := range filters {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			compare(t, row.lua, row.bash)
		})
	}
}

// TestLongLine: a line of a hundred megabytes goes through each filter that
// works on lines; one of five with the race detector, which takes twenty times as long.
func TestLongLine(t *testing.T) {
	if testing.Short() {
		t.Skip("takes long")
	}
	size := 100_000_000
	if leak.RaceDetector {
		size = 5_000_000
	}
	source := fmt.Sprintf(`head -c %d /dev/zero | tr '\0' x; echo; echo end`, size)
	for _, f := range []struct{ filter, tool string }{
		{`grep("x")`, "grep x"}, {`upper()`, "tr a-z A-Z"}, {`gsub("^x", "y")`, "sed s/^x/y/"}, {`sort()`, "sort"}, {`tail(1)`, "tail -n 1"}, {`count()`, "wc -l"},
	} {
		t.Run(f.filter, func(t *testing.T) {
			compare(t, fmt.Sprintf(`run(cmd("sh", "-c", [[%s]]) | %s | "cksum")`, source, f.filter), fmt.Sprintf(`{ %s; } | LC_ALL=C %s | cksum`, source, f.tool))
		})
	}
}

// TestInteractive: a neighbour that waits for each answer gets it.
func TestInteractive(t *testing.T) {
	oracle.Need(t, "bash")
	const asks = `for i in 1 2 3; do echo ask $i; read -r answer; echo "$answer" >&2; [ -n "$answer" ] || exit; done`
	for _, f := range []string{`upper()`, `gsub("ask", "ASK")`, `each(string.upper)`, `grep("ask") | upper()`, `function() for l in io.lines() do print(l:upper()) end end`,
		`function() for b in io.blocks() do io.write(b:upper()) end end`} {
		t.Run(f, func(t *testing.T) {
			compare(t, fmt.Sprintf(`run(loop(cmd("bash", "-c", %q):err(file("f1", "w")) | %s), {timeout = "10s"})`, asks, f), `printf 'ASK 1\nASK 2\nASK 3\n' > f1`)
		})
	}
}
