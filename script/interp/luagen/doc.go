// Package luagen writes random Lua 5.1 programs, which two implementations of Lua run so
// that their outputs can be compared.
//
// [Program] writes one program. It ends by itself, mostly within a millisecond, and what it
// prints depends on nothing but its text: it prints no address, follows no hash order and
// reads no clock. [Batch] puts many programs into one Lua file that runs each of them in an
// environment of its own, and [Results] reads what that file prints.
//
// A program comes from two sources. The core (core.go, expression.go, statement.go,
// loop.go, function.go) grows nested statements over variables whose kinds it knows. The
// templates (the files named template_*.go) are hand-written scenarios with holes that the
// core fills: coroutines, metatables, caught errors and the like.
package luagen

import "math/rand/v2"

// Program returns the Lua 5.1 program that belongs to seed. The same seed always gives the
// same text, and about one program in twenty ends with an uncaught error.
func Program(seed uint64) string {
	g := newGen(rand.New(rand.NewPCG(seed, 0x6c7561)))
	return g.program()
}
