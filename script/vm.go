package script

import (
	"cmp"
	"context"
	"errors"
	"os"
	"sync/atomic"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/runtime/scarce"
	"weir/script/blame"
	"weir/script/interp"
	"weir/script/library"
	"weir/script/luaio"
	"weir/script/lualib"
	"weir/script/luastring"
	"weir/script/problem"
	"weir/script/syntax"
	"weir/script/travel"
	"weir/script/world"
)

// Options say what a VM is for. The zero value of a field means what a plain
// script would have.
type Options struct {
	Args                  []string               // the script's arguments: arg[1], arg[2], ... and ...
	Script                string                 // arg[0]
	Stdin, Stdout, Stderr *os.File               // default: the process's own; they stay the caller's
	Journal               *runtime.Journal       // told what runs do; may be nil
	Interactive           bool                   // a prompt's: a loop ends when the context does, jobs outlive an input
	Shares                bool                   // others read on where reads of standard input stop
	JobControl            bool                   // Ctrl-Z stops a run in the foreground, which becomes a job
	Suspended             func()                 // is called when Ctrl-Z stops a script's run; nil: it does nothing
	Asked                 func()                 // is called at Ctrl-T where a run has the terminal; may be nil
	OwnRow                func()                 // goes to a row of its own at the terminal, before a notice; nil for none
	JobOutput             *os.File               // takes the output of jobs, in place of the terminal; nil for none
	Exe                   string                 // the program that plays Lua stages; default: this one
	Context               context.Context        // when it ends, runs are stopped
	Begins                func()                 // is called before a run is started; may be nil
	Screen                func() (Screen, error) // takes the terminal, for watch(t); nil where there is none
	// Explain is told of each run's plan, and of the place that asks for it, and
	// nothing is started: every stage seems to have ended with 0.
	Explain func(p *plan.Plan, place string)
	Would   func(act, place string) // where plans are explained: what else the script would do, "remove x"
	Silent  *os.File                // takes what the script itself writes, in place of Stdout
}

// exe is weir's own program.
func (o *Options) exe() (string, error) {
	if o.Exe == "" {
		exe, err := os.Executable()
		if err != nil {
			return "", scarce.Proc(err)
		}
		o.Exe = exe
	}
	return o.Exe, nil
}

// VM is one Lua state with weir's library. It is for one goroutine.
type VM struct {
	L        *lua.LState
	opts     Options
	ctx      context.Context
	streams  *luaio.Streams
	notices  notices
	strings  *luastring.Strings
	lualib   *lualib.Library
	sources  *syntax.Sources
	blame    *blame.Finder
	failures failures
	names    *travel.Library // what every VM has
	later    library.Later

	peers    peers
	waits    waits
	ran      *lua.LTable // the result of the last run of an input
	jobs     Jobs
	captures captures
	objects  objects
	world    *world.Switch // what the script acts on
	session  *session      // while an input is only looked at
	limits   stageLimits
	warnings warnings
	waited   waitedRun
	several  *ipc.Several // with which select sleeps
	selects  int          // behind which item the next select begins

	line         atomic.Pointer[progressLine] // that is drawn; nil is none
	toldNoScreen bool                         // watch has said that there is no terminal
}

// vmKey is where the registry of a state has its VM.
const vmKey = "weir.vm"

// vmOf gives the VM of a state to a function of the library.
func vmOf(L *lua.LState) *VM {
	if ud, ok := L.G.Registry.RawGetString(vmKey).(*lua.LUserData); ok {
		if vm, ok := ud.Value.(*VM); ok {
			return vm
		}
	}
	problem.Raisef(L, "", "the registry has lost %s: a script has changed it by debug.getregistry()", vmKey)
	return nil
}

// New makes a VM. Close ends it.
func New(o Options) *VM {
	o.Stdin, o.Stdout, o.Stderr = cmp.Or(o.Stdin, os.Stdin), cmp.Or(o.Stdout, os.Stdout), cmp.Or(o.Stderr, os.Stderr)
	vm := &VM{opts: o, ctx: o.Context, world: &world.Switch{World: world.Real{}}}
	vm.sources = syntax.NewSources(vm.later.Mention)
	if vm.ctx == nil {
		vm.ctx = context.Background()
	}
	vm.L = lua.NewState(lua.Options{SkipOpenLibs: true, CallStackSize: 64, MinimizeStackMemory: true,
		RegistrySize: 1024, RegistryMaxSize: 4 << 20, RegistryGrowStep: 4096})
	interp.Open(vm.L)
	vm.foresee()
	vm.blame = &blame.Finder{L: vm.L, Sources: vm.sources, Libraries: vm.later.All, IsMethod: isTopologyMethod}
	self := vm.L.NewUserData()
	self.Value = vm
	vm.L.G.Registry.RawSetString(vmKey, self)
	vm.notices = notices{luaio.NewOutput(o.Stderr, luaio.StandardError), o.JobOutput, o.OwnRow != nil}
	vm.notices.Before = func() {
		vm.line.Load().clear()
		if o.OwnRow != nil {
			o.OwnRow()
		}
	}
	vm.lualib = lualib.Open(vm.L,
		lualib.Host{Stdin: o.Stdin, Notices: vm.notices.Output, Execute: execute, Module: vm.later.Module, World: vm.world,
			Compile: vm.sources.Compile, CompileFile: vm.sources.CompileFile, Interrupted: vm.over})
	vm.failures = failures{L: vm.L, lib: vm.lualib, blame: vm.blame, over: vm.over}
	vm.strings = luastring.Open(vm.L, vm.stopMatch)
	out := o.Stdout
	if o.Silent != nil {
		out = o.Silent
	}
	vm.streams = luaio.Open(vm.L, o.Stdin, out, o.Stderr)
	vm.warnings = warnings{streams: vm.streams, notices: vm.notices.Output}
	vm.streams.World = vm.world
	vm.streams.Spawn = func(argv []string, files []*os.File) (func() error, error) { return spawn(vm.L, argv, files) }
	vm.streams.Raise = raiseStop
	vm.streams.SetContext(vm.ctx)
	watchWaits(vm)
	if o.Shares {
		vm.streams.In.Reader.Share()
	}
	openLibrary(vm.L)
	vm.names = travel.NewLibrary(vm.L.G.Global)
	vm.names.Make = func(name string) { makeNamed(vm.L, name) }
	vm.later.L, vm.later.Names, vm.later.Sleep = vm.L, vm.names, timeSleep
	if o.Interactive {
		library.KeepMethods(vm.L)
	}
	setArg(vm.L, &vm.opts)
	if o.Interactive {
		interp.SetContext(vm.L, vm.ctx)
	}
	return vm
}

// makeNamed makes what a function that travels names, if it is not there yet.
func makeNamed(L *lua.LState, name string) {
	if name == resultName {
		resultMeta(L)
		return
	}
	vmOf(L).later.Named(name)
}

// MakeLibraries makes all of the library, for what looks through the globals.
func (vm *VM) MakeLibraries() { vm.later.All() }

// SetContext replaces the context of a VM between two inputs of a prompt.
func (vm *VM) SetContext(ctx context.Context) {
	vm.ctx = ctx
	vm.streams.SetContext(ctx)
	vm.waited.halted.Store(false)
	if vm.opts.Interactive {
		interp.SetContext(vm.L, ctx)
	}
}

// setArg gives a script its arguments, lua(1).
func setArg(L *lua.LState, o *Options) {
	arg := L.NewTable()
	arg.RawSetInt(0, lua.LString(o.Script))
	for i, a := range o.Args {
		arg.RawSetInt(i+1, lua.LString(a))
	}
	L.SetGlobal("arg", arg)
}

// Run compiles and runs a script. At its end output is flushed, and jobs that
// still run are stopped. The error is an *ExitError where the script called
// os.exit, a *Failure where a run failed, else a *syntax.Error; Status gives
// the exit status that each means.
func (vm *VM) Run(name, text string) (err error) {
	defer vm.contain(&err)
	if vm.opts.Explain == nil {
		prepare(text)
	}
	if startsReaders(text) {
		vm.streams.In.Reader.Share()
	}
	chunk, err := vm.sources.CompileFile(name, text)
	if err != nil {
		return err
	}
	args := make([]lua.LValue, len(vm.opts.Args))
	for i, a := range vm.opts.Args {
		args[i] = lua.LString(a)
	}
	vm.L.Push(vm.L.NewFunctionFromProto(chunk.Proto))
	for _, a := range args {
		vm.L.Push(a)
	}
	err = vm.failures.explain(vm.blame.Call(len(args), 0))
	if end := vm.finish(); end != nil && Status(err) == 0 {
		err = end
	}
	return err
}

// Eval compiles and runs one input of a prompt and returns its values. The
// jobs that it started go on.
func (vm *VM) Eval(name, text string) (values []lua.LValue, err error) {
	defer vm.contain(&err)
	chunk, err := vm.sources.Compile("="+name, name, text)
	if err != nil {
		return nil, err
	}
	return vm.evaluate(vm.L.NewFunctionFromProto(chunk.Proto))
}

// EvalExpression is Eval of a text that may be an expression alone, behind = or not.
func (vm *VM) EvalExpression(name, text string) (values []lua.LValue, err error) {
	defer vm.contain(&err)
	chunk, err := syntax.CompileInput(name, text)
	if err != nil {
		return nil, err
	}
	chunk.Origin = "=" + name
	vm.sources.Keep(chunk)
	return vm.evaluate(vm.L.NewFunctionFromProto(chunk.Proto))
}

func (vm *VM) evaluate(fn *lua.LFunction) (values []lua.LValue, err error) {
	vm.lualib.Exiting = nil
	base := vm.L.GetTop()
	defer vm.L.SetTop(base)
	vm.L.Push(fn)
	err = vm.blame.Call(0, lua.MultRet)
	vm.streams.FlushOutput()
	vm.captures.end(nil)
	if err != nil {
		vm.failures.keepTrace(err)
		return nil, vm.failures.explain(err)
	}
	for i := base + 1; i <= vm.L.GetTop(); i++ {
		values = append(values, vm.L.Get(i))
	}
	return values, nil
}

// Jobs are those of the state.
func (vm *VM) Jobs() *Jobs { return &vm.jobs }

// Lua is the state that the VM runs, for a prompt that prints values.
func (vm *VM) Lua() *lua.LState { return vm.L }

// over reports whether the state is to give up.
func (vm *VM) over() bool { return vm.ctx.Err() != nil }

// stopMatch ends a match that takes long where the state's context has ended.
func (vm *VM) stopMatch() error { return context.Cause(vm.ctx) }

// finish is the end of a script: captures that were left early end, and so do
// the jobs that still run. Of a script that called os.exit the error says only that
// output was lost.
func (vm *VM) finish() error {
	vm.captures.end(nil)
	err := vm.jobs.end()
	if lost := vm.streams.Flush(); err == nil || vm.lualib.Exiting != nil {
		err = lost
	}
	return err
}

// Close ends what the script left running and open. The error is a *luaio.WriteError
// where a standard stream has not taken all that was written to it.
func (vm *VM) Close() error {
	vm.captures.end(nil)
	vm.jobs.end()
	vm.lualib.Close(vm.L)
	vm.objects.close()
	err := vm.streams.Close()
	if err == nil {
		err = vm.notices.Lost()
	}
	vm.L.Close()
	if w, ok := vm.world.World.(*world.Imagined); ok {
		w.Close()
	}
	if vm.waits.insider != nil {
		vm.waits.insider.Leave()
	}
	if vm.several != nil {
		vm.several.Close()
	}
	return err
}

// contain turns a Go panic into one line: a user must never see a Go trace.
func (vm *VM) contain(err *error) {
	if r := recover(); r != nil {
		if e, ok := r.(error); ok && errors.As(e, new(*lua.ApiError)) {
			*err = vm.failures.explain(e)
			return
		}
		*err = faultf("%v", r)
	}
}
