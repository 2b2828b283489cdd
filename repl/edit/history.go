package edit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	historyLimit   = 10_000   // entries that are kept
	maxHistoryFile = 16 << 20 // bytes of the end of the file that are read
)

// History is the inputs of this prompt and of others of the same user. Each line of the file is one
// entry as a JSON string, or {"bytes": BASE64} if it is not UTF-8. Plain lines, as other shells write
// them, are read, too.
type History struct {
	path    string      // empty if no file is kept
	file    os.FileInfo // the file that has been read
	read    int64       // bytes of it
	lines   int         // lines of it
	others  others      // those of them that weir has not written
	entries []string
	notice  string // that the user has not seen
}

// HistoryFile is where the XDG base directory specification puts state, or %LOCALAPPDATA% on Windows; empty if there
// is no home.
func HistoryFile() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		if state = stateFolder(); state == "" {
			return ""
		}
	}
	return filepath.Join(state, "weir", "history")
}

// OpenHistory reads a history file, which need not exist. With an error the history is of this session alone.
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
		h.noticeUnread()
		err = h.writable()
	}
	if err != nil {
		h.path = ""
		return h, fmt.Errorf("history: inputs are not kept: %w", err)
	}
	return h, nil
}

// writable returns the error that Add would fail with.
func (h *History) writable() error {
	f, err := openHistory(h.path, os.O_APPEND|os.O_CREATE|os.O_RDWR)
	if err != nil {
		return err
	}
	return f.Close()
}

// openHistory opens the file. It follows no symbolic link, which another user may have made, and does
// not wait at a FIFO.
func openHistory(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags|noFollow|noWait, 0o600)
	if info, missing := os.Lstat(path); err != nil && missing == nil && info.Mode()&fs.ModeSymlink != 0 {
		err = &fs.PathError{Op: "open", Path: path,
			Err: errors.New("it is a symbolic link, which is not followed; move the file here, or link its folder")}
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err == nil && !info.Mode().IsRegular():
		err = &fs.PathError{Op: "open", Path: path, Err: errors.New("is no regular file")}
	case err == nil && info.Mode().Perm()&0o077 != 0:
		_ = f.Chmod(0o600) // inputs are private; a read-only system keeps its mode
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// refresh reads what prompts have added since.
func (h *History) refresh() error {
	if h.path == "" {
		return nil
	}
	f, err := openHistory(h.path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return h.readFrom(f)
}

// readFrom reads the whole lines of the file that have not been read.
func (h *History) readFrom(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if h.file == nil || !os.SameFile(h.file, info) || info.Size() < h.read { // it was replaced or cut
		h.read, h.lines, h.others, h.entries = 0, 0, others{}, nil
	}
	h.file = info
	if from := info.Size() - maxHistoryFile; h.read < from { // the last entries suffice
		h.read, h.lines = from, historyLimit
		h.others = others{unseen: true}
	}
	if h.lines == 0 || h.others.unseen && h.others.lines == 0 {
		h.others.binary = isBinary(f, h.read)
	}
	in := bufio.NewReader(io.NewSectionReader(f, h.read, 1<<62))
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil // another prompt is still writing the last line
		}
		h.read += int64(len(line))
		h.lines++
		h.keep(h.others.entry(strings.TrimRight(line, "\r\n")))
	}
}

func (h *History) keep(entry string) {
	if entry == "" || h.isLast(entry) {
		return
	}
	h.entries = append(h.entries, entry)
	if len(h.entries) > historyLimit {
		h.entries = h.entries[len(h.entries)-historyLimit:] // append copies no more than these when it grows
	}
}

func (h *History) isLast(entry string) bool {
	n := len(h.entries)
	return n > 0 && h.entries[n-1] == entry
}

// Add keeps an input, unless it begins with a space or is the same as the last. With an error it is kept
// in this session alone.
func (h *History) Add(entry string) error {
	entry = strings.TrimRight(entry, "\n")
	if strings.TrimSpace(entry) == "" || strings.HasPrefix(entry, " ") {
		return nil
	}
	var err error
	if h.path != "" {
		err = h.append(entry)
	}
	h.keep(entry) // without an error readFrom has kept it already
	if err != nil {
		return fmt.Errorf("history: an input was not kept: %w", err)
	}
	return nil
}

// append adds an entry to the file, behind those of other prompts.
func (h *History) append(entry string) error {
	f, err := h.lock()
	if err != nil {
		return err
	}
	defer f.Close() // the lock goes with it
	if err := h.readFrom(f); err != nil || h.isLast(entry) {
		return err
	}
	line := entryLine(entry)
	if h.read < h.file.Size() { // behind the line of a prompt that was killed
		line = append([]byte{'\n'}, line...)
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		return err
	}
	if err := h.readFrom(f); err != nil {
		return err
	}
	if h.lines > 2*historyLimit || h.file.Size() > 2*maxHistoryFile || h.others.unread > 0 {
		_ = h.rewrite() // with an error the file stays as it is
	}
	return nil
}

// lock opens the file and locks it. It tries again if another prompt has replaced the file meanwhile.
func (h *History) lock() (*os.File, error) {
	for {
		f, err := openHistory(h.path, os.O_APPEND|os.O_CREATE|os.O_RDWR)
		if err != nil {
			return nil, err
		}
		err = lockFile(f)
		var mine, there os.FileInfo
		if err == nil {
			mine, err = f.Stat()
		}
		if err == nil {
			there, err = os.Lstat(h.path)
		}
		if err == nil && os.SameFile(mine, there) {
			return f, nil
		}
		f.Close()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
}

// rewrite replaces a file that has grown to twice the limits, or has lines that are no entries, by one
// with the last entries. A file that has lines of others is kept under another name. The lock is held.
func (h *History) rewrite() error {
	f, err := os.CreateTemp(filepath.Dir(h.path), "history-*") // its mode is 0600
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	first, size := len(h.entries), 0
	for first > 0 && size+len(h.entries[first-1]) < maxHistoryFile/2 { // as JSON it may be longer
		first--
		size += len(h.entries[first])
	}
	for _, entry := range h.entries[first:] {
		out.Write(append(entryLine(entry), '\n'))
	}
	err = errors.Join(out.Flush(), f.Close())
	aside := ""
	if err == nil && h.others.any() {
		aside, err = h.setAside()
	}
	if err == nil {
		err = os.Rename(f.Name(), h.path)
	}
	switch {
	case err != nil:
		os.Remove(f.Name())
		if aside != "" {
			os.Remove(aside)
		}
	case aside != "":
		h.notice = fmt.Sprintf("history: %s is a new file; what was there is kept as %s", h.path, filepath.Base(aside))
	}
	return err
}

// before finds the last entry before number i that match accepts, or -1.
func (h *History) before(i int, match func(string) bool) int {
	for i--; i >= 0; i-- {
		if match(h.entries[i]) {
			return i
		}
	}
	return -1
}

// after finds the first entry after number i that match accepts, or the number of entries.
func (h *History) after(i int, match func(string) bool) int {
	for i++; i < len(h.entries); i++ {
		if match(h.entries[i]) {
			return i
		}
	}
	return len(h.entries)
}
