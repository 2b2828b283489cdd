package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/luaio"
	"weir/script/problem"
)

// opened is what the script itself has of a channel. All copies of the channel share it:
// by it two uses of a pipe are one channel. A pipe gets an end from the job in which a side
// of it is missing, or from the process that this one's function was sent by; a FIFO and a
// file are opened when they are first used.
type opened struct {
	reader, writer *lua.LUserData  // hold *luaio.File; keep them from being closed as garbage
	inherited      bool            // both ends are there: the first use decides
	stream         *stream         // of a socket that carries bytes
	msg            *messageChannel // of a channel of messages
	json           bool            // codec="json", of a channel of bytes
	nul            bool            // frame="nul", of a channel of bytes
}

func fileOf(ud *lua.LUserData) *luaio.File {
	if ud == nil {
		return nil
	}
	f, _ := luaio.ToFile(ud)
	return f
}

// attached reports whether the script has an end open.
func (o *opened) attached() bool {
	for _, ud := range []*lua.LUserData{o.reader, o.writer} {
		if f := fileOf(ud); f != nil && !f.Closed() {
			return true
		}
	}
	return false
}

// adopt makes a descriptor the script's end of a channel.
func adopt(vm *VM, f *os.File, name string, mode luaio.Mode, c *channel) *lua.LUserData {
	end := luaio.NewFile(name, f, mode)
	end.Ended = func() error { return brokenOff(vm, c) }
	ud := luaio.Push(vm.L, end)
	vm.L.Pop(1)
	return ud
}

// takeEnds hands weir's ends of a run to the values that the script has.
func (p *pipes) takeEnds(vm *VM, run *runtime.Run) {
	for _, u := range p.unused() {
		own := u.channel.opened
		if u.ownRead {
			own.reader = adopt(vm, run.File(u.readName(), ipc.Read), u.name, luaio.ModeRead, u.channel)
		}
		if u.ownWr {
			own.writer = adopt(vm, run.File(u.name, ipc.Write), u.name, luaio.ModeWrite, u.channel)
		}
		own.inherited = u.ownRead && u.ownWr
	}
}

// closeEnds closes the script's ends of a run's pipes.
func (p *pipes) closeEnds() {
	for _, u := range p.unused() {
		u.channel.close()
	}
}

func (o *opened) close() error {
	var first error
	for _, ud := range []*lua.LUserData{o.writer, o.reader} {
		if f := fileOf(ud); f != nil {
			if err := f.Close(); first == nil {
				first = err
			}
		}
	}
	return first
}

func checkChannel(L *lua.LState, method string) *channel {
	if n, ok := toNode(L.Get(1)); ok {
		if c, ok := n.(*channel); ok && c.kind != ipc.KindMemory {
			return c
		}
	}
	p := problem.Here(L, "%s is a method of a pipe, FIFO, file or socket, but this is %s",
		method, problem.Describe(L.Get(1))).
		Pointing(method)
	if _, isNode := toNode(L.Get(1)); !isNode {
		p.Hinted("write p:%s(), with a colon", method)
	}
	problem.Raise(L, p)
	return nil
}

// ownFile gives the script's end of a channel, open for mode.
func ownFile(L *lua.LState, c *channel, mode ipc.Mode, method string) *luaio.File {
	f, _ := ownFileBy(L, c, mode, method, wait{})
	return f
}

// ownFileBy is ownFile that waits no longer than w for the other side, else its error is
// os.ErrDeadlineExceeded. It raises all others.
func ownFileBy(L *lua.LState, c *channel, mode ipc.Mode, method string, w wait) (*luaio.File, error) {
	vm := vmOf(L)
	end, other := &c.reader, &c.writer
	use := luaio.ModeRead
	if mode.Writes() {
		end, other, use = other, end, luaio.ModeWrite
	}
	if c.inherited {
		// A reader that kept the writing end would never see the end of file.
		c.inherited = false
		if f := fileOf(*other); f != nil {
			f.Close()
		}
	}
	f := fileOf(*end)
	if f == nil || f.Closed() && c.kind != ipc.KindPipe {
		ctx, cancel := w.within(vm.ctx)
		defer cancel()
		switch c.kind {
		case ipc.KindPipe:
			problem.Raise(L, noEnd(L, c, mode, method))
		case ipc.KindUnix, ipc.KindTCP:
			side, err := openStream(ctx, vm, c, use)
			if w.ended(vm, err) {
				return nil, os.ErrDeadlineExceeded
			}
			if err != nil {
				problem.Raise(L, streamProblem(L, method, err))
			}
			*end = side
			f = fileOf(side)
		default:
			file, err := openOwn(ctx, vm, c, mode)
			if w.ended(vm, err) {
				return nil, os.ErrDeadlineExceeded
			}
			if err != nil && vm.ctx.Err() != nil {
				interrupted(L)
			}
			if err != nil {
				problem.Raisef(L, method, "%s: %v", method, err)
			}
			*end = adopt(vm, file, c.path, use, c)
			f = fileOf(*end)
		}
	}
	if f.Closed() {
		problem.Raisef(L, method, "%s: %s is closed", method, write(c))
	}
	mayActOnFile(L, f, c, method)
	return f, nil
}

// mayActOnFile is mayAct for an end of a channel of bytes; f may be nil.
func mayActOnFile(L *lua.LState, f *luaio.File, c *channel, method string) {
	if f != nil && f.HeldBack() {
		problem.Raise(L, vmOf(L).onlyLooks(write(c), method))
	}
}

// noEnd explains why the script has no such end of a pipe.
func noEnd(L *lua.LState, c *channel, mode ipc.Mode, method string) *problem.Error {
	p := problem.Here(L, "%s: the script has no end of %s", method, write(c)).Pointing(method)
	if mode.Writes() {
		return p.Hinted("start a topology that reads it and in which nothing writes it: start(p | \"cat\")")
	}
	return p.Hinted("start a topology that writes it and in which nothing reads it: start(\"seq 3\" | p)")
}

func openOwn(ctx context.Context, vm *VM, c *channel, mode ipc.Mode) (*os.File, error) {
	if c.kind == ipc.KindFIFO {
		if exists, _ := lookForFIFO(c.path); fifosLast && !exists && c.create != nil && *c.create {
			if err := makeFIFO(vm, c); err != nil {
				return nil, err
			}
		}
		if err := vm.streams.Deliver(); err != nil {
			return nil, err
		}
		notice := time.AfterFunc(runtime.NoPeerAfter, func() {
			vm.notices.running(&runtime.NoPeerError{Path: c.path, Mode: mode}, foreground)
		})
		defer notice.Stop()
		return vm.world.OpenFIFO(ctx, c.path, mode)
	}
	if c.modeSet && c.mode.Writes() != mode.Writes() {
		return nil, fmt.Errorf("file %s was made with mode %s", c.path, problem.Quote(c.mode.String()))
	}
	flags := os.O_RDONLY
	switch {
	case mode.Writes() && c.mode == ipc.Append && c.modeSet:
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	case mode.Writes():
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	return vm.world.OpenFile(c.path, flags)
}

func channelWrite(L *lua.LState) int {
	c := checkChannel(L, "write")
	if err := ownFile(L, c, ipc.Write, "write").WriteArguments(L, 2); err != nil {
		luaio.RaiseStop(L, err)
		problem.Raisef(L, "write", "%v", err)
	}
	L.Push(lua.LTrue)
	return 1
}

// channelRead first hands on all that the script wrote: the answer may wait for
// the question.
func channelRead(L *lua.LState) int {
	c := checkChannel(L, "read")
	f := ownFile(L, c, ipc.Read, "read")
	deliver(L, "read")
	return f.LuaRead(L, 2)
}

func channelLines(L *lua.LState) int {
	c := checkChannel(L, "lines")
	f := ownFile(L, c, ipc.Read, "lines")
	deliver(L, "lines")
	L.SetTop(1)
	return f.LuaLines(L, false)
}

func channelFlush(L *lua.LState) int {
	c := checkChannel(L, "flush")
	if f := fileOf(c.writer); f != nil {
		if err := f.Writer.Flush(); err != nil {
			luaio.RaiseStop(L, err)
			problem.Raisef(L, "flush", "flush: %v", err)
		}
	}
	return 0
}

func channelClose(L *lua.LState) int {
	c := checkChannel(L, "close")
	for _, end := range []*lua.LUserData{c.reader, c.writer} {
		mayActOnFile(L, fileOf(end), c, "close")
	}
	err := c.close()
	if c.stream != nil {
		err = errors.Join(err, c.stream.close())
	}
	if err != nil {
		luaio.RaiseStop(L, err)
		problem.Raisef(L, "close", "close: %v", err)
	}
	return 0
}
