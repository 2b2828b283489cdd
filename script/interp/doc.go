// Package interp is Lua 5.1 on gopher-lua put right: a compiler from source text to
// prototypes, and a loop that runs them over gopher-lua's own values, tables and states.
// Programs then give what lua5.1 gives, results and words of errors, which the tests hold
// it to (luagen beside this package makes random programs for both).
//
// # Why not gopher-lua's own
//
// gopher-lua 1.1.2 is used unmodified. Its values, tables, states and Go interface stay:
// all libraries are written for them. Its compiler and its instructions give other
// results than lua5.1 in ordinary programs. faults_test.go lists the faults, each with its
// number there where it has one, and runs each in both: a row fails if it goes wrong here,
// and also once gopher-lua gets it right, so that it can be struck off.
//
// Two ways were measured. A rewriter of gopher-lua's syntax tree that spells what its
// compiler gets wrong in another way brought 500 random programs from about 170 that
// differed to 1. It could not reach what the tree does not hold (lines of calls that stand
// on several, ranges of local variables, the words of errors), nor what the instructions
// do (numbers in a .., # of lists with holes, the cost of pcall), and it added moves to
// hot loops. A parser that emits instructions as it reads, as lparser.c and lcode.c do,
// with a loop for them, is about as long as the rewriter and its layer at run time
// together, compiles in time that grows in a straight line, and knows all of these. Pure
// compute takes 0.5 to 0.9 of the time that gopher-lua takes for it.
//
// # Rooms
//
//   - source to prototype: lexer.go and tokens.go read tokens, parser.go, statement.go and
//     goto.go the rest. emitter.go makes instructions and jumps, constant.go constants,
//     scope.go variables and registers, expression.go values; each stands on the one before
//     it. opcode.go has the form of instructions; scan.go gives the tokens to others
//   - running: loop.go is the loop. call.go lays out calls, and upvalue.go has the open
//     upvalues. operations.go, arith.go, compare.go, concat.go, table.go, list.go and
//     loops.go are what its instructions need
//   - errors: errors.go raises them, names.go finds what the code calls a value,
//     protect.go catches them
//   - coroutine.go; hook.go for debug.sethook; frames.go for who asks which calls are under
//     way; garbage.go for weak tables
//   - mirror.go: gopher-lua's types that it does not export, field by field
//
// # How it is hung in
//
// A state has a field that names the function which runs its calls. Open sets it to this
// package's loop, so that every lua.LState.Call, from any library, arrives here. What the
// loop must touch is not exported, so mirror.go repeats those types, and a test compares
// them with gopher-lua's by reflection. An instruction keeps gopher-lua's form and
// numbers, with one more, for | between stages.
//
// On a state that is open, use PCall and Invoke instead of lua.LState.PCall and
// CallByParam, Calls and CallAt instead of GetStack, and RawGet, RawSet and Len for
// tables that a script may have left holes in: gopher-lua's own know nothing of elements
// that are not in the array yet.
//
// # What differs from lua5.1
//
//   - goto and labels are Lua 5.2's, where lua5.1 has a syntax error.
//   - 190 coroutines can resume one another, where lua5.1 ends with a fault of the machine.
//   - An error in the function that load calls is returned with its message alone; the
//     program lua5.1 adds its traceback where no pcall is around.
//   - pairs visits the keys of a table's hash part in the order in which they came.
//   - Chunk names of files are not cut at 60 bytes in the places of errors.
package interp
