package annotations

import (
	"slices"
	"strings"
	"sync"
)

// rowsByWord reads a table: each row has words, and behind = their type or name.
func rowsByWord(rows string) func() map[string]string {
	return sync.OnceValue(func() map[string]string {
		types := map[string]string{}
		for row := range strings.Lines(strings.TrimSpace(rows)) {
			words, typ, _ := strings.Cut(strings.TrimSpace(row), " = ")
			for _, word := range strings.Split(words, ", ") {
				types[word] = typ
			}
		}
		return types
	})
}

// wordTypes are the types in LuaCATS of the words of signatures. A word with another type in one entry has
// a row with the entry's name in front.
var wordTypes = rowsByWord(`
..., msg, v, value, x, proc ..., thread ... = any
list = any[]
keyfn = fun(line: string): any
fn = function
code, fd, i, j, n, number, offset, pos, fields n, fields ..., bit.tohex x = integer
limit, total = integer|string
new, old, seconds, region:add n = number
timeout, topology:timeout timeout = number|string
region:store value, region:exchange value, int64 x, uint64 x = number|string|weir.Integer
address, channel, field, fmt, format, name, path, pattern, s, signal, text, job:send stage, job:kill stage = string
text text = string
channel:write ..., channel:write s, channel:read ..., channel:read format = string|number
replacement = string|table|function
json.object t = table
arg, cmd ... = weir.Argument
job = weir.Job
jobs = weir.Job[]
m, condition:wait m = weir.Mutex
opts = weir.Options
other = weir.Peer|weir.Topology|string
a, b, t, stage, tee ..., deal ..., shard ..., merge ..., concat ..., run ..., start ..., watch ... = weir.Stage
topology:err x, topology:fd x = weir.Stage|weir.Out
`)

// optionTypes are the types of options.
var optionTypes = rowsByWord(`
codec = "json"
to = string
open = "create"|"join"|"exclusive"
frame = "line"|"nul"
tee frame, deal frame, merge frame = "line"|"nul"|"bytes"|"chunk"
auto, check, client, create, keep, lines, listen = boolean
spill = boolean|integer|string
count, files, max, priority, slots = integer
capacity, indent, memory, mode, size, total = integer|string
cpu = number
backoff, timeout, within = number|string
dir, layout, name, sep = string
meter = string|boolean
seed = string|weir.Stage
env = table<string, string|false>
tap = weir.Stage
`)

// literalNames name parameters whose signatures have only examples.
var literalNames = rowsByWord(`
socket = address
graph = format
sh = line
file, topology:fd = mode
text = text
topology:timeout = timeout
`)

// words gives the types of the words in one entry's signature.
type words struct {
	entry    string
	standard bool // it is Lua's own, whose words are fewer
}

// own reports whether the entry has a row of its own for a word.
func (w words) own(word string) bool { return wordTypes()[w.entry+" "+word] != "" }

func (w words) word(word string) string {
	switch {
	case w.own(word):
		return wordTypes()[w.entry+" "+word]
	case !w.standard:
		return wordTypes()[word] // a test finds those that are empty
	case strings.HasPrefix(w.entry, "math."):
		return "number"
	}
	if t := standardTypes()[word]; t != "" {
		return t
	}
	return "any"
}

// standardTypes are the types of the words of Lua's own library that are not any.
var standardTypes = rowsByWord(`
list = any[]
f = function|integer
i, j = integer
name, text, s, pattern = string
value = string|false
t, module = table
`)

func (w words) option(word string) string {
	if t := optionTypes()[w.entry+" "+word]; t != "" {
		return t
	}
	return optionTypes()[word]
}

// literal names a parameter whose signature has only examples.
func (w words) literal() string {
	if name, ok := literalNames()[w.entry]; ok {
		return name
	}
	return "value"
}

// classOf names the class that Entry.Of means. The files of io have none here: they are Lua's.
func classOf(of string) string {
	switch of {
	case "", "file of io's":
		return ""
	case "channel of messages":
		return "weir.Messages"
	case "stage of a result":
		return "weir.StageResult"
	}
	return "weir." + strings.ToUpper(of[:1]) + of[1:]
}

// parentOf is the class whose methods a class inherits; empty for none. Operators are not inherited: editors
// look for them in the class alone.
func parentOf(class string) string {
	if class == "weir.Channel" || class == "weir.Messages" {
		return "weir.Topology"
	}
	return ""
}

// fixed begins the file: types that no entry has.
const fixed = `---@meta weir
-- weir's library, for editors that read LuaCATS. weir annotations has made this file
-- out of the same table that help reads; it is written anew, not edited. The editor
-- has to take scripts for Lua 5.4, which has an operator |.

---What may stand beside |: a topology, a line of shell words, a function.
---@alias weir.Stage weir.Topology|string|function

---An argument of a program: a topology among them is process substitution.
---@alias weir.Argument string|number|weir.Topology

---The jobs of a session; printed, a line for each.
---@class weir.Jobs: {[integer]: weir.Job}

---An exact 64-bit integer.
---@class weir.Integer
---@operator concat(string|number|weir.Integer): string
---@operator add(weir.Integer|number): weir.Integer
---@operator sub(weir.Integer|number): weir.Integer
---@operator mul(weir.Integer|number): weir.Integer
---@operator div(weir.Integer|number): weir.Integer
---@operator mod(weir.Integer|number): weir.Integer
---@operator pow(weir.Integer|number): weir.Integer
---@operator unm: weir.Integer
local Integer = {}

---as a number of Lua's, exact up to 2^53
---@return number
function Integer:number() end

---in hexadecimal
---@return string
function Integer:hex() end

---Where a stage's standard output goes.
---@class weir.Out
`

// lua51 are the names of Lua 5.1, and of weir's Lua, that Lua 5.4 lacks.
const lua51 = `getfenv setfenv loadstring module newproxy unpack table.getn table.maxn string.gfind
	math.atan2 math.cosh math.frexp math.ldexp math.log10 math.mod math.pow math.sinh math.tanh
	os.setenv package.loaders package.seeall debug.getfenv debug.setfenv`

// lua54 are the entries of weir's library that Lua 5.4 has itself.
const lua54 = `string.pack string.unpack string.packsize utf8 utf8.char utf8.charpattern utf8.codes utf8.codepoint
	utf8.len utf8.offset`

func has(list, name string) bool { return slices.Contains(strings.Fields(list), name) }
