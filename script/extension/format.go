package extension

import (
	"math"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// What a format of string.pack is made of. The names and the walk are those of
// Lua 5.3's lstrlib.c, so that the same formats are refused in the same words.
type option uint8

const (
	optInt option = iota
	optUint
	optFloat
	optChar   // fixed-size string
	optString // with its length before it
	optZero   // zero-terminated
	optPadding
	optPadAlign
	optNone // configuration, or a space
)

const (
	maxIntSize = 16            // the largest integer in a format
	wordSize   = 8             // of lua_Integer
	maxAlign   = 8             // of the C types: "!" alone asks for it
	maxFormat  = math.MaxInt32 // INT_MAX: no size is larger
)

// The sizes of C's types, on the systems that Go knows as of 64 bits.
const (
	sizeShort  = 2
	sizeInt    = 4
	sizeLong   = int(unsafe.Sizeof(uintptr(0)))
	sizeSizeT  = int(unsafe.Sizeof(uintptr(0)))
	sizeFloat  = 4
	sizeDouble = 8
)

var nativeLittle = func() bool {
	n := uint16(1)
	return *(*byte)(unsafe.Pointer(&n)) == 1
}()

// format is a walk through a format string.
type format struct {
	L        *lua.LState
	function string
	rest     string
	little   bool
	maxAlign int
}

func newFormat(L *lua.LState, function string) *format {
	return &format{L: L, function: function, rest: luaio.CheckString(L, 1, function), little: nativeLittle, maxAlign: 1}
}

// done reports whether the format is over: a C string ends at the first zero.
func (f *format) done() bool { return f.rest == "" || f.rest[0] == 0 }

// number reads digits; otherwise where there are none.
func (f *format) number(otherwise int) int {
	digit := func() bool { return f.rest != "" && '0' <= f.rest[0] && f.rest[0] <= '9' }
	if !digit() {
		return otherwise
	}
	a := 0
	for {
		a = a*10 + int(f.rest[0]-'0')
		f.rest = f.rest[1:]
		if !digit() || a > (maxFormat-9)/10 {
			return a
		}
	}
}

func (f *format) numberWithin(otherwise int) int {
	size := f.number(otherwise)
	if size > maxIntSize || size <= 0 {
		f.L.RaiseError("integral size (%d) out of limits [1,%d]", size, maxIntSize)
	}
	return size
}

// option reads the next option and its size.
func (f *format) option() (option, int) {
	c := f.rest[0]
	f.rest = f.rest[1:]
	switch c {
	case 'b':
		return optInt, 1
	case 'B':
		return optUint, 1
	case 'h':
		return optInt, sizeShort
	case 'H':
		return optUint, sizeShort
	case 'l':
		return optInt, sizeLong
	case 'L':
		return optUint, sizeLong
	case 'j':
		return optInt, wordSize
	case 'J':
		return optUint, wordSize
	case 'T':
		return optUint, sizeSizeT
	case 'f':
		return optFloat, sizeFloat
	case 'd', 'n':
		return optFloat, sizeDouble
	case 'i':
		return optInt, f.numberWithin(sizeInt)
	case 'I':
		return optUint, f.numberWithin(sizeInt)
	case 's':
		return optString, f.numberWithin(sizeSizeT)
	case 'c':
		size := f.number(-1)
		if size == -1 {
			f.L.RaiseError("missing size for format option 'c'")
		}
		return optChar, size
	case 'z':
		return optZero, 0
	case 'x':
		return optPadding, 1
	case 'X':
		return optPadAlign, 0
	case ' ':
	case '<':
		f.little = true
	case '>':
		f.little = false
	case '=':
		f.little = nativeLittle
	case '!':
		f.maxAlign = f.numberWithin(maxAlign)
	default:
		f.L.RaiseError("invalid format option '%c'", c)
	}
	return optNone, 0
}

// next reads the next option, its size, and how many bytes align it after total
// others.
func (f *format) next(total int) (opt option, size, padding int) {
	opt, size = f.option()
	align := size
	if opt == optPadAlign {
		var like option
		if !f.done() {
			like, align = f.option()
		}
		if align == 0 || like == optChar {
			luaio.ArgError(f.L, 1, f.function, "invalid next option for option 'X'")
		}
	}
	if align <= 1 || opt == optChar {
		return opt, size, 0
	}
	align = min(align, f.maxAlign)
	if align&(align-1) != 0 {
		luaio.ArgError(f.L, 1, f.function, "format asks for alignment not power of 2")
	}
	return opt, size, (align - total&(align-1)) & (align - 1)
}

// PackSize is string.packsize(fmt).
func PackSize(L *lua.LState) int {
	f := newFormat(L, "packsize")
	total := 0
	for !f.done() {
		opt, size, padding := f.next(total)
		if opt == optString || opt == optZero {
			luaio.ArgError(L, 1, "packsize", "variable-length format")
		}
		if total > maxFormat-size-padding {
			luaio.ArgError(L, 1, "packsize", "format result too large")
		}
		total += size + padding
	}
	L.Push(lua.LNumber(total))
	return 1
}
