package ipc

import (
	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// mapWaits makes the page in which this process publishes its waits.
func mapWaits() ([]byte, error) {
	fd, err := unix.MemfdCreate(waitsName, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	if err := unix.Ftruncate(fd, waitsSize); err != nil {
		return nil, err
	}
	return unix.Mmap(fd, 0, waitsSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}

func readMemory(pid int, address uint64, into []byte) bool { return kernel.Memory(pid, address, into) }

// objectOfWord is for systems where an address does not lead to the file in which it lies.
func objectOfWord(*uint32) (FileID, bool) { return FileID{}, false }
