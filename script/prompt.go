package script

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/syntax"
	"weir/script/words"
)

// EvalShell gives the topology that sh"line" is. Errors show the text in which a user
// has written that line.
func (vm *VM) EvalShell(name, line, text string) (values []lua.LValue, err error) {
	defer vm.contain(&err)
	chunk, err := syntax.Compile(name, "return sh"+problem.Quote(line))
	if err != nil {
		return nil, err
	}
	chunk.Shown = text
	vm.sources.Add(chunk)
	return vm.evaluate(vm.L.NewFunctionFromProto(chunk.Proto))
}

// Stdin is what io.stdin reads by, for a prompt that reads its inputs from it.
func (vm *VM) Stdin() *luaio.Reader { return &vm.streams.In.Reader }

// ShellWords gives the words that sh reads behind a program's name.
func ShellWords(text string) ([]string, error) {
	commands, err := words.Parse("program "+text, (&stage{}).shellEnv())
	switch {
	case err != nil:
		return nil, err
	case len(commands) != 1 || len(commands[0].Redirs) > 0:
		return nil, errors.New("it is the prompt's own, and stands alone in its line")
	}
	return commands[0].Args[1:], nil
}

// Call calls a function of the session's own.
func (vm *VM) Call(fn *lua.LFunction) (values []lua.LValue, err error) {
	defer vm.contain(&err)
	return vm.evaluate(fn)
}

// RunTopologies runs topologies that an expression yielded, as run does, and
// gives the result.
func (vm *VM) RunTopologies(values []lua.LValue) (result lua.LValue, err error) {
	result = lua.LNil
	defer vm.contain(&err)
	fn, _ := entryNamed("run")
	base := vm.L.GetTop()
	defer vm.L.SetTop(base)
	vm.L.Push(vm.L.NewFunction(fn.Call))
	for _, v := range values {
		vm.L.Push(v)
	}
	if err := vm.blame.Call(len(values), 1); err != nil {
		vm.failures.keepStageTrace(err)
		return result, vm.failures.explain(err)
	}
	return vm.L.Get(-1), nil
}

// Lifted makes stages of the strings and functions among values, as graph and run do;
// the topologies stay, and what is none of these is left out.
func (vm *VM) Lifted(values []lua.LValue) (list []lua.LValue, err error) {
	defer vm.contain(&err)
	lift := vm.L.NewFunction(func(L *lua.LState) int {
		pushNode(L, liftArgument(L, "explain", L.Get(1)))
		return 1
	})
	for _, v := range values {
		if _, isNode := toNode(v); !isNode && v.Type() != lua.LTString && v.Type() != lua.LTFunction {
			continue
		}
		n, err := interp.Invoke(vm.L, lift, v)
		if err != nil {
			return nil, vm.failures.explain(err)
		}
		list = append(list, n)
	}
	return list, nil
}

// Topologies gives those of values that are topologies, as a prompt would run
// them.
func Topologies(values []lua.LValue) []lua.LValue {
	var list []lua.LValue
	for _, v := range values {
		if n, ok := toNode(v); ok {
			if _, bare := n.(*channel); !bare {
				list = append(list, v)
			}
		}
	}
	return list
}

// SetLast makes a value the global _, the last that was shown; nil changes
// nothing.
func (vm *VM) SetLast(v lua.LValue) {
	if v != lua.LNil {
		vm.L.SetGlobal("_", v)
	}
}

// TakeRan gives the result of the last run that has ended, failed or not, since it was
// asked last; nil where there was none.
func (vm *VM) TakeRan() lua.LValue {
	ran := vm.ran
	vm.ran = nil
	if ran == nil {
		return lua.LNil
	}
	return ran
}

// HasGlobal reports whether a global of that name is set.
func (vm *VM) HasGlobal(name string) bool { return vm.L.G.Global.RawGetString(name) != lua.LNil }

// Quote writes a string as Lua reads it.
func Quote(s string) string { return problem.Quote(s) }

// WriteOut writes what weir has to say to the script's standard output, behind what the
// script has printed.
func (vm *VM) WriteOut(text string) error {
	err := vm.streams.Out.Writer.Flush()
	if vm.opts.OwnRow != nil {
		vm.opts.OwnRow()
	}
	if err == nil {
		err = vm.streams.Out.Writer.WriteString(text)
	}
	if err == nil {
		err = vm.streams.Out.Writer.Flush()
	}
	if err != nil {
		return &luaio.WriteError{Stream: luaio.StandardOutput, Err: err}
	}
	return nil
}

// Trace is the stack of Lua's that the last error of an input came from, empty
// where there was none.
func (vm *VM) Trace() string { return strings.TrimSuffix(vm.failures.trace, interp.TraceEnd) }
