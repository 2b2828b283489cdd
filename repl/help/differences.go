package help

import "weir/repl/reference"

// deviations are what weir's Lua leaves out of lua5.1, or does otherwise on purpose. A test runs a
// script for each row.
var deviations = reference.Grid{
	{"of Lua 5.1", "here", "use instead"},
	{"string.dump", "refuses every function: no function has bytes here",
		"send the function itself, proc(fn), or keep its source and loadstring it"},
	{"C modules", "package.loadlib gives nil, a message and \"absent\"; " +
		"require looks for no .so, and package.cpath is empty",
		"write that part as a program and join it by a pipe, or as a file of Lua"},
	{"compiled chunks", "load, loadstring, loadfile and dofile refuse what begins with \"\\27Lua\", as no source does",
		"load the source"},
	{"__gc", "runs for newproxy's values at collectgarbage() and when the script ends, by os.exit, too, " +
		"and never between",
		"call the function yourself where its time matters"},
	{"weak tables", "lose their dead entries at collectgarbage() only; " +
		"__mode must be in the metatable when setmetatable is called",
		"set the entries of a cache that grows to nil yourself"},
	{"collectgarbage", "\"stop\", \"restart\", \"setpause\" and \"setstepmul\" change nothing; " +
		"\"count\" is of the whole process, since the script began", ""},
	{"os.exit",
		"ends what runs, removes the names that the script made and calls __gc, as the end of the script does", ""},
	{"os.execute, io.popen", "end what their command leaves running in the background",
		"start(t), which returns a job"},
	{"os.setlocale", "knows the locale C only", ""},
	{"math.random", "has another row of numbers for a seed, and 64 random bits",
		"save the numbers themselves where two programs need the same"},
	{"bytes of value 0", "are kept where lines are read, by print and by string.format's %s; " +
		"tonumber and file names take none", ""},
	{"file names in errors", "stand whole: lua5.1 cuts those longer than 60 bytes", ""},
	{"length of a string", "at most 2 GB", "a file, or a stage that reads piece by piece"},
}

// additions are what stands beside lua5.1's language and library. The later rows are of names, which a
// script may give to its own variables.
var additions = reference.Rows{
	{"a | b", "joins stages; two numbers have no |"},
	{"goto name, ::name::", "Lua 5.2's; goto stays a name elsewhere"},
	{"io.read(\"l\"), io.read(\"*L\")",
		"formats of reads and lines without the asterisk, and the line with its newline, as in Lua 5.2"},
	{"string.pack string.unpack string.packsize utf8", "Lua 5.3's"},
	{"bit", "LuaJIT's"},
	{"int64 uint64 json time sys", "exact integers, JSON, clocks and pauses, the process and its system"},
	{"os.setenv io.blocks", "the environment, and lines in blocks"},
}

// deviationsSection stands before Lua's own library.
func deviationsSection() reference.Section {
	const measure = "lua5.1 is the measure: a script that it runs gives the same here, the words of its errors " +
		"included, and limits are lua5.1's or wider. What is left out or done otherwise on purpose:"
	return reference.Section{Title: "What differs from Lua 5.1", Blocks: []reference.Block{
		reference.Paragraph(measure), deviations, reference.Paragraph("In addition there are:"), additions}}
}
