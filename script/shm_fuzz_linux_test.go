package script

import (
	"errors"
	"testing"
	"weir/script/interp"

	lua "github.com/yuin/gopher-lua"
)

// FuzzShmPath: whatever text stands for a field, it is found or refused in a
// sentence.
func FuzzShmPath(f *testing.F) {
	for _, path := range []string{"n", "a[1].x", "a[2].deep.y[1]", "name[3]", "a[", "a[]", "a[9999999999999999999]", "..", "[0]", "a[-1]", "free", "a[1][1]", "n.n", "a[0x1]", "a[+1].x"} {
		f.Add(path)
	}
	vm := New(Options{})
	f.Cleanup(func() { vm.Close() })
	values, err := vm.Eval("x.lua", shmPrelude+`return function(path) m:add(path, 1) m:store(path, m:load(path)) return m:cas(path, 1, 2) end`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		_, err := interp.Invoke(vm.L, values[0], lua.LString(path))
		var api *lua.ApiError
		if err != nil && (!errors.As(err, &api) || api.Type == lua.ApiErrorPanic) {
			t.Errorf("%q: %v", path, err)
		}
	})
}
