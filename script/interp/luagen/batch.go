package luagen

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// A Case is a program with the seed that names its chunk: "=p" and the seed.
type Case struct {
	Seed uint64
	Text string
}

// Programs returns n cases whose seeds count from first.
func Programs(first uint64, n int) []Case {
	cases := make([]Case, n)
	for i := range cases {
		seed := first + uint64(i)
		cases[i] = Case{Seed: seed, Text: Program(seed)}
	}
	return cases
}

// head is the part of a batch that runs one program. No local of it is assigned to after a
// closure has seen it: an implementation whose pcall loses such variables still reads right.
const head = `local setfenv, loadstring, pcall, tostring, type = setfenv, loadstring, pcall, tostring, type
local select, write, concat, pairs = select, io.write, table.concat, pairs
local function copy(t) local c = {} for k, v in pairs(t) do c[k] = v end return c end
local plain = {"assert", "error", "getfenv", "getmetatable", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget",
  "rawset", "select", "setfenv", "setmetatable", "tonumber", "tostring", "type", "unpack", "xpcall"}
local function environment(out)
  local env = {}
  for i = 1, #plain do env[plain[i]] = _G[plain[i]] end
  env._G, env.string, env.table, env.math = env, copy(string), copy(table), copy(math)
  env.coroutine, env.debug = copy(coroutine), {traceback = debug.traceback}
  local function put(s)
    local n = out.n + 1
    if n > 20000 then error("too much output", 0) end
    out.n, out[n] = n, s
  end
  env.print = function(...)
    local n, line = select("#", ...), {...}
    for i = 1, n do line[i] = tostring(line[i]) end
    put(concat(line, "\t", 1, n) .. "\n")
  end
  env.io = {write = function(...) put(concat({...})) end}
  env.loadstring = function(...)
    local f, m = loadstring(...)
    if not f then return f, m end
    return setfenv(f, env)
  end
  env.load = function(...)
    local f, m = load(...)
    if not f then return f, m end
    return setfenv(f, env)
  end
  return env
end
local function P(seed, source)
  write("== ", seed, "\n")
  io.stdout:flush()
  local out = {n = 0}
  local f, m = loadstring(source, "=p" .. seed)
  local ok
  if f then ok, m = pcall(setfenv(f, environment(out))) end
  write(concat(out), ok and "\n-- ok" or "\n-- error " .. (type(m) == "string" and m or type(m)), "\n")
end
`

// Batch returns a Lua file that runs the programs one after the other. For each it prints
// the line "== SEED", what the program prints, and a line that starts with "-- ok" or
// "-- error". Every program has a table of globals and tables of libraries of its own.
func Batch(cases []Case) string {
	var b strings.Builder
	b.WriteString(head)
	for _, c := range cases {
		level := "===="
		for strings.Contains(c.Text, "]"+level) {
			level += "="
		}
		fmt.Fprintf(&b, "P(\"%d\", [%s[\n%s]%s])\n", c.Seed, level, c.Text, level)
	}
	b.WriteString("write(\"== end\\n\")\n")
	return b.String()
}

// Results splits what a batch printed into the outputs of its seeds. complete reports
// whether the batch came to its end. If it did not, last is the seed that it stopped in.
func Results(output []byte) (results map[uint64]string, last uint64, complete bool) {
	results = map[uint64]string{}
	for part := range bytes.SplitSeq(append([]byte("\n"), output...), []byte("\n== ")) {
		line, rest, _ := bytes.Cut(part, []byte("\n"))
		if string(line) == "end" {
			complete = true
		}
		if seed, err := strconv.ParseUint(string(line), 10, 64); err == nil {
			results[seed], last = string(rest), seed
		}
	}
	return results, last, complete
}
