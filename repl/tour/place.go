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

// place is where one is in the tour, and what one has predicted so far.
type place struct {
	Lesson  int          `json:"lesson"`
	Guesses map[int]bool `json:"guesses"` // lesson to whether its first guess was right

	path string // empty where it is not kept
}

// maxPlace is how long a file can be that a tour has written.
const maxPlace = 4 << 10

// openPlace reads where one left off. With an error the tour begins with the first
// lesson, and where one is is not kept; without a home it is not kept either.
func openPlace() (*place, error) {
	fresh := &place{Lesson: 1, Guesses: map[int]bool{}}
	history := edit.HistoryFile()
	if history == "" {
		return fresh, nil
	}
	path := filepath.Join(filepath.Dir(history), "tour")
	p := &place{path: path}
	switch text, err := readSmall(path); {
	case errors.Is(err, fs.ErrNotExist):
		fresh.path = path
		return fresh, nil
	case err != nil:
		return fresh, notKept(err)
	case json.Unmarshal(text, p) != nil || p.Lesson < 1:
		fresh.path = path // it is rubbish, and is written over
		return fresh, nil
	}
	if p.Guesses == nil {
		p.Guesses = map[int]bool{}
	}
	return p, nil
}

func notKept(err error) error { return fmt.Errorf("tour: where you are is not kept: %w", err) }

// readSmall reads a file; what is no file is not waited for.
func readSmall(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxPlace {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is no file of the tour's; remove it")}
	}
	return os.ReadFile(path)
}

// keep writes the place, in one step: a tour that is killed leaves the old one.
func (p *place) keep() error {
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

func (p *place) write() error {
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

// forget is the end of the tour: the next one begins anew.
func (p *place) forget() {
	if p.path != "" {
		_ = os.Remove(p.path)
	}
}

// kept tells whether weir tour finds the way back here.
func (p *place) kept() bool { return p.path != "" }
