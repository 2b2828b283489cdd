package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// addLocal declares a local variable, which can be seen once it is active.
func (b *builder) addLocal(name string) { b.addLocalAt(name, 0) }

// addLocalAt declares the n-th local variable of a statement, from 0.
func (b *builder) addLocalAt(name string, n int) {
	b.bound(len(b.active)+n+1, maxLocals, "local variables")
	b.proto.DbgLocals = append(b.proto.DbgLocals, &lua.DbgLocalInfo{Name: name})
}

// activate makes the n newest local variables visible.
func (b *builder) activate(n int) {
	for i := len(b.proto.DbgLocals) - n; i < len(b.proto.DbgLocals); i++ {
		b.proto.DbgLocals[i].StartPc = b.pc()
		b.active = append(b.active, i)
	}
}

// endLocals ends the local variables beyond the first n.
func (b *builder) endLocals(n int) {
	for _, i := range b.active[n:] {
		b.proto.DbgLocals[i].EndPc = b.pc()
	}
	b.active = b.active[:n]
}

// register finds the register of an active local variable.
func (b *builder) register(name string) (int, bool) {
	for i := len(b.active) - 1; i >= 0; i-- {
		if b.proto.DbgLocals[b.active[i]].Name == name {
			return i, true
		}
	}
	return 0, false
}

// variable is what a name stands for: a local variable, one of a function around, or a
// global one.
func (b *builder) variable(name string) expr {
	k, info := b.find(name, true)
	if k == exprGlobal {
		return exprOf(exprGlobal, b.stringConstant(name))
	}
	return exprOf(k, info)
}

func (b *builder) find(name string, own bool) (exprKind, int) {
	if reg, ok := b.register(name); ok {
		if !own {
			b.capture(reg)
		}
		return exprLocal, reg
	}
	if b.outer == nil {
		return exprGlobal, 0
	}
	k, info := b.outer.find(name, false)
	if k == exprGlobal {
		return k, 0
	}
	return exprUpvalue, b.addUpvalue(name, upvalueFrom{local: k == exprLocal, index: info})
}

// addUpvalue gives the place of an upvalue.
func (b *builder) addUpvalue(name string, from upvalueFrom) int {
	for i, u := range b.upvalues {
		if u == from {
			return i
		}
	}
	b.bound(len(b.upvalues)+1, maxUpvalues, "upvalues")
	b.upvalues = append(b.upvalues, from)
	b.proto.DbgUpvalues = append(b.proto.DbgUpvalues, name)
	return len(b.upvalues) - 1
}

// capture notes that the block of a local variable must close it.
func (b *builder) capture(reg int) {
	k := b.block
	for k != nil && k.locals > reg {
		k = k.outer
	}
	if k != nil {
		k.captured = true
	}
}

func (b *builder) enterBlock(loop bool) *block {
	b.block = &block{outer: b.block, breaks: noJump, locals: len(b.active), loop: loop}
	return b.block
}

func (b *builder) leaveBlock() {
	k := b.block
	b.block = k.outer
	b.leaveGotos(k)
	b.endLocals(k.locals)
	if k.captured {
		b.abc(lua.OP_CLOSE, k.locals, 0, 0)
	}
	b.free = len(b.active)
	b.patchHere(k.breaks)
}
