// Package soak attacks the built weir from outside, for as long as one likes. It has tests only.
//
//   - soak_linux_test.go shares the time among the campaigns, and process_linux_test.go runs weir
//   - each other file is a campaign, which adds itself to the table in soak_linux_test.go: kills at
//     random moments (kill), injected errors (inject), generated deadlocks (deadlocks), readers that
//     leave early (readers), registers of names under remounts and in namespaces (names), limits of
//     memory and processes (limits), twenty thousand runs in a row (flat), channels that nobody opens
//     (outsiders)
//
// A campaign draws its rounds from one seed, which is printed, until its share of the time is over.
//
//	make soak                        an hour
//	make soak SOAK=5m SOAKSEED=7     five minutes, the rounds of seed 7
package soak
