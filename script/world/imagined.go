package world

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"weir/ipc"
)

// Imagined changes nothing that outlives it, and tells what would be changed. What a script
// has written, removed or renamed it finds again as it left it.
type Imagined struct {
	would func(act string)   // is told, such as "remove x"
	files map[string]*held   // by absolute path; nil for one that is removed
	env   map[string]*string // as it was before; nil for what was not set
	made  int                // names that TempName has given
}

// held is what the script finds at a path.
type held struct {
	*os.File        // without a name; nil as long as base is unchanged
	base     string // the real file that it comes from, or ""
	missing  int64  // so many bytes of base come first, and were not copied yet
}

// mostCopied is how much of a real file is copied for a script that would change it.
const mostCopied = 64 << 20

// errLarge is the error of opening a file of which more would have to be copied.
var errLarge = errors.New("it is only explained, on a copy, and no more than 64 MiB are copied")

// Imagine makes a world in which a script only seems to act.
func Imagine(would func(act string)) *Imagined {
	return &Imagined{would: would, files: map[string]*held{}, env: map[string]*string{}}
}

// Close takes the changes of the environment back, and drops what was written.
func (w *Imagined) Close() {
	for _, f := range w.files {
		f.close()
	}
	clear(w.files)
	for name, was := range w.env {
		if was == nil {
			os.Unsetenv(name)
		} else {
			os.Setenv(name, *was)
		}
	}
	clear(w.env)
}

// OpenFile reads what is there. A file to be written is one without a name, in its place.
func (w *Imagined) OpenFile(name string, flag int) (*os.File, error) {
	path := absolute(name)
	h, imagined := w.files[path]
	info, err := w.stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	writes := flag&(os.O_WRONLY|os.O_RDWR) != 0
	switch {
	case err == nil && info.Mode()&fs.ModeNamedPipe != 0:
		mode := ipc.Read
		if writes {
			mode = ipc.Write
		}
		return w.OpenFIFO(context.Background(), name, mode)
	case name == os.DevNull || !writes && !imagined:
		return os.OpenFile(name, flag, 0o666)
	case !writes && h != nil && h.File == nil:
		return os.Open(h.base)
	case err != nil && (!missing || flag&os.O_CREATE == 0):
		return nil, &fs.PathError{Op: "open", Path: name, Err: cause(err)}
	case !missing && flag&os.O_EXCL != 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EEXIST}
	case missing:
		if err := w.holds(filepath.Dir(path)); err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
	case info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EISDIR}
	case writes && !imagined && info.Mode().IsRegular(): // the permission to write it
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		f.Close()
	}
	if writes {
		w.would(verb(flag, missing) + " " + name)
	}
	if h == nil && missing {
		h = &held{}
	}
	f, err := w.stand(path, h, flag)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: cause(err)}
	}
	return f, nil
}

// verb says what opening a file for writing does to it.
func verb(flag int, missing bool) string {
	switch {
	case missing:
		return "create"
	case flag&os.O_TRUNC != 0:
		return "overwrite"
	case flag&os.O_APPEND != 0:
		return "append to"
	}
	return "open for writing"
}

// stand gives a file that has the contents of the one at a path. Where it is to be written,
// it is what the script finds there from now on.
func (w *Imagined) stand(path string, h *held, flag int) (*os.File, error) {
	f, err := Temporary()
	if err != nil {
		return nil, err
	}
	if h == nil {
		h = &held{base: path}
	}
	var missing int64
	switch {
	case flag&os.O_TRUNC != 0:
	case flag&os.O_APPEND != 0 && flag&os.O_RDWR == 0: // what is there need not be known
		missing, err = h.leaveOut(f)
	default:
		err = h.copyTo(f)
	}
	if err == nil && flag&os.O_APPEND == 0 {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err == nil && flag&(os.O_WRONLY|os.O_RDWR) != 0 {
		var own *os.File
		if own, err = Duplicate(f); err == nil {
			w.put(path, &held{own, h.base, missing})
		}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// leaveOut makes f as long as what is held, and ready to be appended to. It copies nothing of a
// real file, and gives how much of it is missing.
func (h *held) leaveOut(f *os.File) (missing int64, err error) {
	if h.File != nil && h.missing == 0 {
		return 0, h.copyTo(f)
	}
	if missing = h.missing; missing == 0 {
		if info, err := os.Stat(h.base); err == nil && info.Mode().IsRegular() {
			missing = info.Size()
		}
	}
	if err = f.Truncate(missing); err == nil {
		_, err = f.Seek(0, io.SeekEnd)
	}
	if err == nil && h.File != nil {
		_, err = io.Copy(f, io.NewSectionReader(h, missing, 1<<62-missing))
	}
	return missing, err
}

// copyTo copies what is held, or the regular file that is there.
func (h *held) copyTo(f *os.File) error {
	switch {
	case h.File == nil:
		return copyFrom(h.base, f, mostCopied)
	case h.missing > mostCopied:
		return errLarge
	case h.missing > 0:
		if err := copyFrom(h.base, io.NewOffsetWriter(h, 0), h.missing); err != nil {
			return err
		}
		h.missing = 0
	}
	_, err := io.Copy(f, io.NewSectionReader(h, 0, 1<<62))
	return err
}

// copyFrom copies a regular file that is not too large. One that may be written and not be
// read, and any other, is empty.
func copyFrom(path string, to io.Writer, most int64) error {
	source, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	if info.Size() > mostCopied {
		return errLarge
	}
	_, err = io.Copy(to, io.LimitReader(source, most))
	return err
}

func (h *held) close() {
	if h != nil && h.File != nil {
		h.File.Close()
	}
}

// put replaces what is held for a path.
func (w *Imagined) put(path string, h *held) {
	w.files[path].close()
	w.files[path] = h
}

// stat is stat(2) for a path as the script has left it.
func (w *Imagined) stat(path string) (fs.FileInfo, error) {
	switch h, imagined := w.files[path]; {
	case !imagined:
		return os.Stat(path)
	case h == nil:
		return nil, syscall.ENOENT
	case h.File == nil:
		return os.Stat(h.base)
	default:
		return h.Stat()
	}
}

// holds is why a name could not be made in a folder.
func (w *Imagined) holds(folder string) error {
	info, err := w.stat(folder)
	switch {
	case err != nil:
		return cause(err)
	case !info.IsDir():
		return syscall.ENOTDIR
	}
	return nil
}

// OpenFIFO gives the null device: whoever has opened the other side waits on.
func (w *Imagined) OpenFIFO(_ context.Context, name string, mode ipc.Mode) (*os.File, error) {
	side := "reading"
	if mode.Writes() {
		side = "writing"
	}
	w.would("open the FIFO " + name + " for " + side)
	return os.OpenFile(os.DevNull, os.O_RDWR, 0)
}

// Remove has the script find nothing at a name any more.
func (w *Imagined) Remove(name string) error {
	path := absolute(name)
	if err := w.exists(path); err != nil {
		return &fs.PathError{Op: "remove", Path: name, Err: err}
	}
	w.would("remove " + name)
	w.put(path, nil)
	return nil
}

// exists is why there is nothing at a path; a symbolic link is there, wherever it leads.
func (w *Imagined) exists(path string) error {
	if _, imagined := w.files[path]; imagined {
		_, err := w.stat(path)
		return err
	}
	_, err := os.Lstat(path)
	return cause(err)
}

// Rename has the script find a file at its other name.
func (w *Imagined) Rename(name, to string) error {
	from, target := absolute(name), absolute(to)
	err := w.exists(from)
	if err == nil {
		err = w.holds(filepath.Dir(target))
	}
	if err != nil {
		return &os.LinkError{Op: "rename", Old: name, New: to, Err: err}
	}
	w.would("rename " + name + " to " + to)
	if from == target {
		return nil
	}
	h := w.files[from]
	if h == nil {
		h = &held{base: from}
	}
	delete(w.files, from)
	w.put(target, h)
	w.put(from, nil)
	return nil
}

// TempName gives a name that nobody has.
func (w *Imagined) TempName() (string, error) {
	for {
		w.made++
		name := filepath.Join(os.TempDir(), "lua_"+strconv.Itoa(os.Getpid())+"_"+strconv.Itoa(w.made))
		if w.exists(absolute(name)) == nil {
			continue
		}
		w.would("create " + name)
		f, err := Temporary()
		if err == nil {
			w.put(absolute(name), &held{File: f})
		}
		return name, err
	}
}

// Setenv sets a variable until Close, since the plans to come depend on it.
func (w *Imagined) Setenv(name, value string) error {
	was, set := os.LookupEnv(name)
	if err := os.Setenv(name, value); err != nil {
		return err
	}
	if _, known := w.env[name]; !known {
		w.env[name] = nil
		if set {
			w.env[name] = &was
		}
	}
	w.would("set " + name + "=" + value)
	return nil
}

// Exits tells that the script ends.
func (w *Imagined) Exits(status int) { w.would(fmt.Sprintf("end with status %d", status)) }

func absolute(name string) string {
	if path, err := filepath.Abs(name); err == nil {
		return path
	}
	return name
}

// cause is an error without its operation and path, where it has them.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
