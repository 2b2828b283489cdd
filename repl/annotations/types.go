package annotations

import (
	"strings"
	"sync"
)

// wordTypes are the types in LuaCATS of the words of signatures. A word with another type in one entry has
// a row with the entry's name in front.
var wordTypes = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"...": "any", "a": "weir.Stage", "b": "weir.Stage", "t": "weir.Stage", "stage": "weir.Stage",
		"address": "string", "arg": "weir.Argument", "code": "integer", "fd": "integer", "field": "string",
		"fmt": "string", "fn": "function",
		"format": "string", "i": "integer", "j": "integer", "job": "weir.Job",
		"keyfn": "fun(line: string): any", "limit": "integer|string",
		"list": "any[]", "m": "weir.Mutex", "msg": "any", "n": "integer", "name": "string", "new": "number",
		"number": "integer", "offset": "integer",
		"old": "number", "opts": "weir.Options", "other": "weir.Party|weir.Topology|string", "path": "string",
		"pattern": "string", "pos": "integer",
		"replacement": "string|table|function", "s": "string", "seconds": "number", "signal": "string",
		"text": "string", "timeout": "number|string",
		"v": "any", "value": "any", "x": "any",

		"proc ...": "any", "thread ...": "any", "cmd ...": "weir.Argument", "fields n": "integer",
		"fields ...": "integer",
		"tee ...":    "weir.Stage", "deal ...": "weir.Stage", "shard ...": "weir.Stage", "merge ...": "weir.Stage",
		"concat ...": "weir.Stage",
		"run ...":    "weir.Stage", "start ...": "weir.Stage", "json.object t": "table",
		"channel:write ...": "string|number",
		"channel:write s":   "string|number", "channel:read ...": "string|number",
		"channel:read format": "string|number",
		"region:add n":        "number", "job:send stage": "string", "job:kill stage": "string",
		"topology:err x": "weir.Stage|weir.Out",
		"topology:fd x":  "weir.Stage|weir.Out", "topology:timeout timeout": "number|string",
		"text text":   "string",
		"bit.tohex x": "integer", "condition:wait m": "weir.Mutex",
		"region:store value":    "number|string|weir.Integer",
		"region:exchange value": "number|string|weir.Integer", "int64 x": "number|string|weir.Integer",
		"uint64 x": "number|string|weir.Integer",
	}
})

// optionTypes are the types of options.
var optionTypes = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"auto": "boolean", "backoff": "number|string", "capacity": "integer|string", "check": "boolean",
		"client": "boolean", "codec": `"json"`,
		"count": "integer", "cpu": "number", "create": "boolean", "dir": "string",
		"env": "table<string, string|false>", "files": "integer",
		"frame": `"line"|"nul"`, "tee frame": frames, "deal frame": frames, "merge frame": frames,
		"indent": "integer|string", "keep": "boolean", "layout": "string", "listen": "boolean",
		"max":    "integer",
		"memory": "integer|string", "meter": "string|boolean", "mode": "integer|string", "name": "string",
		"priority": "integer",
		"seed":     "string|weir.Stage", "sep": "string", "size": "integer|string", "slots": "integer",
		"spill": "boolean|integer|string",
		"tap":   "weir.Stage", "timeout": "number|string", "within": "number|string",
	}
})

// frames are the types of the option frame of relays.
const frames = `"line"|"nul"|"bytes"|"chunk"`

// literalNames name parameters whose signatures have only examples.
var literalNames = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"sh": "line", "text": "text", "file": "mode", "socket": "address", "graph": "format",
		"topology:fd": "mode", "topology:timeout": "timeout",
	}
})

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
var standardTypes = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"f": "function|integer", "t": "table", "list": "any[]", "module": "table", "name": "string",
		"text": "string", "s": "string", "pattern": "string",
		"value": "string|false", "i": "integer", "j": "integer",
	}
})

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

// parents are the classes whose methods others inherit. Operators are not inherited: editors look for them
// in the class alone.
var parents = sync.OnceValue(func() map[string]string {
	return map[string]string{"weir.Channel": "weir.Topology", "weir.Messages": "weir.Topology"}
})

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
var lua51 = sync.OnceValue(func() map[string]bool {
	return map[string]bool{
		"getfenv": true, "setfenv": true, "loadstring": true, "module": true, "newproxy": true, "unpack": true,
		"table.getn": true, "table.maxn": true, "string.gfind": true,
		"math.atan2": true, "math.cosh": true, "math.frexp": true, "math.ldexp": true, "math.log10": true,
		"math.mod": true, "math.pow": true,
		"math.sinh": true, "math.tanh": true, "os.setenv": true, "package.loaders": true, "package.seeall": true,
		"debug.getfenv": true, "debug.setfenv": true,
	}
})

// lua54 are the entries of weir's library that Lua 5.4 has itself.
var lua54 = sync.OnceValue(func() map[string]bool {
	return map[string]bool{"string.pack": true, "string.unpack": true, "string.packsize": true, "utf8": true,
		"utf8.char": true, "utf8.charpattern": true, "utf8.codes": true, "utf8.codepoint": true, "utf8.len": true,
		"utf8.offset": true}
})
