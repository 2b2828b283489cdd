package script

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/layout"
	"weir/script/syntax"
)

// view is a part of a region that has parts itself: an array or a struct.
type view struct {
	of   *sharedRegion
	name string // as the script would write it after m.
	at   layout.Field
}

// exact is the largest integer up to which a number holds all of them.
const exact = 1 << 53

// regionTable is the metatable of regions: fields first, which no method's name
// can be.
func (vm *VM) regionTable() *lua.LTable {
	t := vm.metatable("a region", regionMethods, map[string]lua.LGFunction{"__tostring": vm.objectText, "__len": regionLength})
	methods := t.RawGetString("__index").(*lua.LTable)
	t.RawSetString("__index", vm.L.NewFunction(func(L *lua.LState) int {
		r := L.Get(1).(*lua.LUserData).Value.(*sharedRegion)
		key, _ := L.Get(2).(lua.LString)
		if f, ok := r.byName[string(key)]; ok {
			L.Push(vm.loadField(L, r, string(key), f))
			return 1
		}
		if method := methods.RawGetString(string(key)); method != lua.LNil {
			L.Push(method)
			return 1
		}
		vm.noField(L, r, L.Get(2))
		return 0
	}))
	t.RawSetString("__newindex", vm.L.NewFunction(func(L *lua.LState) int {
		r := L.Get(1).(*lua.LUserData).Value.(*sharedRegion)
		key, _ := L.Get(2).(lua.LString)
		f, ok := r.byName[string(key)]
		if !ok {
			vm.noField(L, r, L.Get(2))
		}
		vm.storeField(L, r, string(key), f, L.Get(3))
		return 0
	}))
	return t
}

func (vm *VM) noField(L *lua.LState, r *sharedRegion, key lua.LValue) {
	p := problemf(whereIs(L), "%s has no field %s", writeObject(r), key.String()).pointing(key.String())
	if r.fields == nil {
		p.hinted("it has no layout: read(offset, n) and write(offset, s) are for bytes")
	} else if near, ok := syntax.Nearest(key.String(), fieldNames(r.fields)); ok {
		p.hinted("did you mean %q?", near)
	} else {
		p.hinted("it has: %s", strings.Join(fieldNames(r.fields), ", "))
	}
	vm.raise(L, p)
}

func fieldNames(t *layout.Type) []string {
	list := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		list[i] = f.Name
	}
	return list
}

// bytesOf gives a field's bytes.
func (vm *VM) bytesOf(L *lua.LState, r *sharedRegion, f layout.Field) []byte {
	if r.closed {
		vm.raisef(L, "", "%s is closed", writeObject(r))
	}
	return r.region.Bytes()[f.Offset : f.Offset+f.Type.Size]
}

// loadField gives a field's value; a part that has parts is a view.
func (vm *VM) loadField(L *lua.LState, r *sharedRegion, name string, f layout.Field) lua.LValue {
	switch {
	case isText(f.Type):
		b := vm.bytesOf(L, r, f)
		if n := bytes.IndexByte(b, 0); n >= 0 {
			b = b[:n]
		}
		return lua.LString(b)
	case f.Type.Class == layout.Array || f.Type.Class == layout.Composite:
		return vm.viewOf(r, name, f)
	case f.Type.Class == layout.Semaphore:
		return vm.semaphoreField(L, r, name, f)
	}
	return vm.fromBits(L, name, f.Type, layout.Load(vm.bytesOf(L, r, f), f.Type.Size))
}

// isText tells whether a field is an array of char, which is read and written as
// a string.
func isText(t *layout.Type) bool { return t.Class == layout.Array && t.Elem.Class == layout.Char }

func (vm *VM) viewOf(r *sharedRegion, name string, f layout.Field) lua.LValue {
	if v := r.views[name]; v != nil {
		return v
	}
	if vm.viewTable == nil {
		vm.viewTable = vm.L.NewTable()
		for event, fn := range map[string]lua.LGFunction{"__index": vm.viewIndex, "__newindex": vm.viewNewIndex, "__len": vm.viewLength, "__tostring": vm.viewText} {
			vm.viewTable.RawSetString(event, vm.L.NewFunction(fn))
		}
	}
	ud := vm.L.NewUserData()
	ud.Value, ud.Metatable = &view{r, name, f}, vm.viewTable
	r.views[name] = ud
	return ud
}

func (vm *VM) semaphoreField(L *lua.LState, r *sharedRegion, name string, f layout.Field) lua.LValue {
	if v := r.views[name]; v != nil {
		return v
	}
	l, err := insideRegion(whereIs(L), r, f.Offset)
	if err != nil {
		vm.raise(L, objectProblem(L, name, err))
	}
	ud := vm.L.NewUserData()
	ud.Value, ud.Metatable = l, vm.objectTable(l)
	r.views[name] = ud
	return ud
}

// part finds what key means inside a view.
func (vm *VM) part(L *lua.LState, v *view, key lua.LValue) (string, layout.Field) {
	t := v.at.Type
	if t.Class == layout.Composite {
		f, ok := t.Field(key.String())
		if _, isName := key.(lua.LString); !ok || !isName {
			p := problemf(whereIs(L), "%s has no field %s", v.name, key.String()).pointing(key.String())
			if near, ok := syntax.Nearest(key.String(), fieldNames(t)); ok {
				p.hinted("did you mean %q?", near)
			}
			vm.raise(L, p)
		}
		f.Offset += v.at.Offset
		return v.name + "." + f.Name, f
	}
	n, ok := key.(lua.LNumber)
	i := int(n)
	if !ok || lua.LNumber(i) != n {
		vm.raisef(L, v.name, "%s: the index must be a whole number, but is %s", v.name, describe(key))
	}
	if i < 0 || i >= t.Count {
		vm.raisef(L, v.name, "%s[%d] is out of range: %s has %d elements, from 0 to %d as in C", v.name, i, v.name, t.Count, t.Count-1)
	}
	return v.name + "[" + strconv.Itoa(i) + "]", layout.Field{Type: t.Elem, Offset: v.at.Offset + i*t.Elem.Size}
}

func (vm *VM) viewIndex(L *lua.LState) int {
	v := L.Get(1).(*lua.LUserData).Value.(*view)
	if t := v.at.Type; t.Class == layout.Array && t.Elem.Class < layout.Semaphore {
		// An element of an array of numbers, without a name made for it.
		if n, ok := L.Get(2).(lua.LNumber); ok && n >= 0 && n < lua.LNumber(t.Count) && n == lua.LNumber(int(n)) && !v.of.closed {
			at := v.at.Offset + int(n)*t.Elem.Size
			L.Push(vm.fromBits(L, v.name, t.Elem, layout.Load(v.of.region.Bytes()[at:], t.Elem.Size)))
			return 1
		}
	}
	name, f := vm.part(L, v, L.Get(2))
	L.Push(vm.loadField(L, v.of, name, f))
	return 1
}

func (vm *VM) viewNewIndex(L *lua.LState) int {
	v := L.Get(1).(*lua.LUserData).Value.(*view)
	name, f := vm.part(L, v, L.Get(2))
	vm.storeField(L, v.of, name, f, L.Get(3))
	return 0
}

func (vm *VM) viewLength(L *lua.LState) int {
	v := L.Get(1).(*lua.LUserData).Value.(*view)
	L.Push(lua.LNumber(v.at.Type.Count))
	return 1
}

func (vm *VM) viewText(L *lua.LState) int {
	v := L.Get(1).(*lua.LUserData).Value.(*view)
	L.Push(lua.LString(v.at.Type.String() + " " + v.name))
	return 1
}

// storeField stores a value in a field.
func (vm *VM) storeField(L *lua.LState, r *sharedRegion, name string, f layout.Field, value lua.LValue) {
	switch {
	case isText(f.Type):
		text, ok := value.(lua.LString)
		if !ok || len(text) > f.Type.Size {
			vm.raisef(L, name, "%s takes a string of up to %d bytes, but this is %s", name, f.Type.Size, describe(value))
		}
		b := vm.bytesOf(L, r, f)
		clear(b[copy(b, text):])
	case f.Type.Class == layout.Array || f.Type.Class == layout.Composite:
		vm.raise(L, problemf(whereIs(L), "%s is %s: its parts are stored one by one", name, article(f.Type)).pointing(name))
	case f.Type.Class == layout.Semaphore:
		vm.raise(L, problemf(whereIs(L), "%s is a semaphore, which is not stored to", name).hinted("write m.%s:init(n)", name).pointing(name))
	default:
		layout.Store(vm.bytesOf(L, r, f), f.Type.Size, vm.toBits(L, name, f.Type, value))
	}
}

func article(t *layout.Type) string {
	if t.Class == layout.Array {
		return "an array"
	}
	return "a " + t.Name
}

// fromBits gives the Lua value of a field's bits.
func (vm *VM) fromBits(L *lua.LState, name string, t *layout.Type, bits uint64) lua.LValue {
	switch t.Class {
	case layout.Bool:
		return lua.LBool(bits != 0)
	case layout.Float:
		if t.Size == 4 {
			return lua.LNumber(math.Float32frombits(uint32(bits)))
		}
		return lua.LNumber(math.Float64frombits(bits))
	case layout.Unsigned:
		if bits > exact {
			vm.tooLarge(L, name, t, bits)
		}
		return lua.LNumber(bits)
	}
	n := signed(bits, t.Size)
	if n > exact || n < -exact {
		vm.tooLarge(L, name, t, bits)
	}
	return lua.LNumber(n)
}

func signed(bits uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(bits<<shift) >> shift
}

func (vm *VM) tooLarge(L *lua.LState, name string, t *layout.Type, bits uint64) {
	vm.raise(L, problemf(whereIs(L), "%s holds %s, and a number holds integers up to 2^53 only", name, decimal(t, bits)).
		hinted("m:decimal(%q) gives it as a string", name).pointing(name))
}

func decimal(t *layout.Type, bits uint64) string {
	if t.Class == layout.Unsigned {
		return strconv.FormatUint(bits, 10)
	}
	return strconv.FormatInt(signed(bits, t.Size), 10)
}

// toBits checks a value against a field's type.
func (vm *VM) toBits(L *lua.LState, name string, t *layout.Type, value lua.LValue) uint64 {
	switch v := value.(type) {
	case lua.LBool:
		if t.Class == layout.Bool {
			if v {
				return 1
			}
			return 0
		}
	case lua.LNumber:
		switch t.Class {
		case layout.Float:
			if t.Size == 4 {
				return uint64(math.Float32bits(float32(v)))
			}
			return math.Float64bits(float64(v))
		case layout.Bool:
		default:
			return vm.integerBits(L, name, t, float64(v))
		}
	case lua.LString:
		if t.Class == layout.Char && len(v) == 1 {
			return uint64(v[0])
		}
		if bits, ok := parseInteger(t, string(v)); ok {
			return bits
		}
	}
	vm.raisef(L, lastName(name), "%s is %s, and cannot hold %s", name, t, describe(value))
	return 0
}

func (vm *VM) integerBits(L *lua.LState, name string, t *layout.Type, v float64) uint64 {
	if v != math.Trunc(v) {
		vm.raisef(L, lastName(name), "%s is %s, and cannot hold %v: it is no whole number", name, t, lua.LNumber(v))
	}
	low, high := limits(t)
	if v < low || v > high {
		vm.raisef(L, lastName(name), "%s is %s, and cannot hold %.0f: it goes from %.0f to %.0f", name, t, v, low, high)
	}
	if t.Class == layout.Unsigned {
		return uint64(v)
	}
	return uint64(int64(v))
}

// limits are the least and the largest number that a type holds; of 64 bits
// those that a number holds exactly.
func limits(t *layout.Type) (low, high float64) {
	bits := float64(8 * t.Size)
	low, high = -math.Exp2(bits-1), math.Exp2(bits-1)-1
	if t.Class == layout.Unsigned {
		low, high = 0, math.Exp2(bits)-1
	}
	return max(low, -exact), min(high, exact)
}

// parseInteger reads a decimal, exactly.
func parseInteger(t *layout.Type, text string) (uint64, bool) {
	switch t.Class {
	case layout.Unsigned:
		n, err := strconv.ParseUint(text, 10, 8*t.Size)
		return n, err == nil
	case layout.Signed, layout.Char:
		n, err := strconv.ParseInt(text, 10, 8*t.Size)
		return uint64(n), err == nil
	}
	return 0, false
}

// lastName is what the source has of a field's name.
func lastName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	name, _, _ = strings.Cut(name, "[")
	return name
}

// find gives the field of a path such as "counter", "buffer[3]" or "a.b".
func (vm *VM) find(L *lua.LState, r *sharedRegion, path string) layout.Field {
	if f, ok := r.paths[path]; ok {
		return f
	}
	if r.fields == nil {
		vm.noField(L, r, lua.LString(path))
	}
	f := layout.Field{Type: r.fields}
	rest, done := path, ""
	for rest != "" {
		v := &view{r, done, f}
		var key lua.LValue
		if strings.HasPrefix(rest, "[") {
			index, after, found := strings.Cut(rest[1:], "]")
			n, err := strconv.Atoi(index)
			if !found || err != nil || f.Type.Class != layout.Array {
				vm.raisef(L, path, "%q is no field: an index is written buffer[3]", path)
			}
			key, rest = lua.LNumber(n), after
		} else {
			word := strings.TrimPrefix(rest, ".")
			end := strings.IndexAny(word, ".[")
			if end < 0 {
				end = len(word)
			}
			if f.Type.Class != layout.Composite {
				vm.raisef(L, path, "%s is %s, and has no field %q", done, f.Type, word[:end])
			}
			if done == "" {
				if _, ok := r.byName[word[:end]]; !ok {
					vm.noField(L, r, lua.LString(word[:end]))
				}
			}
			key, rest = lua.LString(word[:end]), word[end:]
		}
		done, f = vm.part(L, v, key)
		done = strings.TrimPrefix(done, ".")
	}
	if r.paths == nil {
		r.paths = map[string]layout.Field{}
	}
	r.paths[path] = f
	return f
}

// numberField gives the field of an atomic call, which must be a number.
func (vm *VM) numberField(L *lua.LState, method string) (*sharedRegion, string, layout.Field) {
	r := checkObject[*sharedRegion](vm, L, "a region", method)
	path, ok := L.Get(2).(lua.LString)
	if !ok {
		vm.raise(L, problemf(whereIs(L), "%s: the field's name must be a string, but is %s", method, describe(L.Get(2))).
			hinted("write m:%s(\"counter\", ...)", method).pointing(method))
	}
	f := vm.find(L, r, string(path))
	if f.Type.Class >= layout.Semaphore {
		vm.raisef(L, string(path), "%s: %s is %s, and no number", method, path, article(f.Type))
	}
	return r, string(path), f
}

// update changes a field atomically and gives what was there before.
func (vm *VM) update(L *lua.LState, r *sharedRegion, name string, f layout.Field, change func(uint64) (uint64, bool)) uint64 {
	old, err := layout.Update(vm.bytesOf(L, r, f), f.Type.Size, change)
	if err != nil {
		vm.raisef(L, lastName(name), "%s: %v", name, err)
	}
	return old
}

func (vm *VM) regionAdd(L *lua.LState) int {
	r, name, f := vm.numberField(L, "add")
	if f.Type.Class == layout.Bool {
		vm.raisef(L, name, "add: %s is a bool", name)
	}
	n, ok := L.Get(3).(lua.LNumber)
	if !ok || f.Type.Class != layout.Float && float64(n) != math.Trunc(float64(n)) || math.Abs(float64(n)) > exact {
		vm.raisef(L, name, "add: %s is %s, and cannot take %s more", name, f.Type, describe(L.Get(3)))
	}
	old := vm.update(L, r, name, f, func(old uint64) (uint64, bool) {
		if f.Type.Class != layout.Float {
			return old + uint64(int64(n)), true // wraps around, as C's atomic_fetch_add
		}
		if f.Type.Size == 4 {
			return uint64(math.Float32bits(math.Float32frombits(uint32(old)) + float32(n))), true
		}
		return math.Float64bits(math.Float64frombits(old) + float64(n)), true
	})
	L.Push(vm.fromBits(L, name, f.Type, old))
	return 1
}

func (vm *VM) regionCAS(L *lua.LState) int {
	r, name, f := vm.numberField(L, "cas")
	mask := uint64(math.MaxUint64) >> (64 - 8*f.Type.Size)
	old, replace := vm.toBits(L, name, f.Type, L.Get(3))&mask, vm.toBits(L, name, f.Type, L.Get(4))
	was := vm.update(L, r, name, f, func(now uint64) (uint64, bool) { return replace, now == old })
	L.Push(lua.LBool(was == old))
	return 1
}

func (vm *VM) regionLoad(L *lua.LState) int {
	r, name, f := vm.numberField(L, "load")
	L.Push(vm.fromBits(L, name, f.Type, vm.update(L, r, name, f, func(old uint64) (uint64, bool) { return 0, false })))
	return 1
}

func (vm *VM) regionStore(L *lua.LState) int {
	r, name, f := vm.numberField(L, "store")
	bits := vm.toBits(L, name, f.Type, L.Get(3))
	vm.update(L, r, name, f, func(uint64) (uint64, bool) { return bits, true })
	return 0
}

func (vm *VM) regionExchange(L *lua.LState) int {
	r, name, f := vm.numberField(L, "exchange")
	bits := vm.toBits(L, name, f.Type, L.Get(3))
	L.Push(vm.fromBits(L, name, f.Type, vm.update(L, r, name, f, func(uint64) (uint64, bool) { return bits, true })))
	return 1
}

func (vm *VM) regionDecimal(L *lua.LState) int {
	r, name, f := vm.numberField(L, "decimal")
	bits := layout.Load(vm.bytesOf(L, r, f), f.Type.Size)
	if f.Type.Class == layout.Signed || f.Type.Class == layout.Unsigned || f.Type.Class == layout.Char {
		L.Push(lua.LString(decimal(f.Type, bits)))
	} else {
		L.Push(lua.LString(vm.fromBits(L, name, f.Type, bits).String()))
	}
	return 1
}

// span checks offset and n against the region.
func (vm *VM) span(L *lua.LState, r *sharedRegion, method string, n int) []byte {
	offset := L.CheckInt(2)
	if r.closed {
		vm.raisef(L, method, "%s: %s is closed", method, writeObject(r))
	}
	if size := r.region.Size(); offset < 0 || n < 0 || offset > size || n > size-offset {
		vm.raisef(L, method, "%s: %d bytes from %d on are out of range: %s has %d", method, n, offset, writeObject(r), size)
	}
	return r.region.Bytes()[offset : offset+n]
}

func (vm *VM) regionRead(L *lua.LState) int {
	r := checkObject[*sharedRegion](vm, L, "a region", "read")
	L.Push(lua.LString(vm.span(L, r, "read", L.CheckInt(3))))
	return 1
}

func (vm *VM) regionWrite(L *lua.LState) int {
	r := checkObject[*sharedRegion](vm, L, "a region", "write")
	text := L.CheckString(3)
	copy(vm.span(L, r, "write", len(text)), text)
	return 0
}

func regionLength(L *lua.LState) int {
	r := L.Get(1).(*lua.LUserData).Value.(*sharedRegion)
	L.Push(lua.LNumber(r.region.Size()))
	return 1
}

func (vm *VM) regionFields(L *lua.LState) int {
	r := checkObject[*sharedRegion](vm, L, "a region", "fields")
	list := L.NewTable()
	if r.fields != nil {
		for _, f := range r.fields.Fields {
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
