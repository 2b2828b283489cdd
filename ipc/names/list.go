package names

import (
	"os"
	"path/filepath"
	"strings"

	"weir/ipc"
)

// Standing is what a register's entry says about what has the name now.
type Standing int

// The standings of an entry.
const (
	Absent Standing = iota // nothing has the name, or something that is not what the register says
	Ours                   // it is proved to be what the register says
	Maybe                  // it may be that, and there is no proof
)

// Entry is one name that processes of this user's have made.
type Entry struct {
	Name
	Owner Owner
	Alive bool   // the owner, or its guard, still holds its lock
	Found bool   // the name is there still, or its being there cannot be seen from here
	Why   string // why it is not proved to be weir's, and is not removed; empty where it is
}

// List gives the names of all registers of this user's, those of living owners
// and those that were left.
func List() ([]Entry, error) {
	var entries []Entry
	here := myself()
	err := each(false, func(f *os.File, alive bool) {
		owner := readOwner(f)
		doubt := owner.doubt(here)
		alive = alive || owner.lives(here)
		for _, n := range readNames(f.Name()) {
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
	})
	return entries, err
}

// Clean removes what dead owners left, and their registers. What was kept on
// purpose stays, unless kept is set, and so does what is not proved to be theirs. It
// gives what it removed.
func Clean(kept bool) ([]Entry, error) {
	var removed []Entry
	here := myself()
	err := each(true, func(f *os.File, alive bool) {
		owner := readOwner(f)
		if alive || owner.lives(here) {
			return
		}
		// This process has the lock now: nobody else cleans here.
		names := readNames(f.Name())
		left := false
		switch {
		case owner.elsewhere(here):
			left = len(names) > 0
		case owner.doubt(here) != "":
			for _, n := range names {
				standing, _ := n.Standing()
				left = left || standing != Absent
			}
		default:
			var gone []Entry
			gone, left = removeNames(owner, names, kept)
			removed = append(removed, gone...)
		}
		if !left {
			_ = removeRegister(f.Name())
		}
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

// RemoveAll removes what a register lists and is not to be kept, for a guard
// whose weir has died, and then the register itself. f is its first file.
func RemoveAll(f *os.File) {
	path := pathOf(f)
	if path == "" {
		return
	}
	if _, left := removeNames(Owner{}, readNames(path), false); !left {
		_ = removeRegister(path)
	}
}

// each calls do for every register; alive reports whether somebody else has its
// lock. Where nobody has, it is this process's while do runs, and its alone if alone is
// set.
func each(alone bool, do func(f *os.File, alive bool)) error {
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
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		locked := lock(f, alone) == nil
		switch {
		case made:
			do(f, !locked)
		case locked && alone:
			_ = os.Remove(path) // its maker died before it had its name
		}
		f.Close()
	}
	return nil
}

// isPart reports whether a file is not the first of its register.
func isPart(name string) bool { return strings.HasSuffix(name, list) || strings.HasSuffix(name, next) }
