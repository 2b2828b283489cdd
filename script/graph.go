package script

import (
	"slices"
	"strings"

	"weir/runtime/plan"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/runtime/graph"
	"weir/script/syntax"
)

// luaGraph is graph(t [, format]): it draws and starts nothing.
func (vm *VM) luaGraph(L *lua.LState) int {
	format := "text"
	switch v := L.Get(2).(type) {
	case *lua.LNilType:
	case lua.LString:
		format = string(v)
	default:
		vm.raise(L, problemf(whereIs(L), "graph: the format must be a string, but is %s", describe(v)).pointing("graph"))
	}
	if known := graph.Formats(); !slices.Contains(known, format) {
		p := problemf(whereIs(L), "graph: unknown format %q", format).pointing(format)
		if near, ok := syntax.Nearest(format, known); ok {
			p.hinted("did you mean %q?", near)
		} else {
			p.hinted("it is one of %s", strings.Join(known, ", "))
		}
		vm.raise(L, p)
	}
	L.SetTop(1)
	nodes, _ := vm.runArguments(L, "graph", 1)
	p, err := vm.drawnPlan(nodes)
	if err != nil {
		vm.raise(L, err)
	}
	var text strings.Builder
	graph.Of(p).Write(&text, format, graph.ScreenOf(vm.streams.Out.OS()))
	L.SetTop(0)
	L.Push(lua.LString(text.String()))
	if vm.streams.Out.LuaWrite(L, 1) > 1 {
		vm.raisef(L, "graph", "graph: write standard output: %s", L.Get(-2).String())
	}
	return 0
}

// drawnPlan plans a topology for who only looks at it: a pipe may lack the side
// that the script would have.
func (vm *VM) drawnPlan(nodes []node) (*plan.Plan, error) {
	lo := newLowering(vm)
	defer lo.endMails()
	defer lo.hangUp()
	if err := lo.lower(nodes, lo.surroundings(foreground)); err != nil {
		return nil, err
	}
	p, err := plan.Compile(&lo.top, runtime.ThisHost())
	if err != nil {
		return nil, planProblem(err, lo.places)
	}
	return p, nil
}

// Drawn is a topology that a global of the script's holds.
type Drawn struct {
	Name string
	Plan *plan.Plan
}

// Globals plans the topologies that the script's globals hold, by name.
func (vm *VM) Globals() ([]Drawn, error) {
	var list []Drawn
	var fault error
	vm.L.G.Global.ForEach(func(k, v lua.LValue) {
		n, ok := toNode(v)
		if _, bare := n.(*channel); !ok || bare || fault != nil {
			return
		}
		p, err := vm.drawnPlan([]node{n})
		if err != nil {
			fault = vm.problemError(err)
			return
		}
		list = append(list, Drawn{k.String(), p})
	})
	slices.SortFunc(list, func(a, b Drawn) int { return strings.Compare(a.Name, b.Name) })
	return list, fault
}
