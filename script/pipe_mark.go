package script

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/problem"
	"weir/script/show"
	"weir/script/syntax"
)

// The source a | b reaches Lua as a .. mark .. b. The operator .. binds to the
// right, so the mark meets b first and makes a pending of it; then a meets the
// pending and joins it. A string or function beside the mark is thus seen by
// one of the two and lifted to a stage, and .. without a mark stays what it is
// in Lua, except that it never joins a topology silently.
type mark struct{}

// pending is "piped into right".
type pending struct{ right node }

// Describe is for errors.
func (pending) Describe() string { return "what | made" }

// side says on which side of | a value stands.
type side string

const (
	leftSide  side = "left"
	rightSide side = "right"
)

// concat is the metamethod of .. for marks, pendings and topologies.
func concat(L *lua.LState) int {
	a, b := L.Get(1), L.Get(2)
	if isMark(a) {
		if _, two := asPending(b); two || isMark(b) {
			problem.Raisef(L, "|", "nothing stands between | and |")
		}
		ud := L.NewUserData()
		ud.Value = pending{lift(L, b, rightSide)}
		ud.Metatable = markTable(L)
		L.Push(ud)
		return 1
	}
	if p, ok := asPending(b); ok {
		pushNode(L, join(problem.Where(L), lift(L, a, leftSide), p.right))
		return 1
	}
	problem.Here(L, "attempt to join %s and %s with ..", problem.Describe(a), problem.Describe(b)).
		Hinted("stages are joined with |").Pointing("..").Raise(L)
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
func lift(L *lua.LState, v lua.LValue, where side) node {
	if n, ok := toNode(v); ok {
		return n
	}
	switch v := v.(type) {
	case lua.LString:
		return lineStage(L, string(v))
	case *lua.LFunction:
		if !v.IsG && v.Proto.NumParameters > 0 {
			vmOf(L).warnings.say(problem.Here(L, "the function %s of | gets no arguments: its parameters are nil", where).
				Hinted("each(function(l) ... end) calls it for each line; a stage reads io.lines()"))
		}
		return functionStage(L, v, nil, false)
	case *lua.LNilType:
		problem.Raise(L, vmOf(L).blame.NilBeside(L, string(where)))
	case *lua.LTable:
		if show.IsResult(v) {
			problem.Here(L, "the result of a run stands %s of |", where).
				Hinted("a call takes the string beside it alone: write run(a | b)").Pointing("|").Raise(L)
		}
		problem.Here(L, "a table stands %s of |", where).
			Hinted("a program with its arguments is cmd{\"name\", \"arg\"}").Pointing("|").Raise(L)
	}
	problem.Here(L, "%s stands %s of |, which joins stages", problem.Describe(v), where).
		Hinted("a stage is a string, a function, cmd(...), sh\"...\", proc(...)").Pointing("|").Raise(L)
	return nil
}

// lineStage is a stage written as one line of shell words.
func lineStage(L *lua.LState, line string) node {
	at := problem.Where(L)
	if strings.TrimSpace(line) == "" {
		problem.New(at, "an empty line names no program").Pointing(`""`).Raise(L)
	}
	return &stage{Origin: at, line: &line}
}

// functionStage is a stage that runs a Lua function.
func functionStage(L *lua.LState, fn *lua.LFunction, args []lua.LValue, thread bool) node {
	vm := vmOf(L)
	if fn.IsG {
		name := globalName(vm.L, fn)
		if name == "" {
			name = "this"
		}
		p := problem.Here(L, "%s is a function of the library, not one written in Lua, and cannot be a stage", name).
			Pointing(name)
		if _, ok := entryNamed(name); ok {
			p.Hinted("call it: %s(...)", name)
		} else {
			p.Hinted("call it in one: function() %s(...) end", name)
		}
		problem.Raise(L, p)
	}
	return &stage{Origin: problem.Where(L), thread: thread, mail: &mail{},
		fn: &luaCode{fn: fn, args: args, name: syntax.FunctionName(fn)}}
}

// globalName finds the global that holds fn.
func globalName(L *lua.LState, fn *lua.LFunction) string {
	name := ""
	L.G.Global.ForEach(func(k, v lua.LValue) {
		s, ok := k.(lua.LString)
		if !ok {
			return
		}
		if v == fn {
			name = string(s)
		} else if lib, ok := v.(*lua.LTable); ok && name == "" && lib != L.G.Global {
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
func beside(L *lua.LState) int {
	a, left := toNode(L.Get(1))
	b, right := toNode(L.Get(2))
	if left && right {
		pushNode(L, putBeside(problem.Where(L), a, b))
		return 1
	}
	other := L.Get(2)
	if !left {
		other = L.Get(1)
	}
	p := problem.Here(L, "%s stands beside +, which takes topologies only", problem.Describe(other)).Pointing("+")
	switch v := other.(type) {
	case lua.LString:
		p.Hinted("write sh%s", problem.Quote(string(v)))
	case *lua.LFunction:
		p.Hinted("write proc(fn)")
	}
	problem.Raise(L, p)
	return 0
}
