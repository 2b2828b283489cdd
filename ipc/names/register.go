package names

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"weir/ipc"
)

const (
	prefix = "names."
	list   = ".list"
	next   = ".next" // the list that is being written anew
	making = ".new-" // a register that is being made
)

// compactFrom is the least size in bytes at which a list is written anew. After that the
// size is four times that of the last one.
const compactFrom = 64 << 10

// Register is the register of this process.
type Register struct {
	file *os.File // the first file, with its lock
	path string

	mu      sync.Mutex
	list    *os.File // nil before the first name
	size    int      // bytes in list
	compact int      // the size at which it is written anew
	torn    bool     // the last line may have no end
	names   []Name
}

// Open makes this process's register. Names that dead processes left are removed first, so
// that none of them is joined later.
func Open() (*Register, error) {
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return nil, err
	}
	f, path, err := makeFirst(folder)
	if err != nil {
		return nil, err
	}
	_, _ = Clean(false)
	return &Register{file: f, path: path, compact: compactFrom}, nil
}

// makeFirst makes the first file of a register. It is whole and locked before it has the
// name under which others look for it.
func makeFirst(folder string) (*os.File, string, error) {
	header, err := json.Marshal(myself())
	if err != nil {
		return nil, "", err
	}
	for {
		random := rand.Text()
		f, err := openFile(filepath.Join(folder, making+random), os.O_RDWR|os.O_CREATE|os.O_EXCL)
		if err != nil {
			return nil, "", err
		}
		path := filepath.Join(folder, prefix+strconv.Itoa(os.Getpid())+"."+random)
		if err = lock(f, true); err == nil {
			if _, err = f.Write(append(header, '\n')); err == nil {
				if err = os.Rename(f.Name(), path); err == nil {
					return f, path, nil
				}
			}
			os.Remove(f.Name())
		}
		f.Close()
		// Before it was locked a cleaner may have taken it for one whose maker died.
		if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, errLocked) {
			return nil, "", err
		}
	}
}

// File is the descriptor of the register's first file, which the guard is given.
func (r *Register) File() *os.File { return r.file }

// append writes one line with one write(2), which readers see whole or not at all.
func (r *Register) append(n Name) error {
	line, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if r.list == nil {
		if r.list, err = openFile(r.path+list, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND); err != nil {
			return err
		}
	}
	if r.size > r.compact {
		r.rewrite()
	}
	if r.torn {
		line = append([]byte("\n"), line...)
	}
	written, err := r.list.Write(append(line, '\n'))
	r.size += written
	r.torn = err != nil
	return err
}

// rewrite writes the list anew, with the names that are there. If that fails the old list
// stays.
func (r *Register) rewrite() {
	var text []byte
	for _, n := range r.names {
		line, err := json.Marshal(n)
		if err != nil {
			return
		}
		text = append(append(text, line...), '\n')
	}
	r.compact = 2 * r.size // if it fails, it is not tried again with each line
	f, err := openFile(r.path+next, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND)
	if err != nil {
		return
	}
	if _, err = f.Write(text); err == nil {
		r.list.Close() // Windows replaces no file that is open
		err = os.Rename(r.path+next, r.path+list)
	}
	if err == nil {
		r.list, r.size, r.torn = f, len(text), false
		r.compact = max(compactFrom, 4*r.size)
		return
	}
	f.Close()
	os.Remove(r.path + next)
	if old, err := openFile(r.path+list, os.O_WRONLY|os.O_APPEND); err == nil {
		r.list.Close()
		r.list = old
	}
}

// Register records a name that is about to appear, ipc.Registrar.
func (r *Register) Register(a ipc.Addr, path string, id ipc.FileID) error {
	return r.add(a, path, id, false)
}

// Withdraw strikes a name out that is gone, or will not appear, ipc.Registrar.
func (r *Register) Withdraw(path string, id ipc.FileID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.names) - 1; i >= 0; i-- {
		if n := r.names[i]; n.FileID == id && n.has(path) {
			r.drop(i)
			return
		}
	}
}

// Keeping is the register for names that outlive this process.
func (r *Register) Keeping() ipc.Registrar { return keeping{r} }

type keeping struct{ in *Register }

func (k keeping) Register(a ipc.Addr, path string, id ipc.FileID) error {
	return k.in.add(a, path, id, true)
}

func (k keeping) Withdraw(path string, id ipc.FileID) { k.in.Withdraw(path, id) }

// absolute gives a path as registers have it.
func absolute(kind ipc.Kind, path string) string {
	if kind.IsFile() {
		if full, err := filepath.Abs(path); err == nil {
			return full
		}
	}
	return path
}

// has reports whether the entry is of the name that has a path, as scripts give it.
func (n Name) has(path string) bool {
	if n.Path == path || n.Path == absolute(n.Kind, path) {
		return true
	}
	full, err := ipc.PathOf(ipc.Addr{Kind: n.Kind, Name: path}) // a named pipe has no folder
	return n.Kind.Naming() == ipc.ByPath && err == nil && n.Path == full
}

func (r *Register) add(a ipc.Addr, path string, id ipc.FileID, kept bool) error {
	n := Name{Kind: a.Kind, Name: a.Name, Path: absolute(a.Kind, path), FileID: id, Kept: kept}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.append(n); err != nil {
		return err
	}
	r.names = enter(r.names, n)
	return nil
}

// enter adds an entry. It replaces the one of the same name that was made before the inode
// was known.
func enter(names []Name, n Name) []Name {
	if n.Ino != 0 {
		for i := len(names) - 1; i >= 0; i-- {
			if m := names[i]; m.Ino == 0 && m.Path == n.Path && m.Kind == n.Kind {
				names[i] = n
				return names
			}
		}
	}
	return append(names, n)
}

// drop strikes entry i out. If the line cannot be written, the list keeps a name that
// nothing has.
func (r *Register) drop(i int) {
	n := r.names[i]
	r.names = append(r.names[:i], r.names[i+1:]...)
	n.Gone = true
	_ = r.append(n)
}

// Remove removes a name that this process made, and strikes it out. If it is not proved to
// be its own any more, the name stays, and in the list.
func (r *Register) Remove(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := false
	for i := len(r.names) - 1; i >= 0; i-- {
		n := r.names[i]
		if !n.has(path) {
			continue
		}
		known = true
		standing, _ := n.Standing()
		if standing == Maybe {
			continue
		}
		if standing == Ours {
			if err := n.Remove(); err != nil {
				return err
			}
		}
		r.drop(i)
		if standing == Ours {
			return nil
		}
		// The object of this entry never got the name: another had it already.
	}
	if known {
		return nil
	}
	return &os.PathError{Op: "unlink", Path: path, Err: os.ErrNotExist}
}

// Close removes the names that the process made, but for those that are kept on purpose,
// and then the register, unless it lists names still.
func (r *Register) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.list != nil {
		r.list.Close()
	}
	_, left := removeNames(Owner{}, r.names, false)
	r.names = nil
	if left {
		return r.file.Close() // without its lock: the next process may clean
	}
	return errors.Join(removeRegister(r.path), r.file.Close())
}
