// Package library says what weir's library has, and puts it into a Lua state.
//
// An Entry is one function, method, field or operator with its help (entry.go). The
// entries whose functions need more of weir stand in package script; standard.go has those
// of Lua's own library, documented.go what is no function, later.go what Lua 5.1 lacks and
// is made when a source names it. metatable.go makes the metatables of weir's values.
package library
