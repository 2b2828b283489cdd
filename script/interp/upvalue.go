package interp

import lua "github.com/yuin/gopher-lua"

// upvalues are the open ones of a state: a list, the newest registers first. gopher-lua's
// own order is the reverse, but nothing of it walks the list once a state is opened.
type upvalues struct{ newest *upvalue }

// find gives the open upvalue of a register.
func (list *upvalues) find(reg *registry, at int) *lua.Upvalue {
	p := &list.newest
	for *p != nil && (*p).index > at {
		p = &(*p).next
	}
	if *p == nil || (*p).index != at {
		*p = &upvalue{next: *p, reg: reg, index: at}
	}
	return luaUpvalue(*p)
}

// close has the upvalues of registers from one on keep their values themselves.
func (list *upvalues) close(from int) {
	for u := list.newest; u != nil && u.index >= from; u = list.newest {
		u.value, u.closed = u.get(), true
		list.newest, u.next = u.next, nil
	}
}

func (u *upvalue) get() lua.LValue {
	if u.closed || u.reg == nil {
		return u.value
	}
	return u.reg.array[u.index]
}

func (u *upvalue) set(v lua.LValue) {
	if u.closed || u.reg == nil {
		u.value = v
	} else {
		u.reg.array[u.index] = v
	}
}
