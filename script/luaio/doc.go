// Package luaio is Lua 5.1's io library, and print, for gopher-lua: the whole
// of §5.7 of the reference manual over large buffers. It takes the place of
// gopher-lua's own library in every Lua state of weir, in scripts, in Lua
// stages that are processes and in those that are threads, so the three
// standard files of a state are given and need not be descriptors 0 to 2.
//
// What differs from lua5.1, on purpose:
//   - "*l" and lines keep bytes of value 0, at which lua5.1 cuts a line;
//   - the formats "n", "l", "a" may stand without the asterisk, and "*L" keeps
//     the newline, both as in Lua 5.2;
//   - a state that is about to block on a read first flushes its stdout, so
//     that two stages in a dialogue do not wait for each other's buffer;
//   - from a pipe or a stream socket that is shared, Reader.Share, no byte is taken that
//     the script does not get, before a process starts: as read does in sh, and stdio
//     does not.
package luaio
