package edit

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Candidate is one completion of what stands before the cursor.
type Candidate struct {
	Text string // what replaces it
	Help string // a line about it
	Kind string
}

// maxInput is how long typing and pasting can make an input, in bytes.
const maxInput = maxPaste

// maxUndo is how many changes can be undone.
const maxUndo = 100

// session is the editing of one input.
type session struct {
	*Editor
	text
	request  Request
	keys     map[string]func(*session)
	entry    int    // the history's that is shown; behind the last stands the input itself
	draft    string // the input itself, while an entry is shown
	undo     []text
	last     string // the name of the key before
	list     *list
	search   *search
	vi       *vi
	note     string // a line under the input until the next key
	finished bool
	err      error
}

func (s *session) entries() []string { return s.history.entries }

// press does what a key means.
func (s *session) press(k key) {
	s.note = ""
	if s.search != nil && s.searchKey(k) {
		return
	}
	if s.list != nil && k.name != keyTab {
		s.list = nil
	}
	switch {
	case k.name == keyPaste:
		s.save()
		s.put(k.text)
		if s.decoder.lost > 0 {
			s.note = "the paste was cut: it is longer than a megabyte"
		}
	case s.vi != nil && s.vi.press(s, k):
	case k.name == "":
		if s.last != "" {
			s.save()
		}
		s.put(k.text)
	default:
		if act := s.keys[k.name]; act != nil {
			act(s)
		}
		if s.vi != nil {
			s.vi.stayOn(s)
		}
	}
	s.last = k.name
}

// typed presses the keys of a text, which may be empty.
func (s *session) typed(t string) {
	if t != "" {
		s.press(key{text: t})
	}
}

// put inserts as much of a text as maxInput allows.
func (s *session) put(t string) {
	if room := maxInput - len(s.s); len(t) > room {
		room = max(room, 0)
		for n := 0; n < utf8.UTFMax && room > 0 && !utf8.RuneStart(t[room]); n++ {
			room--
		}
		t = t[:room]
		s.note = "the input is full: it has a megabyte"
	}
	s.insert(t)
}

// save remembers the text for undo.
func (s *session) save() {
	if n := len(s.undo); n == 0 || s.undo[n-1] != s.text {
		s.undo = append(s.undo[max(n-maxUndo, 0):], s.text)
	}
}

func (s *session) undoLast() {
	if n := len(s.undo); n > 0 {
		s.text, s.undo = s.undo[n-1], s.undo[:n-1]
	}
}

// set puts another text in, with the cursor behind it.
func (s *session) set(t string) { s.s, s.at = t, len(t) }

// emacs are the keys of the usual mode.
var emacs = map[string]func(*session){
	keyEnter: (*session).enter, keyTab: (*session).complete,
	keyLeft: (*session).goLeft, "C-b": (*session).goLeft, keyRight: (*session).goRight, "C-f": (*session).goRight,
	keyUp: (*session).goUp, "C-p": (*session).goUp, keyDown: (*session).goDown, "C-n": (*session).goDown,
	keyHome: func(s *session) { s.at = s.lineStart(s.at) }, "C-a": func(s *session) { s.at = s.lineStart(s.at) },
	keyEnd: (*session).goEnd, "C-e": (*session).goEnd,
	"M-f":        func(s *session) { s.at = s.wordRight(s.at) },
	"M-b":        func(s *session) { s.at = s.wordLeft(s.at) },
	"M-<":        func(s *session) { s.at = 0 },
	"M->":        func(s *session) { s.at = len(s.s) },
	keyBackspace: func(s *session) { s.save(); s.cut(s.left(s.at), s.at) },
	keyDelete:    func(s *session) { s.save(); s.cut(s.at, s.right(s.at)) },
	"C-d":        (*session).deleteOrEnd,
	"C-k":        (*session).cutToEnd,
	"C-u":        func(s *session) { s.save(); s.kill(s.lineStart(s.at), s.at) },
	"C-w":        func(s *session) { s.save(); s.kill(s.blankLeft(s.at), s.at) },
	"M-d":        func(s *session) { s.save(); s.kill(s.at, s.wordRight(s.at)) },
	"M-Backspace": func(s *session) {
		s.save()
		s.kill(s.wordLeft(s.at), s.at)
	},
	"C-y": func(s *session) { s.save(); s.insert(s.killed) },
	"C-t": (*session).swap,
	"C-_": (*session).undoLast,
	"C-l": func(s *session) { s.screen.clear() },
	"C-r": (*session).startSearch,
	"C-c": func(s *session) { s.finished, s.err = true, ErrInterrupt },
	"C-j": (*session).enter,
	"M-Enter": func(s *session) {
		s.save()
		s.insert("\n")
	},
}

func (s *session) kill(from, to int) {
	if from != to { // else what was cut before stays
		s.killed = s.cut(from, to)
	}
}

func (s *session) goLeft() { s.at = s.left(s.at) }

// goRight accepts the ghost at the end of the text.
func (s *session) goRight() {
	if s.at == len(s.s) {
		s.acceptGhost()
		return
	}
	s.at = s.right(s.at)
}

func (s *session) goEnd() {
	if s.at == len(s.s) {
		s.acceptGhost()
		return
	}
	s.at = s.lineEnd(s.at)
}

func (s *session) acceptGhost() {
	if g := s.ghost(); g != "" {
		s.save()
		s.insert(g)
	}
}

// ghost is what the last fitting entry of the history adds to the text. There is none without
// colours: it would look like what was typed.
func (s *session) ghost() string {
	atEnd := s.s != "" && s.at == len(s.s) && s.entry == len(s.entries())
	if !s.screen.colours || !atEnd || s.search != nil || s.list != nil {
		return ""
	}
	i := s.history.before(len(s.entries()), func(e string) bool {
		return len(e) > len(s.s) && strings.HasPrefix(e, s.s)
	})
	if i < 0 {
		return ""
	}
	return s.entries()[i][len(s.s):]
}

// goUp goes to the line above, and from the first line back in the history.
func (s *session) goUp() {
	if s.up() {
		return
	}
	if s.entry > 0 {
		s.show(s.entry - 1)
	}
}

// show shows an entry of the history, or the input itself.
func (s *session) show(entry int) {
	if s.entry == len(s.entries()) {
		s.draft = s.s
	}
	s.entry = entry
	if entry == len(s.entries()) {
		s.set(s.draft)
	} else {
		s.set(s.entries()[entry])
	}
}

func (s *session) goDown() {
	if s.down() || s.entry == len(s.entries()) {
		return
	}
	s.show(s.entry + 1)
}

// enter finishes an input that is whole, and begins another line in others.
func (s *session) enter() {
	if s.request.Whole == nil || s.request.Whole(s.s) || strings.TrimSpace(s.s) == "" {
		s.at = len(s.s)
		s.finished = true
		return
	}
	s.save()
	s.insert("\n")
}

func (s *session) deleteOrEnd() {
	if s.s == "" {
		s.finished, s.err = true, io.EOF
		return
	}
	s.save()
	s.cut(s.at, s.right(s.at))
}

// cutToEnd cuts to the end of the line; there it cuts the line's end.
func (s *session) cutToEnd() {
	s.save()
	end := s.lineEnd(s.at)
	if end == s.at {
		end = s.right(s.at)
	}
	s.kill(s.at, end)
}

// swap exchanges the two characters around the cursor. Where there are none it asks what the jobs do.
func (s *session) swap() {
	if s.s == "" && s.opts.Asked != nil {
		e := s.Editor
		go func() { _, _ = e.Write([]byte(e.opts.Asked())) }() // which may have to wait for this session
		return
	}
	at := s.at
	if at == s.lineEnd(at) {
		at = s.left(at)
	}
	before := s.left(at)
	if at == s.lineStart(at) || before == at {
		return
	}
	s.save()
	after := s.right(at)
	s.s = s.s[:before] + s.s[at:after] + s.s[before:at] + s.s[after:]
	s.at = after
}

// view is the session as it is to be seen.
func (s *session) view() *view {
	v := &view{first: s.request.First, more: s.request.More, text: s.s, at: s.at, ghost: s.ghost()}
	if s.finished {
		v.ghost = ""
	}
	if s.opts.Paint != nil && s.screen.colours {
		v.spans = s.opts.Paint(s.s)
		if !s.finished { // what stays on the screen has no cursor
			v.spans = s.markBrackets(v.spans)
		}
	}
	switch {
	case s.finished:
	case s.search != nil:
		v.below = []string{s.search.line()}
	case s.list != nil:
		v.below = s.list.lines(s.screen.cols, max(s.screen.rows-2, 1))
	case s.note != "":
		v.below = []string{s.note}
	case s.vi != nil:
		v.below = s.vi.below()
	}
	return v
}
