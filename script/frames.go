package script

import (
	"reflect"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// callLevel is one call that is under way. Lua counts a level for each tail call, too,
// of whose caller nothing is left: an endless chain of tail calls makes as many, so
// that levels must not be walked one by one.
type callLevel struct {
	level int // as lua.LState.GetStack counts, from 0, the innermost
	tails int // how many tail calls have led here
}

// callLevels gives the calls of a state, the innermost first, without those of
// protect's guard. gopher-lua keeps the count of tail calls, and the caller, to itself,
// but not from reflect.
func (vm *VM) callLevels(L *lua.LState) []callLevel {
	innermost, ok := L.GetStack(0)
	if !ok {
		return nil
	}
	var list []callLevel
	level := 0
	for frame := reflect.ValueOf(innermost).Elem().FieldByName("frame"); !frame.IsNil(); {
		call := frame.Elem()
		fn, tails := call.FieldByName("Fn"), 0
		if !fn.Elem().FieldByName("IsG").Bool() {
			tails = int(call.FieldByName("TailCall").Int())
		}
		if fn.UnsafePointer() != unsafe.Pointer(vm.guard) && fn.UnsafePointer() != unsafe.Pointer(vm.traced) {
			list = append(list, callLevel{level, tails})
		}
		level += 1 + tails
		frame = call.FieldByName("Parent")
	}
	return list
}

// levelOf gives what GetStack calls the level that a script means, and -1 for one that
// a tail call left nothing of; false where there is no such level.
func (vm *VM) levelOf(L *lua.LState, level int) (int, bool) {
	for _, c := range vm.callLevels(L) {
		switch {
		case level == 0:
			return c.level, true
		case level <= c.tails:
			return -1, true
		}
		level -= 1 + c.tails
	}
	return 0, false
}

// placeAt is where the function at a level of the script's is; of one that is not
// written in Lua, and of none, nothing.
func (vm *VM) placeAt(L *lua.LState, level int) origin {
	at, ok := 1, true // the caller of a function that is not written in Lua
	if level != 1 {
		at, ok = vm.levelOf(L, level)
	}
	if !ok || at < 0 {
		return origin{}
	}
	frame, ok := L.GetStack(at)
	if !ok {
		return origin{}
	}
	if _, err := L.GetInfo("Sl", frame, lua.LNil); err != nil || frame.CurrentLine <= 0 {
		return origin{}
	}
	return origin{frame.Source, frame.CurrentLine}
}
