// Package pattern is Lua 5.1's patterns, §5.4.1 of the reference manual: the
// whole of them, on bytes, with the errors and the limits of lstrlib.c.
//
// A pattern is compiled once, into items, and then matched without allocating.
// What C Lua finds wrong only when it gets there is found wrong at the same
// moment here: a fault is an item that raises when it is reached. Err tells of it
// beforehand.
//
// Beyond the C code: a search for a literal start goes by a scan for its rarest
// byte, a repetition that can never give back is not tried shorter, and a match
// that takes long asks now and then whether it is to go on.
package pattern
