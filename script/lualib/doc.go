// Package lualib has those functions of Lua 5.1's base, table, math and os
// libraries, §5.1, §5.5, §5.6 and §5.8 of the reference manual, that gopher-lua does
// in another way than lbaselib.c, ltablib.c, lmathlib.c and loslib.c, or not at all.
// lua5.1 is the measure: it and this are run beside each other in the tests.
package lualib
