package script

import (
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/plan"
	"weir/script/problem"
	"weir/script/syntax"
)

// Filters are stages whose function is one of the library's own, which travels by
// the name of a global that no script can write by chance. What they are to do
// travels as its arguments, a table for each: "verb" and what the verb needs,
// "chunk" and "line" for errors, and "shown", how the script would write it.
const filterGlobal = "__weir_filters"

// filterStage makes a stage of one filter.
func filterStage(L *lua.LState, verb, shown string, set map[string]lua.LValue) int {
	at := problem.Where(L)
	t := L.NewTable()
	t.RawSetString("verb", lua.LString(verb))
	t.RawSetString("shown", lua.LString(verb+"("+shown+")"))
	t.RawSetString("chunk", lua.LString(at.Chunk))
	t.RawSetString("line", lua.LNumber(at.Line))
	for k, v := range set {
		t.RawSetString(k, v)
	}
	fn, _ := L.G.Global.RawGetString(filterGlobal).(*lua.LFunction)
	pushNode(L, filterNode(at, fn, []*lua.LTable{t}))
	return 1
}

func filterNode(at problem.Origin, fn *lua.LFunction, list []*lua.LTable) *stage {
	args := make([]lua.LValue, len(list))
	for i, t := range list {
		args[i] = t
	}
	name := lua.LVAsString(list[0].RawGetString("verb"))
	return &stage{Origin: at, mail: &mail{}, filter: list, fn: &luaCode{fn: fn, args: args, name: name}}
}

// fuse makes one stage of neighbouring filters, but for those that a method has
// set apart.
func fuse(c *chain) *chain {
	var parts []node
	fused := false
	for _, p := range c.parts {
		s, ok := p.(*stage)
		if ok && len(parts) > 0 {
			if before, ok := parts[len(parts)-1].(*stage); ok && before.plainFilter() && s.plainFilter() {
				parts[len(parts)-1] = filterNode(before.Origin, s.fn.fn, slices.Concat(before.filter, s.filter))
				fused = true
				continue
			}
		}
		parts = append(parts, p)
	}
	if !fused {
		return c
	}
	return &chain{Origin: c.Origin, parts: parts}
}

func (s *stage) plainFilter() bool { return s.filter != nil && s.set.plain() }

// plain reports whether no method has changed anything.
func (set *settings) plain() bool {
	w := set.watch
	return set.name == "" && len(set.env) == 0 && set.dir == "" && set.timeout == 0 && len(set.stageFDs) == 0 &&
		w.restart == nil && w.pattern == nil && w.ready == 0 && w.limits == (plan.Limits{})
}

func filterNames(list []*lua.LTable) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = lua.LVAsString(t.RawGetString("verb"))
	}
	return strings.Join(names, "|")
}

func writeFilters(list []*lua.LTable) string {
	texts := make([]string, len(list))
	for i, t := range list {
		texts[i] = lua.LVAsString(t.RawGetString("shown"))
	}
	return strings.Join(texts, " | ")
}

// shownFunction is how a function is written where it has no name.
func (vm *VM) shownFunction(fn *lua.LFunction) string {
	if fn.IsG {
		if name, ok := vm.names.Name(fn); ok {
			return name
		}
		return "function"
	}
	if name := syntax.FunctionName(fn); name != "" {
		return name
	}
	return fmt.Sprintf("function() --[[ line %d ]] end", fn.Proto.LineDefined)
}
