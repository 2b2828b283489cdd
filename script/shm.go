package script

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/ipc/layout"
	"weir/script/library"
	"weir/script/problem"
	"weir/script/region"
)

// sharedRegion is a region in the script's hands, with the fields of its layout.
type sharedRegion struct {
	problem.Origin
	region.Region
	how  string
	made bool // its name is this state's to remove
}

// newRegion makes a region whose semaphores are locks of the script's.
func newRegion(at problem.Origin) *sharedRegion {
	r := &sharedRegion{Origin: at}
	r.Semaphore = func(L *lua.LState, word string, offset int) *lua.LUserData {
		l, err := insideRegion(problem.Where(L), r, offset)
		if err != nil {
			problem.Raise(L, objectProblem(L, word, err))
		}
		ud := L.NewUserData()
		ud.Value, ud.Metatable = l, objectTable(L, l)
		return ud
	}
	return r
}

// regionFrom makes a region of a descriptor that came from another state.
func regionFrom(at problem.Origin, f *os.File, name string) (r *sharedRegion, err error) {
	r = newRegion(at)
	r.Memory, err = ipc.RegionFromFile(f, name)
	return r, err
}

func (r *sharedRegion) addr() ipc.Addr             { return r.Memory.Addr() }
func (r *sharedRegion) call() string               { return r.how }
func (r *sharedRegion) files() ([]*os.File, error) { return []*os.File{r.Memory.File()}, nil }

func (r *sharedRegion) dismantle(t *lua.LTable) {
	if r.Root() != nil {
		t.RawSetString("layout", lua.LString(r.Layout))
	}
}

func (r *sharedRegion) close() error {
	if r.Closed {
		return nil
	}
	r.Closed = true
	a := r.addr()
	err := r.Memory.Close()
	if r.made {
		err = errors.Join(err, unname(a))
	}
	return err
}

// luaShm is shm([name,] {size=} | {layout=, keep=}).
func luaShm(L *lua.LState) int {
	vm := vmOf(L)
	name, t := nameAndOptions(L, "shm")
	how := readOpening(L, "shm", name, t)
	if t == nil {
		t = L.NewTable()
	}
	checkKeys(L, "shm", t, false, append([]string{"size", "layout"}, openingOptions...)...)
	r := newRegion(problem.Where(L))
	sized := t.RawGetString("size") != lua.LNil || t.RawGetString("layout") != lua.LNil
	how.join = how.join || !sized && name != "" // what is there, as it is
	size := regionLayout(L, r, t, how.join)
	if vm.opts.Explain != nil {
		size = cmp.Or(size, 4096) // it is not known
	}
	memory, made, err := openOrMake(vm, ipc.KindRegion, name, how,
		func(name string, o ipc.NameOptions) (*ipc.Region, error) { return ipc.CreateRegion(name, size, o) }, ipc.OpenRegion)
	if !sized && errors.Is(err, fs.ErrNotExist) {
		problem.Here(L, "there is no shm %s", name).
			Hinted("write shm(%s, {size = 4096}) or {layout = \"int counter;\"} to make it", problem.Quote(name)).
			Pointing("shm").Raise(L)
	}
	if err != nil {
		problem.Raise(L, openingProblem(L, ipc.KindRegion, name, how, err))
	}
	if memory.Size() < size {
		have := memory.Size()
		memory.Close()
		problem.New(r.Origin, "shm %s is there already, with %d bytes; this needs %d", name, have, size).
			Hinted("take another name, or remove it: rm /dev/shm%s", memory.Addr().Name).Pointing("shm").Raise(L)
	}
	r.Memory, r.made = memory, owns(vm, made, name, how.keep)
	switch {
	case !made:
		r.how = "shm_open(" + memory.Addr().Name + ", O_RDWR), which is there already"
	case name == "":
		r.how = fmt.Sprintf("memfd_create(shm, MFD_ALLOW_SEALING), %d bytes", size)
	default:
		r.how = fmt.Sprintf("shm_open(%s, O_CREAT|O_EXCL, 0600), %d bytes", name, size)
	}
	pushObject(L, r)
	return 1
}

// regionLayout reads size and layout, and gives the bytes that are needed. What is only joined may have none.
func regionLayout(L *lua.LState, r *sharedRegion, t *lua.LTable, joins bool) int {
	size, sized := 0, t.RawGetString("size")
	if sized != lua.LNil {
		var err error
		if size, err = parseSize(sized); err != nil {
			problem.Raisef(L, "size", "shm: %v", err)
		}
	}
	v := t.RawGetString("layout")
	if v == lua.LNil {
		if sized == lua.LNil && !joins {
			problem.Here(L, "shm: its size is missing").Hinted("write {size = 4096} or {layout = \"int counter;\"}").
				Pointing("shm").Raise(L)
		}
		return size
	}
	text, ok := v.(lua.LString)
	if !ok {
		problem.Raisef(L, "layout", "shm: the layout must be C declarations in a string, but is %s", problem.Describe(v))
	}
	if err := r.Lay(string(text)); err != nil {
		problem.Raise(L, layoutProblem(L, string(text), err))
	}
	for _, f := range r.Type().Fields {
		if slices.ContainsFunc(objectOf(ipc.KindRegion).methods, func(e library.Entry) bool { return e.Name == f.Name }) {
			problem.Here(L, "shm: the field %s has the name of a method: m:%s()", f.Name, f.Name).
				Hinted("give it another name; only the order and the types matter to the other side").Pointing(f.Name).Raise(L)
		}
	}
	return max(size, r.Type().Size)
}

// layoutProblem points at the word of a layout that is at fault, where it stands
// in the script as it is.
func layoutProblem(L *lua.LState, text string, err error) error {
	var fault *layout.Error
	if !errors.As(err, &fault) {
		return err
	}
	p := problem.Here(L, "shm: in its layout, %s", fault.Message)
	if fault.Hint != "" {
		p.Hinted("%s", fault.Hint)
	}
	word := "layout"
	if at := fault.Column - 1; at >= 0 && at+fault.Width <= len(text) {
		word = text[at : at+fault.Width]
	}
	return p.Pointing(word)
}
