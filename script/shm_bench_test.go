package script

import (
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// benchmarkLoop runs body b.N times in one loop of Lua's.
func benchmarkLoop(b *testing.B, prelude, body string) {
	vm := newVM(b)
	if err := vm.Run("x.lua", prelude+"\nfunction loop(n) for i = 1, n do "+body+" end end"); err != nil {
		b.Fatal(err)
	}
	loop := vm.L.GetGlobal("loop")
	b.ReportAllocs()
	b.ResetTimer()
	vm.L.Push(loop)
	vm.L.Push(lua.LNumber(b.N))
	vm.L.Call(1, 0)
}

func BenchmarkShm(b *testing.B) {
	const prelude = `local m = shm{layout = "int counter; int buffer[10]; struct { int x; } items[10];"}; local b, t = m.buffer, {counter = 0}`
	for _, row := range []struct{ name, body string }{
		{"table", "t.counter = t.counter + 1"},
		{"counter", "m.counter = m.counter + 1"},
		{"view", "b[3] = b[3] + 1"},
		{"element", "m.buffer[3] = m.buffer[3] + 1"},
		{"nested", "m.items[3].x = m.items[3].x + 1"},
		{"add", `m:add("counter", 1)`},
	} {
		b.Run(row.name, func(b *testing.B) { benchmarkLoop(b, prelude, row.body) })
	}
}
