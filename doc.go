// Weir is a scriptable shell-pipeline playground: Lua wires real operating-system processes
// into pipelines and topologies, through pipes, FIFOs, shared memory, message queues,
// mailslots and sockets.
//
// This page is the architecture. Each package's comment says what stands in its files.
//
// # The rooms
//
// Imports run one way only, from the bottom of this list to its top:
//
//   - [weir/ipc]: one mechanism a file, and a row for each in the table of kinds. Beneath
//     it are ipc/kernel, which reads /proc; ipc/layout, C structs in shared memory; and
//     ipc/names, the register of the names that weir made.
//   - [weir/runtime]: processes. runtime/plan turns a topology into steps without a
//     system call; runtime/guard starts and reaps; runtime/relay moves bytes where the
//     kernel alone cannot; runtime/watch finds who waits for whom; runtime/sample looks at a
//     run for a view; runtime/explain and runtime/graph write and draw a plan.
//   - [weir/script]: the language. script/syntax and script/interp compile and run Lua,
//     script/lualib, script/luaio and script/luastring are its library, script/extension
//     what weir adds, script/world is what scripts change outside their state, script/travel
//     carries functions to other processes, script/filter has the filters, script/region
//     shared memory as values and script/problem the errors.
//   - [weir/repl]: the faces. repl/command is the command line, repl/edit the line
//     editor; repl/view carries frames of a run to whoever watches it, and repl/top shows
//     them; repl/complete, repl/help and repl/tour are what their names say.
//   - weir/examples: the scripts inside the binary.
//
// Two rules hold everywhere. Code that wires never touches bytes, and code of stages never
// starts processes. The data path knows nothing of the control path: a relay counts at each
// [weir/runtime/relay.Port], and nobody writes an event for a write.
//
// # A run
//
// A topology in Lua is a value that does not change. To run it, script lowers it to a
// [weir/runtime/plan.Topology]: stages, channels and ends. [weir/runtime/plan.Compile]
// checks it and gives a [weir/runtime/plan.Plan], the list of all steps, which weir
// explain prints. [weir/runtime.Start] takes the steps: it opens the channels, hands
// stages to the guard in a [weir/runtime/guard.Batch], starts the relays, and gives a
// [weir/runtime.Run]. If a step fails, those before it are undone in reverse.
//
// # The walk of one byte
//
// In "seq 3" | "wc -l" the plan has one pipe, which [weir/ipc.Pair] makes. seq is given its
// write end as descriptor 1 and wc its read end as descriptor 0. weir then closes both, so
// that end of file and SIGPIPE arrive as in a shell. The byte goes from seq to the kernel
// to wc, and weir never sees it. In "seq 3" | tee("wc -l", "cat") two pipes more stand
// behind a relay, which splice(2) and tee(2) let pass on pages without copying them.
//
// # The walk of one message
//
// r:send("x") on a ring calls [weir/ipc.Ring.Send]. It copies the bytes into a slot of
// shared memory, and wakes a receiver by futex(2) if one sleeps. A receiver that finds
// nothing says first that it waits, by its [weir/runtime.Insider], and then sleeps. So
// [weir/runtime/watch.Watcher] knows the wait when it looks for a deadlock.
//
// # The walk of one key
//
// [weir/repl/edit.Editor] decodes the terminal's bytes into keys, changes the text and
// draws what differs. Enter asks whether the input is whole: [weir/script/syntax.CompileInput]
// compiles it, and [weir/script/syntax.Incomplete] says that more must come. A whole input
// is evaluated by a [weir/script.VM]; a topology that it yields is run with the terminal.
//
// # The walk of a travelling function
//
// A Lua stage is a process of weir's own binary, started as "weir stage". A
// [weir/script/travel.Sender] writes the function into memory that the process inherits:
// the source of its chunk, the place of its prototype in it, its upvalues and the globals
// that it names by value, channels and locks by descriptor. [weir/script.StageMain]
// compiles the source again, and a [weir/script/travel.Receiver] puts the values in place.
//
// # The walk of one frame
//
// weir top is a client of the weir that has the run: it attaches by a socket and asks for
// frames. Only then a [weir/runtime/sample.Sampler] begins to look: fifty times a second at
// what each stage does and how full each pipe is, from /proc and by pidfd_getfd(2) of the
// writer's end. Ten times a second it makes a [weir/runtime/sample.Frame], over which
// [weir/runtime/sample.Judge] says who holds the others up. The frame replaces the one that
// the view has not taken yet, in a [weir/runtime/sample.Feed]: a slow view skips frames,
// and the run never waits for it.
//
// # The walk of one SIGCHLD
//
// The guard is the parent of the stages and the subreaper of all that they start. It reaps
// the child and sends a [weir/runtime/guard.ExitStatus] over its socket. The
// [weir/runtime/guard.Link] hands it to the run, which restarts the stage or notes its end,
// writes an event to the [weir/runtime.Journal], and after the last one gives a
// [weir/runtime.Result]. A stage that failed makes script raise a
// [weir/script/problem.FailedRun]. If weir dies, the guard sees the end of its socket, kills
// every descendant, and removes the names in the [weir/ipc/names.Register].
package main
