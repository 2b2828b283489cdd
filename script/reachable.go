package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/interp"
)

// search looks through all values that a script can still get at for a channel from which
// it could read.
type search struct {
	wanted func(*channel) bool
	held   bool        // to have it counts, and to write to it
	except *lua.LState // whose innermost call does not count
	found  bool
	seen   map[lua.LValue]bool
	todo   []lua.LValue
}

// canRead reports whether the script has a channel in its hands: in a variable, a table, a
// function, or where a topology of its own reads it.
func canRead(L *lua.LState, wanted func(*channel) bool) bool {
	return (&search{wanted: wanted, seen: map[lua.LValue]bool{}}).from(L)
}

// keeps reports whether the script has a channel in its hands in any way, beyond the call
// that runs.
func keeps(L *lua.LState, wanted func(*channel) bool) bool {
	return (&search{wanted: wanted, held: true, except: L, seen: map[lua.LValue]bool{}}).from(L)
}

// from searches whatever the state has of which L is a thread.
func (s *search) from(L *lua.LState) bool {
	s.add(vmOf(L).L)
	s.add(L.G.Global)
	s.add(L.G.Registry)
	for ; L != nil; L = L.Parent {
		s.add(L)
	}
	for len(s.todo) > 0 && !s.found {
		v := s.todo[0]
		s.todo = s.todo[1:]
		s.look(v)
	}
	return s.found
}

func (s *search) add(v lua.LValue) {
	switch v.(type) {
	case *lua.LTable, *lua.LFunction, *lua.LUserData, *lua.LState:
		if !s.seen[v] {
			s.seen[v] = true
			s.todo = append(s.todo, v)
		}
	}
}

// look adds what a value leads to.
func (s *search) look(v lua.LValue) {
	switch v := v.(type) {
	case *lua.LTable:
		v.ForEach(func(k, v lua.LValue) {
			s.add(k)
			s.add(v)
		})
		s.add(v.Metatable)
	case *lua.LFunction:
		s.function(v)
	case *lua.LUserData:
		if n, ok := v.Value.(node); ok {
			s.node(n, true, false)
		}
		s.add(v.Metatable)
	case *lua.LState:
		for i, c := range interp.Calls(v) {
			if i == 0 && v == s.except {
				continue
			}
			s.function(c.Fn)
			c.Values(s.add)
		}
		s.add(v.Env)
	}
}

func (s *search) function(fn *lua.LFunction) {
	s.add(fn.Env)
	for _, up := range fn.Upvalues {
		s.add(up.Value())
	}
}

// node looks at a topology. reads says that a channel which is all of it is read there, fed
// that something stands to the left.
func (s *search) node(n node, reads, fed bool) {
	switch n := n.(type) {
	case *channel:
		s.found = s.found || (reads || s.held) && s.wanted(n)
	case *stage:
		s.stage(n)
	case *chain:
		for i, part := range n.parts {
			s.node(part, i < len(n.parts)-1, fed || i > 0)
		}
	case *group:
		if n.key != nil {
			s.stage(n.key)
		}
		for _, l := range n.lanes(fed || n.fed) {
			s.node(l.part, l.gives, l.takes)
		}
	case *loop:
		s.node(n.body, true, true)
		if n.seed != nil {
			s.node(n.seed, true, false)
		}
		if n.tap != nil {
			s.node(n.tap, false, true)
		}
	case *server:
		s.node(n.body, true, true)
	case *into:
		s.node(n.node, false, true)
	}
}

func (s *search) stage(n *stage) {
	for _, sub := range n.subs {
		s.node(sub.node, !sub.into, sub.into)
	}
	for _, e := range n.set.stageFDs {
		if e.to != nil {
			s.node(e.to, e.mode == ipc.Read, e.mode != ipc.Read)
		}
	}
	if n.fn != nil {
		s.function(n.fn.fn)
		for _, v := range n.fn.args {
			s.add(v)
		}
	}
}
