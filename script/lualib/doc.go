// Package lualib has Lua 5.1's base, package, table, math, os and debug libraries, §5.1,
// §5.3, §5.5, §5.6, §5.8 and §5.9 of the reference manual, where gopher-lua does them in
// another way than lbaselib.c, loadlib.c, ltablib.c, lmathlib.c, loslib.c and ldblib.c, or
// not at all; and what a collection of garbage does that lgc.c does: weak tables and the
// finalizers of newproxy's values. lua5.1 is the measure: it and this are run beside each
// other in the tests.
//
// What a library needs of the program that runs Lua is a Host (library.go): it compiles
// sources, runs os.execute's command, and knows what has interrupted the script.
//
// What differs from lua5.1, on purpose:
//   - weak tables lose their dead entries, and finalizers run, when the script calls
//     collectgarbage, and at no other time;
//   - a table is weak if its metatable has __mode when setmetatable gives it;
//   - math.random knows 64 bits, and unpack gives up to a million values;
//   - collectgarbage("count") is what the process has in use beyond what it had when the
//     state was made.
package lualib
