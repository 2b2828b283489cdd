package names

import (
	"os"
	"path/filepath"
	"strings"

	"weir/ipc"
)

// Entry is one name that processes of this user's have made.
type Entry struct {
	Name
	Owner Owner
	Alive bool // the owner, or its guard, still holds its lock
	Found bool // the name is there still
}

// List gives the names of all registers of this user's, those of living owners
// and those that were left.
func List() ([]Entry, error) {
	var entries []Entry
	err := each(func(f *os.File, alive bool) {
		owner, list := ReadRegister(f)
		for _, n := range list {
			if found := n.There(); found || alive {
				entries = append(entries, Entry{n, owner, alive, found})
			}
		}
	})
	return entries, err
}

// Clean removes what dead owners left, and their registers. What was kept on
// purpose stays, unless kept is set. It gives what it removed.
func Clean(kept bool) ([]Entry, error) {
	var removed []Entry
	err := each(func(f *os.File, alive bool) {
		if alive {
			return
		}
		// This process has the lock now: nobody else cleans here.
		owner, list := ReadRegister(f)
		left := false
		for i := len(list) - 1; i >= 0; i-- {
			n := list[i]
			if n.Kept && !kept {
				left = left || n.There()
				continue
			}
			if n.There() && n.Remove() == nil {
				removed = append(removed, Entry{n, owner, false, true})
			}
		}
		if !left {
			_ = os.Remove(f.Name())
		}
	})
	return removed, err
}

// each calls do for every register; alive tells whether somebody else has its
// lock. It is this process's while do runs, where nobody has.
func each(do func(f *os.File, alive bool)) error {
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return err
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range files {
		if !strings.HasPrefix(e.Name(), prefix) || !e.Type().IsRegular() {
			continue
		}
		f, err := os.Open(filepath.Join(folder, e.Name()))
		if err != nil {
			continue
		}
		do(f, lock(f) != nil)
		f.Close()
	}
	return nil
}
