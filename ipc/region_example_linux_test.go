package ipc_test

import (
	"fmt"

	"weir/ipc"
	"weir/ipc/layout"
)

// A region by name is a shared memory object of POSIX: a C program joins it with
// shm_open(3). With a layout, fields lie where its compiler has them.
func ExampleCreateRegion() {
	t, err := layout.Parse("int buffer[10]; int in, out; int counter;")
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := ipc.CreateRegion("", t.Size, ipc.NameOptions{}) // no name: a private one
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	f, _ := t.Field("counter")
	counter := r.Bytes()[f.Offset:]
	layout.Store(counter, f.Type.Size, layout.Load(counter, f.Type.Size)+1) // as C's counter++
	layout.Update(counter, f.Type.Size, func(old uint64) (uint64, bool) { return old + 1, true })
	fmt.Println(f.Type, "at", f.Offset, "of", r.Size(), "bytes:", layout.Load(counter, f.Type.Size))
	// Output: int at 48 of 52 bytes: 2
}
