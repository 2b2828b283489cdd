package extension

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/luatext"
	"weir/script/interp"
	"weir/script/luaio"
)

// encoding is the state of one AppendJSON.
type encoding struct {
	out    []byte
	indent string
	tables []*lua.LTable // those that are being written, from the outside in
	path   []lua.LValue  // the key that led into each, and to the value at hand
}

// AppendJSON writes a Lua value, on one line where indent is empty. The error
// names the place: ".list[3] is a function, which JSON has no form for".
func AppendJSON(b []byte, v lua.LValue, indent string) ([]byte, error) {
	e := &encoding{out: b, indent: indent}
	if err := e.value(v); err != nil {
		return nil, err
	}
	return e.out, nil
}

// refuse says what stands at the place that was reached.
func (e *encoding) refuse(format string, args ...any) error {
	return fmt.Errorf("%s is %s", e.place(len(e.path)), fmt.Sprintf(format, args...))
}

// place writes the first n keys of the path.
func (e *encoding) place(n int) string {
	if n == 0 {
		return "the value"
	}
	var b strings.Builder
	if n > 8 { // the last ones tell enough
		b.WriteString("...")
	}
	for _, k := range e.path[max(0, n-8):n] {
		if name, ok := k.(lua.LString); ok && isName(string(name)) {
			b.WriteString("." + string(name))
		} else if ok {
			b.WriteString("[" + luatext.Quote(string(name)) + "]")
		} else {
			fmt.Fprintf(&b, "[%s]", k)
		}
	}
	return b.String()
}

func isName(s string) bool {
	for i, c := range []byte(s) {
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) < 40
}

func (e *encoding) value(v lua.LValue) error {
	switch v := v.(type) {
	case *lua.LNilType:
		e.out = append(e.out, "null"...)
	case lua.LBool:
		e.out = strconv.AppendBool(e.out, bool(v))
	case lua.LNumber:
		return e.number(float64(v))
	case lua.LString:
		return e.string(string(v))
	case *lua.LTable:
		return e.table(v)
	case *lua.LUserData:
		switch u := v.Value.(type) {
		case Integer:
			e.out = u.appendTo(e.out)
			return nil
		case null:
			e.out = append(e.out, "null"...)
			return nil
		case luaio.Text:
			return e.string(u.LuaText())
		}
		return e.refuse("a userdata, and cannot be JSON")
	default:
		return e.refuse("a %s, and cannot be JSON", v.Type())
	}
	return nil
}

// number writes the shortest decimal that reads back. What is beyond 2^53 has an
// exponent: without one it would be read as an exact integer.
func (e *encoding) number(f float64) error {
	size := math.Abs(f)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return e.refuse("%v, and cannot be JSON", f)
	case f == math.Trunc(f) && size <= Exact && (f != 0 || !math.Signbit(f)):
		e.out = strconv.AppendInt(e.out, int64(f), 10)
	case size > Exact || size < 1e-6 && f != 0:
		e.out = strconv.AppendFloat(e.out, f, 'e', -1, 64)
		// e-09 is e-9
		if n := len(e.out); n >= 4 && e.out[n-4] == 'e' && e.out[n-3] == '-' && e.out[n-2] == '0' {
			e.out = append(e.out[:n-2], e.out[n-1])
		}
	default:
		e.out = strconv.AppendFloat(e.out, f, 'f', -1, 64)
	}
	return nil
}

// string writes UTF-8 as it is, but for what RFC 8259, §7 has escaped: "quotation
// mark, reverse solidus, and the control characters (U+0000 through U+001F)".
func (e *encoding) string(s string) error {
	e.out = append(e.out, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				return e.refuse("a string that is no UTF-8 from byte %d on, and cannot be JSON", i+1)
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		e.out = append(append(e.out, s[start:i]...), '\\')
		switch c {
		case '"', '\\':
			e.out = append(e.out, c)
		case '\n':
			e.out = append(e.out, 'n')
		case '\r':
			e.out = append(e.out, 'r')
		case '\t':
			e.out = append(e.out, 't')
		case '\b':
			e.out = append(e.out, 'b')
		case '\f':
			e.out = append(e.out, 'f')
		default:
			e.out = append(e.out, 'u', '0', '0', '0'+c>>4, "0123456789abcdef"[c&15])
		}
		i++
		start = i
	}
	e.out = append(append(e.out, s[start:]...), '"')
	return nil
}

func (e *encoding) table(t *lua.LTable) error {
	if i := slices.Index(e.tables, t); i >= 0 {
		return e.refuse("%s again: a table that stands in itself cannot be JSON", e.place(i))
	}
	if len(e.tables) == jsonNesting {
		return e.refuse("more than %d tables deep, and cannot be JSON", jsonNesting)
	}
	n := interp.Len(t)
	keys, err := e.keys(t, n)
	if err != nil {
		return err
	}
	e.tables = append(e.tables, t)
	e.path = append(e.path, nil)
	if len(keys) > 0 || n == 0 && isObject(t) {
		err = e.object(t, keys)
	} else {
		err = e.array(t, n)
	}
	e.tables = e.tables[:len(e.tables)-1]
	e.path = e.path[:len(e.path)-1]
	return err
}

// keys gives the names of an object, in order; an array has none.
func (e *encoding) keys(t *lua.LTable, n int) ([]string, error) {
	var keys []string
	var other lua.LValue
	count := 0
	t.ForEach(func(k, _ lua.LValue) {
		switch k := k.(type) {
		case lua.LString:
			keys = append(keys, string(k))
			return
		case lua.LNumber:
			if i := int(k); lua.LNumber(i) == k && i >= 1 && i <= n {
				count++
				return
			}
		}
		other = k
	})
	switch {
	case other != nil && other.Type() == lua.LTNumber:
		return nil, e.refuse("a table with the key %s, and cannot be JSON: keys are 1 to n, or strings", other)
	case other != nil:
		return nil, e.refuse("a table with a %s as a key, and cannot be JSON", other.Type())
	case n > 10 && n > 2*count:
		return nil, e.refuse("a list of %d elements, of which %d are there, and cannot be JSON", n, count)
	case n > 0 && len(keys) > 0:
		slices.Sort(keys)
		return nil, e.refuse("a list that has the key %s besides, and cannot be JSON", luatext.Quote(keys[0]))
	}
	slices.Sort(keys)
	return keys, nil
}

func (e *encoding) array(t *lua.LTable, n int) error {
	e.out = append(e.out, '[')
	for i := 1; i <= n; i++ {
		if i > 1 {
			e.out = append(e.out, ',')
		}
		e.line()
		e.path[len(e.path)-1] = lua.LNumber(i)
		if err := e.value(interp.GetInt(t, i)); err != nil {
			return err
		}
	}
	e.close(n, ']')
	return nil
}

func (e *encoding) object(t *lua.LTable, keys []string) error {
	e.out = append(e.out, '{')
	for i, key := range keys {
		if i > 0 {
			e.out = append(e.out, ',')
		}
		e.line()
		e.path[len(e.path)-1] = lua.LString(key)
		if err := e.string(key); err != nil {
			return err
		}
		e.out = append(e.out, ':')
		if e.indent != "" {
			e.out = append(e.out, ' ')
		}
		if err := e.value(t.RawGetString(key)); err != nil {
			return err
		}
	}
	e.close(len(keys), '}')
	return nil
}

// line begins a line, where there are any.
func (e *encoding) line() {
	if e.indent == "" {
		return
	}
	e.out = append(e.out, '\n')
	for range e.tables {
		e.out = append(e.out, e.indent...)
	}
}

func (e *encoding) close(n int, bracket byte) {
	if e.indent != "" && n > 0 {
		e.out = append(e.out, '\n')
		for range len(e.tables) - 1 {
			e.out = append(e.out, e.indent...)
		}
	}
	e.out = append(e.out, bracket)
}
