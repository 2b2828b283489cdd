package luastring

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/extension"
	"weir/script/luaio"
)

// directive is one % of a format: %[flags][width][.precision]letter, as
// printf(3) has it.
type directive struct {
	spec      string // flags, width and precision as written
	minus     bool
	width     int
	precision int // -1 where there is none
	letter    byte
}

// format is string.format(format, ...). What differs from lua5.1, on purpose: a
// byte of value 0 ends no string.
func format(L *lua.LState) int {
	f := luaio.CheckString(L, 1, "format")
	size := 2 * len(f)
	for i := 2; i <= L.GetTop(); i++ {
		if s, ok := L.Get(i).(lua.LString); ok {
			size += 2 * len(s) // it is copied once more at the end
		}
	}
	luaio.Need(L, size)
	out := make([]byte, 0, size/2)
	arg := 1
	for {
		before, rest, found := strings.Cut(f, "%")
		out = append(out, before...)
		if !found {
			break
		}
		if strings.HasPrefix(rest, "%") {
			out, f = append(out, '%'), rest[1:]
			continue
		}
		d, n := scanDirective(L, rest)
		f = rest[n:]
		if arg++; arg > L.GetTop() {
			luaio.ArgError(L, arg, "format", "no value")
		}
		out = d.append(L, out, arg)
	}
	L.Push(luaio.NewString(out))
	return 1
}

// scanDirective is scanformat of lstrlib.c.
func scanDirective(L *lua.LState, s string) (directive, int) {
	d := directive{precision: -1}
	i := 0
	for i < len(s) && strings.IndexByte("-+ #0", s[i]) >= 0 {
		d.minus = d.minus || s[i] == '-'
		i++
	}
	if i > 5 {
		luaio.Raise(L, "invalid format (repeated flags)")
	}
	digits := func() (n int) {
		for k := 0; k < 2 && i < len(s) && s[i] >= '0' && s[i] <= '9'; k++ {
			n = n*10 + int(s[i]-'0')
			i++
		}
		return n
	}
	d.width = digits()
	if i < len(s) && s[i] == '.' {
		i++
		d.precision = digits()
	}
	if i < len(s) && s[i] >= '0' && s[i] <= '9' {
		luaio.Raise(L, "invalid format (width or precision too long)")
	}
	d.spec = s[:i]
	if i < len(s) {
		d.letter = s[i]
		i++
	}
	return d, i
}

func (d directive) append(L *lua.LState, out []byte, arg int) []byte {
	if n, ok := extension.ToInteger(L.Get(arg)); ok {
		return d.integer(L, out, n)
	}
	switch d.letter {
	case 'c':
		return d.pad(out, string([]byte{character(luaio.CheckNumber(L, arg, "format"))}))
	case 'd', 'i':
		return fmt.Appendf(out, "%"+d.spec+"d", luaio.CheckInteger(L, arg, "format"))
	case 'o', 'x', 'X':
		return fmt.Appendf(out, "%"+d.unsignedSpec()+string(d.letter), unsigned(luaio.CheckNumber(L, arg, "format")))
	case 'u':
		return fmt.Appendf(out, "%"+d.unsignedSpec()+"d", unsigned(luaio.CheckNumber(L, arg, "format")))
	case 'e', 'E', 'f', 'g', 'G':
		return d.float(out, luaio.CheckNumber(L, arg, "format"))
	case 'q':
		return quoted(out, luaio.CheckString(L, arg, "format"))
	case 's':
		s := luaio.CheckString(L, arg, "format")
		if d.precision >= 0 && d.precision < len(s) {
			s = s[:d.precision]
		}
		return d.pad(out, s)
	case 0:
		luaio.Raise(L, "invalid option '%s' to 'format'", "%")
	}
	luaio.Raise(L, "invalid option '%%%c' to 'format'", d.letter)
	return out
}

// integer writes one of the exact integers.
func (d directive) integer(L *lua.LState, out []byte, n extension.Integer) []byte {
	switch d.letter {
	case 'd', 'i', 'u':
		if n.IsUnsigned() || d.letter == 'u' {
			return fmt.Appendf(out, "%"+d.spec+"d", n.Bits())
		}
		return fmt.Appendf(out, "%"+d.spec+"d", int64(n.Bits()))
	case 'o', 'x', 'X':
		return fmt.Appendf(out, "%"+d.spec+string(d.letter), n.Bits())
	case 's':
		return d.pad(out, n.String())
	}
	luaio.Raise(L, "%%%c of 'format' takes no int64; write %%d, %%x or %%s", d.letter)
	return out
}

// unsignedSpec is the spec without the flags that mean nothing to an unsigned number.
func (d directive) unsignedSpec() string {
	return strings.NewReplacer("+", "", " ", "").Replace(d.spec)
}

// unsigned is C's cast of a double to an unsigned long, as gcc makes it on amd64.
func unsigned(f float64) uint64 {
	if f >= 1<<63 {
		return uint64(luaio.Truncate(f-1<<63)) ^ 1<<63
	}
	return uint64(luaio.Truncate(f))
}

// character is the last byte of C's cast of a double to an int, cvttsd2si.
func character(f float64) byte {
	if f >= -1<<31 && f < 1<<31 {
		return byte(int32(f))
	}
	return 0
}

// float writes a floating-point number; Go's verbs are C's, but for a precision
// that is not given and for what is no number.
func (d directive) float(out []byte, f float64) []byte {
	upper := d.letter < 'a'
	if math.IsInf(f, 0) || math.IsNaN(f) {
		s := luaio.FormatNumber(f)
		if s[0] != '-' {
			for _, sign := range []string{"+", " "} {
				if strings.Contains(d.spec, sign) {
					s = sign + s
					break
				}
			}
		}
		if upper {
			s = strings.ToUpper(s)
		}
		return d.pad(out, s)
	}
	spec := d.spec
	if d.precision < 0 {
		spec += ".6"
	} else if strings.HasSuffix(spec, ".") {
		spec += "0"
	}
	return fmt.Appendf(out, "%"+spec+string(d.letter), f)
}

func (d directive) pad(out []byte, s string) []byte {
	space := strings.Repeat(" ", max(d.width-len(s), 0))
	if d.minus {
		return append(append(out, s...), space...)
	}
	return append(append(out, space...), s...)
}

// quoted writes a string as a Lua literal: addquoted.
func quoted(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			out = append(out, '\\', c)
		case '\r':
			out = append(out, '\\', 'r')
		case 0:
			out = append(out, `\000`...)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
