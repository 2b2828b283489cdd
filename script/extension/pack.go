package extension

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// Pack is string.pack(fmt, v1, v2, ...).
func Pack(L *lua.LState) int {
	f := newFormat(L, "pack")
	out := make([]byte, 0, 64)
	arg := 1
	for !f.done() {
		opt, size, padding := f.next(len(out))
		if len(out) > maxFormat-size-padding {
			luaio.ArgError(L, 1, "pack", "format result too large")
		}
		out = append(out, make([]byte, padding)...) // alignment
		if opt < optPadding {
			arg++
		}
		switch opt {
		case optInt:
			n := checkInteger(L, arg, "pack")
			i, fits := n.Int64()
			if limit := int64(1) << (size*8 - 1); !fits || size < wordSize && (i < -limit || i >= limit) {
				luaio.ArgError(L, arg, "pack", "integer overflow")
			}
			out = f.appendInt(out, n.bits, size, i < 0)
		case optUint:
			n := checkInteger(L, arg, "pack")
			if size < wordSize && n.bits >= 1<<(size*8) {
				luaio.ArgError(L, arg, "pack", "unsigned overflow")
			}
			out = f.appendInt(out, n.bits, size, false)
		case optFloat:
			out = f.appendFloat(out, luaio.CheckNumber(L, arg, "pack"), size)
		case optChar, optString, optZero:
			out = f.appendString(out, opt, size, arg)
		case optPadding:
			out = append(out, 0)
		}
	}
	L.Push(lua.LString(out))
	return 1
}

// appendInt writes size bytes of an integer, extended by its sign.
func (f *format) appendInt(out []byte, bits uint64, size int, negative bool) []byte {
	at := len(out)
	for i := range size {
		switch {
		case i < wordSize:
			out = append(out, byte(bits>>(8*i)))
		case negative:
			out = append(out, 0xff)
		default:
			out = append(out, 0)
		}
	}
	if !f.little {
		reverse(out[at:])
	}
	return out
}

func reverse(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

func (f *format) appendFloat(out []byte, v float64, size int) []byte {
	bits := math.Float64bits(v)
	if size == sizeFloat {
		bits = uint64(math.Float32bits(float32(v)))
	}
	return f.appendInt(out, bits, size, false)
}

func (f *format) appendString(out []byte, opt option, size, arg int) []byte {
	s := luaio.CheckString(f.L, arg, "pack")
	if len(out)+size > maxFormat-len(s)-1 {
		luaio.ArgError(f.L, arg, "pack", "result too long")
	}
	switch opt {
	case optChar:
		if len(s) > size {
			luaio.ArgError(f.L, arg, "pack", "string longer than given size")
		}
		out = append(out, s...)
		return append(out, make([]byte, size-len(s))...)
	case optString:
		if size < wordSize && uint64(len(s)) >= 1<<(size*8) {
			luaio.ArgError(f.L, arg, "pack", "string length does not fit in given size")
		}
		return append(f.appendInt(out, uint64(len(s)), size, false), s...)
	}
	if strings.IndexByte(s, 0) >= 0 {
		luaio.ArgError(f.L, arg, "pack", "string contains zeros")
	}
	return append(append(out, s...), 0)
}
