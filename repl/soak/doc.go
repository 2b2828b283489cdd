// Package soak attacks the built weir from outside, for as long as one likes: kills
// at random moments, injected errors, generated deadlocks, readers that leave early,
// registers of names under remounts and in namespaces, twenty thousand runs in a
// row. It has tests only.
//
// A campaign is a file here, which adds itself to the table in soak_linux_test.go. Each draws
// its rounds from one seed, which is printed, and goes on until its share of the time
// is over.
//
//	make soak                        an hour
//	make soak SOAK=5m SOAKSEED=7     five minutes, the rounds of seed 7
package soak
