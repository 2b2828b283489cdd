// Package travel carries Lua values, functions among them, to another Lua
// state, mostly one in another process.
//
// A function goes as the source of its chunk, which is compiled again at the
// other side, and its path in the tree of prototypes there; with it go its
// upvalues and the globals that it and the functions inside it name, by value.
// What is shared or forms a cycle arrives so. What the receiver has anyway, its
// library, goes by name. A userdata is taken apart and put together by hooks.
package travel

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// Sender encodes values of one state.
type Sender struct {
	Library *Library // what the receiver has, too
	// Globals are read for the names that a function uses; nil leaves them behind.
	Globals *lua.LTable
	// Chunk finds the source of a function and its path in the chunk's tree of
	// prototypes.
	Chunk func(*lua.FunctionProto) (chunk *syntax.Chunk, path []int, ok bool)
	// Dismantle gives what Receiver.Assemble needs to make a userdata again; where
	// that cannot be, an empty tag and what the thing is: "a job".
	Dismantle func(*lua.LUserData) (tag string, parts lua.LValue, what string)
}

// Receiver makes values in the state L.
type Receiver struct {
	L       *lua.LState
	Library *Library
	Compile func(name, text string) (*syntax.Chunk, error)
	// Assemble fills a userdata with what Dismantle took apart.
	Assemble func(ud *lua.LUserData, tag string, parts lua.LValue) error
}

// Error says what cannot travel, and how it was reached.
type Error struct {
	Name string // the variable, argument or field that holds it: what a caret points at
	Way  string // "upvalue log", "argument 2, field files[1]"
	What string // "an open file"
	Hint string
}

func (e *Error) Error() string {
	if e.Way == "" {
		return e.What + " cannot travel to another process"
	}
	return fmt.Sprintf("%s is %s, which cannot travel to another process", e.Way, e.What)
}

// edge is how a value was reached: from which object, and as what.
type edge struct {
	from  int // object, or -1
	kind  edgeKind
	name  string
	index int
}

type edgeKind uint8

const (
	asRoot edgeKind = iota // value number index that was to be sent
	asUpvalue
	asGlobal
	asField
	asElement // of a table: number index
	asKey
	asMetatable
	asCell // the value inside an upvalue: no step of its own
	asPart
	asEnvironment
)

func (e edge) String() string {
	switch e.kind {
	case asUpvalue:
		return "upvalue " + e.name
	case asGlobal:
		return "global " + e.name
	case asField:
		return "field " + e.name
	case asElement:
		return fmt.Sprintf("element [%d]", e.index)
	case asKey:
		return "a key"
	case asMetatable:
		return "the metatable"
	case asEnvironment:
		return "the environment"
	}
	return ""
}

// word is what the source calls the value.
func (e edge) word() string {
	switch e.kind {
	case asUpvalue, asGlobal, asField:
		return e.name
	}
	return ""
}

// way follows the edges back to where the values were handed over.
func (s *sending) way(e edge) (text, word string) {
	var steps []string
	for {
		if step := e.String(); step != "" {
			steps = append(steps, step)
			if w := e.word(); w != "" {
				word = w
			}
		}
		if e.kind == asRoot && e.index > 0 {
			steps = append(steps, fmt.Sprintf("argument %d", e.index))
		}
		if e.from < 0 {
			break
		}
		e = s.objects[e.from].edge
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return strings.Join(steps, ", "), word
}
