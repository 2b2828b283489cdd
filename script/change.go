package script

import (
	"maps"

	lua "github.com/yuin/gopher-lua"
)

// checkNode gives the topology that a method was called on.
func (vm *VM) checkNode(L *lua.LState, method string) node {
	n, ok := toNode(L.Get(1))
	if !ok {
		vm.raise(L, problemf(whereIs(L), "%s is a method of a topology, but this is %s", method, describe(L.Get(1))).
			hinted("write t:%s(), with a colon", method).pointing(method))
	}
	return n
}

// topologyNamed is t:named(s).
func (vm *VM) topologyNamed(L *lua.LState) int {
	n := vm.checkNode(L, "named")
	name, ok := textOf(L.Get(2))
	if !ok || name == "" {
		vm.raisef(L, "named", "named: the name must be a string, but is %s", describe(L.Get(2)))
	}
	switch n := n.(type) {
	case *stage:
		n = n.each(func(s *stage) { s.set.name = name }, false).(*stage)
		vm.pushNode(L, n)
	case *channel:
		c := *n
		c.name = name
		vm.pushNode(L, &c)
	default:
		vm.raise(L, problemf(whereIs(L), "named: a name is for one stage or channel, and this has several: %s", write(n)).pointing("named"))
	}
	return 1
}

// topologyEnv is t:env{...}.
func (vm *VM) topologyEnv(L *lua.LState) int {
	n := vm.checkNode(L, "env")
	env := vm.envOf(L, L.Get(2))
	vm.pushNode(L, n.each(func(s *stage) {
		if s.set.env == nil {
			s.set.env = map[string]*string{}
		}
		maps.Copy(s.set.env, env)
	}, true))
	return 1
}

// topologyDir is t:dir(path).
func (vm *VM) topologyDir(L *lua.LState) int {
	n := vm.checkNode(L, "dir")
	dir, ok := textOf(L.Get(2))
	if !ok || dir == "" {
		vm.raisef(L, "dir", "dir: the folder must be a string, but is %s", describe(L.Get(2)))
	}
	vm.pushNode(L, n.each(func(s *stage) { s.set.dir = dir }, true))
	return 1
}

// topologyTimeout is t:timeout("5s").
func (vm *VM) topologyTimeout(L *lua.LState) int {
	n := vm.checkNode(L, "timeout")
	d, err := parseDuration(L.Get(2))
	if err != nil {
		vm.raisef(L, "timeout", "timeout: %v", err)
	}
	vm.pushNode(L, n.each(func(s *stage) { s.set.timeout = d }, true))
	return 1
}
