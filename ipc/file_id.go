package ipc

import (
	"crypto/rand"
	"os"
)

// FileID is what a name stands for, whatever its name is. An inode's number comes
// again, and so does a file system's: a tmpfs that is mounted anew counts its inodes
// from the first. A time of birth does not come again, nor does a mount's number
// while the system runs.
type FileID struct {
	Dev   uint64 `json:"dev,omitempty"`
	Ino   uint64 `json:"ino,omitempty"`
	Birth int64  `json:"birth,omitempty"` // nanoseconds since 1970; 0 where the file system does not tell
	Mount uint64 `json:"mount,omitempty"` // STATX_MNT_ID_UNIQUE; STATX_MNT_ID before Linux 6.8; 0 where neither is
}

// Look is what one look at a name tells.
type Look struct {
	FileID
	Mode uint32 // st_mode
	UID  uint32
}

// BeingMade reports whether Mode has the mark of a socket or queue whose maker has not
// yet told the registrar which inode it is. The mark is there from the first moment
// on, and no program gives such files these bits: they mean nothing.
func (l Look) BeingMade() bool { return l.Mode&beingMade == beingMade }

// beingMade is S_ISUID|S_ISVTX.
const beingMade = 0o5000

// ownName is a name that this process has made.
type ownName struct {
	path      string
	id        FileID
	registrar Registrar // may be nil
}

// remove removes the name, if what has it is what this process made.
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

// register is told of what is about to have the name.
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

// randomName is one that nobody else has, for the moment before a name appears.
func randomName() string { return ".weir-" + rand.Text()[:12] }
