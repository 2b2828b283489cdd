package script

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/script/library"
	"weir/script/problem"
)

// object is a value of the script's that stands for something of ipc's: a
// region, a lock, a message channel. It is made when the script says so, before
// any run; stages that hold it get its descriptors.
type object interface {
	At() problem.Origin
	addr() ipc.Addr
	call() string // how it was made, for who reads a plan
	isClosed() bool
	files() ([]*os.File, error) // what a stage gets that holds it; they stay the object's
	dismantle(t *lua.LTable)    // what else the other side needs, as plain Lua values
	close() error               // this state's hold on it
}

// pushObject makes a new object a value of Lua's. It is closed with the VM.
func pushObject(L *lua.LState, o object) {
	vm := vmOf(L)
	vm.objects.hold(o)
	ud := L.NewUserData()
	ud.Value, ud.Metatable = o, objectTable(L, o)
	L.Push(ud)
}

// objectTable gives the metatable of an object.
func objectTable(L *lua.LState, o object) *lua.LTable {
	k := objectOf(o.addr().Kind)
	if k.table != nil {
		return k.table(L, o)
	}
	return library.Metatable(L, k.noun, func() ([]library.Entry, map[string]lua.LGFunction) {
		return k.methods, map[string]lua.LGFunction{"__tostring": objectText}
	})
}

func objectText(L *lua.LState) int {
	text := L.Get(1).String()
	if o, ok := toObject(L.Get(1)); ok {
		text = writeObject(o)
	}
	L.Push(lua.LString(text))
	return 1
}

// writeObject gives an object as errors and plans name it: queue"/jobs".
func writeObject(o object) string {
	a := o.addr()
	if m, ok := o.(*messageChannel); ok && m.outside {
		return "socket" + problem.Quote(a.String())
	}
	if m, ok := o.(*messageChannel); ok && m.personal() {
		return m.mailName()
	}
	return problem.Named(string(a.Kind), a.Name)
}

func toObject(v lua.LValue) (object, bool) {
	if ud, ok := v.(*lua.LUserData); ok {
		o, ok := ud.Value.(object)
		return o, ok
	}
	return nil, false
}

// checkObject gives the object of type T that a method was called on.
func checkObject[T object](L *lua.LState, noun, method string) T {
	if o, ok := toObject(L.Get(1)); ok {
		if t, ok := o.(T); ok {
			return t
		}
	}
	var none T
	library.NoReceiver(L, noun, method)
	return none
}

// nameOptions say how the script's names are made: written down, so that they
// are removed however weir ends. Where a plan is only asked for nothing gets a
// name.
func nameOptions(keep bool) (ipc.NameOptions, error) {
	register, err := guard.Names()
	switch {
	case err != nil:
		return ipc.NameOptions{}, err
	case keep:
		return ipc.NameOptions{Registrar: register.Keeping()}, nil
	}
	return ipc.NameOptions{Registrar: register}, nil
}

// objects are what a state has made, or was sent.
type objects struct {
	held    map[object]bool
	closers []func() error // of sockets
	streams []*stream
}

// hold has an object closed with the VM.
func (list *objects) hold(o object) {
	if list.held == nil {
		list.held = map[object]bool{}
	}
	list.held[o] = true
}

// holdOpen has what is no object closed with the VM.
func (list *objects) holdOpen(closers ...func() error) {
	list.closers = append(list.closers, closers...)
}

// release closes an object that the script holds, before its end.
func (list *objects) release(o object) error {
	delete(list.held, o)
	return o.close()
}

// close ends what the script holds, and removes the names that it made.
func (list *objects) close() {
	for o := range list.held {
		_ = o.close()
	}
	for _, end := range list.closers {
		_ = end()
	}
	list.held, list.closers, list.streams = nil, nil, nil
}

// attacher hands out the descriptors by which a stage gets what its function
// holds.
type attacher interface {
	pipe(c *channel) (fd int, err error)
	object(o object, named string) (fd, files int, err error) // the first, and how many
}

// dismantleObject takes an object apart for another process.
func dismantleObject(L *lua.LState, o object, to attacher) (string, lua.LValue, error) {
	t := partsAt(L, o.At())
	fd, files, err := to.object(o, "")
	if err != nil {
		return "", nil, err
	}
	t.RawSetString("fd", lua.LNumber(fd))
	t.RawSetString("files", lua.LNumber(files))
	t.RawSetString("name", lua.LString(o.addr().Name))
	o.dismantle(t)
	return string(o.addr().Kind), t, nil
}

// assembleObject puts together what dismantleObject took apart.
func assembleObject(L *lua.LState, kind *mechanism, at problem.Origin, t *lua.LTable,
	attached func(fd int) *os.File) (object, error) {
	files, err := arrived(t, attached)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind.noun, err)
	}
	o, err := kind.assemble(vmOf(L), at, t, files)
	if err == nil {
		vmOf(L).objects.hold(o)
	}
	return o, err
}

// arrived gives the descriptors that came for an object.
func arrived(t *lua.LTable, attached func(fd int) *os.File) ([]*os.File, error) {
	first, n := int(lua.LVAsNumber(t.RawGetString("fd"))), int(lua.LVAsNumber(t.RawGetString("files")))
	if n < 1 || n > maxObjectFiles || attached == nil {
		return nil, errors.New("malformed")
	}
	var files []*os.File
	for fd := first; fd < first+n; fd++ {
		f := attached(fd)
		if f == nil {
			return nil, fmt.Errorf("it came without its descriptor %d", fd)
		}
		files = append(files, f)
	}
	return files, nil
}

const maxObjectFiles = 8

// packing hands out the descriptors of one stage.
type packing struct {
	lo    *lowering
	stage string
	next  int
	had   map[object]int
}

func (p *packing) pipe(c *channel) (int, error) {
	u, err := p.lo.pipes.useOf(c)
	if err != nil {
		return 0, err
	}
	for _, h := range p.lo.pipes.holdings {
		if h.stage == p.stage && h.use == u {
			return h.read, nil
		}
	}
	fd := p.next
	p.next += 2
	p.lo.pipes.holdings = append(p.lo.pipes.holdings, holding{p.stage, u, fd, fd + 1})
	return fd, nil
}

func (p *packing) object(o object, named string) (fd, files int, err error) {
	channels, err := p.lo.objects.channelsOf(o, named, p.lo.top.places[p.stage])
	if err != nil {
		return 0, 0, err
	}
	if fd, ok := p.had[o]; ok {
		return fd, len(channels), nil
	}
	first := p.next
	for _, name := range channels {
		p.lo.top.end(p.stage, name, ipc.Both, p.next)
		p.next++
	}
	if p.had == nil {
		p.had = map[object]int{}
	}
	p.had[o] = first
	if m, ok := o.(*messageChannel); ok {
		p.lo.objects.held[m]++
	}
	return first, len(channels), nil
}

// channelsOf gives the channels of a run that stand for an object: one for
// each of its descriptors. The first that has a name for it gives it that.
// at is where the script has the run use it.
func (ro *runObjects) channelsOf(o object, named string, at problem.Origin) ([]string, error) {
	if names, ok := ro.channels[o]; ok {
		return slices.Clone(names), nil
	}
	if o.isClosed() {
		return nil, alreadyClosed(at, writeObject(o), string(o.addr().Kind))
	}
	files, err := o.files()
	if err != nil {
		return nil, problem.New(at, "%s: %v", writeObject(o), err)
	}
	var list []string
	a := o.addr()
	for i, f := range files {
		c := plan.Channel{Name: cmp.Or(named, a.Name), Kind: a.Kind, Path: a.Name, File: f}
		if i == 0 {
			c.Call = o.call()
			watchable(o, &c)
		} else {
			c.Name = list[0] + "." + partOf(o, i)
			if m, ok := o.(*messageChannel); ok && i >= len(m.ch.Files()) {
				c.Liveness = list[0]
			}
		}
		list = append(list, ro.top.newChannel(c, o.At()))
	}
	ro.channels[o] = list
	return slices.Clone(list), nil
}

// watchable lets a view see what an object holds.
func watchable(o object, c *plan.Channel) {
	switch o := o.(type) {
	case *messageChannel:
		c.Stat = o.ch.Stat
		c.Peek = func(most int) ([][]byte, error) { return ipc.PeekMessages(o.ch, most) }
	case *sharedRegion:
		c.Region = o.State
	case *lock:
		if w, ok := o.handle.(ipc.Watched); ok {
			c.Lock = w.State
		}
	}
}

// unname removes a name that this state made, if it is still its own.
func unname(a ipc.Addr) error {
	path, err := a.Name, error(nil)
	if a.Kind != ipc.KindQueue {
		if path, err = ipc.PathOf(a); err != nil {
			return err
		}
	}
	register, err := guard.Names()
	if err != nil {
		return err
	}
	if err := register.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// partOf says what descriptor i of an object is, for who reads a plan.
func partOf(o object, i int) string {
	if m, ok := o.(*messageChannel); ok {
		switch len(m.ch.Files()) {
		case i:
			return "readers"
		case i - 1:
			return "writers"
		}
	}
	return strconv.Itoa(i + 1)
}
