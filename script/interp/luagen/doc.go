// Package luagen writes random Lua 5.1 programs, which two implementations of Lua run so
// that their outputs can be compared.
//
// [Program] writes one program. It ends by itself, mostly within a millisecond, and what it
// prints depends on nothing but its text: it prints no address, follows no hash order and
// reads no clock. [Batch] puts many programs into one Lua file that runs each of them in an
// environment of its own, and [Results] reads what that file prints.
//
// A program comes from two sources. The core grows nested statements over variables whose
// kinds it knows. The templates (the folder templates) are hand-written scenarios with holes
// that the core fills: coroutines, metatables, caught errors and the like.
//
// Each type of the core has the one before it as its first field:
//
//   - dice (literal.go) makes the random choices
//   - scope (scope.go) has the variables and the functions around a point of the program
//   - expressions (expression.go, logic.go, table.go)
//   - statements (statement.go, loop.go, function.go, and template.go for the templates)
//   - program (program.go, layout.go) begins and ends a program and breaks its lines
package luagen

import "math/rand/v2"

// Program returns the Lua 5.1 program that belongs to seed. The same seed always gives the
// same text, and about one program in twenty ends with an uncaught error.
func Program(seed uint64) string {
	return newProgram(rand.New(rand.NewPCG(seed, 0x6c7561))).write()
}
