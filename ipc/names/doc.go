// Package names keeps the register of the names that processes of weir's have made: FIFOs,
// regions, queues, sockets. Whoever outlives a process removes its names by the register.
//
// Each process that makes names has one register, in a folder that is the user's alone.
// The register is two files. The first, names.PID.RANDOM, describes the process and from
// where it saw the system; it never changes. The process holds a lock on it, flock(2), for
// as long as it lives, and its guard inherits the lock. The kernel drops the lock with the
// last of them. That alone proves that both are gone; a process number proves nothing.
//
// The second file, with .list at its end, has a line for each name, written before the name
// appears, and a line for each name that is gone. When it has grown to a multiple of what it
// lists, it is written anew and renamed over the old one. So a reader finds a whole list at
// any moment, after any kill.
//
// A name is removed only if it is proved to stand for what the register says: the same
// inode, born at the same time, on the same mount, while the same system runs, seen from
// the same namespaces. A name that may be that, without proof, is listed with the reason,
// and stays.
//
// register.go is the register of this process, read.go reads any, and list.go lists and
// cleans those of the dead. What proves a name to be weir's stands in names_linux.go and
// mount_linux.go; attached_linux.go finds the processes that use a name.
package names

import "weir/ipc"

// Name is one entry of a register.
type Name struct {
	Kind       ipc.Kind `json:"kind"`
	Name       string   `json:"name"` // as in its address
	Path       string   `json:"path"` // in the file system; a queue's is its name
	ipc.FileID          // what has the name, whatever its name is; zero where its maker did not know yet
	Kept       bool     `json:"kept,omitempty"` // keep=true: its maker does not remove it
	Gone       bool     `json:"gone,omitempty"` // it is gone, or never appeared
}

// same reports whether two entries are of one name.
func (n Name) same(m Name) bool { return n.Path == m.Path && n.FileID == m.FileID }

// Owner is the process that a register is of, and from where it sees the system.
type Owner struct {
	PID     int      `json:"pid"`
	Command []string `json:"command"`
	Start   uint64   `json:"start,omitempty"` // clock ticks after the start of the system, proc_pid_stat(5)
	Boot    string   `json:"boot,omitempty"`  // /proc/sys/kernel/random/boot_id
	Spaces  Spaces   `json:"spaces,omitzero"`
}

// Spaces decide which object a name stands for: the namespaces, by their numbers in
// /proc/self/ns, and the root folder, chroot(2).
type Spaces struct {
	Mount   uint64 `json:"mnt,omitempty"`
	Process uint64 `json:"pid,omitempty"`
	IPC     uint64 `json:"ipc,omitempty"`
	User    uint64 `json:"user,omitempty"`
	Root    string `json:"root,omitempty"`
}
