//go:build !linux

package explain

// pipesByDescriptor: here opening /dev/fd/N is dup(2), so bash makes a pipe by
// way of a FIFO.
const pipesByDescriptor = false
