// Package extension is what Lua 5.1 lacks and this work needs, each as its source
// has it:
//
//	string.pack, unpack, packsize   Lua 5.3's manual, §6.4.2, and its lstrlib.c
//	utf8                            Lua 5.3's manual, §6.5, and its lutf8lib.c
//	bit                             BitOp, https://bitop.luajit.org/api.html, with
//	                                64-bit operands as in LuaJIT 2.1
//	int64, uint64                   C's, two's complement; as userdata, after
//	                                LuaJIT's FFI
//	json                            RFC 8259
//	time, sys                       clock_gettime(2), getpid(2), environ(7)
//
// The functions are Lua's: they take their arguments from the state's stack and
// raise errors in it, those of Lua 5.3's and LuaJIT's in the same words. Values
// that are wider than the 2^53 up to which a number is exact are Integers.
package extension
