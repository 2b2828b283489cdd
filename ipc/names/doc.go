// Package names keeps the register of the names that processes of weir's have
// made: FIFOs, regions, queues, sockets.
//
// Each process that makes names has one register file, in a folder that is the
// user's alone. It writes a name down, with the identity of what will have it,
// before the name appears, and holds a lock on the file, flock(2), for as long as
// it lives; its guard inherits the lock. The kernel drops it, and that alone is
// the proof that the owner is gone: a process number is none. What is removed is
// what the file says and what still has that identity, and nothing else.
package names

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"weir/ipc"
)

// Name is one entry of a register.
type Name struct {
	Kind ipc.Kind `json:"kind"`
	Name string   `json:"name"`           // as in its address
	Path string   `json:"path"`           // in the file system; a queue's is its name
	Dev  uint64   `json:"dev,omitempty"`  // what has the name, whatever its name is
	Ino  uint64   `json:"ino,omitempty"`  //
	Kept bool     `json:"kept,omitempty"` // keep=true: its maker does not remove it
	Gone bool     `json:"gone,omitempty"` // its maker has removed it
}

// Owner is the process that a register is of.
type Owner struct {
	PID     int      `json:"pid"`
	Command []string `json:"command"`
}

const prefix = "names."

// Register is the register of this process. A nil Register records nothing.
type Register struct {
	file *os.File
	path string

	mu    sync.Mutex
	names []Name
}

// Open makes this process's register.
func Open() (*Register, error) {
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(folder, ".new-")
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*Register, error) {
		os.Remove(f.Name())
		f.Close()
		return nil, err
	}
	if err := lock(f); err != nil {
		return fail(err)
	}
	// Locked before anybody looks for it under this name.
	path := filepath.Join(folder, prefix+strconv.Itoa(os.Getpid())+strings.TrimPrefix(filepath.Base(f.Name()), ".new"))
	if err := os.Rename(f.Name(), path); err != nil {
		return fail(err)
	}
	r := &Register{file: f, path: path}
	if err := r.append(Owner{os.Getpid(), os.Args}); err != nil {
		os.Remove(path)
		f.Close()
		return nil, err
	}
	return r, nil
}

// append writes one line, with one write(2), so that whoever reads meanwhile sees
// it whole or not at all.
func (r *Register) append(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = r.file.Write(append(line, '\n'))
	return err
}

// File is the register's descriptor, which the guard is given.
func (r *Register) File() *os.File { return r.file }

// Register writes a name down that is about to appear, ipc.Registrar.
func (r *Register) Register(a ipc.Addr, path string, id ipc.FileID) error {
	return r.add(a, path, id, false)
}

// Keeping is the register for names that outlive this process.
func (r *Register) Keeping() ipc.Registrar { return keeping{r} }

type keeping struct{ in *Register }

func (k keeping) Register(a ipc.Addr, path string, id ipc.FileID) error {
	return k.in.add(a, path, id, true)
}

func (r *Register) add(a ipc.Addr, path string, id ipc.FileID, kept bool) error {
	if full, err := filepath.Abs(path); err == nil && a.Kind != ipc.KindQueue {
		path = full
	}
	n := Name{Kind: a.Kind, Name: a.Name, Path: path, Dev: id.Dev, Ino: id.Ino, Kept: kept}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.append(n); err != nil {
		return err
	}
	r.names = append(r.names, n)
	return nil
}

// Remove removes a name that this process made, if it is still its own, and
// strikes it out.
func (r *Register) Remove(path string) error {
	if full, err := filepath.Abs(path); err == nil {
		if err := r.strike(full); !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return r.strike(path) // a queue
}

func (r *Register) strike(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	struck := false
	for i := len(r.names) - 1; i >= 0; i-- {
		n := r.names[i]
		if n.Path != path {
			continue
		}
		r.names = append(r.names[:i], r.names[i+1:]...)
		there, err := n.There(), n.Remove()
		n.Gone, struck = true, true
		if err = errors.Join(err, r.append(n)); err != nil || there {
			return err
		}
		// It never got the name: somebody had it already, maybe this process.
	}
	if struck {
		return nil
	}
	return &os.PathError{Op: "unlink", Path: path, Err: os.ErrNotExist}
}

// Close removes what the process made and did not remove, but for what is to be
// kept, and the register with it.
func (r *Register) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := false
	for i := len(r.names) - 1; i >= 0; i-- {
		if r.names[i].Kept {
			kept = kept || r.names[i].There()
			continue
		}
		_ = r.names[i].Remove()
	}
	r.names = nil
	if kept {
		return r.file.Close() // without its lock it tells of what was left on purpose
	}
	return errors.Join(os.Remove(r.path), r.file.Close())
}

// ReadRegister reads who a register is of, and the names that were not struck
// out. A line that is torn, or makes no sense, is passed over.
func ReadRegister(f io.ReaderAt) (Owner, []Name) {
	text, _ := io.ReadAll(io.NewSectionReader(f, 0, maxRegister))
	lines := strings.Split(string(text), "\n")
	lines = lines[:len(lines)-1] // what has no newline is torn
	var owner Owner
	var list []Name
	for i, line := range lines {
		if i == 0 {
			_ = json.Unmarshal([]byte(line), &owner)
			continue
		}
		var n Name
		if json.Unmarshal([]byte(line), &n) != nil || n.Path == "" {
			continue
		}
		if !n.Gone {
			list = append(list, n)
			continue
		}
		for k := len(list) - 1; k >= 0; k-- {
			if list[k].Path == n.Path && list[k].Ino == n.Ino {
				list = append(list[:k], list[k+1:]...)
				break
			}
		}
	}
	return owner, list
}

// maxRegister is more than any register holds.
const maxRegister = 64 << 20

// RemoveAll removes what a register lists and is not to be kept, for a guard
// whose weir has died, and then the register's own file.
func RemoveAll(f *os.File) {
	_, list := ReadRegister(f)
	kept := false
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Kept {
			kept = kept || list[i].There()
			continue
		}
		_ = list[i].Remove()
	}
	if path := pathOf(f); path != "" && !kept {
		_ = os.Remove(path)
	}
}
