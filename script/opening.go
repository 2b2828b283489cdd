package script

import (
	"cmp"
	"errors"
	"io/fs"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/problem"
	"weir/script/syntax"
)

// opening is how a script takes what has a name.
type opening struct {
	join, exclusive bool // open="join": it must be there; open="exclusive": it must not
	keep            bool // its name outlives the script
}

// String is what a script would do with it.
func (how opening) String() string {
	switch {
	case how.join:
		return "join"
	case how.exclusive:
		return "make"
	}
	return "make or join"
}

// openingOptions are those that readOpening reads.
var openingOptions = []string{"open", "keep"}

// ways are what open= may be. Without it a name is joined, or made if nobody has it.
var ways = []string{"create", "join", "exclusive"}

func readOpening(L *lua.LState, verb, name string, t *lua.LTable) (how opening) {
	if t == nil {
		return how
	}
	how.keep = lua.LVAsBool(t.RawGetString("keep"))
	v := t.RawGetString("open")
	switch v {
	case lua.LNil:
		return how
	case lua.LString("create"):
	case lua.LString("join"):
		how.join = true
	case lua.LString("exclusive"):
		how.exclusive = true
	default:
		p := problem.Here(L, "%s: there is no open = %s", verb, problem.Describe(v)).
			Hinted(`there are "create", "join" and "exclusive"`).Pointing("open")
		if near, ok := syntax.Nearest(v.String(), ways); ok {
			p.Hinted("did you mean %s?", problem.Quote(near))
		}
		p.Raise(L)
	}
	if name == "" {
		problem.Here(L, "%s: open = %s is of what has a name", verb, problem.Quote(v.String())).
			Hinted("write %s(\"/name\", {open = %s})", verb, problem.Quote(v.String())).Pointing("open").Raise(L)
	}
	return how
}

// openOrMake joins what has the name, or makes it. Without open, what has the name cannot be joined.
func openOrMake[T any](vm *VM, kind ipc.Kind, name string, how opening,
	create func(name string, o ipc.NameOptions) (T, error),
	open func(name string) (T, error)) (v T, made bool, err error) {
	if vm.opts.Explain != nil && name != "" {
		vm.would("%s %s %s", how, kind, name)
		name = "" // a plan is only asked for: nothing gets a name
	}
	o := ipc.NameOptions{}
	switch {
	case name == "":
	case how.join && open != nil:
		v, err = open(name)
		return v, false, err
	default:
		if o, err = nameOptions(how.keep); err != nil {
			return v, false, err
		}
	}
	for range 10 {
		v, err = create(name, o)
		if name == "" || open == nil || how.exclusive || !errors.Is(err, fs.ErrExist) {
			return v, true, err
		}
		// Who has the name may remove it in between.
		if v, err = open(name); !errors.Is(err, fs.ErrNotExist) {
			return v, false, err
		}
	}
	return v, false, err
}

// openingProblem is objectProblem of what could not be joined or made.
func openingProblem(L *lua.LState, kind ipc.Kind, name string, how opening, err error) error {
	switch {
	case how.join && errors.Is(err, fs.ErrNotExist):
		return problem.Here(L, "there is no %s %s", kind, name).
			Hinted("open = \"create\", or leaving open= out, makes it").Pointing(string(kind))
	case how.exclusive && errors.Is(err, fs.ErrExist) && kind == ipc.KindMailslot:
		return problem.Here(L, "%s %s is there already", kind, name).Hinted("open = \"join\" writes to it").
			Pointing(string(kind))
	case how.exclusive && errors.Is(err, fs.ErrExist):
		return problem.Here(L, "%s %s is there already", kind, name).
			Hinted("open = \"create\", or leaving open= out, joins it").Pointing(string(kind))
	}
	return objectProblem(L, string(kind), err)
}

// openingOfFIFO is what open= of a FIFO says of create=.
func openingOfFIFO(L *lua.LState, path string, t *lua.LTable) *bool {
	how := readOpening(L, "fifo", path, t)
	_, err := os.Lstat(path)
	absent := errors.Is(err, fs.ErrNotExist)
	if how.join && absent || how.exclusive && err == nil {
		err := cmp.Or(err, fs.ErrExist)
		problem.Raise(L, openingProblem(L, ipc.KindFIFO, path, how, err))
	}
	create := !how.join && absent
	return &create
}
