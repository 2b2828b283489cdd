// Package script is weir's language: Lua 5.1 in which | joins stages. It turns
// Lua values into a topology, has the runtime start it, and turns the result
// back into Lua.
//
// A topology is a value that does not change (node.go); | is an operator of a
// mark that the source's rewriting puts there (pipe_mark.go). Running one
// means lowering it to the runtime's stages, channels and ends: lower.go goes
// down the nodes, and each subject of a run has its own lower_*.go, from
// lower_draft.go, on which all build, to lower_channel.go. A Lua stage is a
// process of weir's own binary whose function travels to it through memory
// (lua_stage.go, stage.go).
//
// What the fields of shared memory are to Lua stands below, in script/region. Locks, channels
// of messages, sockets and mail stay here: they name this package 530 times and are named by it
// 220 times, since each wait knows the state that waits, its run and its jobs. Below it they
// would need an interface as wide as the VM.
//
// Every error that a user can cause is a *syntax.Error or unwraps to one: file,
// line, the line itself, a caret, the cause and the way out.
package script
