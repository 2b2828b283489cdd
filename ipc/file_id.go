package ipc

import (
	"crypto/rand"
	"os"
)

// FileID identifies the file that has a name. The numbers of inodes and of file systems are
// used again: a tmpfs that is mounted anew counts its inodes from the first. The time of
// birth is not, nor is the number of a mount while the system runs.
type FileID struct {
	Dev   uint64 `json:"dev,omitempty"`
	Ino   uint64 `json:"ino,omitempty"`
	Birth int64  `json:"birth,omitempty"` // nanoseconds since 1970; 0 is not known
	Mount uint64 `json:"mount,omitempty"` // STATX_MNT_ID_UNIQUE, or STATX_MNT_ID before Linux 6.8; 0 is not known
}

// Look is what LookAt finds at a name.
type Look struct {
	FileID
	Mode uint32 // st_mode
	UID  uint32
}

// BeingMade reports whether Mode has the mark of a socket or queue whose inode is not
// registered yet. The maker sets the mark as it makes the file. It is of bits that mean
// nothing to such files, so no other program sets them.
func (l Look) BeingMade() bool { return l.Mode&beingMade == beingMade }

// beingMade is S_ISUID|S_ISVTX.
const beingMade = 0o5000

// ownName is a name that this process has made.
type ownName struct {
	path      string
	id        FileID
	registrar Registrar // may be nil
}

// remove removes the name, if the file that has it is the one that this process made.
func (n ownName) remove() error {
	if n.path == "" {
		return nil
	}
	var err error
	if l, e := LookAt(n.path); e == nil && l.FileID == n.id {
		err = os.Remove(n.path)
	}
	if err == nil {
		n.withdraw()
	}
	return err
}

// register records the name with the registrar.
func (n ownName) register(a Addr) error {
	if n.registrar == nil {
		return nil
	}
	return n.registrar.Register(a, n.path, n.id)
}

// withdraw tells the registrar that the name is gone, or will not appear.
func (n ownName) withdraw() {
	if n.registrar != nil {
		n.registrar.Withdraw(n.path, n.id)
	}
}

// randomName is a name for the moment before a file gets its own.
func randomName() string { return ".weir-" + rand.Text()[:12] }
