// Package ipc holds the mechanisms of interprocess communication of one
// machine, a file each. It knows nothing of topologies, of Lua or of screens.
//
// Byte streams stay *os.File, so that a child process can inherit them. Every
// descriptor that this package makes is close-on-exec and blocking: it is meant
// to be handed to a process that expects what a shell would give it.
package ipc
