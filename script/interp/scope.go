package interp

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
)

// Limits of one function, as luaconf.h has them.
const (
	maxLocals   = 200
	maxUpvalues = 60
	maxStack    = 250
	maxLevels   = 200 // of constructs inside one another
)

// scope is what the source of one function sees: its variables and its blocks. Local
// variables lie in its first registers.
type scope struct {
	constants
	outer    *scope // of the function around it
	block    *block
	free     int   // the first free register
	active   []int // local variables that can be seen, by their indexes in DbgLocals
	upvalues []upvalueFrom
}

// upvalueFrom is where a closure finds an upvalue: in a register of the function around
// it, or among that function's upvalues.
type upvalueFrom struct {
	local bool
	index int
}

// block is a block of statements.
type block struct {
	outer    *block
	breaks   int // list of the jumps out of the loop
	locals   int // active at its beginning
	captured bool
	loop     bool
	labels   []label
	gotos    []pendingGoto
}

// bound keeps a count within a limit of the function.
func (b *scope) bound(n, limit int, counted string) {
	if n <= limit {
		return
	}
	if b.proto.LineDefined == 0 {
		b.src.failLimit(fmt.Sprintf("main function has more than %d %s", limit, counted))
	}
	b.src.failLimit(fmt.Sprintf("function at line %d has more than %d %s", b.proto.LineDefined, limit, counted))
}

// reserve takes n registers.
func (b *scope) reserve(n int) {
	b.checkStack(n)
	b.free += n
}

func (b *scope) checkStack(n int) {
	if size := b.free + n; size > int(b.proto.NumUsedRegisters) {
		if size >= maxStack {
			b.src.fail("function or expression too complex")
		}
		b.proto.NumUsedRegisters = uint8(size)
	}
}

func (b *scope) release(reg int) {
	if reg&bitRK == 0 && reg >= len(b.active) {
		b.free--
	}
}

// addLocal declares a local variable, which can be seen once it is active.
func (b *scope) addLocal(name string) { b.addLocalAt(name, 0) }

// addLocalAt declares the n-th local variable of a statement, from 0.
func (b *scope) addLocalAt(name string, n int) {
	b.bound(len(b.active)+n+1, maxLocals, "local variables")
	b.proto.DbgLocals = append(b.proto.DbgLocals, &lua.DbgLocalInfo{Name: name})
}

// activate makes the n newest local variables visible.
func (b *scope) activate(n int) {
	for i := len(b.proto.DbgLocals) - n; i < len(b.proto.DbgLocals); i++ {
		b.proto.DbgLocals[i].StartPc = b.pc()
		b.active = append(b.active, i)
	}
}

// endLocals ends the local variables beyond the first n.
func (b *scope) endLocals(n int) {
	for _, i := range b.active[n:] {
		b.proto.DbgLocals[i].EndPc = b.pc()
	}
	b.active = b.active[:n]
}

// register finds the register of an active local variable.
func (b *scope) register(name string) (int, bool) {
	for i := len(b.active) - 1; i >= 0; i-- {
		if b.proto.DbgLocals[b.active[i]].Name == name {
			return i, true
		}
	}
	return 0, false
}

// variable is what a name stands for: a local variable, one of a function around, or a
// global one.
func (b *scope) variable(name string) expr {
	k, info := b.find(name, true)
	if k == exprGlobal {
		return exprOf(exprGlobal, b.stringConstant(name))
	}
	return exprOf(k, info)
}

func (b *scope) find(name string, own bool) (exprKind, int) {
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
func (b *scope) addUpvalue(name string, from upvalueFrom) int {
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
func (b *scope) capture(reg int) {
	k := b.block
	for k != nil && k.locals > reg {
		k = k.outer
	}
	if k != nil {
		k.captured = true
	}
}

func (b *scope) enterBlock(loop bool) *block {
	b.block = &block{outer: b.block, breaks: noJump, locals: len(b.active), loop: loop}
	return b.block
}

func (b *scope) leaveBlock() {
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

func (b *scope) breakLoop() {
	captured := false
	k := b.block
	for ; k != nil && !k.loop; k = k.outer {
		captured = captured || k.captured
	}
	if k == nil {
		b.src.fail("no loop to break")
	}
	if captured {
		b.abc(lua.OP_CLOSE, k.locals, 0, 0)
	}
	j := b.jump()
	b.join(&k.breaks, j)
}
