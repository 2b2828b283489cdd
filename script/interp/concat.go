package interp

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// concat joins the values of registers, from the last to the first, as .. does: strings
// and numbers side by side at once, others by their metamethods.
func (o operations) concat(first, last int) lua.LValue {
	result := o.s.reg.array[last]
	for at := last - 1; at >= first; {
		_, right := textLength(result)
		_, left := textLength(o.s.reg.array[at])
		if !left || !right {
			v, ok := o.binary("__concat", o.s.reg.array[at], result)
			if !ok {
				o.concatError(at, result)
			}
			result = v
			at--
			continue
		}
		from := at
		for from > first {
			if _, ok := textLength(o.s.reg.array[from-1]); !ok {
				break
			}
			from--
		}
		result = joined(o.s.reg.array[from:at+1], result)
		at = from - 1
	}
	return result
}

// textLength is how many bytes a string or number takes at most.
func textLength(v lua.LValue) (int, bool) {
	switch v := v.(type) {
	case lua.LString:
		return len(v), true
	case lua.LNumber:
		return 24, true
	}
	return 0, false
}

func joined(values []lua.LValue, last lua.LValue) lua.LValue {
	if len(values) == 1 {
		if x, ok := values[0].(lua.LString); ok {
			if y, ok := last.(lua.LString); ok {
				need(len(x) + len(y))
				return x + y
			}
		}
	}
	size, _ := textLength(last)
	for _, v := range values {
		n, _ := textLength(v)
		size += n
	}
	need(size)
	var out strings.Builder
	out.Grow(size)
	for _, v := range values {
		write(&out, v)
	}
	write(&out, last)
	return lua.LString(out.String())
}

func write(out *strings.Builder, v lua.LValue) {
	switch v := v.(type) {
	case lua.LString:
		out.WriteString(string(v))
	case lua.LNumber:
		var b [32]byte
		out.Write(luaio.AppendNumber(b[:0], float64(v)))
	}
}

// concatError blames the operand that is neither string nor number, the left one first.
func (o operations) concatError(at int, right lua.LValue) {
	left := o.s.reg.array[at]
	if _, ok := textLength(left); ok {
		if o.s.reg.array[at+1] == right {
			o.s.typeErrorAt("concatenate", right, at+1)
		}
		o.s.typeErrorAt("concatenate", right, -1)
	}
	o.s.typeErrorAt("concatenate", left, at)
}
