package extension

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/luatext"
	"weir/script/interp"
)

// decoding is the state of one DecodeJSON.
type decoding struct {
	L     *lua.LState
	text  string
	at    int // the next byte
	depth int
	null  lua.LValue
	key   []byte // of strings with escapes, used again
}

// DecodeJSON makes the Lua value of a JSON text; null becomes what null says. An
// error tells the line and the byte, both from 1.
func DecodeJSON(L *lua.LState, text string, null lua.LValue) (lua.LValue, error) {
	d := &decoding{L: L, text: text, null: null}
	d.space()
	v, err := d.value()
	if err == nil {
		if d.space(); d.at < len(text) {
			err = d.unexpected("the end")
		}
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// fault is an error at the byte with this index.
func (d *decoding) fault(at int, format string, args ...any) error {
	line := 1 + strings.Count(d.text[:at], "\n")
	return fmt.Errorf("line %d, byte %d: %s", line, at+1, fmt.Sprintf(format, args...))
}

func (d *decoding) unexpected(want string) error {
	if d.at >= len(d.text) {
		return d.fault(len(d.text), "%s must stand here, but the text ends", want)
	}
	r, n := utf8.DecodeRuneInString(d.text[d.at:])
	if r == utf8.RuneError && n == 1 {
		return d.fault(d.at, `%s must stand here, but the byte \%03d does`, want, d.text[d.at])
	}
	found := "'" + luatext.Spell(string(r)) + "'"
	if r == '\'' {
		found = `"'"`
	}
	return d.fault(d.at, "%s must stand here, but %s does", want, found)
}

// space skips what RFC 8259, §2 calls ws.
func (d *decoding) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// peek gives the next byte, 0 at the end.
func (d *decoding) peek() byte {
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *decoding) value() (lua.LValue, error) {
	switch c := d.peek(); {
	case c == '"':
		s, err := d.string()
		return lua.LString(s), err
	case c == '{':
		return d.nested(d.object)
	case c == '[':
		return d.nested(d.array)
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	case c == 't':
		return lua.LTrue, d.word("true")
	case c == 'f':
		return lua.LFalse, d.word("false")
	case c == 'n':
		return d.null, d.word("null")
	}
	return nil, d.unexpected("a value")
}

func (d *decoding) word(word string) error {
	if !strings.HasPrefix(d.text[d.at:], word) {
		return d.unexpected("a value")
	}
	d.at += len(word)
	return nil
}

func (d *decoding) nested(read func() (lua.LValue, error)) (lua.LValue, error) {
	if d.depth == jsonNesting {
		return nil, d.fault(d.at, "more than %d values stand in each other", jsonNesting)
	}
	d.depth++
	d.at++
	d.space()
	v, err := read()
	d.depth--
	return v, err
}

func (d *decoding) array() (lua.LValue, error) {
	if d.peek() == ']' {
		d.at++
		return d.L.CreateTable(0, 0), nil
	}
	var values []lua.LValue
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		d.space()
		switch d.peek() {
		case ',':
			d.at++
			d.space()
		case ']':
			d.at++
			t := d.L.CreateTable(0, 0)
			interp.Fill(t, values)
			return t, nil
		default:
			return nil, d.unexpected("',' or ']'")
		}
	}
}

func (d *decoding) object() (lua.LValue, error) {
	if d.peek() == '}' {
		d.at++
		t := d.L.CreateTable(0, 0)
		t.Metatable = objectTable(d.L)
		return t, nil
	}
	t := d.L.CreateTable(0, 8)
	for {
		if d.peek() != '"' {
			return nil, d.unexpected("a key in quotes")
		}
		key, err := d.string()
		if err != nil {
			return nil, err
		}
		if d.space(); d.peek() != ':' {
			return nil, d.unexpected("':'")
		}
		d.at++
		d.space()
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		t.RawSetString(key, v)
		d.space()
		switch d.peek() {
		case ',':
			d.at++
			d.space()
		case '}':
			d.at++
			return t, nil
		default:
			return nil, d.unexpected("',' or '}'")
		}
	}
}

// string reads a string in quotes. What it gives does not hold on to the text.
func (d *decoding) string() (string, error) {
	d.at++
	start := d.at
	var out []byte
	escaped := false
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			rest := d.text[start:d.at]
			d.at++
			if !escaped {
				return strings.Clone(rest), nil
			}
			d.key = append(out, rest...)
			return string(d.key), nil
		case c == '\\':
			if !escaped {
				escaped, out = true, d.key[:0]
			}
			out = append(out, d.text[start:d.at]...)
			var err error
			if out, err = d.escape(out); err != nil {
				return "", err
			}
			start = d.at
		case c < ' ':
			return "", d.fault(d.at, `the control character \%03d must be escaped in a string`, c)
		case c < utf8.RuneSelf:
			d.at++
		default:
			r, n := utf8.DecodeRuneInString(d.text[d.at:])
			if r == utf8.RuneError && n == 1 {
				return "", d.fault(d.at, `the byte \%03d is no UTF-8`, c)
			}
			d.at += n
		}
	}
	return "", d.unexpected("'\"'")
}

// escape reads a backslash and what it begins.
func (d *decoding) escape(out []byte) ([]byte, error) {
	const letters, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	at := d.at
	d.at++
	c := d.peek()
	if i := strings.IndexByte(letters, c); i >= 0 && d.at < len(d.text) {
		d.at++
		return append(out, meant[i]), nil
	}
	if c != 'u' {
		return nil, d.fault(at, "there is no such escape in JSON")
	}
	r, ok := d.unit(at)
	if ok && utf16.IsSurrogate(r) {
		second, paired := d.unit(d.at)
		if r = utf16.DecodeRune(r, second); !paired || r == utf8.RuneError {
			return nil, d.fault(at, "half of a surrogate pair is no character")
		}
	}
	if !ok {
		return nil, d.fault(at, "\\u needs four hexadecimal digits")
	}
	return utf8.AppendRune(out, r), nil
}

// unit reads \uXXXX.
func (d *decoding) unit(at int) (rune, bool) {
	if at+6 > len(d.text) || d.text[at] != '\\' || d.text[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(d.text[at+2:at+6], 16, 16)
	if err != nil {
		return 0, false
	}
	d.at = at + 6
	return rune(n), true
}

// number reads [-] int [frac] [exp].
func (d *decoding) number() (lua.LValue, error) {
	start := d.at
	if d.peek() == '-' {
		d.at++
	}
	if d.peek() == '0' {
		d.at++
	} else if !d.digits() {
		return nil, d.unexpected("a digit")
	}
	whole := true
	if d.peek() == '.' {
		whole = false
		if d.at++; !d.digits() {
			return nil, d.unexpected("a digit")
		}
	}
	if d.peek()|0x20 == 'e' {
		whole = false
		d.at++
		if c := d.peek(); c == '+' || c == '-' {
			d.at++
		}
		if !d.digits() {
			return nil, d.unexpected("a digit")
		}
	}
	return d.numeral(start, d.text[start:d.at], whole)
}

// digits skips them, and reports whether there were any.
func (d *decoding) digits() bool {
	start := d.at
	for c := d.peek(); '0' <= c && c <= '9'; c = d.peek() {
		d.at++
	}
	return d.at > start
}

func (d *decoding) numeral(start int, text string, whole bool) (lua.LValue, error) {
	if whole && len(text) < 16 { // less than 2^53
		n, minus := int64(0), text[0] == '-'
		for _, c := range []byte(strings.TrimPrefix(text, "-")) {
			n = n*10 + int64(c-'0')
		}
		if minus && n != 0 {
			return lua.LNumber(-n), nil
		} else if !minus {
			return lua.LNumber(n), nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, d.fault(start, "the number %s is out of range", text)
	}
	if !whole || -Exact <= f && f <= Exact && strconv.FormatFloat(f, 'f', 0, 64) == text {
		return lua.LNumber(f), nil
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Signed(i).Plain(d.L), nil
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return Unsigned(u).Plain(d.L), nil
	}
	if strconv.FormatFloat(f, 'f', 0, 64) == text {
		return lua.LNumber(f), nil
	}
	return nil, d.fault(start, "the integer %s has more than 64 bits, and is no number either", text)
}
