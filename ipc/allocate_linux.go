package ipc

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	// allocateStep is how much one call asks for. tmpfs frees all that a call has got if a
	// signal ends it, so one large call might never succeed.
	allocateStep = 64 << 20
	// allocateFreely is how much is asked for without a look at the memory that is left.
	allocateFreely = 16 << 20
)

// allocate allocates the first size bytes of a file, fallocate(2), also of a region that
// others made. If a tmpfs is full, touching bytes that only ftruncate(2) has made ends in a
// SIGBUS.
func allocate(f *os.File, size int) error {
	fd := int(f.Fd())
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return err
	}
	missing := size - int(st.Blocks)*512
	if st.Size >= int64(size) && missing <= 0 {
		return nil
	}
	if missing > allocateFreely {
		// A memfd has no limit but the memory, and a tmpfs may have a larger one. The
		// kernel would kill processes to find the memory.
		if left, ok := availableMemory(); ok && missing > left {
			return fmt.Errorf("%d bytes of shared memory are not to be had (%d are left): %w", size, left, unix.ENOMEM)
		}
	}
	for at := 0; at < size; {
		n := min(size-at, allocateStep)
		switch err := unix.Fallocate(fd, 0, int64(at), int64(n)); {
		case err == nil:
			at += n
		case errors.Is(err, unix.EINTR):
		case errors.Is(err, unix.ENOSPC):
			return fmt.Errorf("%d bytes of shared memory are not to be had%s: %w", size, freeShared(f), err)
		default:
			return err
		}
	}
	return nil
}

// freeShared says how much the file system of a region has left.
func freeShared(f *os.File) string {
	var st unix.Statfs_t
	if !filepath.IsAbs(f.Name()) || unix.Fstatfs(int(f.Fd()), &st) != nil {
		return ""
	}
	return fmt.Sprintf(" (%s has %d left)", filepath.Dir(f.Name()), st.Bavail*uint64(st.Bsize))
}

// availableMemory is MemAvailable and SwapFree of proc(5), in bytes.
func availableMemory() (bytes int, ok bool) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if name != "MemAvailable" && name != "SwapFree" {
			continue
		}
		kilobytes := 0
		if _, err := fmt.Sscan(value, &kilobytes); err == nil {
			bytes, ok = bytes+kilobytes<<10, ok || name == "MemAvailable"
		}
	}
	return bytes, ok
}
