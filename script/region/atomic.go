package region

import (
	"fmt"
	"math"
	"runtime/debug"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/layout"
	"weir/script/extension"
	"weir/script/problem"
)

// Touched is deferred by what touches a region, or an object in one, which errors call o.
// Another process can make a named one smaller, ftruncate(2), and who touches what was
// there gets SIGBUS: an error of the script's, and not its end.
func Touched(L *lua.LState, o fmt.Stringer, before bool) {
	debug.SetPanicOnFault(before)
	r := recover()
	if r == nil {
		return
	}
	if _, fault := r.(interface{ Addr() uintptr }); !fault {
		panic(r)
	}
	problem.Raisef(L, "", "%s: another process has made it smaller: the memory is gone", o)
}

// find gives the field of a path such as "counter", "buffer[3]" or "a.b".
func find(L *lua.LState, r *Region, path string) spot {
	if s, ok := r.paths[path]; ok {
		return s
	}
	if r.root == nil || path == "" {
		noField(L, r, lua.LString(path))
	}
	s := r.root.at
	for rest := path; rest != ""; {
		// What lies between has no value of Lua's, and so no view that is kept.
		v := r.root
		if s.in != nil {
			v = &View{of: r, at: s}
		}
		var key lua.LValue
		if index, after, found := strings.Cut(strings.TrimPrefix(rest, "["), "]"); rest[0] == '[' {
			n, err := strconv.Atoi(index)
			if !found || err != nil || s.t.Class != layout.Array {
				problem.Raisef(L, path, "%s is no field: an index is written buffer[3]", problem.Quote(path))
			}
			key, rest = lua.LNumber(n), after
		} else {
			rest = strings.TrimPrefix(rest, ".")
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			name := lua.LString(rest[:end])
			switch _, ok := v.member(name); {
			case s.t.Class != layout.Composite:
				problem.Raisef(L, path, "%s is %s, and has no field %s", s, s.t, problem.Quote(string(name)))
			case !ok && s.in == nil:
				noField(L, r, name)
			}
			key, rest = name, rest[end:]
		}
		s = part(L, v, key)
	}
	if len(r.paths) >= maxViews {
		clear(r.paths)
	}
	r.paths[path] = s
	return s
}

// numberSpot gives the field of an atomic call, which must be a number.
func numberSpot(L *lua.LState, method string) spot {
	r := check(L, method)
	if method != "load" && method != "decimal" {
		r.mayStore(L, method)
	}
	path, ok := L.Get(2).(lua.LString)
	if !ok {
		problem.Here(L, "%s: the field's name must be a string, but is %s", method, problem.Describe(L.Get(2))).
			Hinted("write m:%s(\"counter\", ...)", method).Pointing(method).Raise(L)
	}
	s := find(L, r, string(path))
	if s.t.Class >= layout.Semaphore {
		problem.Raisef(L, string(path), "%s: %s is %s, and no number", method, s, article(s.t))
	}
	return s
}

// update changes a field atomically and gives what was there before.
func update(L *lua.LState, s spot, change func(uint64) (uint64, bool)) uint64 {
	old, err := layout.Update(bytesOf(L, s), s.t.Size, change)
	if err != nil {
		problem.Raisef(L, s.word(), "%s: %v", s, err)
	}
	return old
}

// Add is m:add(field, n).
func Add(L *lua.LState) int {
	s := numberSpot(L, "add")
	if n, ok := extension.ToInteger(L.Get(3)); ok && isInteger(s.t) {
		bits := n.Bits()
		L.Push(fromBits(L, s, update(L, s, func(old uint64) (uint64, bool) { return old + bits, true })))
		return 1
	}
	n, ok := L.Get(3).(lua.LNumber)
	if !ok || s.t.Class == layout.Bool ||
		isInteger(s.t) && (float64(n) != math.Trunc(float64(n)) || math.Abs(float64(n)) > exact) {
		problem.Raisef(L, s.word(), "add: %s is %s, and cannot take %s more", s, s.t, shown(L.Get(3)))
	}
	old := update(L, s, func(old uint64) (uint64, bool) {
		switch {
		case isInteger(s.t):
			return old + uint64(int64(n)), true // wraps around, as C's atomic_fetch_add
		case s.t.Size == 4:
			return uint64(math.Float32bits(math.Float32frombits(uint32(old)) + float32(n))), true
		}
		return math.Float64bits(math.Float64frombits(old) + float64(n)), true
	})
	L.Push(fromBits(L, s, old))
	return 1
}

// CAS is m:cas(field, old, new).
func CAS(L *lua.LState) int {
	s := numberSpot(L, "cas")
	mask := uint64(math.MaxUint64) >> (64 - 8*s.t.Size)
	old, replace := toBits(L, s, L.Get(3))&mask, toBits(L, s, L.Get(4))
	was := update(L, s, func(now uint64) (uint64, bool) { return replace, now == old })
	L.Push(lua.LBool(was == old))
	return 1
}

// Load is m:load(field).
func Load(L *lua.LState) int {
	s := numberSpot(L, "load")
	L.Push(fromBits(L, s, update(L, s, func(uint64) (uint64, bool) { return 0, false })))
	return 1
}

// Store is m:store(field, value).
func Store(L *lua.LState) int {
	s := numberSpot(L, "store")
	bits := toBits(L, s, L.Get(3))
	update(L, s, func(uint64) (uint64, bool) { return bits, true })
	return 0
}

// Exchange is m:exchange(field, value).
func Exchange(L *lua.LState) int {
	s := numberSpot(L, "exchange")
	bits := toBits(L, s, L.Get(3))
	L.Push(fromBits(L, s, update(L, s, func(old uint64) (uint64, bool) { return bits, true })))
	return 1
}

// Decimal is m:decimal(field): one atomic load where that can be.
func Decimal(L *lua.LState) int {
	s := numberSpot(L, "decimal")
	bits := layout.Load(bytesOf(L, s), s.t.Size)
	if isInteger(s.t) {
		L.Push(lua.LString(integerOf(s.t, bits).String()))
	} else {
		L.Push(lua.LString(fromBits(L, s, bits).String()))
	}
	return 1
}

// span checks offset and n against the region.
func span(L *lua.LState, r *Region, method string, n int) []byte {
	offset := wholeArgument(L, method, "offset", 2)
	if r.Closed {
		problem.Raisef(L, method, "%s: %s is closed", method, r)
	}
	if size := r.Memory.Size(); offset < 0 || n < 0 || offset > size || n > size-offset {
		problem.Raisef(L, method, "%s: %d bytes from %d on are out of range: %s has %d",
			method, n, offset, r, size)
	}
	return r.Memory.Bytes()[offset : offset+n]
}

// wholeArgument gives an argument that counts bytes.
func wholeArgument(L *lua.LState, method, name string, at int) int {
	n, ok := L.Get(at).(lua.LNumber)
	if !ok || lua.LNumber(int(n)) != n {
		problem.Raisef(L, method, "%s: the %s must be a whole number, but is %s", method, name, shown(L.Get(at)))
	}
	return int(n)
}

// Read is m:read(offset, n).
func Read(L *lua.LState) int {
	r := check(L, "read")
	L.Push(lua.LString(span(L, r, "read", wholeArgument(L, "read", "number of bytes", 3))))
	return 1
}

// Write is m:write(offset, s).
func Write(L *lua.LState) int {
	r := check(L, "write")
	r.mayStore(L, "write")
	if !lua.LVCanConvToString(L.Get(3)) {
		problem.Raisef(L, "write", "write: what is written must be a string, but is %s", shown(L.Get(3)))
	}
	text := lua.LVAsString(L.Get(3))
	copy(span(L, r, "write", len(text)), text)
	return 0
}

func length(L *lua.LState) int {
	L.Push(lua.LNumber(check(L, "__len").Memory.Size()))
	return 1
}

// FieldList is m:fields().
func FieldList(L *lua.LState) int {
	r := check(L, "fields")
	list := L.NewTable()
	if r.root != nil {
		for _, f := range r.root.at.t.Fields {
			t := L.NewTable()
			t.RawSetString("name", lua.LString(f.Name))
			t.RawSetString("type", lua.LString(fmt.Sprint(f.Type)))
			t.RawSetString("offset", lua.LNumber(f.Offset))
			t.RawSetString("size", lua.LNumber(f.Type.Size))
			list.Append(t)
		}
	}
	L.Push(list)
	return 1
}
