package problem

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
)

// Origin is the place in a script where a value was written.
type Origin struct {
	Chunk string
	Line  int
}

func (o Origin) String() string {
	if o.Chunk == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", o.Chunk, o.Line)
}

// Prefix is how an error's message begins.
func (o Origin) Prefix() string { return fmt.Sprintf("%s:%d: ", o.Chunk, o.Line) }

// At is for the values that embed an Origin.
func (o Origin) At() Origin { return o }

// WhereAt is where the function at a level is, as Lua counts levels; of one that is not
// written in Lua, and of none, nothing.
func WhereAt(L *lua.LState, level int) Origin {
	c, ok := interp.CallAt(L, level)
	if !ok || c.Fn == nil || c.Fn.IsG {
		return Origin{}
	}
	return Origin{Chunk: c.Fn.Proto.SourceName, Line: c.Line()}
}

// Where gives the line of Lua that is running: that of the innermost function that is
// written in Lua.
func Where(L *lua.LState) Origin {
	chunk, line := interp.Where(L)
	return Origin{Chunk: chunk, Line: line}
}
