package script

import (
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/script/interp"
	"weir/script/lualib"
	"weir/script/problem"
)

// luaSelect is Lua's select(n, ...), and select{ch, ..., timeout=}.
func luaSelect(L *lua.LState) int {
	t, ok := L.Get(1).(*lua.LTable)
	if !ok || t.RawGetInt(1).Type() != lua.LTUserData && t.RawGetString("timeout") == lua.LNil {
		return lualib.Select(L) // which says what lua5.1 says of any other table
	}
	if L.GetTop() > 1 {
		problem.Here(L, "select takes one table, and its timeout in that").Hinted("write select{a, b, timeout = \"1s\"}").
			Pointing("select").Raise(L)
	}
	w, _ := readSelectWait(L, "select", t)
	return selectAmong(L, "select", t, w)
}

// luaWaitAny is wait_any(jobs [, {timeout=}]).
func luaWaitAny(L *lua.LState) int {
	t, ok := L.Get(1).(*lua.LTable)
	if !ok {
		problem.Here(L, "wait_any waits for jobs in a table, but this is %s", problem.Describe(L.Get(1))).
			Hinted("write wait_any{a, b}, or wait_any(jobs())").Pointing("wait_any").Raise(L)
	}
	for i := 1; i <= interp.Len(t); i++ {
		if _, ok := asJob(t.RawGetInt(i)); !ok {
			problem.Here(L, "wait_any waits for jobs, but item %d is %s", i, problem.Describe(t.RawGetInt(i))).
				Hinted("select{...} waits for channels and locks, too").Pointing("wait_any").Raise(L)
		}
	}
	w, _ := readWait(L, "wait_any", L.Get(2))
	return selectAmong(L, "wait_any", t, w)
}

// readSelectWait reads the timeout among the items.
func readSelectWait(L *lua.LState, method string, t *lua.LTable) (wait, *lua.LTable) {
	checkKeys(L, method, t, true, "timeout")
	only := L.NewTable()
	only.RawSetString("timeout", t.RawGetString("timeout"))
	return readWait(L, method, only)
}

// selecting is a call that waits for the first of several to be ready. It tries each as a call with timeout = 0
// would. Where none is ready it sleeps at all of them at once.
type selecting struct {
	vm      *VM
	method  string
	wait    wait
	items   []selectItem
	several *ipc.Several
	other   ipc.Published // says that the waits which are published are not all
	stop    chan struct{} // ends those who wait for jobs, and for the script's end
	waiting sync.WaitGroup
}

// selectItem is one of several.
type selectItem struct {
	value   lua.LValue
	verb    string          // the method by which it is tried
	message *messageChannel // to receive from
	bytes   *channel        // to receive from
	lock    *lock
	job     *job
	shown   ipc.Published
}

// selectAmong pushes the first item that is ready, and what it gave.
func selectAmong(L *lua.LState, method string, t *lua.LTable, w wait) int {
	vm := vmOf(L)
	s := &selecting{vm: vm, method: method, wait: w}
	for i := 1; i <= interp.Len(t); i++ {
		s.items = append(s.items, readSelectItem(L, method, i, t.RawGetInt(i)))
	}
	if len(s.items) == 0 && !w.limited {
		problem.Here(L, "%s has nothing to wait for", method).Hinted("write %s{a, b, timeout = \"1s\"}", method).
			Pointing(method).Raise(L)
	}
	s.setOthers(len(s.items) > 1)
	defer s.setOthers(false)
	if n := s.try(L); n > 0 {
		return n
	}
	switch {
	case vm.opts.Explain != nil && len(s.items) > 0: // nobody runs who would be waited for
		L.Push(s.items[0].value)
		return 1 + giveUp(L, "closed")
	case w.limited && w.limit == 0:
		return giveUp(L, w.over())
	}
	deliver(L, method)
	return s.await(L)
}

// setOthers tells the channels whether the state waits for others, too.
func (s *selecting) setOthers(others bool) {
	for i := range s.items {
		if m := s.items[i].message; m != nil {
			m.others = others
		}
	}
}

func readSelectItem(L *lua.LState, method string, i int, v lua.LValue) selectItem {
	item := selectItem{value: v, verb: "receive"}
	if j, ok := asJob(v); ok {
		item.job, item.verb = j, "wait"
		return item
	}
	if ud, ok := v.(*lua.LUserData); ok {
		if p, ok := ud.Value.(*peer); ok && p.own && p.box != nil {
			item.message = p.box
			return item
		}
	}
	if n, ok := toNode(v); ok {
		if c, ok := n.(*channel); ok && c.msg != nil {
			item.message = c.msg
			return item
		} else if ok && c.kind != ipc.KindMemory {
			item.bytes = c
			return item
		}
	}
	if o, ok := toObject(v); ok {
		l, ok := o.(*lock)
		if ok && ipc.CanSelect(l.handle) {
			item.lock, item.verb = l, "wait"
			if _, ok := l.handle.(*ipc.Mutex); ok {
				item.verb = "lock"
			}
			return item
		}
	}
	problem.Here(L, "%s waits for channels, semaphores, events, mutexes and jobs, but item %d is %s", method, i,
		problem.Describe(v)).Pointing(method).Raise(L)
	return item
}

// try tries each item once, and pushes the first that is ready and what it gave. It begins behind the one that
// was ready last, so that none starves.
func (s *selecting) try(L *lua.LState) (pushed int) {
	n := len(s.items)
	for k := range n {
		i := (s.vm.selects + k) % n
		item := &s.items[i]
		if item.job != nil && !item.job.ended() {
			continue
		}
		top := L.GetTop()
		L.Push(item.value)
		options := L.NewTable()
		if item.job == nil {
			options.RawSetString("timeout", lua.LNumber(0))
		}
		L.Push(L.GetField(item.value, item.verb))
		L.Push(item.value)
		L.Push(options)
		L.Call(2, lua.MultRet)
		if L.Get(top+2) == lua.LNil && L.Get(top+3) == lua.LString("would block") {
			L.SetTop(top)
			continue
		}
		s.vm.selects = i + 1
		return L.GetTop() - top
	}
	return 0
}

// await waits until an item is ready, or the time is over.
func (s *selecting) await(L *lua.LState) (pushed int) {
	until := s.wait.deadline()
	if err := s.begin(); err != nil {
		problem.Raisef(L, s.method, "%s: %v", s.method, err)
	}
	var deadlock *runtime.DeadlockError
	ended := func() {
		if s.stop != nil {
			deadlock = s.end()
		}
	}
	defer ended() // also where a try raises
	for s.vm.waits.broken() == nil && s.vm.ctx.Err() == nil && pushed == 0 {
		pushed = s.round(L, until)
		if s.wait.limited && !time.Now().Before(until) {
			break
		}
	}
	broken := s.vm.waits.broken()
	ended()
	switch {
	case s.vm.ctx.Err() != nil:
		interrupted(L)
	case deadlock != nil && (broken != nil || pushed == 3): // closed: whoever died was stopped for it
		raiseDeadlock(L, s.method, deadlock)
	case pushed == 0:
		return giveUp(L, s.wait.over())
	}
	return pushed
}

// round tries all of them, and sleeps where none is ready.
func (s *selecting) round(L *lua.LState, until time.Time) (pushed int) {
	limit := outsidePoll
	var objects []ipc.Object
	var files []*os.File
	for i := range s.items {
		switch item := &s.items[i]; {
		case item.message != nil:
			objects = append(objects, item.message.ch)
		case item.lock != nil:
			objects = append(objects, item.lock.handle)
		case item.bytes != nil:
			if f := fileOf(item.bytes.reader); f != nil && !f.Closed() {
				files = append(files, f.OS())
			} else {
				limit = openPoll
			}
		}
	}
	defer s.several.Disarm()
	if err := s.several.Arm(objects, files); err != nil {
		problem.Raisef(L, s.method, "%s: %v", s.method, err)
	}
	if pushed = s.try(L); pushed > 0 {
		return pushed
	}
	if s.wait.limited {
		limit = min(limit, time.Until(until))
	} else {
		s.show()
	}
	if err := s.several.Wait(limit); err != nil {
		problem.Raisef(L, s.method, "%s: %v", s.method, err)
	}
	return 0
}

// openPoll is how often a channel is tried that is not open yet.
const openPoll = 5 * time.Millisecond

// begin lets go of what a state that waits does not use, and tells of the wait.
func (s *selecting) begin() (err error) {
	if s.several, err = s.vm.selectSeveral(); err != nil {
		return err
	}
	s.stop = make(chan struct{})
	s.wakeWhen(s.vm.ctx.Done())
	for i := range s.items {
		if m := s.items[i].message; m != nil {
			if err := m.beginAmong(s.wait); err != nil {
				return err
			}
		}
	}
	w, jobs := runtime.InsiderWait{}, []string(nil)
	for i := range s.items {
		j := s.items[i].job
		if j == nil {
			continue
		}
		jobs = append(jobs, j.name())
		if w.Runs = append(w.Runs, j.run); s.stepsAside() {
			j.lo.stepAside()
		}
		s.wakeWhen(j.run.Done())
	}
	if !s.wait.limited {
		s.vm.waits.begin(s.at(jobs), w)
	}
	return nil
}

// at is at what the state waits, as whoever looks for deadlocks calls it.
func (s *selecting) at(jobs []string) any {
	for i := range s.items {
		switch item := &s.items[i]; {
		case len(s.items) > 1 || item.job != nil:
		case item.message != nil:
			return item.message
		case item.lock != nil:
			return item.lock
		}
	}
	return cmp.Or(strings.Join(jobs, " or "), "one of several")
}

// wakeWhen ends the sleep at an end.
func (s *selecting) wakeWhen(done <-chan struct{}) {
	s.waiting.Go(func() {
		select {
		case <-done:
			s.several.Wake()
		case <-s.stop:
		}
	})
}

// end is the opposite of begin.
func (s *selecting) end() *runtime.DeadlockError {
	close(s.stop)
	s.waiting.Wait()
	s.stop = nil
	deadlock := s.vm.waits.end()
	s.other.End()
	for i := range s.items {
		item := &s.items[i]
		item.shown.End()
		if item.message != nil {
			item.message.endAmong()
		}
		if item.job != nil && s.stepsAside() {
			item.job.lo.comeBack()
		}
	}
	return deadlock
}

// stepsAside reports whether it is a wait for the ends of jobs alone, without a limit: then it is like job:wait().
func (s *selecting) stepsAside() bool {
	return !s.wait.limited && !slices.ContainsFunc(s.items, func(item selectItem) bool { return item.job == nil })
}

// show publishes for what the state waits. Where that cannot be said of all items it says so: then whoever
// looks for deadlocks takes it that it goes on.
func (s *selecting) show() {
	s.other.Party = s.vm.waits.party()
	s.other.Show(ipc.Wait{Kind: ipc.WaitNone})
	all := true
	for i := range s.items {
		item := &s.items[i]
		item.shown.Party = s.other.Party
		switch {
		case item.message != nil:
			item.message.show(s.vm, &item.shown, ipc.WaitMessage)
		case item.lock != nil:
			item.shown.ShowAt(item.lock.handle)
		case item.bytes != nil:
			item.showPipe()
		}
		all = all && (item.shown.Shown() || item.job != nil && s.vm.waits.watched())
	}
	if all {
		s.other.End()
	}
}

// showPipe publishes a wait at a pipe.
func (item *selectItem) showPipe() {
	f := fileOf(item.bytes.reader)
	if f == nil || f.Closed() || item.bytes.kind != ipc.KindPipe {
		return
	}
	if id, fd, ok := openFileID(f.OS()); ok {
		item.shown.Show(ipc.Wait{Kind: ipc.WaitData, Liveness: id, FD: fd})
	}
}

// selectSeveral is what the state's calls sleep with.
func (vm *VM) selectSeveral() (s *ipc.Several, err error) {
	if vm.several == nil {
		vm.several, err = ipc.NewSeveral()
	}
	return vm.several, err
}

// beginAmong is the beginning of a wait for a message here or, among others, for something else: see receive. What
// comes elsewhere may have the state send here next, so that it does not count as one that has left.
func (m *messageChannel) beginAmong(w wait) error {
	m.holds = m.live.w != nil
	m.began, m.among = time.Now(), &w
	if !m.holds {
		return nil
	}
	because := m.whyReceive(w)
	if m.others {
		because = briefly
	}
	return m.live.suspend(ipc.Write, because)
}

func (m *messageChannel) endAmong() {
	m.among = nil
	switch {
	case m.ended:
		m.live.leave(ipc.Write)
	case m.holds:
		_ = m.live.resume(ipc.Write)
	}
}

// tryAmong is one try of a receive between beginAmong and endAmong.
func (m *messageChannel) tryAmong(vm *VM, try func() error) error {
	end := m.end(vm, *m.among)
	m.ch.SetEnd(end)
	err := try()
	if errors.Is(err, io.EOF) && end != nil && m.end(vm, *m.among) == nil {
		return os.ErrDeadlineExceeded // the last that might have sent has stepped aside: others may come
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && end == nil {
		if broken := m.left(vm, ipc.Read); broken != nil {
			return broken
		}
	}
	m.ended = errors.Is(err, io.EOF)
	return err
}
