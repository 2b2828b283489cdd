package interp

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// Info is what is known of a function beside its prototype: which source it is from and
// where it stands there. It lives as long as the prototype, which has no field for it:
// DbgCalls, of which this package has no use, points to the first word.
type Info struct {
	calls [1]lua.DbgCall
	Root  *lua.FunctionProto // the outermost function of the source
	Path  []int              // the way from there in the tree of prototypes
	Chunk any                // of the outermost one: whatever its compiler's caller sets
}

// infoMark tells an Info from what gopher-lua's compiler leaves.
const infoMark = -0x77656972

// InfoOf gives what is known of a function of Compile's; nil of others.
func InfoOf(p *lua.FunctionProto) *Info {
	if len(p.DbgCalls) != 1 || p.DbgCalls[0].Pc != infoMark {
		return nil
	}
	return (*Info)(unsafe.Pointer(&p.DbgCalls[0]))
}

// ChunkOf gives what was set for the source of a function.
func ChunkOf(p *lua.FunctionProto) any {
	if i := InfoOf(p); i != nil {
		return InfoOf(i.Root).Chunk
	}
	return nil
}

// describe gives a function and those inside it their Info.
func describe(p, root *lua.FunctionProto, path []int) {
	info := &Info{Root: root, Path: path}
	info.calls[0].Pc = infoMark
	p.DbgCalls = info.calls[:]
	for i, inner := range p.FunctionPrototypes {
		describe(inner, root, append(path[:len(path):len(path)], i))
	}
}
