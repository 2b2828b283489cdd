package interp

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// exprKind says where the value of an expression is.
type exprKind int

const (
	exprVoid exprKind = iota
	exprNil
	exprTrue
	exprFalse
	exprConstant // info: place among the constants
	exprNumber   // number
	exprLocal    // info: register
	exprUpvalue  // info: place among the upvalues
	exprGlobal   // info: place of the name among the constants
	exprIndexed  // info: register of the table; aux: register or constant of the key
	exprJump     // info: place of the jump
	exprMovable  // info: place of the instruction, whose A is open
	exprFixed    // info: register
	exprCall     // info: place of the instruction
	exprVararg   // info: place of the instruction
)

// expr is an expression that has been read, and whose value may not be in a register yet.
type expr struct {
	kind      exprKind
	info, aux int
	number    float64
	whenTrue  int // list of the jumps out of it where it is true
	whenFalse int // and where it is false
}

// builder makes one function while its source is read: it brings the values of expressions
// to where they are wanted.
type builder struct {
	scope
	outer *builder
}

func exprOf(k exprKind, info int) expr {
	return expr{kind: k, info: info, whenTrue: noJump, whenFalse: noJump}
}

func (e *expr) hasJumps() bool { return e.whenTrue != e.whenFalse }

func (e *expr) isNumeral() bool {
	return e.kind == exprNumber && e.whenTrue == noJump && e.whenFalse == noJump
}

func (e *expr) isMulti() bool { return e.kind == exprCall || e.kind == exprVararg }

func (b *builder) codeOf(e *expr) *instruction { return &b.proto.Code[e.info] }

// wantResults has a call or a ... give n results, or multiple.
func (b *builder) wantResults(e *expr, n int) {
	switch e.kind {
	case exprCall:
		setC(b.codeOf(e), n+1)
	case exprVararg:
		setB(b.codeOf(e), n+1)
		setA(b.codeOf(e), b.free)
		b.reserve(1)
	}
}

// wantOne has a call or a ... give one result.
func (b *builder) wantOne(e *expr) {
	switch e.kind {
	case exprCall:
		e.kind, e.info = exprFixed, argA(*b.codeOf(e))
	case exprVararg:
		setB(b.codeOf(e), 2)
		e.kind = exprMovable
	}
}

// discharge makes a value of what stands for a variable or a call.
func (b *builder) discharge(e *expr) {
	switch e.kind {
	case exprLocal:
		e.kind = exprFixed
	case exprUpvalue:
		e.info, e.kind = b.abc(lua.OP_GETUPVAL, 0, e.info, 0), exprMovable
	case exprGlobal:
		e.info, e.kind = b.abx(lua.OP_GETGLOBAL, 0, e.info), exprMovable
	case exprIndexed:
		b.release(e.aux)
		b.release(e.info)
		e.info, e.kind = b.abc(b.keyed(lua.OP_GETTABLE, e.aux), 0, e.info, e.aux), exprMovable
	case exprCall, exprVararg:
		b.wantOne(e)
	}
}

// keyed gives the faster form of an operation on a field whose name is known.
func (b *builder) keyed(op, key int) int {
	if key&bitRK == 0 {
		return op
	}
	if _, ok := b.proto.Constants[key&^bitRK].(lua.LString); !ok {
		return op
	}
	if op == lua.OP_GETTABLE {
		return lua.OP_GETTABLEKS
	}
	return lua.OP_SETTABLEKS
}

func (b *builder) toRegister(e *expr, reg int) {
	b.discharge(e)
	switch e.kind {
	case exprNil:
		b.loadNil(reg, 1)
	case exprFalse:
		b.abc(lua.OP_LOADBOOL, reg, 0, 0)
	case exprTrue:
		b.abc(lua.OP_LOADBOOL, reg, 1, 0)
	case exprConstant:
		b.abx(lua.OP_LOADK, reg, e.info)
	case exprNumber:
		b.abx(lua.OP_LOADK, reg, b.numberConstant(e.number))
	case exprMovable:
		setA(b.codeOf(e), reg)
	case exprFixed:
		if reg != e.info {
			b.abc(lua.OP_MOVE, reg, e.info, 0)
		}
	default:
		return // nothing, or a jump
	}
	e.kind, e.info = exprFixed, reg
}

func (b *builder) toAnyRegister(e *expr) {
	if e.kind != exprFixed {
		b.reserve(1)
		b.toRegister(e, b.free-1)
	}
}

// evaluateTo puts the value of an expression, and of the jumps out of it, into a register.
func (b *builder) evaluateTo(e *expr, reg int) {
	b.toRegister(e, reg)
	if e.kind == exprJump {
		b.join(&e.whenTrue, e.info)
	}
	if e.hasJumps() {
		loadFalse, loadTrue := noJump, noJump
		if b.needsValue(e.whenTrue) || b.needsValue(e.whenFalse) {
			over := noJump
			if e.kind != exprJump {
				over = b.jump()
			}
			b.label()
			loadFalse = b.abc(lua.OP_LOADBOOL, reg, 0, 1)
			b.label()
			loadTrue = b.abc(lua.OP_LOADBOOL, reg, 1, 0)
			b.patchHere(over)
		}
		end := b.label()
		b.patchList(e.whenFalse, end, reg, loadFalse)
		b.patchList(e.whenTrue, end, reg, loadTrue)
	}
	*e = exprOf(exprFixed, reg)
}

func (b *builder) releaseExpr(e *expr) {
	if e.kind == exprFixed {
		b.release(e.info)
	}
}

// toNext puts an expression into the next free register.
func (b *builder) toNext(e *expr) {
	b.discharge(e)
	b.releaseExpr(e)
	b.reserve(1)
	b.evaluateTo(e, b.free-1)
}

// toAny puts an expression into a register, and gives it.
func (b *builder) toAny(e *expr) int {
	b.discharge(e)
	if e.kind == exprFixed {
		if !e.hasJumps() {
			return e.info
		}
		if e.info >= len(b.active) { // no local
			b.evaluateTo(e, e.info)
			return e.info
		}
	}
	b.toNext(e)
	return e.info
}

func (b *builder) toValue(e *expr) {
	if e.hasJumps() {
		b.toAny(e)
	} else {
		b.discharge(e)
	}
}

// toRK makes an operand of an expression: a register or a constant.
func (b *builder) toRK(e *expr) int {
	b.toValue(e)
	switch e.kind {
	case exprNumber, exprTrue, exprFalse, exprNil:
		if len(b.proto.Constants) <= maxRK {
			if e.kind == exprNumber {
				e.info = b.numberConstant(e.number)
			} else {
				e.info = b.otherConstant(e.kind)
			}
			e.kind = exprConstant
			return e.info | bitRK
		}
	case exprConstant:
		if e.info <= maxRK {
			return e.info | bitRK
		}
	}
	return b.toAny(e)
}

// store assigns an expression to a variable.
func (b *builder) store(to, e *expr) {
	switch to.kind {
	case exprLocal:
		b.releaseExpr(e)
		b.evaluateTo(e, to.info)
		return
	case exprUpvalue:
		b.abc(lua.OP_SETUPVAL, b.toAny(e), to.info, 0)
	case exprGlobal:
		b.abx(lua.OP_SETGLOBAL, b.toAny(e), to.info)
	case exprIndexed:
		value := b.toRK(e)
		b.abc(b.keyed(lua.OP_SETTABLE, to.aux), to.info, to.aux, value)
	}
	b.releaseExpr(e)
}

// method makes a call's function and its first argument of an object and a name.
func (b *builder) method(e, key *expr) {
	b.toAny(e)
	b.releaseExpr(e)
	f := b.free
	b.reserve(2)
	b.abc(lua.OP_SELF, f, e.info, b.toRK(key))
	b.releaseExpr(key)
	e.kind, e.info = exprFixed, f
}

func (b *builder) invert(e *expr) {
	i := b.control(e.info)
	setA(i, 1-argA(*i))
}

func (b *builder) jumpIf(e *expr, when bool) int {
	c := 0
	if when {
		c = 1
	}
	if e.kind == exprMovable {
		if i := *b.codeOf(e); opOf(i) == lua.OP_NOT {
			b.proto.Code = b.proto.Code[:b.pc()-1]
			b.proto.DbgSourcePositions = b.proto.DbgSourcePositions[:b.pc()]
			return b.condition(lua.OP_TEST, argB(i), 0, 1-c)
		}
	}
	b.toAnyRegister(e)
	b.releaseExpr(e)
	return b.condition(lua.OP_TESTSET, noReg, e.info, c)
}

// goIfTrue goes on behind an expression where it is true.
func (b *builder) goIfTrue(e *expr) {
	b.discharge(e)
	var j int
	switch e.kind {
	case exprConstant, exprNumber, exprTrue:
		j = noJump
	case exprJump:
		b.invert(e)
		j = e.info
	default:
		j = b.jumpIf(e, false)
	}
	b.join(&e.whenFalse, j)
	b.patchHere(e.whenTrue)
	e.whenTrue = noJump
}

func (b *builder) goIfFalse(e *expr) {
	b.discharge(e)
	var j int
	switch e.kind {
	case exprNil, exprFalse:
		j = noJump
	case exprJump:
		j = e.info
	default:
		j = b.jumpIf(e, true)
	}
	b.join(&e.whenTrue, j)
	b.patchHere(e.whenFalse)
	e.whenFalse = noJump
}

func (b *builder) not(e *expr) {
	b.discharge(e)
	switch e.kind {
	case exprNil, exprFalse:
		e.kind = exprTrue
	case exprConstant, exprNumber, exprTrue:
		e.kind = exprFalse
	case exprJump:
		b.invert(e)
	case exprMovable, exprFixed:
		b.toAnyRegister(e)
		b.releaseExpr(e)
		e.info, e.kind = b.abc(lua.OP_NOT, 0, e.info, 0), exprMovable
	}
	e.whenFalse, e.whenTrue = e.whenTrue, e.whenFalse
	b.removeValues(e.whenFalse)
	b.removeValues(e.whenTrue)
}

// fold computes an operation on two numerals, where that is safe: nothing is divided by
// zero, and the result is a number.
func fold(op int, x, y *expr) bool {
	if !x.isNumeral() || !y.isNumeral() {
		return false
	}
	var r float64
	switch a, c := x.number, y.number; op {
	case lua.OP_UNM:
		r = -a
	case lua.OP_LEN:
		return false
	default:
		if c == 0 && (op == lua.OP_DIV || op == lua.OP_MOD) {
			return false
		}
		r = arith(op, a, c)
	}
	if math.IsNaN(r) {
		return false
	}
	x.number = r
	return true
}

// operate is an operation with a result: arithmetic, #, - and ...
func (b *builder) operate(op int, x, y *expr) {
	if fold(op, x, y) {
		return
	}
	right := 0
	if op != lua.OP_UNM && op != lua.OP_LEN {
		right = b.toRK(y)
	}
	left := b.toRK(x)
	if left > right {
		b.releaseExpr(x)
		b.releaseExpr(y)
	} else {
		b.releaseExpr(y)
		b.releaseExpr(x)
	}
	x.info, x.kind = b.abc(op, 0, left, right), exprMovable
}

// compare is a comparison, which jumps where its result is not when.
func (b *builder) compare(op, when int, x, y *expr) {
	left, right := b.toRK(x), b.toRK(y)
	b.releaseExpr(y)
	b.releaseExpr(x)
	if when == 0 && op != lua.OP_EQ {
		left, right, when = right, left, 1 // a > b is b < a
	}
	x.info, x.kind = b.condition(op, when, left, right), exprJump
}

// setList stores items of a table constructor that lie in registers behind it.
func (b *builder) setList(table, stored, n int) {
	batch := (stored-1)/lua.FieldsPerFlush + 1
	count := n
	if n == multiple {
		count = 0
	}
	if batch <= maskBC {
		b.abc(lua.OP_SETLIST, table, count, batch)
	} else {
		b.abc(lua.OP_SETLIST, table, count, 0)
		b.emit(instruction(batch))
	}
	b.free = table + 1
}
