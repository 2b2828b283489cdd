package ipc

import (
	"bufio"
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// inUse says who has the address that bind(2) has refused with err.
func inUse(a Addr, err error) error {
	path, _ := filepath.Abs(a.Name)
	var inodes []uint64
	if !isUnix(a.Kind) {
		inodes = portInodes(a)
	} else if f, unused := connectDatagram(path); unused == nil || errors.Is(unused, unix.EPROTOTYPE) {
		// A socket of any type answers so while it is open, and no server sees a client.
		if unused == nil {
			f.Close()
		}
		inodes = SocketInodes()[path]
	} else if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("something has the name already; `weir clean` removes what a dead process left: %w", err)
	} else {
		return err
	}
	return fmt.Errorf("%s has it already: %w", cmp.Or(processAt(inodes), "another process"), unix.EADDRINUSE)
}

// processAt names a process that has one of the sockets open.
func processAt(inodes []uint64) string {
	links := make([]string, len(inodes))
	for i, ino := range inodes {
		links[i] = fmt.Sprintf("socket:[%d]", ino)
	}
	all, _ := kernel.Processes()
	for _, pid := range append([]int{os.Getpid()}, all...) {
		folder := kernel.Path(pid, "fd/")
		fds, _ := os.ReadDir(folder)
		for _, fd := range fds {
			if link, err := os.Readlink(folder + fd.Name()); err != nil || !slices.Contains(links, link) {
				continue
			}
			if pid == os.Getpid() {
				return "this script"
			}
			return fmt.Sprintf("process %d (%s)", pid, kernel.Program(pid))
		}
	}
	return ""
}

// SocketInodes gives the unix sockets that have a path, by the path as their makers wrote
// it. Columns: Num RefCount Protocol Flags Type St Inode Path.
func SocketInodes() map[string][]uint64 {
	inodes := map[string][]uint64{}
	for row := range rows("/proc/net/unix", 8) {
		if ino, err := strconv.ParseUint(row[6], 10, 64); err == nil {
			path := SocketPath(row[7])
			inodes[path] = append(inodes[path], ino)
		}
	}
	return inodes
}

// portInodes gives the sockets that have the port of an address, but for TCP's connections.
// Columns: sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode.
func portInodes(a Addr) (inodes []uint64) {
	name, err := hostPort(a)
	if err != nil {
		return nil
	}
	port, _ := strconv.Atoi(name[strings.LastIndexByte(name, ':')+1:])
	for _, file := range []string{"/proc/net/" + string(a.Kind), "/proc/net/" + string(a.Kind) + "6"} {
		for row := range rows(file, 11) {
			_, local, _ := strings.Cut(row[1], ":")
			number, err := hex.DecodeString(local)
			ino, bad := strconv.ParseUint(row[9], 10, 64)
			const listening = "0A"
			if err != nil || bad != nil || len(number) != 2 || int(number[0])<<8|int(number[1]) != port {
				continue
			}
			if a.Kind == KindUDP || row[3] == listening {
				inodes = append(inodes, ino)
			}
		}
	}
	return inodes
}

// rows gives the lines of a table of the kernel's that have n columns; the last of them may
// hold spaces.
func rows(file string, n int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		f, err := os.Open(file)
		if err != nil {
			return
		}
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			row := strings.SplitN(strings.Join(strings.Fields(s.Text()), " "), " ", n)
			if len(row) == n && !yield(row) {
				return
			}
		}
	}
}
