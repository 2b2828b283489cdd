package edit

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"weir/repl/vt"
)

func isWhole(s string) bool { return strings.Count(s, "(") <= strings.Count(s, ")") }

// strokes are keys, what the screen then shows with | for the cursor, and what
// comes of it.
var strokes = []struct {
	name, keys string
	screen     string // before the last key; empty to leave it
	want       string
}{
	{"typing", "abc\r", "", "abc"},
	{"left and insert", "abd\x02c\r", "", "abcd"},
	{"home and end", "bc\x01a\x05d\r", "", "abcd"},
	{"arrows", "ac\x1b[Db\x1b[Cd\r", "", "abcd"},
	{"words", "one two three\x1bb\x1bbX\x1bfY\r", "> one XtwoY| three", "one XtwoY three"},
	{"backspace", "abx\x7fc\r", "", "abc"},
	{"delete", "xabc\x01\x1b[3~\r", "", "abc"},
	{"to kill nothing keeps what was killed", "abc\x15\x15\x17\x19\r", "", "abc"},
	{"kill and yank", "abc def\x1bb\x0b\x01\x19\r", "", "defabc "},
	{"kill to the start", "abc\x15x\r", "", "x"},
	{"kill a word", "abc de-f\x17x\r", "", "abc x"},
	{"kill the next word", "abc def\x01\x1bd\r", "", " def"},
	{"swap", "ba\x14\r", "", "ab"},
	{"undo", "ab\x01\x0b\x1f\r", "", "ab"},
	{"control characters are shown", "a\x16b\r", "", "ab"},
	{"wide characters", "日本\x02x\r", "> 日x|本", "日x本"},
	{"an emoji of several", "a👨\u200d👩\u200d👧b\x02\x02\x7fx\r", "> x|👨\u200d👩\u200d👧b", "x👨\u200d👩\u200d👧b"},
	{"backspace takes a whole character", "e\u0301\u0302x\x7f\x7fy\r", "> y|", "y"},
	{"a flag", "🇩🇪🇫🇷\x02x\r", "> 🇩🇪x|🇫🇷", "🇩🇪x🇫🇷"},
	{"half a character", "a\xe6\x97\r", "", "a\xe6\x97"},
	{"what is no character", "a\xff\xfeb\x02\x02\x02c\r", "> ac|<ff><fe>b", "ac\xff\xfeb"},
	{"what is no character is pasted", "\x1b[200~a\xffb\x80\x1b[201~\r", "> a<ff>b<80>|", "a\xffb\x80"},
	{"what is no character is taken out", "a\xffb\xfe\x7f\x02\x7f\r", "> a|b", "ab"},
	{"bytes that make a character together", "\xa9\x02\xc3\x1b[99~y\r", "> éy|", "éy"},
	{"a mark before its letter", "\u0301\x02e\x1b[99~x\r", "> e\u0301x|", "e\u0301x"},
	{"what joins when what was between is gone", "\xc3x\xa9\x02\x7fy\r", "> éy|", "éy"},
	{"what a terminal hides", "a\u200bb\u202ec\u009b5n\r", "> a<200b>b<202e>c<9b>5n|", "a\u200bb\u202ec\u009b5n"},
	{"what is hidden is one character", "a\u202eb\x02\x7f\r", "> a|b", "ab"},
	{"a key without a meaning", "a\x1b[99~b\x1bOPc\r", "", "abc"},
	{"several lines", "f(\ra\r)\r", "> f(\n. a\n. )|", "f(\na\n)"},
	{"up and down in lines", "f(\rbc\r)\x1b[Ax\x1b[By\r", "> f(\n. bxc\n. )y|", "f(\nbxc\n)y"},
	{"a paste", "\x1b[200~one(\r\ntwo\r)\x1b[201~\r", "> one(\n. two\n. )|", "one(\ntwo\n)"},
	{"a paste with keys in it", "\x1b[200~a\x03b\tc\x1b[201~\r", "> a^Cb  c|", "a\x03b\tc"},
	{"a long line", strings.Repeat("0123456789", 5) + "\x01\x1bf\r", "> 01234567890123456789012345678901234567\n890123456789|", strings.Repeat("0123456789", 5)},
	{"a line that fills the row", strings.Repeat("x", 38) + "\r", "> " + strings.Repeat("x", 38) + "\n|", strings.Repeat("x", 38)},
	{"a full row behind the cursor", strings.Repeat("x", 38) + "\x1b[D\r", "> " + strings.Repeat("x", 37) + "|x", strings.Repeat("x", 38)},
	{"a wide character at the margin", strings.Repeat("x", 37) + "日y\r", "> " + strings.Repeat("x", 37) + "\n日y|", strings.Repeat("x", 37) + "日y"},
}

func TestKeys(t *testing.T) {
	for _, row := range strokes {
		t.Run(row.name, func(t *testing.T) {
			r := newRig(t, 40, 10, nil, Options{})
			done := r.edit(isWhole)
			r.shows("> |")
			if row.screen != "" {
				r.keys(row.keys[:len(row.keys)-1])
				r.shows(row.screen)
				r.keys(row.keys[len(row.keys)-1:])
			} else {
				r.keys(row.keys)
			}
			if got := <-done; got.err != nil || got.text != row.want {
				t.Errorf("got %q, %v; want %q", got.text, got.err, row.want)
			}
		})
	}
}

func TestEnds(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{})
	for _, row := range []struct {
		keys string
		err  error
	}{{"abc\x03", ErrInterrupt}, {"\x04", io.EOF}, {"f(\r\x03", ErrInterrupt}} {
		done := r.edit(isWhole)
		r.shows("> |")
		r.keys(row.keys)
		if got := <-done; got.err != row.err {
			t.Errorf("%q: %v, want %v", row.keys, got.err, row.err)
		}
	}
}

// TestRest: what is typed behind an input stays for whoever reads next.
func TestRest(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys("first\rsecond\n")
	if got := <-done; got.text != "first" {
		t.Errorf("got %q", got.text)
	}
	buf := make([]byte, 100)
	n, _ := r.slave.Read(buf)
	if string(buf[:n]) != "second\n" {
		t.Errorf("left is %q", buf[:n])
	}
}

func TestHistoryKeys(t *testing.T) {
	h := &History{entries: []string{"one", "two(\n)", "one more"}}
	r := newRig(t, 40, 10, h, Options{Colours: func() bool { return true }})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys("dr\x1b[A")
	r.shows("> one more|")
	r.keys("\x1b[A")
	r.shows("> two(\n. )|")
	r.keys("\x1b[A\x1b[A")
	r.shows("> one|")
	r.keys("\x1b[B\x1b[B\x1b[B")
	r.shows("> dr|")
	r.keys("\x15on")
	r.await("> one more", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(true), "> on|e more") }) // the ghost
	r.keys("\x1b[C!")
	r.shows("> one more!|")
	r.keys("\x15\x12wo")
	r.await("the search", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(false), "> two(\n. )\nsearch: wo") })
	r.keys("\r")
	if got := <-done; got.text != "two(\n)" {
		t.Errorf("got %q, %v", got.text, got.err)
	}
	done = r.edit(isWhole)
	r.shows("> |")
	r.keys("on\r")
	if got := <-done; got.text != "on" {
		t.Errorf("the ghost was taken: %q", got.text)
	}
	r = newRig(t, 40, 10, h, Options{})
	done = r.edit(isWhole)
	r.shows("> |")
	r.keys("one m\x1b[C\x05")
	r.shows("> one m|") // without colours it would look typed
	r.keys("\r")
	if got := <-done; got.text != "one m" {
		t.Errorf("a ghost that is not seen was taken: %q", got.text)
	}
}

func TestComplete(t *testing.T) {
	words := []string{"grep", "graph", "gsub"}
	r := newRig(t, 40, 10, nil, Options{Complete: func(text string, at int) (int, []Candidate) {
		from := strings.LastIndexByte(text[:at], ' ') + 1
		var list []Candidate
		for _, w := range words {
			if strings.HasPrefix(w, text[from:at]) {
				list = append(list, Candidate{Text: w, Help: "help for " + w})
			}
		}
		return from, list
	}})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys("x gs\t")
	r.shows("> x gsub|")
	r.keys(" g\t")
	r.await("columns", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(true), "> x gsub g|\ngrep   graph  gsub") })
	r.keys("\t")
	r.await("help", func(m *vt.Model) bool {
		return strings.HasSuffix(m.Text(false), "graph  help for graph\ngsub   help for gsub")
	})
	r.keys("r")
	r.shows("> x gsub gr|")
	r.keys("e\t\r")
	if got := <-done; got.text != "x gsub grep" {
		t.Errorf("got %q", got.text)
	}
}

// TestLongList: what has no room in a list is counted.
func TestLongList(t *testing.T) {
	var l list
	for i := range 100 {
		l.candidates = append(l.candidates, Candidate{Text: fmt.Sprintf("c%02d", i), Help: "help"})
	}
	for _, row := range []struct {
		cols, rows int
		help       bool
		first      string
		last       string
		lines      int
	}{
		{20, 30, false, "c00  c25  c50  c75", "c24  c49  c74  c99", 25},
		{20, 25, false, "c00  c25  c50  c75", "c24  c49  c74  c99", 25},
		{20, 24, false, "c00  c23  c46  c69", "... 8 more", 24},
		{20, 3, false, "c00  c02  c04  c06", "... 92 more", 3},
		{20, 1, false, "... 100 more", "... 100 more", 1},
		{3, 5, false, "c00", "... 96 more", 5},
		{20, 100, true, "c00  help", "c99  help", 100},
		{20, 99, true, "c00  help", "... 2 more", 99},
		{20, 2, true, "c00  help", "... 99 more", 2},
	} {
		l.help = row.help
		got := l.lines(row.cols, row.rows)
		if len(got) != row.lines || got[0] != row.first || got[len(got)-1] != row.last {
			t.Errorf("%d columns, %d rows, help %v: %d lines from %q to %q", row.cols, row.rows, row.help, len(got), got[0], got[len(got)-1])
		}
	}
}

func TestColours(t *testing.T) {
	r := newRig(t, 40, 10, nil, Options{Colours: func() bool { return true }, Paint: func(s string) []Span {
		if s == "" {
			return nil
		}
		return []Span{{0, 1, "keyword"}}
	}})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys("f(a)")
	r.shows("> f(a)|")
	r.keys("\r")
	<-done
	s := &session{Editor: r.e, text: text{"f(a[1])", 7}}
	spans := s.markBrackets([]Span{{0, 3, "string"}, {5, 6, "number"}})
	if len(spans) != 2 {
		t.Errorf("a bracket in a string counts: %v", spans)
	}
	spans = s.markBrackets([]Span{{3, 4, "number"}})
	if fmt.Sprint(spans) != "[{1 2 bracket} {3 4 number} {6 7 bracket}]" {
		t.Errorf("%v", spans)
	}
}

// TestPromptText: a prompt may have several lines and colours, and set the window's
// title; what else it holds is spelt out.
func TestPromptText(t *testing.T) {
	for first, want := range map[string]string{
		"one\n> ":                        "one\n> x|",
		"\x1b[31mred\x1b[0m> ":           "red> x|",
		"\x1b]0;a title\a> ":             "> x|",
		"\x1b]0;a title\x1b\\\n> ":       "\n> x|",
		"\x1b[2J\x1b]no end> ":           "^[[2J^[]no end> x|",
		"\u65e5\u672c> ":                 "\u65e5\u672c> x|",
		strings.Repeat("wide ", 9) + ">": "wide wide wide wide wide wide wide wide\nwide >x|",
	} {
		r := newRig(t, 40, 10, nil, Options{Colours: func() bool { return true }})
		done := make(chan outcome, 1)
		go func() {
			text, err := r.e.Read(Request{First: first, More: ". "})
			done <- outcome{text, err}
		}()
		r.keys("x")
		r.shows(want)
		r.keys("\r")
		<-done
	}
}

// TestPaste: a paste of ten megabytes is cut, and said to be.
func TestPaste(t *testing.T) {
	r := newRig(t, 80, 24, nil, Options{})
	done := r.edit(func(string) bool { return true })
	r.shows("> |")
	go func() {
		r.master.WriteString("\x1b[200~" + strings.Repeat("0123456789abcde\r", 10<<16) + "\x1b[201~")
	}()
	r.await("a word of it", func(m *vt.Model) bool { return strings.Contains(m.Text(false), "the paste was cut") })
	r.keys("\r")
	if got := <-done; len(got.text) != maxPaste {
		t.Errorf("%d bytes", len(got.text))
	}
}

// TestNarrow: a window of one column is taken as it is.
func TestNarrow(t *testing.T) {
	r := newRig(t, 1, 5, nil, Options{})
	done := r.edit(isWhole)
	r.await(">", func(m *vt.Model) bool { return strings.Contains(m.Text(false), ">") })
	r.keys("ab日c\r")
	if got := <-done; got.text != "ab日c" {
		t.Errorf("got %q", got.text)
	}
}

func TestHistoryFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state", "weir", "history")
	a, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for i, h := range []*History{a, b} {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for k := range 100 {
				if err := h.Add(fmt.Sprintf("prompt %d\nline %d", i, k)); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	writers.Wait()
	_ = a.Add(" not kept")
	_ = a.Add("twice")
	_ = b.Add("twice")
	c, _ := OpenHistory(path)
	_ = a.refresh()
	if len(c.entries) != 201 || strings.Join(a.entries, "|") != strings.Join(c.entries, "|") {
		t.Errorf("%d entries, %d", len(c.entries), len(a.entries))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestHistoryFaults: what is wrong with the file is told, and entries go on in
// memory.
func TestHistoryFaults(t *testing.T) {
	dir := t.TempDir()
	rubbish := filepath.Join(dir, "rubbish")
	os.WriteFile(rubbish, []byte("\x00\xff\n\"good\"\n{\x01}\n\"unfinished"), 0o600)
	if h, err := OpenHistory(rubbish); err != nil || len(h.entries) != 1 || h.entries[0] != "good" {
		t.Errorf("rubbish: %v, %v", h.entries, err)
	}
	link := filepath.Join(dir, "link")
	os.Symlink(rubbish, link)
	exec.Command("mkfifo", filepath.Join(dir, "fifo")).Run()
	if _, err := OpenHistory(link); err == nil || !strings.Contains(err.Error(), "it is a symbolic link") {
		t.Errorf("a link: %v", err)
	}
	for _, path := range []string{dir, link, "", filepath.Join(rubbish, "below")} {
		h, err := OpenHistory(path)
		if err == nil {
			t.Errorf("%s: no error", path)
		}
		if err := h.Add("kept"); err != nil || len(h.entries) == 0 || h.entries[len(h.entries)-1] != "kept" {
			t.Errorf("%s: %v, %v", path, h.entries, err)
		}
	}
}

// FuzzDecoder: no bytes stop the decoder, and text is what was typed.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte("a\x1b[A\x1b[200~x\x1b[201~\xff\x1bO"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := decoder{vi: len(b)%2 == 1}
		d.feed(b)
		for range 2*len(b) + 2 {
			k, ok := d.next(true)
			if !ok {
				return
			}
			if k.name == "" && !strings.Contains(string(b), k.text) {
				t.Errorf("%q", k.text)
			}
		}
		t.Errorf("no end: %q", d.buf)
	})
}
