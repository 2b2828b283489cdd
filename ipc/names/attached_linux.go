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
)

// Attached tells which processes of this user's have the objects open or mapped
// that the entries name, by their index.
func Attached(entries []Entry) [][]int {
	at := map[ipc.FileID][]int{} // entries by what has the name
	sockets := socketInodes()
	for i, e := range entries {
		id := ipc.FileID{Dev: e.Dev, Ino: e.Ino}
		at[id] = append(at[id], i)
		// The system knows a socket by the name that bind(2) gave it, the random one
		// that was written down just before.
		if e.Ino != 0 && i > 0 && entries[i-1].Ino == 0 && entries[i-1].Name.Name == e.Name.Name {
			if inode := sockets[entries[i-1].Path]; inode != 0 {
				at[ipc.FileID{Ino: inode}] = append(at[ipc.FileID{Ino: inode}], i)
			}
		}
	}
	out := make([][]int, len(entries))
	processes, _ := os.ReadDir("/proc")
	for _, p := range processes {
		pid, err := strconv.Atoi(p.Name())
		if err != nil {
			continue
		}
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

// uses gives what a process has open or mapped; a socket is known by its number
// alone.
func uses(pid int) map[ipc.FileID]bool {
	ids := map[ipc.FileID]bool{}
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
		ids[ipc.FileID{Dev: st.Dev, Ino: st.Ino}] = true
		if st.Mode&unix.S_IFMT == unix.S_IFSOCK {
			ids[ipc.FileID{Ino: st.Ino}] = true
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
			ids[ipc.FileID{Dev: unix.Mkdev(major, minor), Ino: ino}] = true
		}
	}
	return ids
}

// socketInodes gives the number of each unix socket that has a path: the file is
// another thing than the socket.
func socketInodes() map[string]uint64 {
	inodes := map[string]uint64{}
	f, err := os.Open("/proc/net/unix")
	if err != nil {
		return inodes
	}
	defer f.Close()
	// Num RefCount Protocol Flags Type St Inode Path
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := strings.SplitN(strings.Join(strings.Fields(s.Text()), " "), " ", 8)
		if len(fields) < 8 {
			continue
		}
		if ino, err := strconv.ParseUint(fields[6], 10, 64); err == nil {
			inodes[fields[7]] = ino
		}
	}
	return inodes
}
