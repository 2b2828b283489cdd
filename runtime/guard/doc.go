// Package guard starts the processes of runs and sees to it that all of them end with
// weir, however weir ends. On Linux it is a second process, "weir guard", that forks
// and reaps the stages, is the subreaper of all that they start, and has the register of
// the names that weir made.
//
//   - link.go, run.go, names.go: this process's side: [Connect], [Run], [Batch], [Names]
//   - message.go: the protocol between the two
//   - process_linux.go, socket_linux.go: the guard as a process, and the socket to it
//   - guard_linux.go: [Main], the guard's own life; spawn, reap, tree, stray, peak and mark
//     are what it does: fork, reap, signal, and find what has left its process group
//   - label_linux.go: the limit by which a process is known as a run's, whatever it does
//   - fork_linux.go, clone_linux_amd64.go: a child by clone3(2), at less than vfork(2)'s price
//   - view.go: the sockets at which views attach, of which view_linux.go reaches those of long paths
//   - interrupts_linux.go: the process that tells of Ctrl-C while a run has the terminal
//
// On Windows no second process is needed: the system itself ends what is in a Job Object when its
// last handle is closed, names go with the objects, and no process can leave its job.
//
//   - answers.go: what a guard in this process has to say, in its order
//   - job_windows.go: a Job Object for each run, and one in it for each stage: pipes, signals, the end
//   - spawn_windows.go, startup_windows.go, command_windows.go: CreateProcess, the descriptors of the C
//     runtime, and command lines
//
// Elsewhere nobody can adopt what others leave. So each run is a process group, which a watcher leads.
//
//   - group_unix.go, watcher_unix.go: the group of a run, and the process that kills it when weir has died
//
// What it asks of the operating system is the interface system in link.go.
package guard
