package names

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"weir/ipc"
)

// Standing says whether a name still stands for what its register says.
type Standing int

// The standings of an entry.
const (
	Absent Standing = iota // nothing has the name, or another object has
	Ours                   // it is proved to be what the register says
	Maybe                  // it may be that, and there is no proof
)

// Entry is one name that processes of this user's have made.
type Entry struct {
	Name
	Owner Owner
	Alive bool   // the owner, or its guard, still holds its lock
	Found bool   // the name is there, or cannot be seen from here
	Why   string // why it is not proved to be weir's, and is not removed; empty where it is
}

// List gives the names in all registers of this user's, of living owners and of dead ones.
func List() ([]Entry, error) {
	var entries []Entry
	here := myself()
	err := each(false, func(f *os.File, alive bool) error {
		owner := readOwner(f)
		doubt := owner.doubt(here)
		alive = alive || owner.lives(here)
		names, err := readNames(f.Name())
		for _, n := range names {
			e := Entry{n, owner, alive, true, doubt}
			if !owner.elsewhere(here) {
				standing, why := n.Standing()
				e.Found = standing != Absent
				if e.Why == "" && standing == Maybe {
					e.Why = why
				}
			}
			if e.Found || alive {
				entries = append(entries, e)
			}
		}
		return err
	})
	return entries, err
}

// Clean removes the names that dead owners left, and their registers, and gives the names.
// A name that is not proved to be theirs stays. So does one that was kept on purpose, unless
// kept is set.
func Clean(kept bool) ([]Entry, error) {
	var removed []Entry
	here := myself()
	err := each(true, func(f *os.File, alive bool) error {
		owner := readOwner(f)
		if alive || owner.lives(here) {
			return nil
		}
		// This process has the lock now, so nobody else cleans here.
		names, err := readNames(f.Name())
		left := err != nil
		switch {
		case owner.elsewhere(here):
			left = left || len(names) > 0
		case owner.doubt(here) != "":
			for _, n := range names {
				standing, _ := n.Standing()
				left = left || standing != Absent
			}
		default:
			gone, more := removeNames(owner, names, kept)
			removed, left = append(removed, gone...), left || more
		}
		if !left {
			_ = removeRegister(f.Name())
		}
		return err
	})
	return removed, err
}

// removeNames removes the names of an owner that are proved to be its own, the last
// first. It gives them, and reports whether any is left.
func removeNames(owner Owner, names []Name, kept bool) (removed []Entry, left bool) {
	for i := len(names) - 1; i >= 0; i-- {
		n := names[i]
		standing, _ := n.Standing()
		switch {
		case standing == Absent:
		case standing == Maybe, n.Kept && !kept, n.Remove() != nil:
			left = true
		default:
			removed = append(removed, Entry{n, owner, false, true, ""})
		}
	}
	return removed, left
}

// RemoveAll removes the names of a register but for those that are kept on purpose, and then
// the register. A guard calls it when its weir has died. f is the register's first file.
func RemoveAll(f *os.File) {
	path := pathOf(f)
	if path == "" {
		return
	}
	names, err := readNames(path)
	if _, left := removeNames(Owner{}, names, false); !left && err == nil {
		_ = removeRegister(path)
	}
}

// each calls do for every register; alive reports whether another process has its lock.
// Otherwise this process has the lock while do runs, and has it alone if alone is set. An
// error does not keep it from the other registers.
func each(alone bool, do func(f *os.File, alive bool) error) error {
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return err
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range files {
		path, made := filepath.Join(folder, e.Name()), strings.HasPrefix(e.Name(), prefix)
		if !made && !strings.HasPrefix(e.Name(), making) || !e.Type().IsRegular() || isPart(e.Name()) {
			continue
		}
		f, hidden := openFile(path, os.O_RDONLY)
		if hidden != nil {
			if !errors.Is(hidden, fs.ErrNotExist) {
				err = errors.Join(err, hidden)
			}
			continue
		}
		locked := lock(f, alone) == nil
		switch {
		case made:
			err = errors.Join(err, do(f, !locked))
		case locked && alone:
			_ = os.Remove(path) // its maker died before it had its name
		}
		f.Close()
	}
	return err
}

// isPart reports whether a file is not the first one of its register.
func isPart(name string) bool { return strings.HasSuffix(name, list) || strings.HasSuffix(name, next) }
