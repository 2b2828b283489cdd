package lualib

import (
	"slices"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// proxies are the userdata that newproxy made with a metatable, in the order of their
// making. It holds them until they are found dead: a finalizer gets the value itself.
type proxies struct {
	list  []*lua.LUserData
	dead  []*lua.LUserData     // were found dead, and wait for their finalizers
	metas map[*lua.LTable]bool // newproxy made them: C's weak table of valid metatables
	limit int                  // so many in the list are worth a look which are dead
}

// newproxy is newproxy([meta]).
func (g *garbage) newproxy(L *lua.LState) int {
	ud, of := L.NewUserData(), L.Get(1)
	switch {
	case of == lua.LTrue:
		ud.Metatable = g.proxies.newMeta()
	case lua.LVAsBool(of):
		meta := ownMeta(of)
		if meta == nil || !g.proxies.metas[meta] {
			luaio.ArgError(L, 1, "newproxy", "boolean or proxy expected")
		}
		ud.Metatable = meta
	}
	if ud.Metatable != lua.LNil {
		g.proxies.add(L, ud)
	}
	L.Push(ud)
	return 1
}

// ownMeta gives the metatable of a table or userdata; nil where there is none.
func ownMeta(v lua.LValue) *lua.LTable {
	var meta lua.LValue
	switch v := v.(type) {
	case *lua.LTable:
		meta = v.Metatable
	case *lua.LUserData:
		meta = v.Metatable
	}
	t, _ := meta.(*lua.LTable)
	return t
}

func (p *proxies) newMeta() *lua.LTable {
	m := &lua.LTable{Metatable: lua.LNil}
	if p.metas == nil {
		p.metas = map[*lua.LTable]bool{}
	}
	p.metas[m] = true
	return m
}

// manyProxies are worth a look which of them are dead and have no finalizer.
const manyProxies = 10_000

func (p *proxies) add(L *lua.LState, ud *lua.LUserData) {
	if len(p.list) >= max(p.limit, manyProxies) {
		living := p.living(L)
		p.list = slices.DeleteFunc(p.list, func(ud *lua.LUserData) bool { return !living[ud] && finalizer(ud) == lua.LNil })
		p.limit = 2 * len(p.list)
	}
	p.list = append(p.list, ud)
}

// finalizer gives the __gc of a userdata.
func finalizer(ud *lua.LUserData) lua.LValue {
	if m, ok := ud.Metatable.(*lua.LTable); ok {
		return m.RawGetString("__gc")
	}
	return lua.LNil
}

func (p *proxies) living(L *lua.LState) map[lua.LValue]bool {
	m := marking{seen: map[lua.LValue]bool{}, behindSeen: map[unsafe.Pointer]bool{}}
	m.roots(L)
	return m.seen
}

// separate takes those out of the list that are dead, and notes those of them that have a
// finalizer, the youngest first: luaC_separateudata.
func (p *proxies) separate(L *lua.LState) {
	if len(p.list) == 0 && len(p.metas) == 0 {
		return
	}
	living := p.living(L)
	var dead []*lua.LUserData
	kept := p.list[:0]
	for _, ud := range p.list {
		if living[ud] {
			kept = append(kept, ud)
		} else if finalizer(ud) != lua.LNil {
			dead = append(dead, ud)
		}
	}
	clear(p.list[len(kept):])
	p.list = kept
	metas := map[*lua.LTable]bool{}
	for _, ud := range slices.Concat(kept, dead, p.dead) {
		if m, ok := ud.Metatable.(*lua.LTable); ok && p.metas[m] {
			metas[m] = true
		}
	}
	for m := range p.metas {
		if living[m] {
			metas[m] = true
		}
	}
	p.metas = metas
	slices.Reverse(dead)
	p.dead = append(p.dead, dead...)
}

// finalize calls the finalizers of the dead. The error of one is that of the collection,
// as in lua5.1, and the rest wait for the next.
func (p *proxies) finalize(L *lua.LState) {
	for len(p.dead) > 0 {
		ud := p.dead[0]
		p.dead[0] = nil
		p.dead = p.dead[1:]
		luaio.PushCallable(L, finalizer(ud))
		L.Push(ud)
		L.Call(1, 0)
	}
}

// close runs the finalizers of all that is left, the youngest first. Their errors are
// nobody's.
func (p *proxies) close(L *lua.LState) {
	slices.Reverse(p.list)
	list := append(p.dead, p.list...)
	p.list, p.dead = nil, nil
	for _, ud := range list {
		if fn := finalizer(ud); fn.Type() == lua.LTFunction {
			L.Push(fn)
			L.Push(ud)
			_ = L.PCall(1, 0, nil)
		}
	}
}
