package edit

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// key is one key, or one paste. A key without a name is text.
type key struct{ name, text string }

// Names of keys, beside "C-x" and "M-x" for those with Ctrl and Alt.
const (
	keyEnter     = "Enter"
	keyTab       = "Tab"
	keyBackTab   = "BackTab"
	keyBackspace = "Backspace"
	keyDelete    = "Delete"
	keyUp        = "Up"
	keyDown      = "Down"
	keyLeft      = "Left"
	keyRight     = "Right"
	keyHome      = "Home"
	keyEnd       = "End"
	keyEscape    = "Escape"
	keyPaste     = "Paste"
	keyUnknown   = "Unknown"
)

// maxPaste is how long a paste can be, in bytes.
const maxPaste = 1 << 20

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// decoder turns the terminal's bytes into keys.
type decoder struct {
	buf     []byte
	pasting bool
	pasted  []byte
	lost    int  // bytes of a paste behind maxPaste
	stalled bool // nothing came of a paste for long
	vi      bool // Escape and a character are two keys, not one with Alt
}

// feed adds what has been read. In a paste that has stalled Ctrl-C is a key again: the terminal may have
// lost the end of the paste.
func (d *decoder) feed(b []byte) {
	if d.stalled && b[0] == 3 {
		d.pasting, d.pasted, d.buf = false, nil, nil
	}
	d.stalled = false
	d.buf = append(d.buf, b...)
}

// shortPaste is how much of a paste is read bit by bit, in bytes.
const shortPaste = 64 << 10

// wants is how many bytes can be read without any that stand behind the next key. A long paste is read
// in large pieces, since small ones take too long.
func (d *decoder) wants() int {
	switch {
	case !d.pasting:
		return 1
	case len(d.pasted) > shortPaste:
		return shortPaste
	}
	for n := len(pasteEnd) - 1; n > 0; n-- {
		if bytes.HasSuffix(d.buf, []byte(pasteEnd[:n])) {
			return len(pasteEnd) - n
		}
	}
	return len(pasteEnd)
}

// waits reports whether more bytes may belong to those that were read.
func (d *decoder) waits() bool { return (len(d.buf) > 0 || d.pasting) && !d.stalled }

// next gives the next key; ok is false if it needs more bytes. late says that no more came in time.
func (d *decoder) next(late bool) (k key, ok bool) {
	if d.pasting {
		return d.paste()
	}
	if len(d.buf) == 0 {
		return k, false
	}
	b := d.buf[0]
	switch {
	case b == 0x1b:
		return d.escape(late)
	case b < 0x20 || b == 0x7f:
		d.buf = d.buf[1:]
		return key{name: control(b)}, true
	}
	n := 0
	for n < len(d.buf) && d.buf[n] >= 0x20 && d.buf[n] != 0x7f {
		if !utf8.FullRune(d.buf[n:]) && !late {
			break
		}
		_, size := utf8.DecodeRune(d.buf[n:])
		n += size
	}
	if n == 0 {
		return k, false
	}
	text := string(d.buf[:n])
	d.buf = d.buf[n:]
	return key{text: text}, true
}

func control(b byte) string {
	switch b {
	case '\r', '\n':
		return keyEnter
	case '\t':
		return keyTab
	case 0x7f, 0x08:
		return keyBackspace
	case 0:
		return "C-@"
	}
	return "C-" + strings.ToLower(string(rune(b|0x40)))
}

// sequences are what terminals send after ESC [ or ESC O.
var sequences = map[string]string{
	"A": keyUp, "B": keyDown, "C": keyRight, "D": keyLeft, "H": keyHome, "F": keyEnd, "Z": keyBackTab,
	"1~": keyHome, "7~": keyHome, "4~": keyEnd, "8~": keyEnd, "3~": keyDelete,
	"1;5C": "M-f", "1;3C": "M-f", "1;5D": "M-b", "1;3D": "M-b", "3;5~": "M-d", "3;3~": "M-d",
}

// escape reads a key that begins with ESC.
func (d *decoder) escape(late bool) (key, bool) {
	b := d.buf
	if len(b) == 1 {
		if !late {
			return key{}, false
		}
		d.buf = b[1:]
		return key{name: keyEscape}, true
	}
	if d.vi && endsInsert(b[1:], late) {
		d.buf = b[1:]
		return key{name: keyEscape}, true
	}
	if b[1] != '[' && b[1] != 'O' {
		return d.meta(late)
	}
	end := 2
	for end < len(b) && (b[end] < 0x40 || b[end] > 0x7e) && b[end] >= 0x20 {
		end++
	}
	if end == len(b) && !late {
		return key{}, false
	}
	end = min(end+1, len(b))
	d.buf = b[end:]
	if string(b[:end]) == pasteBegin {
		d.pasting, d.pasted, d.lost = true, nil, 0
		return d.paste()
	}
	if name, ok := sequences[string(b[2:end])]; ok {
		return key{name: name}, true
	}
	return key{name: keyUnknown}, true
}

// endsInsert reports whether an Escape is vi's, by the bytes behind it. [ and O begin the sequences of
// other keys, which end with a capital.
func endsInsert(b []byte, late bool) bool {
	switch c := b[0]; {
	case c == 'O' && len(b) > 1:
		return b[1] < 'A' || b[1] > 'Z'
	case c == 'O':
		return late
	default:
		return c >= ' ' && c != 0x7f && c != '['
	}
}

// meta reads a key with Alt: ESC and the key.
func (d *decoder) meta(late bool) (key, bool) {
	rest := decoder{buf: d.buf[1:]}
	if !utf8.FullRune(rest.buf) && !late {
		return key{}, false
	}
	r, size := utf8.DecodeRune(rest.buf)
	d.buf = d.buf[1+size:]
	switch {
	case r == 0x1b:
		return key{name: keyEscape}, true
	case r < 0x20 || r == 0x7f:
		return key{name: "M-" + control(byte(r))}, true
	}
	return key{name: "M-" + string(r)}, true
}

// paste gathers bytes until the end of the paste.
func (d *decoder) paste() (key, bool) {
	end := bytes.Index(d.buf, []byte(pasteEnd))
	take := len(d.buf)
	if end >= 0 {
		take = end
	} else {
		take = max(0, take-len(pasteEnd)+1) // the start of the end may be there
	}
	room := min(take, maxPaste-len(d.pasted))
	d.pasted = append(d.pasted, d.buf[:room]...)
	d.lost += take - room
	d.buf = d.buf[take:]
	if end < 0 {
		return key{}, false
	}
	d.buf = d.buf[len(pasteEnd):]
	d.pasting = false
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(d.pasted))
	return key{name: keyPaste, text: text}, true
}
