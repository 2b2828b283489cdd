package interp

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
)

// loop is what a state that is open runs calls with, in place of gopher-lua's mainLoop.
// A call from Go has made the frame.
func loop(L *lua.LState, _ *frame) {
	s := stateOf(L)
	s.stack.frames.makeRoom()
	cf := s.currentFrame
	if size := s.stack.frames.size(); size > s.Options.CallStackSize {
		s.stack.frames.pop()
		s.currentFrame = cf.Parent
		s.overflow()
	}
	s.room(s.reg.top)
	if s.depth+1 >= maxNested {
		s.currentFrame = cf.Parent // whose call it is that is one too many
	}
	s.deepen()
	s.currentFrame = cf
	if s.hooked {
		s.hookCall()
	}
	s.nested(cf)
}

// registers are those that the instructions of a call can name.
type registers = *[lastRoom]lua.LValue

func (r *registry) from(base int) registers { return registers(r.array[base:]) }

// pollEvery is how many loops and calls go by between two looks at the state's context.
const pollEvery = 1 << 10

// poll raises the error of a context that has ended, and of memory that is used up.
func (s *state) poll() {
	if scarce.TakeFull() {
		outOfMemory()
	}
	if s.ctx == nil {
		return
	}
	select {
	case <-s.ctx.Done():
		s.throw(context.Cause(s.ctx).Error())
	default:
	}
}

// operand gives the value of an operand that is a register or a constant.
func operand(r registers, k []lua.LValue, i instruction) lua.LValue {
	if i&bitRK != 0 {
		return k[i&maxRK]
	}
	return r[uint8(i)]
}

// run executes instructions, from the state's newest call on, until the call of a frame
// has returned; of nil, until a coroutine has ended or yields. It is one
// loop over the calls of Lua functions by one another; where a function written in Go or a
// metamethod calls, there is another one inside.
//
// One switch has all instructions, each of which jumps back to it: what is short or must
// be fast stands here, the rest behind a call. A call's pc stands in its frame before anything
// that may raise an error or call. What may call may also move the registers.
func (s *state) run(until *frame) {
	var (
		cf    *frame
		fn    *lua.LFunction
		code  []instruction
		k     []lua.LValue
		r     registers
		base  int
		pc    int
		ticks uint
	)
	alloc, ops := s.reg.alloc, operations{s}
newframe:
	cf = s.currentFrame
	fn = cf.Fn
	code, k = fn.Proto.Code, fn.Proto.Constants
	base, pc = cf.LocalBase, cf.Pc
	r = s.reg.from(base)
	for {
		if s.hooked {
			cf.Pc = pc + 1
			s.hook(cf)
			r = s.reg.from(base)
		}
		i := code[pc]
		pc++
		a := uint8(i >> shiftA)
		switch int(i >> shiftOp) {
		case lua.OP_MOVE:
			r[a] = r[uint8(i)]

		case lua.OP_LOADK:
			r[a] = k[i&maskBx]

		case lua.OP_LOADBOOL:
			r[a] = lua.LBool(i&maskBC != 0)
			if i>>shiftC&maskBC != 0 {
				pc++
			}

		case lua.OP_LOADNIL:
			for n := int(a); n <= argB(i); n++ {
				r[uint8(n)] = lua.LNil
			}

		case lua.OP_GETUPVAL:
			r[a] = upvalueOf(fn.Upvalues[i&maskBC]).get()

		case lua.OP_SETUPVAL:
			upvalueOf(fn.Upvalues[i&maskBC]).set(r[a])

		case lua.OP_GETGLOBAL:
			key := k[i&maskBx].(lua.LString)
			if v, ok := tableOf(fn.Env).strdict[string(key)]; ok {
				r[a] = v
				continue
			}
			cf.Pc = pc
			v := ops.index(fn.Env, key)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_SETGLOBAL:
			cf.Pc = pc
			ops.setIndexed(fn.Env, k[i&maskBx], r[a])
			r = s.reg.from(base)

		case lua.OP_GETTABLEKS:
			key := k[i>>shiftC&maxRK].(lua.LString)
			if t, ok := r[uint8(i)].(*lua.LTable); ok {
				if v, ok := tableOf(t).strdict[string(key)]; ok {
					r[a] = v
					continue
				}
			}
			cf.Pc = pc
			v := ops.index(r[uint8(i)], key)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_GETTABLE:
			key := operand(r, k, i>>shiftC)
			if t, ok := r[uint8(i)].(*lua.LTable); ok {
				if n, ok := key.(lua.LNumber); ok {
					at, array := int(n)-1, tableOf(t).array
					if uint(at) < uint(len(array)) && lua.LNumber(at+1) == n && !isNil(array[at]) {
						r[a] = array[at]
						continue
					}
				}
			}
			cf.Pc = pc
			v := ops.index(r[uint8(i)], key)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_SETTABLEKS:
			key, value := k[i&maxRK].(lua.LString), operand(r, k, i>>shiftC)
			if t, ok := r[a].(*lua.LTable); ok {
				if m := tableOf(t); isNil(m.Metatable) {
					m.setString(string(key), value)
					continue
				}
			}
			cf.Pc = pc
			ops.setIndexed(r[a], key, value)
			r = s.reg.from(base)

		case lua.OP_SETTABLE:
			key, value := operand(r, k, i), operand(r, k, i>>shiftC)
			if t, ok := r[a].(*lua.LTable); ok {
				if n, ok := key.(lua.LNumber); ok {
					m := tableOf(t)
					at := int(n) - 1
					if uint(at) < uint(cap(m.array)) && lua.LNumber(at+1) == n && isNil(m.Metatable) {
						if at < len(m.array) && m.dict == nil {
							m.array[at] = value
						} else {
							m.setIndex(at, value)
						}
						continue
					}
				}
			}
			cf.Pc = pc
			ops.setIndexed(r[a], key, value)
			r = s.reg.from(base)

		case lua.OP_NEWTABLE:
			r[a] = newTable(sizeOf(argB(i)), sizeOf(argC(i)))

		case lua.OP_SELF:
			v, key := r[uint8(i)], operand(r, k, i>>shiftC)
			cf.Pc = pc
			f := ops.index(v, key)
			r = s.reg.from(base)
			r[a+1] = v
			r[a] = f

		case lua.OP_ADD:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			if n, ok := x.(lua.LNumber); ok {
				if m, ok := y.(lua.LNumber); ok {
					r[a] = alloc.box(float64(n + m))
					continue
				}
			}
			cf.Pc = pc
			v := ops.arithmetic(lua.OP_ADD, x, y)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_SUB:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			if n, ok := x.(lua.LNumber); ok {
				if m, ok := y.(lua.LNumber); ok {
					r[a] = alloc.box(float64(n - m))
					continue
				}
			}
			cf.Pc = pc
			v := ops.arithmetic(lua.OP_SUB, x, y)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_MUL:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			if n, ok := x.(lua.LNumber); ok {
				if m, ok := y.(lua.LNumber); ok {
					r[a] = alloc.box(float64(n * m))
					continue
				}
			}
			cf.Pc = pc
			v := ops.arithmetic(lua.OP_MUL, x, y)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_DIV, lua.OP_MOD, lua.OP_POW:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			op := opOf(i)
			if n, ok := x.(lua.LNumber); ok {
				if m, ok := y.(lua.LNumber); ok {
					r[a] = alloc.box(arith(op, float64(n), float64(m)))
					continue
				}
			}
			cf.Pc = pc
			v := ops.arithmetic(op, x, y)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_UNM:
			x := r[uint8(i)]
			if n, ok := x.(lua.LNumber); ok {
				r[a] = alloc.box(float64(-n))
				continue
			}
			cf.Pc = pc
			v := ops.arithmetic(lua.OP_UNM, x, x)
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_NOT:
			r[a] = lua.LBool(isFalse(r[uint8(i)]))

		case lua.OP_LEN:
			cf.Pc = pc
			v := ops.length(r[uint8(i)])
			r = s.reg.from(base)
			r[a] = v

		case lua.OP_CONCAT:
			cf.Pc = pc
			v := ops.concat(base+argB(i), base+argC(i))
			r = s.reg.from(base)
			r[a] = v

		case opBar:
			r[a] = s.globals().bar()

		case lua.OP_JMP:
			n := sbxOf(i)
			pc += n
			if n < 0 {
				if ticks++; ticks%pollEvery == 0 {
					cf.Pc = pc
					s.poll()
				}
			}

		case lua.OP_EQ:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			equal := x == y
			if !equal && sameKind(x, y) {
				cf.Pc = pc
				equal = ops.equal(x, y)
				r = s.reg.from(base)
			}
			if equal == (a != 0) {
				pc += sbxOf(code[pc])
			}
			pc++

		case lua.OP_LT:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			var less bool
			n, ok := x.(lua.LNumber)
			if m, number := y.(lua.LNumber); ok && number {
				less = n < m
			} else {
				cf.Pc = pc
				less = ops.less(x, y)
				r = s.reg.from(base)
			}
			if less == (a != 0) {
				pc += sbxOf(code[pc])
			}
			pc++

		case lua.OP_LE:
			x, y := operand(r, k, i), operand(r, k, i>>shiftC)
			var less bool
			n, ok := x.(lua.LNumber)
			if m, number := y.(lua.LNumber); ok && number {
				less = n <= m
			} else {
				cf.Pc = pc
				less = ops.lessEqual(x, y)
				r = s.reg.from(base)
			}
			if less == (a != 0) {
				pc += sbxOf(code[pc])
			}
			pc++

		case lua.OP_TEST:
			if isFalse(r[a]) == (i>>shiftC&maskBC == 0) {
				pc += sbxOf(code[pc])
			}
			pc++

		case lua.OP_TESTSET:
			if v := r[uint8(i)]; isFalse(v) == (i>>shiftC&maskBC == 0) {
				r[a] = v
				pc += sbxOf(code[pc])
			}
			pc++

		case lua.OP_CALL:
			at := base + int(a)
			nargs := argB(i) - 1
			if nargs < 0 {
				nargs = s.reg.top - at - 1
			}
			cf.Pc = pc
			callee, ok := r[a].(*lua.LFunction)
			if !ok {
				callee, nargs = s.callable(at, nargs)
			}
			next := s.newFrame(callee, at, nargs, argC(i)-1)
			if ticks++; ticks%pollEvery == 0 {
				s.poll()
			}
			if !callee.IsG {
				s.enter(next)
				s.currentFrame = next
				if s.hooked {
					s.hookCall()
				}
				goto newframe
			}
			s.reg.top = at + 1 + nargs
			s.currentFrame = next
			if s.hooked {
				s.hookCall()
			}
			if s.runGo(next) {
				if until != nil {
					s.noYield()
				}
				return
			}
			if argC(i) != 0 {
				s.reg.top = base + int(fn.Proto.NumUsedRegisters)
			}
			r = s.reg.from(base)

		case lua.OP_TAILCALL:
			at := base + int(a)
			nargs := argB(i) - 1
			if nargs < 0 {
				nargs = s.reg.top - at - 1
			}
			cf.Pc = pc
			callee, ok := r[a].(*lua.LFunction)
			if !ok {
				callee, nargs = s.callable(at, nargs)
			}
			if ticks++; ticks%pollEvery == 0 {
				s.poll()
			}
			if callee.IsG { // the RETURN behind it returns the results
				next := s.newFrame(callee, at, nargs, multiple)
				s.reg.top = at + 1 + nargs
				s.currentFrame = next
				if s.hooked {
					s.hookCall()
				}
				if s.runGo(next) {
					if until != nil {
						s.noYield()
					}
					return
				}
				r = s.reg.from(base)
				continue
			}
			if s.upvalues.newest != nil {
				s.upvalues.close(base)
			}
			copy(s.reg.array[cf.Base:], s.reg.array[at:at+nargs+1])
			cf.Fn, cf.Pc, cf.LocalBase, cf.NArgs = callee, 0, cf.Base+1, nargs
			cf.TailCall++
			s.enter(cf)
			if s.hooked {
				s.hookCall()
			}
			goto newframe

		case lua.OP_RETURN:
			first, n := base+int(a), argB(i)-1
			if n < 0 {
				n = s.reg.top - first
			}
			cf.Pc = pc
			if s.hooked {
				s.hookReturn(cf)
			}
			if s.upvalues.newest != nil {
				s.upvalues.close(base)
			}
			s.deliver(cf, first, n)
			s.stack.frames.pop()
			caller := cf.Parent
			s.currentFrame = caller
			if cf == until || caller == nil {
				return
			}
			if cf.NRet != multiple {
				s.reg.top = caller.LocalBase + int(caller.Fn.Proto.NumUsedRegisters)
			}
			goto newframe

		case lua.OP_FORLOOP:
			index, ok1 := r[a].(lua.LNumber)
			limit, ok2 := r[a+1].(lua.LNumber)
			step, ok3 := r[a+2].(lua.LNumber)
			if !ok1 || !ok2 || !ok3 { // debug.setlocal has been here
				cf.Pc = pc
				s.throw("'for' variables must stay numbers")
			}
			index += step
			if step > 0 && index <= limit || !(step > 0) && limit <= index {
				v := alloc.box(float64(index))
				r[a] = v
				r[a+3] = v
				pc += sbxOf(i)
				if ticks++; ticks%pollEvery == 0 {
					cf.Pc = pc
					s.poll()
				}
			}

		case lua.OP_FORPREP:
			cf.Pc = pc
			s.prepare(r[a : int(a)+3])
			pc += sbxOf(i)

		case lua.OP_TFORLOOP:
			at := base + int(a) + 3
			cf.Pc = pc
			r[a+3], r[a+4], r[a+5] = r[a], r[a+1], r[a+2]
			s.generate(at, argC(i))
			s.reg.top = base + int(fn.Proto.NumUsedRegisters)
			r = s.reg.from(base)
			if v := r[a+3]; !isNil(v) {
				r[a+2] = v
				pc += sbxOf(code[pc])
				if ticks++; ticks%pollEvery == 0 {
					s.poll()
				}
			}
			pc++

		case lua.OP_SETLIST:
			batch := argC(i)
			if batch == 0 {
				batch = int(code[pc])
				pc++
			}
			s.setList(cf, base+int(a), argB(i), batch)

		case lua.OP_CLOSE:
			s.upvalues.close(base + int(a))

		case lua.OP_CLOSURE:
			closure := s.closure(fn, base, fn.Proto.FunctionPrototypes[i&maskBx], code[pc:])
			pc += len(closure.Upvalues)
			r[a] = closure

		case lua.OP_VARARG:
			s.varargs(cf, base+int(a), argB(i)-1)
			r = s.reg.from(base)

		default:
			cf.Pc = pc
			s.throw("not an instruction of this interpreter")
		}
	}
}
