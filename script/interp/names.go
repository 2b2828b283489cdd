package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// nameOf finds what the value in a register of a function is called by the code that put
// it there, as ldebug.c's getobjname does: a local or global variable, an upvalue, a field
// or a method. kind is empty where it has no name.
func nameOf(p *lua.FunctionProto, pc, reg int) (kind, name string) {
	if name, ok := LocalName(p, reg+1, pc); ok {
		return "local", name
	}
	at := lastChange(p, pc, reg)
	if at < 0 {
		return "", ""
	}
	switch i := p.Code[at]; opOf(i) {
	case lua.OP_GETGLOBAL:
		return "global", constantName(p, argBx(i))
	case lua.OP_MOVE:
		if argB(i) < argA(i) {
			return nameOf(p, at, argB(i))
		}
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS:
		return "field", operandName(p, argC(i))
	case lua.OP_GETUPVAL:
		if u := argB(i); u < len(p.DbgUpvalues) {
			return "upvalue", p.DbgUpvalues[u]
		}
	case lua.OP_SELF:
		return "method", operandName(p, argC(i))
	}
	return "", ""
}

// operandName is a constant operand that is a string.
func operandName(p *lua.FunctionProto, rk int) string {
	if rk&bitRK == 0 {
		return "?"
	}
	return constantName(p, rk&^bitRK)
}

func constantName(p *lua.FunctionProto, i int) string {
	if s, ok := p.Constants[i].(lua.LString); ok {
		return string(s)
	}
	return "?"
}

// LocalName is the name of the n-th local variable, from 1, that a function has at an
// instruction.
func LocalName(p *lua.FunctionProto, n, pc int) (string, bool) {
	for _, l := range p.DbgLocals {
		if l.StartPc > pc {
			break
		}
		if pc < l.EndPc {
			if n--; n == 0 {
				return l.Name, true
			}
		}
	}
	return "", false
}

// lastChange finds the last instruction before one that changed a register, on the way
// that a reader of the code takes: forward jumps are followed.
func lastChange(p *lua.FunctionProto, before, reg int) int {
	last := -1
	for pc := 0; pc < before; pc++ {
		i := p.Code[pc]
		a := argA(i)
		switch op := opOf(i); op {
		case lua.OP_LOADNIL:
			if a <= reg && reg <= argB(i) {
				last = pc
			}
		case lua.OP_SELF:
			if reg == a || reg == a+1 {
				last = pc
			}
		case lua.OP_CALL, lua.OP_TAILCALL:
			if reg >= a {
				last = pc
			}
		case lua.OP_TFORLOOP:
			if reg >= a+2 {
				last = pc
			}
		case lua.OP_JMP, lua.OP_FORLOOP, lua.OP_FORPREP:
			if op != lua.OP_JMP && reg >= a && reg <= a+3 {
				last = pc
			}
			if to := pc + 1 + sbxOf(i); pc < to && to <= before {
				pc = to - 1
			}
		case lua.OP_CLOSURE:
			if a == reg {
				last = pc
			}
			pc += int(p.FunctionPrototypes[argBx(i)].NumUpvalues)
		case lua.OP_SETLIST:
			if argC(i) == 0 {
				pc++
			}
		case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_EQ, lua.OP_LT, lua.OP_LE,
			lua.OP_RETURN, lua.OP_CLOSE:
		default: // TEST is said to change its register, as in lopcodes.c
			if a == reg {
				last = pc
			}
		}
	}
	return last
}
