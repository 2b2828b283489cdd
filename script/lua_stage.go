package script

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"
)

// A Lua stage is started as "weir stage IN OUT [shares]": it reads its function from
// descriptor IN and writes what became of it into descriptor OUT, both of them
// memory. The numbers after these are channels that the function holds.
const (
	stageIn    = 3
	stageOut   = 4
	stageOwn   = 5 // the first descriptor of a held channel
	threadOwn  = 3 // a thread needs neither IN nor OUT
	wordStage  = "stage"
	wordShares = "shares" // behind the descriptors: others read on where its reads of stdin stop
	markValue  = 'v'      // what follows is the encoded value
	markFault  = 'e'      // what follows is a problem as JSON
	outSuffix  = ".out"
	inSuffix   = ".in"
	threadPoll = time.Millisecond
)

// outcome is what a Lua stage left behind.
type outcome struct {
	channel string // that brings it back; empty for a thread
	sent    []byte // what a thread left, once it has ended
	value   lua.LValue
	fault   *problem.Error
	unread  bool // what it returned did not arrive; fault says why
}

// addFunction adds a stage that runs a Lua function.
func (lo *lowering) addFunction(s *stage, in, out *attach) error {
	rs := lo.newStage(s, nil)
	lo.top.words[rs.Name] = s.fn.name
	fds := descriptors(in, out)
	if err := lo.extend(s, fds); err != nil {
		return err
	}
	if err := lo.follow(s, fds, nil); err != nil {
		return err
	}
	for fd := range fds {
		if fd > 2 {
			return problem.New(s.Origin, "%s runs a Lua function, which has descriptors 0 to 2 only, and not %d", write(s), fd).
				Hinted("use the channel in the function itself: it travels").Pointing("fd")
		}
	}
	next := stageOwn
	if s.thread {
		next = threadOwn
	}
	data, err := lo.pack(s, rs.Name, next)
	if err != nil {
		return err
	}
	if err := lo.supervise(&rs, s, fds); err != nil {
		return err
	}
	shares := fds[0] == nil && lo.vm.streams.In.Reader.Shared()
	result := &outcome{}
	lo.outcomes.of[rs.Name] = result
	if s.thread {
		opts := lo.vm.opts // which changes while a thread runs
		rs.Thread = func(ctx context.Context, files map[int]*os.File) int {
			code, sent := runThread(ctx, data, files, opts, shares && !lo.std.contended)
			result.sent = sent
			return code
		}
		lo.finish(rs, fds)
		return nil
	}
	exe, err := lo.vm.opts.exe()
	if err != nil {
		return err
	}
	rs.Argv = []string{exe, wordStage, strconv.Itoa(stageIn), strconv.Itoa(stageOut)}
	if shares {
		rs.Argv = append(rs.Argv, wordShares)
	}
	memory := plan.Channel{Name: rs.Name + inSuffix, Kind: ipc.KindMemory, Data: data}
	fds[stageIn] = &attach{channel: lo.top.newChannel(memory, s.Origin)}
	memory = plan.Channel{Name: rs.Name + outSuffix, Kind: ipc.KindMemory}
	result.channel = lo.top.newChannel(memory, s.Origin)
	fds[stageOut] = &attach{channel: result.channel, mode: ipc.Write}
	lo.top.end("", result.channel, ipc.Read, -1)
	lo.finish(rs, fds)
	return nil
}

// outcomes are those of the Lua stages of a run, by name.
type outcomes struct {
	vm  *VM
	top *draft
	of  map[string]*outcome
}

// read takes what one stage that has ended left behind.
func (o *outcomes) read(run *runtime.Run, name string) {
	v := o.of[name]
	if v == nil {
		return
	}
	data, err := v.sent, error(nil)
	if v.channel != "" {
		f := run.File(v.channel, ipc.Read)
		if f == nil {
			return
		}
		if data, err = readMemory(f); err != nil {
			err = fmt.Errorf("read its memory: %w", err)
		}
	}
	v.sent = nil
	if err == nil {
		err = v.receive(o.vm.L, data)
	}
	if err != nil {
		v.fault, v.unread = problem.New(o.top.places[name], "what %s returned cannot be read: %v", name, err), true
	}
}

// collect takes what the stages of a run that has ended left behind.
func (o *outcomes) collect(run *runtime.Run) {
	for name := range o.of {
		o.read(run, name)
	}
}

// close closes what read reads.
func (o *outcomes) close(run *runtime.Run) {
	for _, v := range o.of {
		if v.channel != "" {
			if f := run.File(v.channel, ipc.Read); f != nil {
				f.Close()
			}
		}
	}
}

// readMemory reads a memory file from its start: the position is the stage's.
func readMemory(f *os.File) ([]byte, error) {
	return io.ReadAll(io.NewSectionReader(f, 0, 1<<62))
}

// receive decodes what a stage left. A stage that was killed left nothing.
func (v *outcome) receive(L *lua.LState, data []byte) error {
	if len(data) == 0 {
		return nil
	}
	switch data[0] {
	case markValue:
		values, err := decode(L, data[1:], nil)
		if err == nil && len(values) > 0 {
			v.value = values[0]
		}
		return err
	case markFault:
		v.fault = &problem.Error{}
		return json.Unmarshal(data[1:], v.fault)
	}
	v.fault = crash(string(data))
	return nil
}

// crash says in a line what Go wrote when it ended a stage, or weir in its place.
func crash(text string) *problem.Error {
	if last, ok := strings.CutPrefix(text, "weir: "); ok {
		last, _, _ = strings.Cut(last, "\n")
		return problem.New(problem.Origin{}, "%s", last)
	}
	words := []string{"out of memory", "cannot allocate memory",
		"failed to allocate", "too many address space collisions"} // these are the race detector's
	if slices.ContainsFunc(words, func(s string) bool { return strings.Contains(text, s) }) {
		return problem.New(problem.Origin{}, "out of memory").
			Hinted("read and write piece by piece, or raise the limit of memory")
	}
	_, text, _ = strings.Cut(text, "fatal error: ")
	line, _, _ := strings.Cut(text, "\n")
	return problem.New(problem.Origin{}, "%v", faultf("%s", line))
}

// playOut is play to the end of the state, which may have lost what it wrote.
func playOut(vm *VM, data []byte, attached func(fd int) *os.File) (code int, sent []byte) {
	code, sent = play(vm, data, attached)
	if err := vm.Close(); err != nil && code == 0 && !luaio.IsBrokenPipe(err) {
		return 1, encodeFault(problem.New(problem.Origin{}, "%v", err))
	}
	return code, sent
}

// play runs a travelled function in vm and returns the exit status and what
// goes back.
func play(vm *VM, data []byte, attached func(fd int) *os.File) (code int, sent []byte) {
	values, err := decode(vm.L, data, attached)
	if err == nil && len(values) < 2 {
		err = faultf("no function arrived")
	}
	if err != nil {
		return 1, encodeFault(vm.failures.problemOf(err))
	}
	become(vm, values[len(values)-1])
	values = values[:len(values)-1]
	base := vm.L.GetTop()
	for _, v := range values {
		vm.L.Push(v)
	}
	err = vm.blame.Call(len(values)-1, lua.MultRet)
	var result lua.LValue = lua.LNil
	if err == nil && vm.L.GetTop() > base {
		result = vm.L.Get(base + 1)
	}
	code = 0
	if vm.lualib.Exiting != nil {
		code, err = vm.lualib.Exiting.Code, nil
	}
	if end := vm.finish(); err == nil && code == 0 {
		err = end
	}
	if err != nil {
		vm.lualib.Exiting = nil // what went wrong says more
	}
	switch {
	case err != nil && luaio.IsBrokenPipe(err), vm.streams.BrokenPipe():
		return 0, nil // only a thread comes here: a process is ended by SIGPIPE
	case vm.lualib.Exiting != nil:
		return code, nil
	case err != nil:
		p := vm.failures.problemOf(err)
		p.Trace = traceOf(err)
		return 1, encodeFault(p)
	case result == lua.LNil:
		return 0, nil
	}
	sent, err = encode(vm.L, []lua.LValue{result}, nil, nil)
	if err != nil {
		return 1, encodeFault(problem.New(problem.Origin{}, "what it returned cannot travel: %v", err))
	}
	return 0, append([]byte{markValue}, sent...)
}

// encodeFault encodes a problem for the process that will tell of it.
func encodeFault(p *problem.Error) []byte {
	sent := *p
	sent.Message, sent.Trace = strings.ToValidUTF8(p.Message, "\uFFFD"), strings.ToValidUTF8(p.Trace, "\uFFFD")
	data, err := json.Marshal(&sent)
	if err != nil {
		return nil
	}
	return append([]byte{markFault}, data...)
}

// runThread is the body of a thread stage: a Lua state of its own on the
// stage's files.
func runThread(ctx context.Context, data []byte, files map[int]*os.File, o Options, shares bool) (code int,
	sent []byte) {
	defer func() {
		for _, f := range files {
			f.Close()
		}
	}()
	// A read or write that waits ends with the context.
	stop := context.AfterFunc(ctx, func() {
		for _, f := range files {
			f.SetDeadline(time.Now())
		}
	})
	defer stop()
	vm := New(Options{Args: o.Args, Script: o.Script, Journal: o.Journal, Exe: o.Exe, Interactive: true, Context: ctx,
		Stdin: files[0], Stdout: files[1], Stderr: files[2], Shares: shares})
	return playOut(vm, data, func(fd int) *os.File { return files[fd] })
}
