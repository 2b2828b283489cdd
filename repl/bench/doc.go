// Package bench compares weir with the tools that a user would pick instead. It has tests only.
//
//   - bench_linux_test.go measures, prints, and writes bench.json
//   - each other file is a comparison: pure Lua (compute), starting and reading (trip), rings, shared
//     memory, relays, filters, the prompt, runs that are watched
//
// Every figure is a ratio of medians within one interleaved run: absolute times say more of the machine
// than of the program. make bench runs it; no test fails for time.
package bench
