package tour

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"weir/repl/edit"
)

// progress is the lesson that the user has reached, and which predictions were right.
type progress struct {
	Lesson  int          `json:"lesson"`
	Guesses map[int]bool `json:"guesses"` // lesson to whether its first guess was right

	path string // empty if it is not kept
}

// maxProgress is how long the file of a tour can be, in bytes.
const maxProgress = 4 << 10

// openProgress reads where the user left off. With an error, or without a home folder, the tour begins
// with the first lesson and progress is not kept.
func openProgress() (*progress, error) {
	fresh := &progress{Lesson: 1, Guesses: map[int]bool{}}
	history := edit.HistoryFile()
	if history == "" {
		return fresh, nil
	}
	path := filepath.Join(filepath.Dir(history), "tour")
	p := &progress{path: path}
	switch text, err := readSmall(path); {
	case errors.Is(err, fs.ErrNotExist):
		fresh.path = path
		return fresh, nil
	case err != nil:
		return fresh, notKept(err)
	case json.Unmarshal(text, p) != nil || p.Lesson < 1:
		fresh.path = path // no tour has written it: it is replaced
		return fresh, nil
	}
	if p.Guesses == nil {
		p.Guesses = map[int]bool{}
	}
	return p, nil
}

func notKept(err error) error { return fmt.Errorf("tour: where you are is not kept: %w", err) }

// readSmall reads a short file. It does not wait at a FIFO.
func readSmall(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxProgress {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is no file of the tour's; remove it")}
	}
	return os.ReadFile(path)
}

// keep writes the file in one step, so that a tour which is killed leaves the old one.
func (p *progress) keep() error {
	if p.path == "" {
		return nil
	}
	err := p.write()
	if err != nil {
		p.path = ""
		return notKept(err)
	}
	return nil
}

func (p *progress) write() error {
	dir := filepath.Dir(p.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "tour-*") // its mode is 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), p.path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// forget removes the file, so that the next tour begins anew.
func (p *progress) forget() {
	if p.path != "" {
		_ = os.Remove(p.path)
	}
}

// kept reports whether weir tour will find the way back here.
func (p *progress) kept() bool { return p.path != "" }
