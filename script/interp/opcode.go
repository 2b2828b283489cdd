package interp

import lua "github.com/yuin/gopher-lua"

// An instruction has gopher-lua's form, which is Lua 5.1's with the fields in another
// order:
//
//	bit 31       26 25        18 17          9 8           0
//	    [operation] [    A    ] [     C      ] [     B     ]
//	    [operation] [    A    ] [         Bx or sBx        ]
//
// B and C of many operations name a register, or a constant where bit 8 is set (RK).
type instruction = uint32

// What gopher-lua has no instruction for.
const (
	opBar = lua.OP_NOP + 1 + iota // A: R(A) := the mark that stands for | between stages
)

const (
	shiftOp  = 26
	shiftA   = 18
	shiftC   = 9
	maskA    = 1<<8 - 1
	maskBC   = 1<<9 - 1
	maskBx   = 1<<18 - 1
	maxBx    = maskBx
	biasSbx  = maxBx >> 1 // sBx is Bx - biasSbx
	bitRK    = 1 << 8
	maxRK    = bitRK - 1
	multiple = -1 // results: all that there are
	noJump   = -1
	noReg    = maskA
)

func abc(op, a, b, c int) instruction {
	return uint32(op)<<shiftOp | uint32(a)<<shiftA | uint32(c)<<shiftC | uint32(b)
}

func abx(op, a, bx int) instruction {
	return uint32(op)<<shiftOp | uint32(a)<<shiftA | uint32(bx)
}

func asbx(op, a, sbx int) instruction { return abx(op, a, sbx+biasSbx) }

func opOf(i instruction) int  { return int(i >> shiftOp) }
func argA(i instruction) int  { return int(i>>shiftA) & maskA }
func argB(i instruction) int  { return int(i) & maskBC }
func argC(i instruction) int  { return int(i>>shiftC) & maskBC }
func argBx(i instruction) int { return int(i) & maskBx }
func sbxOf(i instruction) int { return int(i)&maskBx - biasSbx }

func setA(i *instruction, a int)   { *i = *i&^(maskA<<shiftA) | uint32(a)<<shiftA }
func setB(i *instruction, b int)   { *i = *i&^maskBC | uint32(b) }
func setC(i *instruction, c int)   { *i = *i&^(maskBC<<shiftC) | uint32(c)<<shiftC }
func setOp(i *instruction, op int) { *i = *i&(1<<shiftOp-1) | uint32(op)<<shiftOp }

// isTest reports whether an operation decides about the jump behind it.
func isTest(op int) bool {
	switch op {
	case lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST, lua.OP_TESTSET, lua.OP_TFORLOOP:
		return true
	}
	return false
}

// sizeCode writes how large a new table is to be as luaO_int2fb does: eeeeexxx stands for
// 1xxx * 2^(eeeee-1), and below eight for the number itself. It is rounded up.
func sizeCode(n int) int {
	e := 0
	for ; n >= 16; e++ {
		n = (n + 1) >> 1
	}
	if n < 8 {
		return n
	}
	return (e+1)<<3 | (n - 8)
}

// sizeOf is the size that a code stands for.
func sizeOf(code int) int {
	if code < 8 {
		return code
	}
	return (code&7 + 8) << (code>>3 - 1)
}
