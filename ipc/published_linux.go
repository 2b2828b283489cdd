package ipc

import "golang.org/x/sys/unix"

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

// readMemory reads a process's memory, process_vm_readv(2).
func readMemory(pid int, address uint64, into []byte) bool {
	local := []unix.Iovec{{Base: &into[0]}}
	local[0].SetLen(len(into))
	n, err := unix.ProcessVMReadv(pid, local, []unix.RemoteIovec{{Base: uintptr(address), Len: len(into)}}, 0)
	return err == nil && n == len(into)
}
