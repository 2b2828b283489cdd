package script

import lua "github.com/yuin/gopher-lua"

// RunTopologies runs topologies that an expression yielded, as run does.
func (vm *VM) RunTopologies(values []lua.LValue) (err error) {
	defer vm.contain(&err)
	fn, _ := entryNamed("run")
	base := vm.L.GetTop()
	defer vm.L.SetTop(base)
	vm.L.Push(vm.function(&fn))
	for _, v := range values {
		vm.L.Push(v)
	}
	if err := vm.L.PCall(len(values), 0, nil); err != nil {
		return vm.explain(err)
	}
	return nil
}

// Text is what tostring makes of a value.
func (vm *VM) Text(v lua.LValue) string { return vm.L.ToStringMeta(v).String() }

// Quote writes a string as Lua reads it.
func Quote(s string) string { return quote(s) }

// QuoteKey writes a key of a table as Lua reads it.
func QuoteKey(s string) string { return writeKey(s) }
