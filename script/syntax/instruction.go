package syntax

import lua "github.com/yuin/gopher-lua"

// An instruction of gopher-lua's has its operation, an lua.OP_, above its operands. The
// lower bits of those are Bx, which names a constant.
const (
	operands = 26
	constant = 1<<18 - 1
)

// Operation is what an instruction does.
func Operation(instruction uint32) int { return int(instruction >> operands) }

// Constant is the constant that an instruction names.
func Constant(p *lua.FunctionProto, instruction uint32) lua.LValue {
	return p.Constants[instruction&constant]
}

// Globals lists the names in a function's instructions of a kind, OP_GETGLOBAL or
// OP_SETGLOBAL, and in those of the functions inside, as often as they stand there.
func Globals(p *lua.FunctionProto, operation int) []string {
	var list []string
	for _, instruction := range p.Code {
		if Operation(instruction) != operation {
			continue
		}
		if name, ok := Constant(p, instruction).(lua.LString); ok {
			list = append(list, string(name))
		}
	}
	for _, inner := range p.FunctionPrototypes {
		list = append(list, Globals(inner, operation)...)
	}
	return list
}
