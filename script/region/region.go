// Package region is shared memory in Lua's hands: the fields of a C layout as values, loaded
// and stored one by one (field.go, value.go) or atomically (atomic.go). Who makes regions,
// names them and hands them to stages is no matter of it.
package region

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/ipc/layout"
	"weir/script/library"
	"weir/script/problem"
)

// noun is what errors call a region.
const noun = "a region"

// Region is memory with the fields of its layout.
type Region struct {
	Memory *ipc.Region
	Layout string // C declarations; empty where it has none
	Closed bool
	// Kept gives the error of storing to it, while nothing may be; nil while it may.
	Kept func(method string) error
	// Semaphore gives the value that stands for the semaphore at an offset.
	Semaphore func(L *lua.LState, word string, offset int) *lua.LUserData

	root  *View           // all its fields; nil where it has no layout
	paths map[string]spot // what Add, CAS and the like have found
}

// Shared is the region of a value that has one.
func (r *Region) Shared() *Region { return r }

// mayStore raises if nothing may be stored.
func (r *Region) mayStore(L *lua.LState, method string) {
	if r.Kept != nil {
		problem.Raise(L, r.Kept(method))
	}
}

// Root is the view of all its fields, nil where it has no layout.
func (r *Region) Root() *View { return r.root }

// Type is that of its layout, nil where it has none.
func (r *Region) Type() *layout.Type {
	if r.root == nil {
		return nil
	}
	return r.root.at.t
}

// String writes the region as a script does: shm"/visits".
func (r *Region) String() string {
	a := r.Memory.Addr()
	return problem.Named(string(a.Kind), a.Name)
}

// Lay takes a layout over.
func (r *Region) Lay(text string) error {
	t, err := layout.Parse(text)
	if err != nil {
		return err
	}
	r.Layout, r.root, r.paths = text, &View{of: r, at: spot{t: t}}, map[string]spot{}
	return nil
}

// Fits checks that the layout lies inside the region.
func (r *Region) Fits() error {
	if t := r.Type(); t != nil && t.Size > r.Memory.Size() {
		return fmt.Errorf("%s has %d bytes, and its layout needs %d", r, r.Memory.Size(), t.Size)
	}
	return nil
}

// State is what it holds now. Any goroutine may ask.
func (r *Region) State(most int) (ipc.RegionState, error) { return r.Memory.State(r.Type(), most) }

// check gives the region that a method was called on.
func check(L *lua.LState, method string) *Region {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if v, ok := ud.Value.(interface{ Shared() *Region }); ok {
			return v.Shared()
		}
	}
	library.NoReceiver(L, noun, method)
	return nil
}

func text(L *lua.LState) int {
	L.Push(lua.LString(check(L, "__tostring").String()))
	return 1
}
