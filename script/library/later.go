package library

import (
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/script/extension"
	"weir/script/problem"
	"weir/script/travel"
)

// What Lua 5.1 lacks is made when a source that names it is compiled. A table
// filled by a metamethod would show in pairs and rawget, and one on _G would lose
// to a script's own, as strict.lua sets one; so they are globals like any other,
// in whatever text can see them, and no other text pays for them.

// laterParts are the libraries, each with the word that asks for it.
var laterParts = [...]struct{ word, table string }{
	{"pack", "string"}, {"bit", "bit"}, {"utf8", "utf8"}, {"int64", ""}, {"json", "json"}, {"time", "time"},
	{"sys", "sys"},
}

const allLater = 1<<len(laterParts) - 1

// Later makes the libraries of one state.
type Later struct {
	L     *lua.LState
	Names *travel.Library
	Sleep lua.LGFunction // time.sleep, which waits
	Made  uint8          // which of laterParts are there, by bits
}

// Mention makes the libraries that a source names. One that handles the globals
// as a table may find any.
func (l *Later) Mention(text string) {
	if l.Made == allLater {
		return
	}
	all := strings.Contains(text, "_G") || strings.Contains(text, "getfenv")
	for i, part := range laterParts {
		if l.Made&(1<<i) == 0 && (all || strings.Contains(text, part.word)) {
			l.make(i)
		}
	}
}

// All makes all of them, for what looks through the globals.
func (l *Later) All() { l.Mention("_G") }

// Named makes the library that has a name such as "json" or "string.pack".
func (l *Later) Named(name string) {
	table, _, dotted := strings.Cut(name, ".")
	for i, part := range laterParts {
		if l.Made&(1<<i) == 0 && (part.table == table || !dotted && part.table == "") {
			l.make(i)
		}
	}
}

// make makes one of laterParts. What a script has put there is left alone.
func (l *Later) make(part int) {
	l.Made |= 1 << part
	name := laterParts[part].table
	globals := l.L.G.Global
	table := globals
	if name != "" {
		switch v := globals.RawGetString(name).(type) {
		case *lua.LTable:
			table = v
		case *lua.LNilType:
			table = l.L.NewTable()
			globals.RawSetString(name, table)
			l.Names.Add("", name, table)
		default:
			return
		}
	}
	set := func(field string, v lua.LValue) {
		if table.RawGetString(field) == lua.LNil {
			table.RawSetString(field, v)
		}
		l.Names.Add(name, field, v)
	}
	for _, e := range LaterEntries() {
		prefix, field, dotted := strings.Cut(e.Name, ".")
		if !dotted {
			prefix, field = "", prefix
		}
		if prefix == name && e.Call != nil {
			set(field, l.L.NewFunction(e.Call))
		}
	}
	switch name {
	case "utf8":
		set("charpattern", lua.LString(extension.CharPattern))
	case "json":
		set("null", extension.Null(l.L))
	case "time":
		set("sleep", l.L.NewFunction(l.Sleep))
	case "sys":
		set("os", lua.LString(extension.OS))
	}
}

// Module is what require finds where package.path has no file: the library of that name.
func (l *Later) Module(name string) (lua.LValue, bool) {
	for _, part := range laterParts {
		if part.table == name && part.word == name {
			l.Named(name)
			t, ok := l.L.G.Global.RawGetString(name).(*lua.LTable)
			return t, ok
		}
	}
	return nil, false
}

// plain has the caret of errors that a function raises point at its name.
func plain(name string, fn lua.LGFunction) lua.LGFunction {
	word := name[strings.IndexByte(name, '.')+1:]
	return func(L *lua.LState) int {
		defer func() {
			if r := recover(); r != nil {
				problem.Caret(L, r, word)
				panic(r)
			}
		}()
		return fn(L)
	}
}

// LaterEntries are the entries of what is made later.
var LaterEntries = sync.OnceValue(func() []Entry {
	library := func(name, signature, summary, example string, fn lua.LGFunction) Entry {
		return New(GroupLua, name, signature, summary, example, plain(name, fn))
	}
	value := func(name, summary, example string) Entry {
		return Entry{Group: GroupLua, Name: name, Signature: name, Summary: summary, Example: example}
	}
	entries := []Entry{
		value("bit", "the bits of integers", `print(bit.band(12, 10))`),
		value("utf8", "characters in strings of UTF-8", `print(utf8.len("wör"))`),
		value("json", "values as JSON and back", `print(json.encode{1, 2})`),
		value("time", "clocks, and waiting", `print(time.now())`),
		value("sys", "the process and the system", `print(sys.os)`),

		library("string.pack", `string.pack(fmt, v, ...)`,
			"the values as bytes, laid out as in C and told by a format, as in Lua 5.3; an int64 or uint64 may stand "+
				"for any integer", `print(#string.pack("<i4 z s1", 7, "seven", "bytes"))`, extension.Pack).Gives("string"),
		library("string.unpack", `string.unpack(fmt, s [, pos])`,
			"the values that a format finds in the bytes, and the position after them; integers beyond 2^53 come as "+
				"int64 or uint64", `print(string.unpack("<i4", "\7\0\0\0"))`, extension.Unpack).Gives("any ..."),
		library("string.packsize", `string.packsize(fmt)`,
			"how many bytes a format without strings of any length takes", `print(string.packsize("!i1 i8"))`,
			extension.PackSize).Gives("integer"),

		library("bit.tobit", `bit.tobit(x)`, "the number in the range of signed 32-bit integers",
			`print(bit.tobit(0xffffffff))`, extension.ToBit).Gives("integer"),
		library("bit.tohex", `bit.tohex(x [, n])`,
			"n hexadecimal digits, 8 if it is not said, upper-case where n is negative", `print(bit.tohex(255, 4))`,
			extension.ToHex).Gives("string"),
		library("bit.bnot", `bit.bnot(x)`, "the bits turned over", `print(bit.bnot(0))`, extension.BNot).Gives("integer"),
		library("bit.band", `bit.band(x, ...)`, "the bits that all have", `print(bit.band(12, 10))`, extension.BAnd).
			Gives("integer"),
		library("bit.bor", `bit.bor(x, ...)`, "the bits that any has", `print(bit.bor(12, 10))`, extension.BOr).
			Gives("integer"),
		library("bit.bxor", `bit.bxor(x, ...)`, "the bits that an odd count of them has", `print(bit.bxor(12, 10))`,
			extension.BXor).Gives("integer"),
		library("bit.lshift", `bit.lshift(x, n)`,
			"shifted to the left; of n the lower 5 bits count, 6 for 64-bit integers", `print(bit.lshift(1, 8))`,
			extension.LShift).Gives("integer"),
		library("bit.rshift", `bit.rshift(x, n)`, "shifted to the right, zeros come in", `print(bit.rshift(-1, 24))`,
			extension.RShift).Gives("integer"),
		library("bit.arshift", `bit.arshift(x, n)`, "shifted to the right, the sign comes in",
			`print(bit.arshift(-256, 4))`, extension.ARShift).Gives("integer"),
		library("bit.rol", `bit.rol(x, n)`, "rotated to the left", `print(bit.tohex(bit.rol(0x12345678, 8)))`,
			extension.Rol).Gives("integer"),
		library("bit.ror", `bit.ror(x, n)`, "rotated to the right", `print(bit.tohex(bit.ror(0x12345678, 8)))`,
			extension.Ror).Gives("integer"),
		library("bit.bswap", `bit.bswap(x)`, "the bytes in the other order", `print(bit.tohex(bit.bswap(0x12345678)))`,
			extension.BSwap).Gives("integer"),

		library("utf8.char", `utf8.char(code, ...)`, "the characters with these codes",
			`print(utf8.char(87, 246, 8364))`, extension.UTF8Char).Gives("string"),
		value("utf8.charpattern", "a pattern that matches one character",
			`for c in ("wör"):gmatch(utf8.charpattern) do print(c) end`).Gives("string"),
		library("utf8.codes", `utf8.codes(s)`, "iterates over the positions and codes of the characters",
			`for p, c in utf8.codes("wör") do print(p, c) end`, extension.UTF8Codes).Gives("fun(): integer?, integer"),
		library("utf8.codepoint", `utf8.codepoint(s [, i [, j]])`,
			"the codes of the characters that begin between the bytes i and j", `print(utf8.codepoint("wör", 1, -1))`,
			extension.UTF8CodePoint).Gives("integer ..."),
		library("utf8.len", `utf8.len(s [, i [, j]])`,
			"how many characters begin between the bytes i and j; nil and a position where it is no UTF-8",
			`print(utf8.len("wör"))`, extension.UTF8Len).Gives("integer?, integer?"),
		library("utf8.offset", `utf8.offset(s, n [, i])`,
			"the position at which the nth character from position i begins; n = 0 is the one around i",
			`print(utf8.offset("wör", 3))`, extension.UTF8Offset).Gives("integer?"),

		library("int64", `int64(x)`, "an exact signed 64-bit integer of a number, a decimal or a 0x string; + - * / % "+
			"^ wrap, / and % truncate as in C; n:number(), n:hex()", `print(int64("9223372036854775807") - 1)`,
			extension.Int64).Gives("weir.Integer"),
		library("uint64", `uint64(x)`, "an exact unsigned 64-bit integer; with an int64 the result is unsigned",
			`print(uint64(2) ^ 63)`, extension.Uint64).Gives("weir.Integer"),

		library("json.encode", `json.encode(value [, {indent=}])`,
			"the value as JSON; keys 1 to n are an array, string keys an object, an empty table an array unless "+
				"json.object made it", `print(json.encode({name = "weir", list = {1, 2, 3}}, {indent = 2}))`,
			extension.JSONEncode).Gives("string"),
		library("json.decode", `json.decode(text)`,
			"the value of a JSON text; null is json.null, integers beyond 2^53 are int64 or uint64",
			`print(json.decode('{"list": [1, 2, 3]}').list[3])`, extension.JSONDecode).Gives("any"),
		library("json.object", `json.object([t])`, "the table, which is an object for JSON also while it is empty",
			`print(json.encode(json.object()))`, extension.JSONObject).Gives("table"),
		value("json.null", "what JSON's null is", `print(json.encode({1, json.null, 3}))`).Gives("any"),

		library("time.now", `time.now()`, "seconds since 1970 began, with fractions", `print(time.now())`, extension.Now).
			Gives("number"),
		library("time.monotonic", `time.monotonic()`, "seconds on a clock that nobody sets and all processes share",
			`local t = time.monotonic(); print(time.monotonic() - t)`, extension.Monotonic).Gives("number"),
		New(GroupLua, "time.sleep", `time.sleep(seconds | "200ms")`,
			"waits that long; an interrupt or a timeout ends it", `time.sleep("10ms")`, nil),

		library("sys.pid", `sys.pid()`, "this process's number", `print(sys.pid())`, extension.PID).Gives("integer"),
		library("sys.cpus", `sys.cpus()`, "how many processors this process may use", `print(sys.cpus())`, extension.CPUs).
			Gives("integer"),
		library("sys.env", `sys.env(name) or sys.env()`,
			"an environment variable, or nil; a table of all where no name is given", `print(sys.env("PATH"))`,
			extension.Env).Gives("string? or table<string, string>"),
		value("sys.os", `the system: "linux", "darwin" or "windows"`, `print(sys.os)`).Gives(`"linux"|"darwin"|"windows"`),
	}
	for i := range entries {
		name := entries[i].Name
		table, _, _ := strings.Cut(name, ".")
		if entries[i].Manual = laterManuals[name]; entries[i].Manual == "" {
			entries[i].Manual = laterManuals[table]
		}
	}
	return entries
})

// laterManuals are the manuals of a library, or of one thing in it.
var laterManuals = map[string]string{
	"string": "Lua 5.3, section 6.4.2", "bit": "LuaJIT, BitOp", "utf8": "Lua 5.3, section 6.5", "json": "RFC 8259",
	"time.now":       "clock_gettime(2), CLOCK_REALTIME; GetSystemTimePreciseAsFileTime",
	"time.monotonic": "clock_gettime(2), CLOCK_MONOTONIC; QueryPerformanceCounter", "time.sleep": "nanosleep(2); Sleep",
	"sys.pid": "getpid(2); GetCurrentProcessId", "sys.cpus": "sched_getaffinity(2); GetProcessAffinityMask",
	"sys.env": "environ(7); GetEnvironmentVariable",
}
