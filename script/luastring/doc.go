// Package luastring is Lua 5.1's string library, §5.4 of the reference manual, on
// bytes: find, match, gmatch and gsub over package pattern, and those of the
// others that gopher-lua does in another way than lstrlib.c (it lets upper and
// lower change letters beyond ASCII, gives format to Go's, and counts string.rep
// in no limit).
package luastring
