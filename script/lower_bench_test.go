package script

import (
	"testing"

	"weir/runtime"
	"weir/runtime/plan"
)

const longChain = `local t = cmd("/bin/cat") for i = 2, 1000 do t = t | cmd("/bin/cat") end return t`

// BenchmarkPlan is what a pipeline of a thousand stages costs before it starts.
func BenchmarkPlan(b *testing.B) {
	vm := New(Options{})
	defer vm.Close()
	b.Run("lua", func(b *testing.B) {
		for b.Loop() {
			if _, err := vm.Eval("x", longChain); err != nil {
				b.Fatal(err)
			}
		}
	})
	values, err := vm.Eval("x", longChain)
	if err != nil {
		b.Fatal(err)
	}
	n, _ := toNode(values[0])
	b.Run("lower", func(b *testing.B) {
		for b.Loop() {
			lo := newLowering(vm)
			if err := lo.lower([]node{n}, lo.surroundings(foreground)); err != nil {
				b.Fatal(err)
			}
		}
	})
	lo := newLowering(vm)
	if err := lo.lower([]node{n}, lo.surroundings(foreground)); err != nil {
		b.Fatal(err)
	}
	b.Run("compile", func(b *testing.B) {
		for b.Loop() {
			if _, err := plan.Compile(&lo.top.Topology, runtime.ThisHost()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
