// Package bench compares weir with the tools that a user would pick instead.
// Every figure is a ratio of medians within one interleaved run: absolute times
// say more of the machine than of the program. make bench runs it and writes
// bench.json; no test fails for time.
package bench
