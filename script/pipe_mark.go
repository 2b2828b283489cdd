package script

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/beyond"
	"weir/script/show"
)

// The source a | b reaches Lua as a .. mark .. b. The operator .. binds to the
// right, so the mark meets b first and makes a pending of it; then a meets the
// pending and joins it. A string or function beside the mark is thus seen by
// one of the two and lifted to a stage, and .. without a mark stays what it is
// in Lua, except that it never joins a topology silently.
type mark struct{}

// pending is "piped into right".
type pending struct{ right node }

// side says on which side of | a value stands.
type side string

const (
	leftSide  side = "left"
	rightSide side = "right"
)

// concat is the metamethod of .. for marks, pendings and topologies.
func (vm *VM) concat(L *lua.LState) int {
	a, b := L.Get(1), L.Get(2)
	if isMark(a) {
		if _, two := asPending(b); two || isMark(b) {
			vm.raisef(L, "|", "nothing stands between | and |")
		}
		ud := L.NewUserData()
		ud.Value = pending{vm.lift(L, b, rightSide)}
		ud.Metatable = vm.markTable
		L.Push(ud)
		return 1
	}
	if p, ok := asPending(b); ok {
		vm.pushNode(L, join(whereIs(L), vm.lift(L, a, leftSide), p.right))
		return 1
	}
	vm.raise(L, problemf(whereIs(L), "attempt to join %s and %s with ..", describe(a), describe(b)).
		hinted("stages are joined with |").pointing(".."))
	return 0
}

func isMark(v lua.LValue) bool {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return false
	}
	_, ok = ud.Value.(mark)
	return ok
}

func asPending(v lua.LValue) (pending, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return pending{}, false
	}
	p, ok := ud.Value.(pending)
	return p, ok
}

// lift makes a node of what stands beside |.
func (vm *VM) lift(L *lua.LState, v lua.LValue, where side) node {
	if n, ok := toNode(v); ok {
		return n
	}
	switch v := v.(type) {
	case lua.LString:
		return vm.lineStage(L, string(v))
	case *lua.LFunction:
		if !v.IsG && v.Proto.NumParameters > 0 {
			vm.tellOnce(problemf(whereIs(L), "the function %s of | gets no arguments: its parameters are nil", where).
				hinted("each(function(l) ... end) calls it for each line; a stage reads io.lines()"))
		}
		return vm.functionStage(L, v, nil, false)
	case *lua.LNilType:
		vm.raise(L, vm.nilBeside(L, where))
	case *lua.LTable:
		if show.IsResult(v) {
			vm.raise(L, problemf(whereIs(L), "the result of a run stands %s of |", where).
				hinted("a call takes the string beside it alone: write run(a | b)").pointing("|"))
		}
		vm.raise(L, problemf(whereIs(L), "a table stands %s of |", where).
			hinted("a program with its arguments is cmd{\"name\", \"arg\"}").pointing("|"))
	}
	vm.raise(L, problemf(whereIs(L), "%s stands %s of |, which joins stages", describe(v), where).
		hinted("a stage is a string, a function, cmd(...), sh\"...\", proc(...)").pointing("|"))
	return nil
}

// lineStage is a stage written as one line of shell words.
func (vm *VM) lineStage(L *lua.LState, line string) node {
	at := whereIs(L)
	if strings.TrimSpace(line) == "" {
		vm.raise(L, problemf(at, "an empty line names no program").pointing(`""`))
	}
	return &stage{origin: at, line: &line}
}

// functionStage is a stage that runs a Lua function.
func (vm *VM) functionStage(L *lua.LState, fn *lua.LFunction, args []lua.LValue, thread bool) node {
	if fn.IsG {
		name := vm.globalName(fn)
		if name == "" {
			name = "this"
		}
		p := problemf(whereIs(L), "%s is a function of the library, not one written in Lua, and cannot be a stage", name).pointing(name)
		if _, ok := entryNamed(name); ok {
			p.hinted("call it: %s(...)", name)
		} else {
			p.hinted("call it in one: function() %s(...) end", name)
		}
		vm.raise(L, p)
	}
	return &stage{origin: whereIs(L), thread: thread, mail: &mail{}, fn: &luaCode{fn: fn, args: args, name: vm.functionName(fn)}}
}

// globalName finds the global that holds fn.
func (vm *VM) globalName(fn *lua.LFunction) string {
	name := ""
	vm.L.G.Global.ForEach(func(k, v lua.LValue) {
		s, ok := k.(lua.LString)
		if !ok {
			return
		}
		if v == fn {
			name = string(s)
		} else if lib, ok := v.(*lua.LTable); ok && name == "" && lib != vm.L.G.Global {
			lib.ForEach(func(key, member lua.LValue) {
				if inner, ok := key.(lua.LString); ok && member == fn {
					name = string(s) + "." + string(inner)
				}
			})
		}
	})
	return name
}

// beside is the metamethod of + for topologies.
func (vm *VM) beside(L *lua.LState) int {
	a, left := toNode(L.Get(1))
	b, right := toNode(L.Get(2))
	if left && right {
		vm.pushNode(L, putBeside(whereIs(L), a, b))
		return 1
	}
	other := L.Get(2)
	if !left {
		other = L.Get(1)
	}
	p := problemf(whereIs(L), "%s stands beside +, which takes topologies only", describe(other)).pointing("+")
	switch v := other.(type) {
	case lua.LString:
		p.hinted("write sh%s", quote(string(v)))
	case *lua.LFunction:
		p.hinted("write proc(fn)")
	}
	vm.raise(L, p)
	return 0
}

// describe names a value for an error: "a string", "a topology".
func describe(v lua.LValue) string {
	switch v := v.(type) {
	case *lua.LNilType:
		return "nil"
	case lua.LString:
		if len(v) < 40 {
			return "the string " + quote(string(v))
		}
	case *lua.LUserData:
		switch v.Value.(type) {
		case *channel:
			return "a " + verbOf(v.Value.(*channel))
		case node:
			return "a topology"
		case object:
			return objectKinds[v.Value.(object).addr().Kind].what
		case *view:
			return "a part of a region"
		case beyond.Integer:
			return "an integer"
		case *job:
			return "a job"
		case *failedRun:
			return "the error of a run"
		case pending:
			return "what | made"
		}
	}
	return "a " + v.Type().String()
}
