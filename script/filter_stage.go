package script

import (
	"errors"
	"io"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/script/filter"
	"weir/script/luaio"
	"weir/script/problem"
)

// runFilters is the body of a stage of filters: it reads this state's stdin to
// its end, or until no filter needs more.
func runFilters(L *lua.LState) int {
	vm := vmOf(L)
	list := make([]filter.Filter, L.GetTop())
	for i := range list {
		t, ok := L.Get(i + 1).(*lua.LTable)
		if !ok {
			problem.Raisef(L, "", "internal error: this is no filter: %s", problem.Describe(L.Get(i+1)))
		}
		o := &filterOptions{t, vm, L}
		list[i] = &placed{o.filter(), placeOfParts(t), o.verb()}
	}
	if err := pump(vm.streams.In, filter.NewChain(list, toStdout(vm.streams.Out))); err != nil {
		problem.Raise(L, vm.failures.problemOf(err))
	}
	return 0
}

// pump feeds a chain with stdin.
func pump(in *luaio.File, c *filter.Chain) error {
	for {
		block, err := in.Reader.Block(luaio.BlockSize)
		if err == nil {
			err = c.Lines(block)
		}
		switch err {
		case nil:
		case io.EOF, filter.Enough:
			return c.End()
		default:
			return err
		}
	}
}

// lostOutput says that stdout takes no more.
type lostOutput struct{ error }

func toStdout(out *luaio.File) func(block []byte) error {
	return func(block []byte) error {
		if _, err := out.Writer.Write(block); err != nil {
			return lostOutput{&luaio.WriteError{Stream: luaio.StandardOutput, Err: err}}
		}
		return nil
	}
}

// placed is a filter whose errors name the place where it was written.
type placed struct {
	filter filter.Filter
	at     problem.Origin
	verb   string
}

func (p *placed) Lines(block []byte, next filter.Emit) error {
	return p.locate(p.filter.Lines(block, next))
}

func (p *placed) End(next filter.Emit) error { return p.locate(p.filter.End(next)) }

func (p *placed) locate(err error) error {
	if err == nil || err == filter.Enough || errors.As(err, new(lostOutput)) || errors.As(err, new(*problem.Error)) {
		return err
	}
	return problem.New(p.at, "%s: %v", p.verb, err).Pointing(p.verb)
}

// each is the filter that calls a Lua function for each line.
type each struct {
	L   *lua.LState
	fn  *lua.LFunction
	out []byte
}

func newEach(o *filterOptions) filter.Filter {
	fn, _ := o.RawGetString("fn").(*lua.LFunction)
	return &each{L: o.L, fn: fn}
}

func (e *each) Lines(block []byte, next filter.Emit) error {
	e.out = e.out[:0]
	b := unsafe.String(unsafe.SliceData(block), len(block))
	for at := 0; at < len(b); {
		end := filter.LineEnd(b, at)
		if err := e.line(block[at:end]); err != nil {
			return err
		}
		at = end + 1
	}
	if len(e.out) == 0 {
		return nil
	}
	return next(e.out)
}

func (e *each) End(filter.Emit) error { return nil }

// line calls the function for a line and keeps what it returns.
func (e *each) line(line []byte) error {
	base := e.L.GetTop()
	e.L.Push(e.fn)
	e.L.Push(luaio.NewString(line))
	e.L.Call(1, lua.MultRet)
	for i := base + 1; i <= e.L.GetTop(); i++ {
		switch v := e.L.Get(i).(type) {
		case lua.LString:
			e.out = append(e.out, v...)
		case lua.LNumber:
			e.out = luaio.AppendNumber(e.out, float64(v))
		default:
			if lua.LVAsBool(v) {
				return errors.New("the function returned " + problem.Describe(v) + "; it returns nil, a string or several")
			}
			continue
		}
		e.out = append(e.out, '\n')
	}
	e.L.SetTop(base)
	return nil
}

func newSort(o *filterOptions) filter.Filter {
	if n := o.number("memory"); n > 0 {
		return filter.Sort(int(n))
	}
	return filter.Sort(sortMemory(o.vm.limits.memory))
}

// sortMemory is what a sort may use in a stage that has a limit: the lines are
// not all that it needs.
func sortMemory(limit int64) int {
	if limit <= 0 {
		return filter.SortMemory
	}
	return int(min(max(limit/4, leastSortMemory), filter.SortMemory))
}
