package edit

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
	"weir/runtime/cells"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// model is a terminal's screen, as far as the editor uses one: rows of cells, a
// cursor, and the wait at the right margin that terminals have.
type model struct {
	cols, rows int
	cells      [][]string // "" is the right half of a wide character
	row, col   int
	wraps      bool // the next character goes to the next row
	rest       string
	fault      string
}

func newModel(cols, rows int) *model {
	m := &model{cols: cols, rows: rows}
	for range rows {
		m.cells = append(m.cells, m.blank())
	}
	return m
}

func (m *model) blank() []string {
	row := make([]string, m.cols)
	for i := range row {
		row[i] = " "
	}
	return row
}

func (m *model) lineFeed() {
	if m.row++; m.row == m.rows {
		m.row--
		m.cells = append(m.cells[1:], m.blank())
	}
}

func (m *model) write(s string) {
	s = m.rest + s
	m.rest = ""
	for s != "" {
		n := m.one(s)
		if n == 0 {
			m.rest = s
			return
		}
		s = s[n:]
	}
}

// one takes one character or sequence; 0 is that more is needed.
func (m *model) one(s string) int {
	switch s[0] {
	case '\r':
		m.col, m.wraps = 0, false
		return 1
	case '\n':
		m.lineFeed()
		m.wraps = false
		return 1
	case 0x1b:
		return m.sequence(s)
	}
	if !strings.ContainsAny(s, "\r\n\x1b") && len(s) < 64 && s[len(s)-1] >= 0x80 {
		return 0 // a character may not be whole yet
	}
	size, width := cells.Next(s)
	if m.wraps || m.col+width > m.cols {
		m.col, m.wraps = 0, false
		m.lineFeed()
	}
	if width > 0 {
		m.cells[m.row][m.col] = s[:size]
		for i := 1; i < width; i++ {
			m.cells[m.row][m.col+i] = ""
		}
	}
	if m.col += width; m.col >= m.cols {
		m.col, m.wraps = m.cols-1, true
	}
	return size
}

func (m *model) sequence(s string) int {
	if len(s) < 3 {
		return 0
	}
	end := 2
	for end < len(s) && (s[end] < 0x40 || s[end] > 0x7e) {
		end++
	}
	if end == len(s) {
		return 0
	}
	n := 1
	fmt.Sscanf(s[2:end], "%d", &n)
	m.wraps = m.wraps && (s[end] == 'm' || s[end] == 'h' || s[end] == 'l')
	switch s[end] {
	case 'A':
		m.row = max(m.row-n, 0)
	case 'B':
		m.row = min(m.row+n, m.rows-1)
	case 'C':
		m.col = min(m.col+n, m.cols-1)
	case 'H':
		m.row, m.col = 0, 0
	case 'J':
		from := m.col
		if s[2:end] == "2" {
			m.row, from = 0, 0
		}
		m.erase(m.row, from)
		for r := m.row + 1; r < m.rows; r++ {
			m.erase(r, 0)
		}
	case 'K':
		m.erase(m.row, m.col)
	case 'm', 'h', 'l':
	default:
		m.fault = fmt.Sprintf("an unknown sequence: %q", s[:end+1])
	}
	return end + 1
}

func (m *model) erase(row, from int) { copy(m.cells[row][from:], m.blank()[from:]) }

// text is what stands on the screen, and | for the cursor where shown is set.
func (m *model) text(cursor bool) string {
	var lines []string
	for r, row := range m.cells {
		var b strings.Builder
		for c, s := range row {
			if cursor && r == m.row && c == m.col {
				b.WriteString("|")
			}
			b.WriteString(s)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// resize lets rows that are too long flow on into the next, as terminals do.
func (m *model) resize(cols, rows int) {
	old := *m
	var at struct{ row, col int }
	var all [][]string
	for r, row := range old.cells {
		last := len(row)
		for last > 0 && row[last-1] == " " && (r != old.row || last > old.col+1) {
			last--
		}
		line := []string{}
		for c := 0; c < last; c++ {
			width := 1
			if c+1 < last && row[c+1] == "" {
				width = 2
			}
			if len(line)+width > cols {
				all = append(all, line)
				line = nil
			}
			if r == old.row && c == old.col {
				at.row, at.col = len(all), len(line)
			}
			line = append(line, row[c])
		}
		all = append(all, line)
	}
	for len(all) > rows && len(all)-1 > at.row && len(all[len(all)-1]) == 0 {
		all = all[:len(all)-1]
	}
	if drop := len(all) - rows; drop > 0 {
		all = all[drop:]
		at.row -= drop
	}
	*m = *newModel(cols, rows)
	for r, line := range all {
		copy(m.cells[r], line)
	}
	m.row, m.col = max(at.row, 0), min(at.col, cols-1)
}

// rig is an editor at a pseudo-terminal whose screen is a model.
type rig struct {
	t      *testing.T
	e      *Editor
	master *os.File
	slave  *os.File
	read   sync.WaitGroup
	edits  sync.WaitGroup

	mu      sync.Mutex
	model   *model
	changed *sync.Cond
}

func newRig(t *testing.T, cols, rows int, h *History, opts Options) *rig {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if h == nil {
		h = &History{}
	}
	if opts.Colours == nil {
		opts.Colours = func() bool { return false }
	}
	e, err := New(slave, slave, h, opts)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, e: e, master: master, slave: slave, model: newModel(cols, rows)}
	r.changed = sync.NewCond(&r.mu)
	r.size(cols, rows)
	r.read.Add(1)
	go r.follow()
	t.Cleanup(func() {
		if t.Failed() {
			master.WriteString("\x1b[201~\x03")
		}
		r.edits.Wait()
		slave.Close()
		r.read.Wait()
		master.Close()
		e.Close()
	})
	return r
}

// follow paints what the editor writes.
func (r *rig) follow() {
	defer r.read.Done()
	buf := make([]byte, 64<<10)
	for {
		n, err := r.master.Read(buf)
		r.mu.Lock()
		r.model.write(string(buf[:max(n, 0)]))
		r.changed.Broadcast()
		r.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (r *rig) size(cols, rows int) {
	size := &unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	if err := unix.IoctlSetWinsize(int(r.master.Fd()), unix.TIOCSWINSZ, size); err != nil {
		r.t.Fatal(err)
	}
}

// resize changes the window while an input is edited.
func (r *rig) resize(cols, rows int) {
	r.mu.Lock()
	r.model.resize(cols, rows)
	r.mu.Unlock()
	r.size(cols, rows)
	_ = syscall.Kill(os.Getpid(), syscall.SIGWINCH)
}

func (r *rig) keys(s string) {
	r.t.Helper()
	if _, err := r.master.WriteString(s); err != nil {
		r.t.Fatal(err)
	}
}

// shows waits until the screen, with | for the cursor, ends with a text.
func (r *rig) shows(want string) {
	r.t.Helper()
	r.await(want, func(m *model) bool { return strings.HasSuffix("\n"+m.text(true), "\n"+want) })
}

func (r *rig) await(what string, met func(*model) bool) {
	r.t.Helper()
	timeout := time.AfterFunc(10*time.Second, func() {
		r.mu.Lock()
		r.model.fault = "waited for too long"
		r.changed.Broadcast()
		r.mu.Unlock()
	})
	defer timeout.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for !met(r.model) {
		if r.model.fault != "" {
			r.t.Fatalf("%s\nthe screen is\n%s\nwant\n%s", r.model.fault, r.model.text(true), what)
		}
		r.changed.Wait()
	}
}

// outcome is what one Read gave.
type outcome struct {
	text string
	err  error
}

// edit edits one input in the background.
func (r *rig) edit(whole func(string) bool) chan outcome {
	done := make(chan outcome, 1)
	r.edits.Add(1)
	go func() {
		defer r.edits.Done()
		text, err := r.e.Read(Request{First: "> ", More: ". ", Whole: whole})
		done <- outcome{text, err}
	}()
	return done
}
