package problem

import (
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/luatext"
	"weir/script/luaio"
)

// Describer is a Go value in a userdata that has a name for itself in errors.
type Describer interface{ Describe() string }

// NameKey is the field of a metatable that names its values in errors, "a region".
const NameKey = "__name"

// Describe names a value for an error: "a string", "a topology".
func Describe(v lua.LValue) string {
	switch v := v.(type) {
	case *lua.LNilType:
		return "nil"
	case lua.LString:
		if len(v) < 40 {
			return "the string " + Quote(string(v))
		}
	case *lua.LUserData:
		if d, ok := v.Value.(Describer); ok {
			return d.Describe()
		}
		if meta, ok := v.Metatable.(*lua.LTable); ok {
			if name, ok := meta.RawGetString(NameKey).(lua.LString); ok {
				return string(name)
			}
		}
	}
	return "a " + v.Type().String()
}

// Given shows a value where a number was wanted: a number itself, or else what it is.
func Given(v lua.LValue) string {
	if n, ok := v.(lua.LNumber); ok {
		return luaio.FormatNumber(float64(n))
	}
	return Describe(v)
}

// TextOf gives a value that is to be a program's word: a string, or a number as
// Lua writes it.
func TextOf(v lua.LValue) (string, bool) {
	switch v.(type) {
	case lua.LString, lua.LNumber:
		return lua.LVAsString(v), true
	}
	return "", false
}

// QuoteKey writes a key of a table: a name as it is.
func QuoteKey(k string) string {
	for i, r := range k {
		if r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return "[" + Quote(k) + "]"
		}
	}
	return k
}

// Quote writes a string as Lua reads it.
func Quote(s string) string { return luatext.Quote(s) }

// How much of what a script has written a message shows, of an error in it, and of a word
// without a blank in a message that another room has made; all in bytes.
const (
	QuotedBytes = 160
	causeBytes  = 400
	wordBytes   = 160
	KeptBytes   = 60 // of what is longer
)

// Cut is the beginning of a text that is longer than limit. One in quotes keeps both.
func Cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n, end := KeptBytes, "…"
	if s[0] == '"' && strings.HasSuffix(s, `"`) {
		n, end = n+1, `…"`
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + end
}

// CutWords cuts the words of a text that are long.
func CutWords(s string) string {
	if len(s) <= wordBytes {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if short := Cut(w, wordBytes); short != w {
			words[i] = short + w[len(strings.TrimRight(w, `":;,)'`)):]
		}
	}
	return strings.Join(words, " ")
}

// FirstLine is the first line of a text.
func FirstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// Named writes an object as a script makes it: queue"/jobs", or queue() where it has no name.
func Named(kind, name string) string {
	if name == "" {
		return kind + "()"
	}
	return kind + Quote(name)
}
