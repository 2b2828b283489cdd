// Package sample looks at a run while somebody watches it: what each stage does, how full
// each channel is, and who holds the others up. It changes nothing: no byte passes through
// weir for its sake, and where nobody watches nothing is read.
//
//   - frame.go is what a look gives, and verdict.go the sentence about it
//   - sampler.go takes looks and makes frames of them; window.go is the time that a frame is
//     about
//   - stage_linux.go reads what processes do, and call_linux.go what a system call waits for;
//     pipe_linux.go reads how full a pipe is; the peek files show what is in a channel
//   - clock_linux.go is what looking costs
//   - absent.go is for systems where none of this can be read
package sample
