package script

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/runtime/graph"
	"weir/runtime/plan"
	"weir/script/problem"
	"weir/script/syntax"
)

// luaGraph is graph(t [, format]): it draws and starts nothing.
func luaGraph(L *lua.LState) int {
	vm := vmOf(L)
	format := "text"
	switch v := L.Get(2).(type) {
	case *lua.LNilType:
	case lua.LString:
		format = string(v)
	default:
		problem.Here(L, "graph: the format must be a string, but is %s", problem.Describe(v)).Pointing("graph").Raise(L)
	}
	if known := graph.Formats(); !slices.Contains(known, format) {
		p := problem.Here(L, "graph: unknown format %s", problem.Quote(format)).Pointing(format)
		if similar, ok := syntax.Nearest(format, known); ok {
			p.Hinted("did you mean %s?", problem.Quote(similar))
		} else {
			p.Hinted("it is one of %s", strings.Join(known, ", "))
		}
		problem.Raise(L, p)
	}
	L.SetTop(1)
	nodes, _ := runArguments(L, "graph")
	p, err := drawnPlan(vm, nodes)
	if err != nil {
		problem.Raise(L, err)
	}
	var text strings.Builder
	graph.Of(p).Write(&text, format, graph.ScreenOf(vm.streams.Out.OS()))
	L.SetTop(0)
	L.Push(lua.LString(text.String()))
	if vm.streams.Out.LuaWrite(L, 1) > 1 {
		problem.Raisef(L, "graph", "graph: write standard output: %s", L.Get(-2).String())
	}
	return 0
}

// drawnPlan plans a topology for who only looks at it: a pipe may lack the side
// that the script would have.
func drawnPlan(vm *VM, nodes []node) (*plan.Plan, error) {
	lo := newLowering(vm)
	defer lo.mail.end(&lo.vm.objects)
	if err := lo.lower(nodes, lo.surroundings(foreground)); err != nil {
		return nil, err
	}
	p, err := plan.Compile(&lo.top.Topology, runtime.ThisHost())
	if err != nil {
		return nil, planProblem(err, lo.top.places)
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
		p, err := drawnPlan(vm, []node{n})
		if err != nil {
			fault = vm.failures.problemError(err)
			return
		}
		list = append(list, Drawn{k.String(), p})
	})
	slices.SortFunc(list, func(a, b Drawn) int { return strings.Compare(a.Name, b.Name) })
	return list, fault
}
