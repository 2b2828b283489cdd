package names

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/kernel"
)

// inode is one that a process has open or mapped. A socket has two: that of its name, and
// its own, which is on no device.
type inode struct{ dev, ino uint64 }

// Attached gives, for each entry, the processes of this user's that have its object open or
// mapped.
func Attached(entries []Entry) [][]int {
	at := map[inode][]int{} // entries by the inodes that have the names
	sockets := ipc.SocketInodes()
	for i, e := range entries {
		if e.Why != "" {
			continue
		}
		at[inode{e.Dev, e.Ino}] = append(at[inode{e.Dev, e.Ino}], i)
		for _, socket := range sockets[e.Path] {
			at[inode{ino: socket}] = append(at[inode{ino: socket}], i)
		}
	}
	out := make([][]int, len(entries))
	processes, _ := kernel.Processes()
	for _, pid := range processes {
		for id := range uses(pid) {
			for _, i := range at[id] {
				if !slices.Contains(out[i], pid) {
					out[i] = append(out[i], pid)
				}
			}
		}
	}
	return out
}

// uses gives the inodes that a process has open or mapped. That of a socket has no device.
func uses(pid int) map[inode]bool {
	ids := map[inode]bool{}
	folder := fmt.Sprintf("/proc/%d", pid)
	fds, err := os.ReadDir(folder + "/fd")
	if err != nil {
		return nil
	}
	for _, fd := range fds {
		var st unix.Stat_t
		if unix.Stat(filepath.Join(folder, "fd", fd.Name()), &st) != nil {
			continue
		}
		ids[inode{st.Dev, st.Ino}] = true
		if st.Mode&unix.S_IFMT == unix.S_IFSOCK {
			ids[inode{ino: st.Ino}] = true
		}
	}
	maps, err := os.Open(folder + "/maps")
	if err != nil {
		return ids
	}
	defer maps.Close()
	// address perms offset dev inode path
	for s := bufio.NewScanner(maps); s.Scan(); {
		fields := strings.Fields(s.Text())
		if len(fields) < 6 || fields[4] == "0" {
			continue
		}
		var major, minor uint32
		ino, err := strconv.ParseUint(fields[4], 10, 64)
		if _, bad := fmt.Sscanf(fields[3], "%x:%x", &major, &minor); bad == nil && err == nil {
			ids[inode{unix.Mkdev(major, minor), ino}] = true
		}
	}
	return ids
}
