package edit

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"weir/ipc/oracle"
	"weir/repl/vt"
)

// viRows are keys, and the text with | for the cursor that they leave. The session
// begins in insert mode; <Esc> is Escape.
var viRows = []struct {
	keys, want string
	own        string // why vi itself does otherwise
}{
	{"abc<Esc>", "ab|c", ""},
	{"ac<Esc>ibX<Esc>", "ab|Xc", ""},
	{"one two<Esc>bdw", "one| ", ""},
	{"one two<Esc>0xA!<Esc>", "ne two|!", ""},
	{"abc<Esc>dd", "|", ""},
	{"abc<Esc>ccxyz<Esc>", "xy|z", ""},
	{"a b<Esc>0wD", "a| ", ""},
	{"ab<Esc>xp", "a|b", ""},
	{"x<Esc>Iab<Esc>", "a|bx", ""},
	{"  x<Esc>Iab<Esc>", "  a|bx", ""},
	{"one two<Esc>0cwx<Esc>", "|x two", ""},
	{"a<Esc>obc<Esc>", "a\nb|c", ""},
	{"a<Esc>Obc<Esc>", "b|c\na", ""},
	{"a<Esc>O<Esc>", "|\na", ""},
	{"ab<Esc>h<Esc> x", "|a", ":normal drops the blank"},
	// counts
	{"abcdef<Esc>03x", "|def", ""},
	{"abcdef<Esc>3h", "ab|cdef", ""},
	{"abcdef<Esc>02lD", "a|b", ""},
	{"abcdef<Esc>3X", "ab|f", ""},
	{"a b c d e<Esc>02dw", "|c d e", ""},
	{"a b c d e<Esc>0d2w", "|c d e", ""},
	{"a b c d e f g<Esc>02d3w", "|g", ""},
	{"a b c d e<Esc>02wx", "a b | d e", ""},
	{"x<Esc>3aab<Esc>", "xababa|b", ""},
	{"x<Esc>2oab<Esc>", "x\nab\na|b", ""},
	{"ab<Esc>x3p", "abb|b", ""},
	{"ab<Esc>99x", "|a", ""},
	{"abcdefghijkl<Esc>010lx", "abcdefghij|l", ""},
	// find
	{"f(a; b)<Esc>0fax", "f(|; b)", ""},
	{"f(a; b)<Esc>0dt;", "|; b)", ""},
	{"f(a; b)<Esc>0df;", "| b)", ""},
	{"a,b,c,d<Esc>02f,x", "a,b|c,d", ""},
	{"a,b,c,d<Esc>0f,;x", "a,b|c,d", ""},
	{"a,b,c,d<Esc>0f,;,x", "a|b,c,d", ""},
	{"a,b,c,d<Esc>0t,;x", "a,|,c,d", ""},
	{"a,b,c,d<Esc>F,x", "a,b,c|d", ""},
	{"a,b,c,d<Esc>T,;x", "a,b,|,d", ""},
	{"a,b,c,d<Esc>dF,", "a,b,c|d", ""},
	{"a,b,c,d<Esc>F,d;", "a,b|,d", ""},
	{"a,b,c,d<Esc>0f,d;", "a|c,d", ""},
	{"a,b,c,d<Esc>0fzx", "|,b,c,d", ""},
	{"a,b,c,d<Esc>0d2f,ix<Esc>", "|xc,d", ""},
	{"a,b,c,d<Esc>0dfz", "|a,b,c,d", ""},
	// words
	{"one.two three<Esc>0wx", "one|two three", ""},
	{"one.two three<Esc>0Wx", "one.two |hree", ""},
	{"one.two three<Esc>Bx", "one.two |hree", ""},
	{"one.two three<Esc>BBx", "|ne.two three", ""},
	{"one.two three<Esc>bbx", "one.|wo three", ""},
	{"one.two three<Esc>0ex", "on|.two three", ""},
	{"one.two three<Esc>0Ex", "one.tw| three", ""},
	{"one.two three<Esc>0de", "|.two three", ""},
	{"one.two three<Esc>0dE", "| three", ""},
	{"one.two three<Esc>0cEx<Esc>", "|x three", ""},
	{"one two three<Esc>0c2wx<Esc>", "|x three", ""},
	{"one two<Esc>0ecwx<Esc>", "on|x two", ""},
	{"one  two<Esc>0elcwx<Esc>", "one|xtwo", ""},
	{"one two<Esc>dw", "one t|w", ""},
	{"a b<Esc>oc d<Esc>kdw", "a| \nc d", ""},
	{"a b<Esc>oc d<Esc>kd2w", "a |d", ""},
	{"a<Esc>o<Esc>ob<Esc>kkwx", "a\n|\nb", ""},
	{"a<Esc>o<Esc>ob<Esc>kkwwx", "a\n\n|", ""},
	{"a<Esc>o<Esc>ob<Esc>bbx", "|\n\nb", ""},
	{"a<Esc>o<Esc>ob<Esc>kkex", "a\n\n|", ""},
	{"  one<Esc>0^x", "  |ne", ""},
	{"a + b<Esc>0wcw-<Esc>", "a |- b", ""},
	// changes of characters
	{"abc<Esc>0rX", "|Xbc", ""},
	{"abc<Esc>02rX", "X|Xc", ""},
	{"abc<Esc>05rX", "|abc", ""},
	{"aBcé<Esc>0~~~~", "AbC|É", ""},
	{"abcd<Esc>03~", "ABC|d", ""},
	{"abc<Esc>0sxy<Esc>", "x|ybc", ""},
	{"abc<Esc>02sxy<Esc>", "x|yc", ""},
	{"abc<Esc>Sxy<Esc>", "x|y", ""},
	{"abc<Esc>0lCxy<Esc>", "ax|y", ""},
	{"<Esc>Cxy<Esc>", "x|y", ""},
	{"<Esc>sxy<Esc>", "x|y", ""},
	// cut and put back
	{"abc<Esc>0yl$p", "abc|a", ""},
	{"abc def<Esc>0yw$p", "abc defabc| ", ""},
	{"abc def<Esc>0ywP", "abc| abc def", ""},
	{"abc def<Esc>yb", "abc |def", ""},
	{"abc<Esc>yyp", "abcab|c", "it makes another line"},
	{"abc def<Esc>0wY0P", "de|fabc def", "Y is a whole line"},
	{"abc<Esc>ddP", "ab|c", "it leaves an empty line"},
	{"a<Esc>ob<Esc>oc<Esc>kddp", "a\nc\n|b", ""},
	{"a<Esc>ob<Esc>oc<Esc>kddP", "a\n|b\nc", ""},
	{"a<Esc>ob<Esc>oc<Esc>ddkP", "|c\na\nb", ""},
	{"a<Esc>ob<Esc>oc<Esc>kkyyjp", "a\nb\n|a\nc", ""},
	{"a<Esc>ob<Esc>oc<Esc>kk2ddp", "c\n|a\nb", ""},
	{"a<Esc>ob<Esc>oc<Esc>kkdj", "|c", ""},
	{"a<Esc>ob<Esc>oc<Esc>dk", "|a", ""},
	{"a<Esc>ob<Esc>oc<Esc>kccxy<Esc>", "a\nx|y\nc", ""},
	{"a b<Esc>oc d<Esc>kyyj3p", "a b\nc d\n|a b\na b\na b", ""},
	// objects
	{"one two three<Esc>0wdiw", "one | three", ""},
	{"one two three<Esc>0wdaw", "one |three", ""},
	{"one two<Esc>daw", "on|e", ""},
	{"one two three<Esc>0wlciwx<Esc>", "one |x three", ""},
	{"one.x two<Esc>0diW", "| two", ""},
	{"print(\"abc\")<Esc>hci\"x<Esc>", "print(\"|x\")", ""},
	{"print(\"abc\")<Esc>0ci\"x<Esc>", "print(\"|x\")", ""},
	{"print(\"abc\")<Esc>hda\"", "print(|)", ""},
	{"x = \"a\" .. y<Esc>0fada\"", "x = |.. y", ""},
	{"x = \"a\"<Esc>da\"", "x |=", ""},
	{"yy zz<Esc>oa.b<Esc>0db", "yy| \na.b", ""},
	{"f(a, g(b))<Esc>hhdi(", "f(a, g(|))", ""},
	{"f(a, g(b))<Esc>0fada(", "|f", ""},
	{"f{a, b}<Esc>hci{x<Esc>", "f{|x}", ""},
	{"f(a, g(b))<Esc>d%", "|f", ""},
	{"f(a, g(b))<Esc>0%x", "f(a, g(b|)", ""},
	{"ab<Esc>ddciwx<Esc>", "|x", ""},
	{"ab  <Esc>daw", "ab | ", ""},
	{"ab<Esc>yep", "ab|b", ""},
	// again, and back
	{"abcdef<Esc>0x..", "|def", ""},
	{"abcdef<Esc>0x3.", "|ef", ""},
	{"a b c d<Esc>0dw.", "|c d", ""},
	{"a b c<Esc>0cwxx<Esc>w.", "xx x|x c", ""},
	{"a b<Esc>0ixy<Esc>.", "xx|yya b", ""},
	{"a b<Esc>A!<Esc>0.", "a b!|!", ""},
	{"a b c<Esc>0rxw.", "x |x c", ""},
	{"abc<Esc>ddu", "ab|c", "it leaves the cursor at the start"},
	{"abc<Esc>0xxu", "|bc", "one normal is one change"},
	{"abc<Esc>0xx2u", "|abc", "one normal is one change"},
	{"abc<Esc>Axyz<Esc>u", "ab|c", ""},
	{"abc<Esc>0<Esc>cwxyz<Esc>u", "|abc", ""},
	{"abc<Esc>u", "|", ""},
	{"abc<Esc>0x<Esc>lu", "|abc", ""},
	// what means nothing takes what belongs to it along
	{"abc<Esc>0maxq", "|bc", "q records"},
	{"abc<Esc>0dzx", "|bc", "z is a command of its own"},
	{"abc<Esc>0d<Esc>x", "|bc", ""},
	{"abc<Esc>0\"ap", "|abc", "the register is empty"},
	{"abc<Esc>0Vx", "|bc", "V selects"},
	// wide characters
	{"日本語<Esc>0lx", "日|語", ""},
	{"日本語<Esc>0f語r字", "日本|字", ""},
}

// viSession is an editing in vi's mode without a terminal.
func viSession(entries ...string) *session {
	e := &Editor{history: &History{entries: entries}, decoder: decoder{vi: true}}
	return &session{Editor: e, keys: emacs, vi: newVi(), undo: []text{{}}, entry: len(entries)}
}

// feed presses what the bytes mean, as the loop does that got them all at once.
func (s *session) feed(bytes string) {
	s.decoder.feed([]byte(bytes))
	for k, ok := s.decoder.next(true); ok; k, ok = s.decoder.next(true) {
		s.press(k)
	}
}

func (s *session) marked() string { return s.s[:s.at] + "|" + s.s[s.at:] }

func TestViKeys(t *testing.T) {
	for _, row := range viRows {
		if row.want == "" {
			continue
		}
		keys := strings.ReplaceAll(row.keys, "<Esc>", "\x1b")
		atOnce, single := viSession(), viSession()
		atOnce.feed(keys)
		for _, c := range keys {
			single.feed(string(c))
		}
		if got := atOnce.marked(); got != row.want {
			t.Errorf("%s\n got %q\nwant %q", row.keys, got, row.want)
		}
		if got := single.marked(); got != row.want {
			t.Errorf("%s, key by key\n got %q\nwant %q", row.keys, got, row.want)
		}
	}
}

// TestViKeysInVim: vim does the same.
func TestViKeysInVim(t *testing.T) {
	vim := oracle.Need(t, "vim")
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("set encoding=utf-8 noautoindent\nlet out = []\n")
	for _, row := range viRows {
		keys := strings.NewReplacer("\\", "\\\\", `"`, `\"`, "<Esc>", "\\<Esc>").Replace("i" + row.keys)
		b.WriteString("enew!\nlet @\" = ''\nsilent! normal! f|\n")
		// Each command is one normal!, as an error ends it.
		for _, part := range strings.SplitAfter(keys, "\\<Esc>") {
			fmt.Fprintf(&b, "silent! exe \"normal! %s\"\nlet &undolevels = &undolevels\n", part)
		}
		b.WriteString("call add(out, join([line('.'), col('.'), json_encode(join(getline(1, '$'), \"\\n\"))], ' '))\n")
	}
	fmt.Fprintf(&b, "call writefile(out, '%s/out')\nqa!\n", dir)
	script := filepath.Join(dir, "script.vim")
	if err := os.WriteFile(script, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(vim, "-u", "NONE", "-i", "NONE", "-n", "-N", "-es", "-S", script)
	c.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	if out, err := c.CombinedOutput(); err != nil {
		oracle.Missing(t, "vim without json_encode: %v: %s", err, out)
	}
	out, err := os.ReadFile(filepath.Join(dir, "out"))
	if err != nil {
		oracle.Missing(t, "vim without json_encode: %v", err)
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(viRows) {
		t.Fatalf("%d answers to %d rows", len(lines), len(viRows))
	}
	for i, row := range viRows {
		fields := strings.SplitN(lines[i], " ", 3)
		line, _ := strconv.Atoi(fields[0])
		col, _ := strconv.Atoi(fields[1])
		text, err := strconv.Unquote(fields[2])
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for ; line > 1; line-- {
			at += strings.IndexByte(text[at:], '\n') + 1
		}
		at += col - 1
		if got := text[:at] + "|" + text[at:]; got != row.want && row.own == "" {
			t.Errorf("%s\n vim has %q\nbut here is %q", row.keys, got, row.want)
		}
	}
}

// TestViAnyKeys: no keys stop it, and the cursor stays in the text.
func TestViAnyKeys(t *testing.T) {
	const keys = "hl0$^wWbBeEfFtT;,%iaIAoOsScCdDyYxXpPrR~u.jkgGnN/?23(\"{ \x1b\x1b\x1b\x7f\r"
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 2))
		s := viSession("one", "f(two(\n  x = \"3\")")
		s.request.Whole = func(string) bool { return false }
		typed := "a(b, {c}) \"d e\"\x1b"
		for range 40 {
			typed += string(keys[random.IntN(len(keys))])
		}
		s.feed(typed)
		if s.at < 0 || s.at > len(s.s) || s.vi.command && s.search == nil && s.at == s.lineEnd(s.at) && s.at > s.lineStart(s.at) {
			t.Fatalf("%q: at %d of %q", typed, s.at, s.s)
		}
	}
}

// TestViEscape: Escape is a key of its own, but for the keys of the keyboard that
// begin with it.
func TestViEscape(t *testing.T) {
	for _, row := range []struct{ keys, want string }{
		{"abc\x1b[D\x1bODx", "ax|bc"},
		{"ab cd\x1b\x7fx", "ab x|"},
		{"ab\x1b\rc", "ab\nc|"},
		{"ab cd\x1b[1;5Dx", "ab x|cd"},
		{"日\x1bi本", "本|日"},
	} {
		s := viSession()
		s.feed(row.keys)
		if got := s.marked(); got != row.want {
			t.Errorf("%q\n got %q\nwant %q", row.keys, got, row.want)
		}
	}
}

// TestViSearch: what comes behind / and ? is the pattern, however fast.
func TestViSearch(t *testing.T) {
	entries := []string{`print("alpha")`, `print("beta")`, "x = 1", "alpha()"}
	for _, row := range []struct{ keys, want string }{
		{"\x1b/alp", "|alpha()"},
		{"\x1b/alp\r", "|alpha()"},
		{"\x1b/alp\rn", `print("|alpha")`},
		{"\x1b/alp\rnN", "|alpha()"},
		{"\x1b/alp\rnnn", `print("|alpha")`},
		{"\x1b/prin\rcwecho\x1b", `ech|o("beta")`},
		{"\x1b?print", `|print("alpha")`},
		{"\x1b?print\rn", `|print("beta")`},
		{"\x1b?print\rnN", `|print("alpha")`},
		{"\x1b/beta\r/print", `|print("alpha")`},
		{"\x1b/none", "|"},
		{"\x1b/a\x7f\x7fbeta", `print("|beta")`},
		{"draft\x1bkkj", `alpha(|)`},
		{"draft\x1b3k", `print("beta"|)`},
		{"draft\x1bgg", `print("alpha"|)`},
		{"draft\x1bggG", `draf|t`},
		{"draft\x1b/beta\rG", `draf|t`},
		{"draft\x1b/beta\x07k", `alpha(|)`},
		{"draft\x12beta\x07\x1b[A", `alpha()|`},
		{"draft\x12beta\x1b[B\x1b[B\x1b[B", `draft|`},
	} {
		s := viSession(entries...)
		s.feed(row.keys)
		if got := s.marked(); got != row.want || s.finished {
			t.Errorf("%q\n got %q, finished %v\nwant %q", row.keys, got, s.finished, row.want)
		}
	}
	s := viSession(entries...)
	s.request.Whole = isWhole
	s.feed("f(\x1b")
	s.feed("\ra)\x1b/\x1bix\x1b")
	s.feed("\r")
	if !s.finished || s.s != "f(\nax)" {
		t.Errorf("%q, %v", s.s, s.finished)
	}
}

// TestVi: the mode at a terminal, which says so.
func TestVi(t *testing.T) {
	h := &History{entries: []string{`print("alpha")`, `print("beta")`}}
	r := newRig(t, 40, 10, h, Options{Vi: func() bool { return true }})
	done := r.edit(isWhole)
	r.shows("> |")
	r.keys("\x1b")
	r.await("command mode", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(false), "-- command --") })
	r.keys("2d")
	r.await("what has begun", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(false), "-- command -- 2d") })
	r.keys("\x1b/alp")
	r.await("the search", func(m *vt.Model) bool { return strings.HasSuffix(m.Text(false), "> print(\"alpha\")\nsearch: alp") })
	r.keys("\r$iX")
	r.shows("> print(\"alpha\"X|)")
	r.keys("\r")
	if got := <-done; got.text != `print("alpha"X)` {
		t.Errorf("got %q", got.text)
	}
}
