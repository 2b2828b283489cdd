package ipc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"weir/ipc/luatext"
)

// RuntimeFolder gives the folder of this user's registers of names, sockets and mailslots,
// and makes it. It is below $XDG_RUNTIME_DIR, or, if that cannot be used, below
// /run/user/UID, or in /tmp, or in /dev/shm. It is 0700, and never another user's.
func RuntimeFolder() (string, error) {
	uid := strconv.Itoa(os.Geteuid())
	parents := []struct{ path, name string }{
		{os.Getenv("XDG_RUNTIME_DIR"), "weir"},
		{"/run/user/" + uid, "weir"},
		{"/tmp", "weir-" + uid},
		{shmFolder, "weir-" + uid},
	}
	var faults []error
	for _, p := range parents {
		if p.path == "" {
			continue
		}
		err := checkParent(p.path)
		if err == nil {
			var folder string
			if folder, err = ownFolder(p.path, p.name); err == nil || errors.As(err, new(openFolderError)) {
				return folder, err
			}
		}
		if !errors.Is(err, fs.ErrNotExist) {
			faults = append(faults, err)
		}
	}
	return "", fmt.Errorf("there is no place for the register of names: %w", errors.Join(faults...))
}

// checkParent says why a folder cannot hold one of this user's: another user can rename or
// remove what is there, or this user can make nothing there.
func checkParent(path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("folder %s: the path is not absolute", luatext.Quote(path))
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	switch {
	case st.Mode&unix.S_IFMT != unix.S_IFDIR:
		return fmt.Errorf("%s is no folder", path)
	case st.Uid != 0 && int(st.Uid) != os.Geteuid():
		return fmt.Errorf("folder %s: %w", path, ErrNotOurs)
	case st.Mode&0o002 != 0 && st.Mode&unix.S_ISVTX == 0:
		return fmt.Errorf("folder %s is open to others (mode %#o); chmod o-w mends it", path, st.Mode&0o777)
	}
	if err := unix.Access(path, unix.W_OK|unix.X_OK); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

// ownFolder gives this user's folder of a name, in a parent where other users may make
// names, too. If another user has taken the name the folder is NAME.RANDOM, of which nobody
// can take all. All processes of the user get the same folder.
//
// A folder is made with the sticky bit, and is chosen when that bit is removed. The process
// that chooses holds locks on all folders that may be chosen; it has seen that there are no
// more, and that none is chosen. So two are never chosen, whenever others take and free
// names, and whichever process dies meanwhile.
func ownFolder(parent, name string) (string, error) {
	path := filepath.Join(parent, name)
	l, err := LookAt(path)
	if err == nil && l.Mode&unix.S_IFMT == unix.S_IFDIR && int(l.UID) == os.Geteuid() && l.Mode&0o077 != 0 {
		return "", openFolderError{path, l.Mode}
	}
	if err == nil && stateOf(l) == folderChosen {
		return path, nil
	}
	for {
		chosen, open, err := ownFolders(parent, name)
		if err != nil || chosen != "" {
			return chosen, err
		}
		if len(open) > 0 {
			if chosen, err = chooseFolder(parent, name, open); err != nil || chosen != "" {
				return chosen, err
			}
			continue
		}
		made := path
		if err = os.Mkdir(made, 0o700|fs.ModeSticky); errors.Is(err, fs.ErrExist) {
			made += "." + rand.Text()[:12]
			err = os.Mkdir(made, 0o700|fs.ModeSticky)
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		// One with all its rights may be chosen by now, and stays as it is.
		if l, err := LookAt(made); err == nil && l.Mode&0o777 != 0o700 {
			_ = os.Chmod(made, 0o700|fs.ModeSticky) // mkdir(2) took the umask off
		}
	}
}

// openFolderError is a folder of the user's own that is open to others. No other folder is
// taken instead: processes of the user may be using this one.
type openFolderError struct {
	path string
	mode uint32
}

func (e openFolderError) Error() string {
	return fmt.Sprintf("folder %s is open to others (mode %#o); chmod 700 mends it", e.path, e.mode&0o777)
}

const (
	folderForeign = iota // another user's, or open to others
	folderOpen           // may be chosen
	folderChosen
)

func folderState(path string) int {
	l, err := LookAt(path)
	if err != nil {
		return folderForeign
	}
	return stateOf(l)
}

func stateOf(l Look) int {
	switch {
	case l.Mode&unix.S_IFMT != unix.S_IFDIR || int(l.UID) != os.Geteuid() || l.Mode&0o777 != 0o700:
		return folderForeign
	case l.Mode&unix.S_ISVTX != 0:
		return folderOpen
	}
	return folderChosen
}

// ownFolders gives the folder that is chosen, or those that may be chosen.
func ownFolders(parent, name string) (chosen string, open []string, err error) {
	f, err := os.Open(parent)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	entries, err := f.Readdirnames(-1)
	if err != nil {
		return "", nil, err
	}
	slices.Sort(entries)
	for _, e := range entries {
		if e != name && !strings.HasPrefix(e, name+".") {
			continue
		}
		path := filepath.Join(parent, e)
		switch folderState(path) {
		case folderChosen:
			return path, nil, nil
		case folderOpen:
			open = append(open, path)
		}
	}
	return "", open, nil
}

// chooseFolder chooses the first of the folders that may be chosen, and removes the others.
// It gives none if there are more by now, or another process chose meanwhile.
func chooseFolder(parent, name string, open []string) (string, error) {
	for _, path := range open {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		defer f.Close()
		for err = unix.EINTR; err == unix.EINTR; {
			err = unix.Flock(int(f.Fd()), unix.LOCK_EX) // in the order of their names, so that nobody waits in a circle
		}
		if err != nil {
			return "", &fs.PathError{Op: "flock", Path: path, Err: err}
		}
	}
	chosen, all, err := ownFolders(parent, name)
	if err != nil || chosen != "" || !slices.Equal(all, open) {
		return chosen, err
	}
	if err := os.Chmod(open[0], 0o700); err != nil {
		return "", err
	}
	for _, path := range open[1:] {
		_ = os.Remove(path)
	}
	return open[0], nil
}
