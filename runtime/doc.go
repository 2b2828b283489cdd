// Package runtime runs plans: it opens the channels, starts the stages, follows each to its
// exit, and tells what happened. It knows stages as arguments, descriptors and environment:
// a Lua stage is to it like any program.
//
//   - start.go, options.go: [Start] makes a [Run] of a plan; host.go has the system it is for
//   - starter.go, starter_late.go, ready.go, restart.go: the steps of a plan done in order,
//     of stages that wait for others, and of stages that are started again
//   - thread.go: stages that are no process: threads and relays
//   - run.go, heard.go, stages.go, stage.go, finish.go: what a caller may do with a run, what
//     the guard says of its processes, the list of its stages, what follows for one, and the end
//   - runs.go: the runs of this process, and how one stands
//   - halt.go, terminal_linux.go, terminal_rest.go: Ctrl-Z, Ctrl-C, and lending the terminal
//   - lookout.go, scene.go, insider.go: looking for deadlocks, who is there at a look, and the
//     script and threads as parties; outside.go: what a stage of another weir says of its runs
//   - deadlock.go, deadlock_wait.go, deadlock_watch.go: who waits for whom, found by
//     runtime/watch and put in the words of the topology
//   - journal.go, event.go, snapshot.go: what happens, for views that pull it
//
// Under it stand plan, which decides what is done; guard, which has the processes; relay,
// watch, scarce and signals. Beside it, explain and graph show a plan.
package runtime
