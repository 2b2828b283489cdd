package luaio

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// A Lua string in gopher-lua is an interface that points at a Go string header
// that points at bytes: two allocations a line if written plainly. Here header
// and bytes share one, which is a fifth to a quarter faster over a loop of
// lines. Cutting lines out of one large block would be faster by a little, but
// then a script that keeps one line in a hundred keeps the whole input.

// iface mirrors the runtime's layout of an interface value with methods.
type iface struct{ tab, data unsafe.Pointer }

var (
	sampleString lua.LValue = lua.LString("x")
	stringTab               = (*iface)(unsafe.Pointer(&sampleString)).tab
)

// boxed is a string header with the bytes that it points at behind it.
type boxed[A any] struct {
	head lua.LString
	body A
}

// box copies b, which must fit A, into one new object.
func box[A any](b []byte) lua.LValue {
	p := new(boxed[A])
	d := unsafe.Slice((*byte)(unsafe.Pointer(&p.body)), len(b))
	copy(d, b)
	p.head = lua.LString(unsafe.String(unsafe.SliceData(d), len(b)))
	i := iface{stringTab, unsafe.Pointer(p)}
	return *(*lua.LValue)(unsafe.Pointer(&i))
}

const emptyString = lua.LString("")

// OwnString returns a Lua string of b itself, which must not be changed any more.
func OwnString(b []byte) lua.LValue {
	return lua.LString(unsafe.String(unsafe.SliceData(b), len(b)))
}

// NewString returns a Lua string with a copy of b. The sizes are those of Go's
// allocator (16 to 512 bytes), less the header.
func NewString(b []byte) lua.LValue {
	switch (len(b) + 15) / 16 {
	case 0:
		return emptyString
	case 1:
		return box[[16]byte](b)
	case 2:
		return box[[32]byte](b)
	case 3:
		return box[[48]byte](b)
	case 4:
		return box[[64]byte](b)
	case 5:
		return box[[80]byte](b)
	case 6:
		return box[[96]byte](b)
	case 7:
		return box[[112]byte](b)
	case 8:
		return box[[128]byte](b)
	case 9:
		return box[[144]byte](b)
	case 10:
		return box[[160]byte](b)
	case 11, 12:
		return box[[192]byte](b)
	case 13, 14:
		return box[[224]byte](b)
	case 15, 16:
		return box[[256]byte](b)
	}
	return lua.LString(b)
}
