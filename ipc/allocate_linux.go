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
	// allocateStep is how much is asked for at once: tmpfs gives back all of a
	// call that a signal ends, so that one large call might never come through.
	allocateStep = 64 << 20
	// allocateFreely is a size for which nobody need look at how much is left.
	allocateFreely = 16 << 20
)

// allocate has the file's first size bytes be there, fallocate(2). Bytes of a
// tmpfs that only ftruncate(2) has made are found missing when they are touched,
// by a SIGBUS; so those of a region that others made are asked for, too.
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
		// A memfd has no limit but the memory, and a tmpfs may be allowed more than
		// there is: the kernel would end processes to find it.
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

// freeShared tells how much the file system of a region has left.
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
