package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// emitter appends the instructions of one function, with their lines and their jumps.
type emitter struct {
	src        *tokens
	proto      *lua.FunctionProto
	lastTarget int         // the newest instruction that a jump leads to
	pending    int         // list of the jumps to the next instruction
	far        map[int]int // of long lists of jumps, by their first: one near the end
}

func (b *emitter) pc() int { return len(b.proto.Code) }

// emit appends an instruction that belongs to the line of the token before the current one.
func (b *emitter) emit(i instruction) int { return b.emitAt(i, b.src.last) }

func (b *emitter) emitAt(i instruction, line int) int {
	b.patchPending()
	b.proto.Code = append(b.proto.Code, i)
	b.proto.DbgSourcePositions = append(b.proto.DbgSourcePositions, line)
	return b.pc() - 1
}

func (b *emitter) abc(op, a, x, c int) int { return b.emit(abc(op, a, x, c)) }
func (b *emitter) abx(op, a, bx int) int   { return b.emit(abx(op, a, bx)) }

// fixLine moves the newest instruction to a line.
func (b *emitter) fixLine(line int) { b.proto.DbgSourcePositions[b.pc()-1] = line }

// loadNil sets n registers from one on to nil.
func (b *emitter) loadNil(from, n int) {
	if b.pc() > b.lastTarget && b.pc() > 0 {
		last := &b.proto.Code[b.pc()-1]
		if opOf(*last) == lua.OP_LOADNIL {
			first, end := argA(*last), argB(*last)
			if first <= from && from <= end+1 {
				if from+n-1 > end {
					setB(last, from+n-1)
				}
				return
			}
		}
	}
	extra := 0
	if b.pc() == 0 && b.lastTarget < 0 {
		extra = 1 // lua5.1 has no instruction there: registers are nil when a call begins
	}
	b.abc(lua.OP_LOADNIL, from, from+n-1, extra)
}

func (b *emitter) ret(first, n int) { b.abc(lua.OP_RETURN, first, n+1, 0) }

// Jumps wait for their target in lists: the place of a jump's target holds the jump
// before it in its list.

func (b *emitter) jump() int {
	waiting := b.pending
	b.pending = noJump
	j := b.emit(asbx(lua.OP_JMP, 0, noJump))
	b.join(&j, waiting)
	return j
}

func (b *emitter) condition(op, a, x, c int) int {
	b.abc(op, a, x, c)
	return b.jump()
}

func (b *emitter) fixJump(at, target int) {
	offset := target - (at + 1)
	if offset > biasSbx || -offset > biasSbx {
		b.src.failLimit("control structure too long")
	}
	i := &b.proto.Code[at]
	*i = asbx(opOf(*i), argA(*i), offset)
}

// label makes the next instruction a target of jumps.
func (b *emitter) label() int {
	b.lastTarget = b.pc()
	return b.pc()
}

func (b *emitter) target(at int) int {
	offset := sbxOf(b.proto.Code[at])
	if offset == noJump { // to itself: the end of a list
		return noJump
	}
	return at + 1 + offset
}

// control gives the instruction that decides about a jump, the jump itself where none does.
func (b *emitter) control(at int) *instruction {
	if at >= 1 && isTest(opOf(b.proto.Code[at-1])) {
		return &b.proto.Code[at-1]
	}
	return &b.proto.Code[at]
}

// needsValue reports whether a jump of a list comes without a value.
func (b *emitter) needsValue(list int) bool {
	for ; list != noJump; list = b.target(list) {
		if opOf(*b.control(list)) != lua.OP_TESTSET {
			return true
		}
	}
	return false
}

// patchTest has a TESTSET put its value into a register, or only test it.
func (b *emitter) patchTest(node, reg int) bool {
	i := b.control(node)
	if opOf(*i) != lua.OP_TESTSET {
		return false
	}
	if reg != noReg && reg != argB(*i) {
		setA(i, reg)
	} else {
		*i = abc(lua.OP_TEST, argB(*i), 0, argC(*i))
	}
	return true
}

func (b *emitter) removeValues(list int) {
	for ; list != noJump; list = b.target(list) {
		b.patchTest(list, noReg)
	}
}

func (b *emitter) patchList(list, valueTarget, reg, otherTarget int) {
	for list != noJump {
		next := b.target(list)
		if b.patchTest(list, reg) {
			b.fixJump(list, valueTarget)
		} else {
			b.fixJump(list, otherTarget)
		}
		list = next
	}
}

func (b *emitter) patchPending() {
	list := b.pending
	b.pending = noJump
	b.patchList(list, b.pc(), noReg, b.pc())
}

// patch leads a list of jumps to a target.
func (b *emitter) patch(list, target int) {
	if target == b.pc() {
		b.patchHere(list)
	} else {
		b.patchList(list, target, noReg, target)
	}
}

// patchHere leads a list of jumps to the next instruction.
func (b *emitter) patchHere(list int) {
	b.label()
	b.join(&b.pending, list)
}

// fewSteps is how far join walks along a list without taking note of where it got to.
const fewSteps = 8

// join puts the jumps of one list behind those of another.
func (b *emitter) join(list *int, more int) {
	if more == noJump {
		return
	}
	if *list == noJump {
		*list = more
		return
	}
	at := *list
	if far, known := b.far[at]; known {
		at = far
	}
	steps := 0
	for {
		next := b.target(at)
		if next == noJump {
			break
		}
		at = next
		steps++
	}
	if steps > fewSteps {
		if b.far == nil {
			b.far = map[int]int{}
		}
		b.far[*list] = at
	}
	b.fixJump(at, more)
}
