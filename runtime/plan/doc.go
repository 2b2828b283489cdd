// Package plan decides what a run will do, before any of it is done. It is pure: it
// starts nothing, opens nothing, and asks a system only through a [Host].
//
//   - topology.go: what the user asks for, as data: [Topology], its stages, channels and ends
//   - compile.go: [Compile] makes a [Plan] of it, and gives each pipe its capacity
//   - check.go, cycle.go: what Compile refuses: programs, files, cycles that nobody meant
//   - steps.go: the steps that a run takes, in an order that keeps few descriptors open
//   - plan.go: the [Plan] itself, and [Error], which says why there is none
//   - awaits.go: which stages must be ready before another is started
//   - limits.go: what setrlimit(2) is given for a stage
//   - host.go: finding a program as execvp(3) does
//   - warning.go: [Warnings], shapes that can deadlock
//   - shown.go: how stages and ends are shown, in text and in drawings
package plan
