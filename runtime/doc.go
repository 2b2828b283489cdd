// Package runtime runs plans: it opens the channels, starts the stages, follows each to its
// exit, and tells what happened. It knows stages as arguments, descriptors and environment:
// a Lua stage is to it like any program.
//
//   - start.go, options.go: [Start] makes a [Run] of a plan; host.go has the system it is for
//   - starter.go, starter_late.go, ready.go, restart.go: the steps of a plan done in order,
//     of stages that wait for others, and of stages that are started again
//   - thread.go: stages that are no process: threads and relays
//   - run.go, heard.go, stage.go, finish.go: what a caller may do with a run, what the guard
//     says of its processes, what follows for a stage, and the end
//   - halt.go, terminal_linux.go, terminal_rest.go: Ctrl-Z, Ctrl-C, and lending the terminal
//   - lookout.go, deadlock.go, deadlock_wait.go, deadlock_watch.go, insider.go: who waits for
//     whom, found by runtime/watch and put in the words of the topology
//   - journal.go, event.go, snapshot.go: what happens, for views that pull it
//
// Under it stand plan, which decides what is done; guard, which has the processes; relay,
// watch, scarce and signals. Beside it, explain and graph show a plan.
package runtime
