package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// Limits of one function, as luaconf.h has them.
const (
	maxLocals   = 200
	maxUpvalues = 60
	maxStack    = 250
	maxLevels   = 200 // of constructs inside one another
)

// builder makes one function while its source is read.
type builder struct {
	*parser
	proto      *lua.FunctionProto
	outer      *builder
	block      *block
	lastTarget int // the newest place that a jump leads to
	pending    int // list of the jumps to the next instruction
	free       int // the first free register
	active     []int
	upvalues   []upvalueFrom
	strings    map[string]int
	numbers    map[float64]int
	far        map[int]int // of long lists of jumps, by their first: one near the end
	others     [3]int      // places of nil, false and true among the constants, plus one
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

func (p *parser) open(line int) *builder {
	b := &builder{parser: p, outer: p.b, lastTarget: -1, pending: noJump,
		proto: &lua.FunctionProto{SourceName: p.x.chunk, LineDefined: line, NumUsedRegisters: 2}}
	p.b = b
	return b
}

// shut ends a function: the last instruction returns.
func (p *parser) shut() *lua.FunctionProto {
	b := p.b
	b.endLocals(0)
	b.ret(0, 0)
	b.proto.NumUpvalues = uint8(len(b.upvalues))
	p.b = b.outer
	return b.proto
}

func (b *builder) pc() int { return len(b.proto.Code) }

// emit appends an instruction that belongs to the line of the token before the current one.
func (b *builder) emit(i instruction) int { return b.emitAt(i, b.x.last) }

func (b *builder) emitAt(i instruction, line int) int {
	b.patchPending()
	b.proto.Code = append(b.proto.Code, i)
	b.proto.DbgSourcePositions = append(b.proto.DbgSourcePositions, line)
	return b.pc() - 1
}

func (b *builder) abc(op, a, x, c int) int { return b.emit(abc(op, a, x, c)) }
func (b *builder) abx(op, a, bx int) int   { return b.emit(abx(op, a, bx)) }

// fixLine moves the newest instruction to a line.
func (b *builder) fixLine(line int) { b.proto.DbgSourcePositions[b.pc()-1] = line }

// reserve takes n registers.
func (b *builder) reserve(n int) {
	b.checkStack(n)
	b.free += n
}

func (b *builder) checkStack(n int) {
	if size := b.free + n; size > int(b.proto.NumUsedRegisters) {
		if size >= maxStack {
			b.fail("function or expression too complex")
		}
		b.proto.NumUsedRegisters = uint8(size)
	}
}

func (b *builder) release(reg int) {
	if reg&bitRK == 0 && reg >= len(b.active) {
		b.free--
	}
}

// constant gives the place of a constant.
func (b *builder) constant(v lua.LValue) int {
	if len(b.proto.Constants) > maxBx {
		b.failLimit("constant table overflow")
	}
	b.proto.Constants = append(b.proto.Constants, v)
	return len(b.proto.Constants) - 1
}

func (b *builder) stringConstant(s string) int {
	i, ok := b.strings[s]
	if !ok {
		if b.strings == nil {
			b.strings = map[string]int{}
		}
		i = b.constant(lua.LString(s))
		b.strings[s] = i
	}
	return i
}

// numberConstant knows numbers as Lua's tables do: 0 and -0 are one.
func (b *builder) numberConstant(n float64) int {
	i, ok := b.numbers[n]
	if !ok {
		if b.numbers == nil {
			b.numbers = map[float64]int{}
		}
		i = b.constant(lua.LNumber(n))
		b.numbers[n] = i
	}
	return i
}

func (b *builder) otherConstant(k exprKind) int {
	at, v := 0, lua.LNil
	switch k {
	case exprFalse:
		at, v = 1, lua.LFalse
	case exprTrue:
		at, v = 2, lua.LTrue
	}
	if b.others[at] == 0 {
		b.others[at] = b.constant(v) + 1
	}
	return b.others[at] - 1
}

// loadNil sets n registers from one on to nil.
func (b *builder) loadNil(from, n int) {
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
	unheard := 0
	if b.pc() == 0 && b.lastTarget < 0 {
		unheard = 1 // lua5.1 has no instruction there: registers are nil when a call begins
	}
	b.abc(lua.OP_LOADNIL, from, from+n-1, unheard)
}

func (b *builder) ret(first, n int) { b.abc(lua.OP_RETURN, first, n+1, 0) }

// Jumps wait for their target in lists: the place of a jump's target holds the jump
// before it in its list.

func (b *builder) jump() int {
	waiting := b.pending
	b.pending = noJump
	j := b.emit(asbx(lua.OP_JMP, 0, noJump))
	b.join(&j, waiting)
	return j
}

func (b *builder) condition(op, a, x, c int) int {
	b.abc(op, a, x, c)
	return b.jump()
}

func (b *builder) fixJump(at, target int) {
	offset := target - (at + 1)
	if offset > biasSbx || -offset > biasSbx {
		b.failLimit("control structure too long")
	}
	i := &b.proto.Code[at]
	*i = asbx(opOf(*i), argA(*i), offset)
}

// label makes the next instruction a target of jumps.
func (b *builder) label() int {
	b.lastTarget = b.pc()
	return b.pc()
}

func (b *builder) target(at int) int {
	offset := sbxOf(b.proto.Code[at])
	if offset == noJump { // to itself: the end of a list
		return noJump
	}
	return at + 1 + offset
}

// control gives the instruction that decides about a jump, the jump itself where none does.
func (b *builder) control(at int) *instruction {
	if at >= 1 && isTest(opOf(b.proto.Code[at-1])) {
		return &b.proto.Code[at-1]
	}
	return &b.proto.Code[at]
}

// needsValue reports whether a jump of a list comes without a value.
func (b *builder) needsValue(list int) bool {
	for ; list != noJump; list = b.target(list) {
		if opOf(*b.control(list)) != lua.OP_TESTSET {
			return true
		}
	}
	return false
}

// patchTest has a TESTSET put its value into a register, or only test it.
func (b *builder) patchTest(node, reg int) bool {
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

func (b *builder) removeValues(list int) {
	for ; list != noJump; list = b.target(list) {
		b.patchTest(list, noReg)
	}
}

func (b *builder) patchList(list, valueTarget, reg, otherTarget int) {
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

func (b *builder) patchPending() {
	list := b.pending
	b.pending = noJump
	b.patchList(list, b.pc(), noReg, b.pc())
}

// patch leads a list of jumps to a target.
func (b *builder) patch(list, target int) {
	if target == b.pc() {
		b.patchHere(list)
	} else {
		b.patchList(list, target, noReg, target)
	}
}

// patchHere leads a list of jumps to the next instruction.
func (b *builder) patchHere(list int) {
	b.label()
	b.join(&b.pending, list)
}

// fewSteps is how far join walks along a list without taking note of where it got to.
const fewSteps = 8

// join puts the jumps of one list behind those of another.
func (b *builder) join(list *int, more int) {
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
