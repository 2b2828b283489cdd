package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// constants are those of one function. Each stands there once.
type constants struct {
	emitter
	strings map[string]int
	numbers map[float64]int
	others  [3]int // indexes of nil, false and true, plus one
}

// constant gives the place of a constant.
func (b *constants) constant(v lua.LValue) int {
	if len(b.proto.Constants) > maxBx {
		b.src.failLimit("constant table overflow")
	}
	b.proto.Constants = append(b.proto.Constants, v)
	return len(b.proto.Constants) - 1
}

func (b *constants) stringConstant(s string) int {
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
func (b *constants) numberConstant(n float64) int {
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

func (b *constants) otherConstant(k exprKind) int {
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
