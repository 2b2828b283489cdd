package edit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// others are the lines of a history file that weir has not written.
type others struct {
	lines  int  // that were read, weir's included
	plain  int  // plain inputs, as other shells write them
	unread int  // that are no inputs
	unseen bool // the file is so long that its start was not read
	binary bool // the file is no text, and its plain lines are no inputs
}

func (o *others) any() bool { return o.plain > 0 || o.unread > 0 || o.unseen }

// rawEntry is the line of an entry that is not UTF-8.
type rawEntry struct {
	Bytes []byte `json:"bytes"`
}

// bytesLine is the start of a rawEntry.
const bytesLine = `{"bytes":"`

// entryLine writes an entry as a line of the file, without its newline.
func entryLine(entry string) (line []byte) {
	if utf8.ValidString(entry) {
		line, _ = json.Marshal(entry) // a string can be written
	} else {
		line, _ = json.Marshal(rawEntry{[]byte(entry)})
	}
	return line
}

// entry reads a line; it is empty if the line is no entry.
func (o *others) entry(line string) (entry string) {
	o.lines++
	var raw rawEntry
	switch {
	case strings.HasPrefix(line, `"`) && json.Unmarshal([]byte(line), &entry) == nil:
		return entry
	case strings.HasPrefix(line, bytesLine) && json.Unmarshal([]byte(line), &raw) == nil:
		return string(raw.Bytes)
	case line == "", isBegun(line): // of a prompt that was killed
	case !o.binary && isPlain(line):
		o.plain++
		return line
	default:
		o.unread++
	}
	return ""
}

// isPlain reports whether a line is text.
func isPlain(line string) bool {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\t' }
	return utf8.ValidString(line) && !strings.ContainsFunc(line, control)
}

// isBegun reports whether a line is a JSON string without its end.
func isBegun(line string) bool {
	if !strings.HasPrefix(line, `"`) || !isPlain(line) {
		return false
	}
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			return false
		}
	}
	return true
}

// isBinary reports whether the next 64 KiB of a file are no text.
func isBinary(f *os.File, from int64) bool {
	buf := make([]byte, 64<<10)
	n, err := f.ReadAt(buf, from)
	return (err == nil || err == io.EOF) && bytes.IndexByte(buf[:n], 0) >= 0
}

// Notice returns what happened to the history, once; else it is empty.
func (h *History) Notice() string {
	text := h.notice
	h.notice = ""
	return text
}

// noticeUnread notices how much of the file cannot be read.
func (h *History) noticeUnread() {
	o := h.others
	if o.unread == 0 {
		return
	}
	if len(h.entries) == 0 {
		h.notice = fmt.Sprintf("history: %s is no history of weir's; "+
			"the next input begins another, and this one is kept as %s.old", h.path, filepath.Base(h.path))
		return
	}
	h.notice = fmt.Sprintf("history: %d of %d lines in %s cannot be read; "+
		"the next input begins a file without them, and this one is kept as %s.old",
		o.unread, o.lines, h.path, filepath.Base(h.path))
}

// maxAside is how many files may be set aside.
const maxAside = 100

// setAside links the file to a second, unused name, before another file replaces it.
func (h *History) setAside() (name string, err error) {
	for i := range maxAside {
		name = h.path + ".old"
		if i > 0 {
			name = fmt.Sprintf("%s.%d", name, i)
		}
		if err = os.Link(h.path, name); !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	if err != nil {
		return "", err
	}
	return name, nil
}
