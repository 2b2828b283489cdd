package extension

import (
	"encoding/binary"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// maxResults is LUAI_MAXCSTACK of Lua 5.3: a call returns no more.
const maxResults = 1_000_000

// Unpack is string.unpack(fmt, s [, pos]). An integer that a number does not
// hold exactly comes as an Integer.
func Unpack(L *lua.LState) int {
	f := newFormat(L, "unpack")
	data := luaio.CheckString(L, 2, "unpack")
	pos, ok := position(optPosition(L, 3, "unpack", 1), len(data))
	if !ok {
		luaio.ArgError(L, 3, "unpack", "initial position out of string")
	}
	n := 0
	for !f.done() {
		opt, size, padding := f.next(pos)
		if padding+size > len(data)-pos {
			luaio.ArgError(L, 2, "unpack", "data string too short")
		}
		pos += padding
		here := data[pos:]
		pos += size
		var v lua.LValue
		switch opt {
		case optInt, optUint:
			v = f.integer(here[:size], opt == optInt).Plain(L)
		case optFloat:
			v = lua.LNumber(f.float(here[:size]))
		case optChar:
			v = lua.LString(here[:size])
		case optString:
			length := f.integer(here[:size], false).bits
			if length > uint64(len(data)-pos) {
				luaio.ArgError(L, 2, "unpack", "data string too short")
			}
			v = lua.LString(data[pos : pos+int(length)])
			pos += int(length)
		case optZero:
			length := strings.IndexByte(here, 0)
			if length < 0 {
				length = len(here) // C's string has a zero behind it
			}
			v = lua.LString(here[:length])
			pos += length + 1
		default:
			continue
		}
		if n++; n >= maxResults {
			L.RaiseError("stack overflow (too many results)")
		}
		L.Push(v)
	}
	L.Push(lua.LNumber(pos + 1))
	return n + 1
}

// position makes of a position as Lua counts, from 1, or from the end where it
// is negative, an index.
func position(at int64, length int) (int, bool) {
	if at < 0 {
		if at < -int64(length) {
			at = 0
		} else {
			at += int64(length) + 1
		}
	}
	return int(at - 1), 1 <= at && at <= int64(length)+1
}

// integer reads an integer. What is wider than a word must be an extension of
// its sign.
func (f *format) integer(b string, signed bool) Integer {
	var word [maxIntSize]byte
	size := copy(word[:], b)
	if !f.little {
		reverse(word[:size])
	}
	bits := binary.LittleEndian.Uint64(word[:wordSize])
	if size < wordSize {
		if signed {
			shift := 64 - 8*size
			bits = uint64(int64(bits<<shift) >> shift)
		}
		return Integer{bits, !signed}
	}
	extension := byte(0)
	if signed && int64(bits) < 0 {
		extension = 0xff
	}
	for _, c := range word[wordSize:size] {
		if c != extension {
			f.L.RaiseError("%d-byte integer does not fit into Lua Integer", size)
		}
	}
	return Integer{bits, !signed}
}

func (f *format) float(b string) float64 {
	var word [sizeDouble]byte
	size := copy(word[:], b)
	if !f.little {
		reverse(word[:size])
	}
	if size == sizeFloat {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(word[:])))
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(word[:]))
}
