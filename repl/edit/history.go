package edit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// historyLimit is how many entries are kept.
const historyLimit = 10_000

// History is the inputs of this prompt and of others of the same user. The file has
// one entry a line, as a JSON string, so that an entry may have several lines.
type History struct {
	path    string // empty where none is kept
	read    int64  // so much of the file has been seen
	entries []string
}

// HistoryFile is where the XDG base directory specification wants state; empty where
// there is no home.
func HistoryFile() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "weir", "history")
}

// OpenHistory reads a history file, which need not be there. With an error the
// history is one of this session only.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	if path == "" {
		return h, errors.New("history: there is no HOME: inputs are not kept")
	}
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = h.refresh()
	}
	if err == nil {
		err = h.writable()
	}
	if err != nil {
		h.path = ""
		return h, fmt.Errorf("history: inputs are not kept: %w", err)
	}
	return h, nil
}

// writable tells beforehand what Add would fail of.
func (h *History) writable() error {
	f, err := openHistory(h.path)
	if err != nil {
		return err
	}
	return f.Close()
}

// openHistory opens the file for adding to it; it is never followed to where
// another user may have put it.
func openHistory(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR|noFollow, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is no regular file")}
	}
	return f, nil
}

// refresh reads what this and other prompts have added since.
func (h *History) refresh() error {
	if h.path == "" {
		return nil
	}
	f, err := os.Open(h.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "open", Path: h.path, Err: errors.New("is no regular file")}
	}
	if info.Size() < h.read { // somebody has cut it
		h.read, h.entries = 0, nil
	}
	in := bufio.NewReader(io.NewSectionReader(f, h.read, 1<<62))
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			break // a last line that is not whole is another's, who is still writing it
		}
		h.read += int64(len(line))
		var entry string
		if json.Unmarshal([]byte(line), &entry) == nil && entry != "" {
			h.keep(entry)
		} // anything else is rubbish, and is passed over
	}
	return nil
}

func (h *History) keep(entry string) {
	if n := len(h.entries); n > 0 && h.entries[n-1] == entry {
		return
	}
	h.entries = append(h.entries, entry)
	if len(h.entries) > historyLimit {
		h.entries = slices.Delete(h.entries, 0, len(h.entries)-historyLimit)
	}
}

// Add keeps an input, unless it begins with a space or is the one before it.
func (h *History) Add(entry string) error {
	entry = strings.TrimRight(entry, "\n")
	if strings.TrimSpace(entry) == "" || strings.HasPrefix(entry, " ") {
		return nil
	}
	if h.path == "" {
		h.keep(entry)
		return nil
	}
	if err := h.refresh(); err != nil {
		return err
	}
	if n := len(h.entries); n > 0 && h.entries[n-1] == entry {
		return nil
	}
	f, err := openHistory(h.path)
	if err != nil {
		return err
	}
	defer f.Close()
	unlock, err := lockFile(f)
	if err != nil {
		return err
	}
	defer unlock()
	if err := h.trim(f); err != nil {
		return err
	}
	line, err := json.Marshal(entry)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	return h.refresh()
}

// trim drops the older half of a file that has grown to twice its limit.
func (h *History) trim(f *os.File) error {
	info, err := f.Stat()
	if err != nil || info.Size() < maxHistoryFile {
		return err
	}
	keep := h.entries[len(h.entries)/2:]
	var b []byte
	for _, e := range keep {
		line, _ := json.Marshal(e)
		b = append(append(b, line...), '\n')
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	h.read, h.entries = 0, nil
	_, err = f.Write(b)
	return err
}

// maxHistoryFile is when the file is cut, in bytes.
const maxHistoryFile = 16 << 20

// before finds the last entry before number i that match accepts, or -1.
func (h *History) before(i int, match func(string) bool) int {
	for i--; i >= 0; i-- {
		if match(h.entries[i]) {
			return i
		}
	}
	return -1
}

// after finds the first entry after number i that match accepts; the number of
// entries is none.
func (h *History) after(i int, match func(string) bool) int {
	for i++; i < len(h.entries); i++ {
		if match(h.entries[i]) {
			return i
		}
	}
	return len(h.entries)
}
