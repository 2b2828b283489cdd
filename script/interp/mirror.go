package interp

import (
	"context"
	"os"
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

//lint:file-ignore U1000 every field of the mirrored type is here, used or not

// The types here mirror, field by field, those of gopher-lua 1.1.2 that it does not
// export: a state's registers and calls, a table's array, an upvalue. TestMirror compares
// them with gopher-lua's by reflection, so that another version which lays them out in
// another way fails there and not in a script.

// state is lua.LState.
type state struct {
	G       *lua.Global
	Parent  *lua.LState // of a coroutine that runs: who resumed it
	Env     *lua.LTable
	Panic   func(*lua.LState)
	Dead    bool
	Options lua.Options

	depth        int32 // gopher-lua's stop, which only SetMx reads: calls of loop inside one another
	reg          *registry
	stack        stackInterface
	alloc        unsafe.Pointer
	currentFrame *frame
	hooked       bool     // gopher-lua's wrapped, which only its coroutine library reads: debug.sethook has set a hook
	upvalues     upvalues // gopher-lua's uvcache
	hasErrorFunc bool
	mainLoop     func(*lua.LState, *frame)
	ctx          context.Context
	ctxCancelFn  context.CancelFunc
}

// globals is lua.Global.
type globals struct {
	MainThread    *lua.LState
	CurrentThread *lua.LState
	Registry      *lua.LTable
	Global        *lua.LTable

	builtinMts map[int]lua.LValue // metatables of the types that share one
	tempFiles  []*os.File
	gccount    int32
}

// stackInterface is the interface value in which a state keeps its frames.
type stackInterface struct {
	table  unsafe.Pointer
	frames *frames
}

// registry is lua's registry: the registers of all calls of a state.
type registry struct {
	array   []lua.LValue
	top     int
	growBy  int
	maxSize int
	alloc   *allocator
	handler [2]unsafe.Pointer
}

// allocator hands out the numbers that registers point to.
type allocator struct {
	size          int
	numbers       []float64
	header        unsafe.Pointer
	scratchValue  lua.LValue
	scratchValueP unsafe.Pointer
}

// frame is lua's callFrame: one call.
type frame struct {
	Idx        int
	Fn         *lua.LFunction
	Parent     *frame
	Pc         int
	Base       int // register of the function
	LocalBase  int // first register of the call
	ReturnBase int // where the results go
	NArgs      int
	NRet       int // results that are wanted, or multiple
	TailCall   int // calls whose place this one has taken
}

const framesPerSegment = lua.FramesPerSegment

// frames is lua's autoGrowingCallFrameStack.
type frames struct {
	segments []*segment
	segIdx   uint16
	segSp    uint8
}

type segment struct {
	array [framesPerSegment]frame
}

// upvalue is lua.Upvalue.
type upvalue struct {
	next   *upvalue
	reg    *registry
	index  int
	value  lua.LValue
	closed bool
}

// table is lua.LTable.
type table struct {
	Metatable lua.LValue

	array   []lua.LValue
	dict    map[lua.LValue]lua.LValue
	strdict map[string]lua.LValue
	keys    []lua.LValue
	k2i     map[lua.LValue]int
}

// word is an interface value.
type word struct {
	table, data unsafe.Pointer
}

func stateOf(L *lua.LState) *state { return (*state)(unsafe.Pointer(L)) }
func (s *state) globals() *globals { return (*globals)(unsafe.Pointer(s.G)) }

func luaState(s *state) *lua.LState      { return (*lua.LState)(unsafe.Pointer(s)) }
func tableOf(t *lua.LTable) *table       { return (*table)(unsafe.Pointer(t)) }
func luaUpvalue(u *upvalue) *lua.Upvalue { return (*lua.Upvalue)(unsafe.Pointer(u)) }

func upvalueOf(u *lua.Upvalue) *upvalue { return (*upvalue)(unsafe.Pointer(u)) }

// push adds a frame and gives it; its fields are those of an earlier call. Room for more
// segments is made ahead of their use, as gopher-lua adds frames too and makes none.
func (f *frames) push() *frame {
	if f.segSp >= framesPerSegment {
		f.makeRoom()
		f.segIdx++
		if f.segments[f.segIdx] == nil {
			f.segments[f.segIdx] = &segment{}
		}
		f.segSp = 0
	}
	cf := &f.segments[f.segIdx].array[f.segSp]
	cf.Idx = int(f.segSp) + framesPerSegment*int(f.segIdx)
	f.segSp++
	return cf
}

// makeRoom has place for two more segments.
func (f *frames) makeRoom() {
	if need := int(f.segIdx) + 3; need > len(f.segments) {
		more := make([]*segment, need*2)
		copy(more, f.segments)
		f.segments = more
	}
}

// pop takes the newest frame away. Its segment stays for the next.
func (f *frames) pop() {
	if f.segSp == 0 {
		f.segIdx--
		f.segSp = framesPerSegment
	}
	f.segSp--
}

func (f *frames) size() int { return int(f.segSp) + int(f.segIdx)*framesPerSegment }

// cut takes all frames but the n oldest away.
func (f *frames) cut(n int) {
	f.segIdx, f.segSp = uint16(n/framesPerSegment), uint8(n%framesPerSegment)
	if f.segments[f.segIdx] == nil {
		f.segments[f.segIdx] = &segment{}
	}
}
