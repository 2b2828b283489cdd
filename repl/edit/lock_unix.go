//go:build unix

package edit

import (
	"os"
	"syscall"
)

const noFollow = syscall.O_NOFOLLOW

// lockFile is flock(2): the lock goes when the file is closed, too.
func lockFile(f *os.File) (unlock func(), err error) {
	fd := int(f.Fd())
	for {
		if err = syscall.Flock(fd, syscall.LOCK_EX); err != syscall.EINTR {
			break
		}
	}
	return func() { _ = syscall.Flock(fd, syscall.LOCK_UN) }, err
}
