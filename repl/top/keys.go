package top

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"weir/repl/view"
	"weir/runtime/sample"
)

// Key is one key: what it types, or the name of one that types nothing.
type Key string

// The keys that type nothing.
const (
	keyUp     Key = "up"
	keyDown   Key = "down"
	keyUpPage Key = "page up"
	keyNext   Key = "page down"
	keyHome   Key = "home"
	keyEnd    Key = "end"
	keyEnter  Key = "enter"
	keyEscape Key = "escape"
	keyRub    Key = "backspace"
	keyCtrlC  Key = "ctrl-c"
	keyCtrlL  Key = "ctrl-l"
	keyCtrlZ  Key = "ctrl-z"
	keyOther  Key = "unknown"
)

// sequences are what terminals send after ESC [ or ESC O.
var sequences = map[string]Key{"A": keyUp, "B": keyDown, "5~": keyUpPage, "6~": keyNext,
	"H": keyHome, "F": keyEnd, "1~": keyHome, "4~": keyEnd, "7~": keyHome, "8~": keyEnd}

// Keys decodes what a terminal has sent, and gives what is left of a key that is not whole. late says
// that no more of it came in time.
func Keys(b []byte, late bool) (list []Key, rest []byte) {
	for len(b) > 0 {
		switch c := b[0]; {
		case c == 0x1b:
			n, k := escape(b, late)
			if n == 0 {
				return list, b
			}
			list, b = append(list, k), b[n:]
			continue
		case c == '\r' || c == '\n':
			list = append(list, keyEnter)
		case c == 0x7f || c == 8:
			list = append(list, keyRub)
		case c == 3:
			list = append(list, keyCtrlC)
		case c == 12:
			list = append(list, keyCtrlL)
		case c == 26:
			list = append(list, keyCtrlZ)
		case c < ' ':
			list = append(list, keyOther)
		default:
			if !utf8.FullRune(b) && !late {
				return list, b
			}
			_, n := utf8.DecodeRune(b)
			list, b = append(list, Key(b[:n])), b[n:]
			continue
		}
		b = b[1:]
	}
	return list, nil
}

// escape reads a key that begins with ESC, and its length; 0 if more may come.
func escape(b []byte, late bool) (int, Key) {
	switch {
	case len(b) == 1 && late, len(b) > 1 && b[1] != '[' && b[1] != 'O':
		return 1, keyEscape
	case len(b) == 1:
		return 0, ""
	}
	end := bytes.IndexFunc(b[2:], func(r rune) bool { return r >= 0x40 && r <= 0x7e })
	if end < 0 {
		if late {
			return len(b), keyOther
		}
		return 0, ""
	}
	if k, ok := sequences[string(b[2:2+end+1])]; ok {
		return 2 + end + 1, k
	}
	return 2 + end + 1, keyOther
}

// What keys ask of the terminal, beside what they ask of the weir that runs.
const (
	Leaves     = "leave"     // the view; the run goes on
	Interrupts = "interrupt" // what the view has started, or else leaves
	Redraws    = "redraw"
	Suspends   = "suspend" // the view, until its shell lets it go on
	Chooses    = "choose"  // Run is the process number of a weir
)

// binding is a key, and what it does.
type binding struct {
	key   Key
	shown string // how the last line and the help write the key
	short string // in the last line; empty is in the help alone
	long  string
	do    func(*Model) []view.Request
}

// bindings are those of the screen with the run, in the order of the last line.
var bindings []binding

func init() {
	bindings = []binding{
		{" ", "space", "pause", "hold the view still; the run goes on", (*Model).pause},
		{"P", "P", "stop", "stop the run (SIGSTOP), or let it go on (SIGCONT)", (*Model).stop},
		{keyEnter, "Enter", "look", "show the first bytes that the chosen channel holds; again to end that", (*Model).look},
		{"/", "/", "find", "find a stage or channel by a part of its name; Enter goes to the next", (*Model).find},
		{"k", "k", "kill", "send a signal to the chosen stage, or to all, after asking", (*Model).kill},
		{"g", "g", "graph", "draw the run", show(pageGraph)},
		{"o", "o", "output", "all that the run has printed", show(pageOutput)},
		{"?", "?", "help", "this help", show(pageHelp)},
		{"q", "q", "quit", "leave the view; the run goes on", (*Model).leave},
		{keyUp, "Up Down", "", "choose a stage; page up, page down, home, end",
			func(m *Model) []view.Request { return m.move(-1) }},
		{keyDown, "", "", "", func(m *Model) []view.Request { return m.move(1) }},
		{keyUpPage, "", "", "", func(m *Model) []view.Request { return m.move(-10) }},
		{keyNext, "", "", "", func(m *Model) []view.Request { return m.move(10) }},
		{keyHome, "", "", "", func(m *Model) []view.Request { return m.move(-1 << 20) }},
		{keyEnd, "", "", "", func(m *Model) []view.Request { return m.move(1 << 20) }},
		{"f", "f", "", "one sign for each of the replicas of a row, and who they are", show(pageFold)},
		{keyEscape, "Esc", "", "choose the stage of the verdict again", (*Model).forget},
		{keyCtrlL, "Ctrl-L", "", "draw all of the screen again",
			func(*Model) []view.Request { return []view.Request{{Do: Redraws}} }},
		{keyCtrlZ, "Ctrl-Z", "", "suspend the view; the run goes on, and fg brings the view back", suspend},
		{keyCtrlC, "Ctrl-C", "", "interrupt the run if this view has started it, else leave", (*Model).interrupt},
	}
}

// Press does what a key does.
func (m *Model) Press(k Key) []view.Request {
	m.note = ""
	switch {
	case k == keyCtrlC:
		return m.interrupt()
	case k == keyCtrlZ:
		return suspend(m)
	case m.Weirs != nil:
		return m.chooseWeir(k)
	case m.asks != nil:
		q := m.asks
		m.asks = nil
		return q.answers[string(k)]
	case m.typing:
		return m.typeSearch(k)
	case m.page != pageRun:
		return m.turn(k)
	case m.answer(k):
		return nil
	}
	for _, b := range bindings {
		if b.key == k {
			return b.do(m)
		}
	}
	m.note = "? has the keys"
	return nil
}

func (m *Model) leave() []view.Request { return []view.Request{{Do: Leaves}} }

func (m *Model) interrupt() []view.Request { return []view.Request{{Do: Interrupts}} }

func suspend(*Model) []view.Request { return []view.Request{{Do: Suspends}} }

func (m *Model) pause() []view.Request {
	if m.held != nil {
		m.held = nil
	} else {
		m.held = m.newest
	}
	return nil
}

func (m *Model) stop() []view.Request {
	f := m.newest
	if f == nil || f.Ended != "" || m.gone {
		m.note = "nothing runs"
		return nil
	}
	m.stopped = !m.stopped
	name := "CONT"
	if m.stopped {
		name = "STOP"
	}
	return []view.Request{{Do: view.Signal, Run: f.Run, Signal: name}}
}

func (m *Model) look() []view.Request {
	f := m.frame()
	if f == nil || f.Ended != "" || m.gone {
		m.note = "nothing runs"
		return nil
	}
	was := m.looking
	m.looking = ""
	if list := rows(f, m.ASCII); was == "" && len(list) > 0 {
		if c := m.edge(&list[m.chosenRow(list)], f); c != nil {
			m.looking = c.Channel
		}
	}
	return m.peeks()
}

// peeks asks for the bytes of the channel that is looked at, or no more for any.
func (m *Model) peeks() []view.Request { return []view.Request{{Do: view.Peek, Channel: m.looking}} }

func (m *Model) find() []view.Request {
	m.typing, m.search = true, ""
	return nil
}

func (m *Model) typeSearch(k Key) []view.Request {
	switch {
	case k == keyEscape:
		m.typing = false
		return nil
	case k == keyRub && m.search != "":
		_, n := utf8.DecodeLastRuneInString(m.search)
		m.search = m.search[:len(m.search)-n]
	case k == keyEnter:
		m.typing = false
		return m.findFrom(1)
	case utf8.RuneCountInString(string(k)) == 1 && k >= " ":
		m.search += string(k)
	}
	return m.findFrom(0)
}

// findFrom chooses the first row that the search finds, from the chosen one on.
func (m *Model) findFrom(skip int) []view.Request {
	f := m.frame()
	if f == nil || m.search == "" {
		return nil
	}
	list := rows(f, m.ASCII)
	at := m.chosenRow(list)
	if skip > 0 && !m.found(&list[at]) {
		skip = 0
	}
	for i := range list {
		k := (at + i) % len(list)
		if m.found(&list[k]) {
			m.chosen = list[k].name()
			return m.follow()
		}
	}
	m.note = "nothing is called " + m.search
	return nil
}

// move chooses a row some way on.
func (m *Model) move(by int) []view.Request {
	f := m.frame()
	if f == nil || len(f.Stages) == 0 {
		return nil
	}
	list := rows(f, m.ASCII)
	m.chosen = list[min(max(m.chosenRow(list)+by, 0), len(list)-1)].name()
	return m.follow()
}

func (m *Model) forget() []view.Request {
	m.chosen = ""
	return m.follow()
}

// follow looks at the channel of the row that is chosen now, if somebody looks.
func (m *Model) follow() []view.Request {
	if m.looking == "" {
		return nil
	}
	m.looking = ""
	return m.look()
}

func (m *Model) kill() []view.Request {
	f := m.newest
	if f == nil || f.Ended != "" || m.gone {
		m.note = "nothing runs"
		return nil
	}
	list := rows(f, m.ASCII)
	r := &list[m.chosenRow(list)]
	whole := []view.Request{{Do: view.Signal, Run: f.Run, Signal: "TERM"}, {Do: view.Signal, Run: f.Run, Signal: "CONT"}}
	q := &question{answers: map[string][]view.Request{"a": whole}}
	if s := r.stages[0]; !s.Relay && s.State != sample.Ended {
		for key, name := range map[string]string{"t": "TERM", "K": "KILL"} {
			for _, s := range r.stages {
				q.answers[key] = append(q.answers[key], view.Request{Do: view.Signal, Run: f.Run, Stage: s.Stage, Signal: name})
			}
		}
		q.text = fmt.Sprintf("end %s? t SIGTERM, K SIGKILL; a ends all of the run; any other key: no", name(r))
	} else {
		q.text = "end the run? a ends all of it; any other key: no"
	}
	m.asks = q
	return nil
}

func name(r *row) string {
	if r.folded() {
		return r.label
	}
	return r.name()
}

// show fills the screen with a page.
func show(p page) func(*Model) []view.Request {
	return func(m *Model) []view.Request {
		m.page, m.scroll = p, 0
		return nil
	}
}

// turn does what keys do on a page: they go through it, and leave it.
func (m *Model) turn(k Key) []view.Request {
	switch k {
	case keyUp:
		m.scroll--
	case keyDown:
		m.scroll++
	case keyUpPage:
		m.scroll -= 10
	case keyNext, " ":
		m.scroll += 10
	case keyHome:
		m.scroll = -1 << 20
	case keyEnd:
		m.scroll = 1 << 20
	case "q", keyEscape, keyEnter, "g", "o", "?", "f":
		m.page = pageRun
	}
	return nil
}

// chooseWeir does what keys do on the list of weirs.
func (m *Model) chooseWeir(k Key) []view.Request {
	switch k {
	case keyUp:
		m.weir = max(0, m.weir-1)
	case keyDown:
		m.weir = min(len(m.Weirs)-1, m.weir+1)
	case keyEnter:
		return []view.Request{{Do: Chooses, Run: uint64(m.Weirs[m.weir].PID)}}
	case "q", keyEscape:
		return m.leave()
	}
	return nil
}
