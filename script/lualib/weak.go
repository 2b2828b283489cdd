package lualib

import (
	goruntime "runtime"
	"strings"
	"weak"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
)

// weakTables are the tables of a state whose metatable had __mode when setmetatable gave
// it to them. gopher-lua's tables hold what is in them. So for the time of a collection
// each of them holds pointers in its place that keep nothing alive, and afterwards what
// is left of it. Go's collector alone decides what is dead: what a table holds beside
// them, or Go itself, lives on.
type weakTables struct {
	list []weak.Pointer[lua.LTable]
	in   map[weak.Pointer[lua.LTable]]bool
}

// mode gives __mode of a table's metatable, as it is now.
func mode(t *lua.LTable) (keys, values bool) {
	meta, ok := t.Metatable.(*lua.LTable)
	if !ok {
		return false, false
	}
	s, ok := meta.RawGetString("__mode").(lua.LString)
	return ok && strings.Contains(string(s), "k"), ok && strings.Contains(string(s), "v")
}

// tableGetsMeta notes a table that is weak from now on. What is not seen: a metatable
// that gets its __mode after setmetatable, and one that debug.setmetatable gives.
func (g *garbage) tableGetsMeta(t *lua.LTable, meta lua.LValue) {
	m, ok := meta.(*lua.LTable)
	if !ok || m.RawGetString("__mode") == lua.LNil {
		return
	}
	p := weak.Make(t)
	if g.weak.in[p] {
		return
	}
	if g.weak.in == nil {
		g.weak.in = map[weak.Pointer[lua.LTable]]bool{}
	}
	g.weak.in[p] = true
	g.weak.list = append(g.weak.list, p)
}

// entry is what a weak table had in one place. Outside a collection key and value are
// nil where they are held weakly.
type entry struct {
	key, value         lua.LValue
	weakKey, weakValue func() lua.LValue
}

// detached is what a weak table holds in the place of its entries. It is in the table
// itself: what a dead table held, nothing else does.
type detached struct{ entries []entry }

// weaken gives a pointer to a value that a weak table may lose; nil for one that is as
// good as a string.
func weaken(v lua.LValue) func() lua.LValue {
	switch v := v.(type) {
	case *lua.LTable:
		return weakly(v)
	case *lua.LFunction:
		return weakly(v)
	case *lua.LUserData:
		return weakly(v)
	case *lua.LState:
		return weakly(v)
	}
	return nil
}

// weakly gives a pointer that keeps nothing alive; it is nil when that is dead.
func weakly[T any, P interface {
	*T
	lua.LValue
}](p P) func() lua.LValue {
	w := weak.Make((*T)(p))
	return func() lua.LValue {
		if v := w.Value(); v != nil {
			return P(v)
		}
		return nil
	}
}

// detach empties the tables. Of the dead userdata, whose finalizers will run, those that
// are values go at once; as keys they stay until the next collection, as in lua5.1.
func (w *weakTables) detach(dead []*lua.LUserData) {
	gone := map[lua.LValue]bool{}
	for _, ud := range dead {
		gone[ud] = true
	}
	for _, p := range w.list {
		t := p.Value()
		if t == nil {
			continue
		}
		keys, values := mode(t)
		if !keys && !values {
			continue
		}
		d := &detached{}
		note := func(k, v lua.LValue) {
			if values && gone[v] {
				v = lua.LNil
			}
			e := entry{key: k, value: v}
			if keys {
				e.weakKey = weaken(k)
			}
			if values {
				e.weakValue = weaken(v)
			}
			if e.weakKey != nil {
				e.key = nil
			}
			if e.weakValue != nil {
				e.value = nil
			}
			d.entries = append(d.entries, e)
		}
		interp.Entries(t, note)
		interp.Reset(t)
		interp.SetInt(t, 1, &lua.LUserData{Value: d, Metatable: lua.LNil})
	}
}

// attach puts back what lives.
func (w *weakTables) attach() {
	living := w.list[:0]
	for _, p := range w.list {
		t := p.Value()
		if t == nil {
			delete(w.in, p)
			continue
		}
		living = append(living, p)
		held, ok := interp.GetInt(t, 1).(*lua.LUserData)
		if !ok {
			continue
		}
		d, ok := held.Value.(*detached)
		if !ok {
			continue
		}
		interp.Reset(t)
		for _, e := range d.entries {
			restore(t, e)
		}
		goruntime.KeepAlive(t)
	}
	clear(w.list[len(living):])
	w.list = living
}

// restore puts back one entry, unless its key or its value is dead. A key without a value
// stays in the order of a traversal.
func restore(t *lua.LTable, e entry) {
	key, value := e.key, e.value
	if e.weakKey != nil {
		if key = e.weakKey(); key == nil {
			return
		}
	}
	if e.weakValue != nil {
		if value = e.weakValue(); value == nil {
			value = lua.LNil
		}
	}
	interp.Restore(t, key, value)
}
