// Package watch finds processes that wait for each other at pipes and sockets and can
// never go on. It knows what the kernel tells of processes, proc(5), and nothing of
// topologies.
//
// A task that sleeps in a system call is judged by that call: read(2) of a pipe
// sleeps until somebody who holds a write end writes or leaves, write(2) until
// somebody who holds a read end reads or leaves, poll(2) until one of its
// descriptors allows it. Whatever else may wake it - a time, a socket that
// outsiders reach, a terminal, a lock that processes share, a call that is not known
// here - makes the process one that may go on; so does a handler for a signal that
// others send. Those that are left when all who may go on, and all who wait for them,
// are taken away, are stuck for good.
//
// The kernel is asked for one task after the other, and they run meanwhile. So
// only what has not run once between two samples is believed: its context
// switches, which the kernel counts, are the same. Then there was a moment
// between the two at which all of them slept in the calls that were seen.
package watch
