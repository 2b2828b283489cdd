package script

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/pattern"
	"weir/script/problem"
)

// supervision is what weir does for a stage while it runs.
type supervision struct {
	restart *plan.Restart
	limits  plan.Limits
	ready   int              // the descriptor on which it tells that it is ready; 0 is none
	pattern *pattern.Pattern // or what a line of its output matches then
}

// optionsOf gives the table that a method takes.
func optionsOf(L *lua.LState, method, example string, known ...string) *lua.LTable {
	t, ok := L.Get(2).(*lua.LTable)
	if !ok {
		problem.Here(L, "%s: its options are a table, but this is %s", method, problem.Describe(L.Get(2))).
			Hinted("write t:%s%s", method, example).Pointing(method).Raise(L)
	}
	checkKeys(L, method, t, false, known...)
	return t
}

// topologyRestart is t:restart{on=, max=, within=, backoff=}.
func topologyRestart(L *lua.LState) int {
	n := checkNode(L, "restart")
	t := optionsOf(L, "restart", `{on = "failure", max = 3, within = "10s"}`, "on", "max", "within", "backoff")
	r := &plan.Restart{Backoff: 100 * time.Millisecond}
	switch v := t.RawGetString("on"); v {
	case lua.LNil, lua.LString("failure"):
	case lua.LString("always"):
		r.Always = true
	default:
		problem.Here(L, "restart: on must be \"failure\" or \"always\", but is %s", problem.Describe(v)).
			Pointing("on").Raise(L)
	}
	if v := t.RawGetString("max"); v != lua.LNil {
		r.Max = wholeNumber(L, "restart", "max", v, math.MaxInt32)
	}
	for key, d := range map[string]*time.Duration{"within": &r.Within, "backoff": &r.Backoff} {
		if v := t.RawGetString(key); v != lua.LNil {
			var err error
			if *d, err = parseDuration(v); err != nil {
				problem.Raisef(L, key, "restart: %v", err)
			}
		}
	}
	return pushChanged(L, "restart", n, &change{parts: true, stage: func(s *stage) {
		if s.set.watch.restart == nil {
			s.set.watch.restart = r
		}
	}})
}

func wholeNumber(L *lua.LState, verb, key string, v lua.LValue, most int) int {
	n, ok := v.(lua.LNumber)
	if f := float64(n); !ok || f != math.Trunc(f) || f < 1 || f > float64(most) {
		problem.Raisef(L, key, "%s: %s must be a whole number from 1 to %d, but is %s", verb, key, most, lua.LVAsString(v))
	}
	return int(n)
}

// topologyLimit is t:limit{cpu=, memory=, files=}.
func topologyLimit(L *lua.LState) int {
	n := checkNode(L, "limit")
	t := optionsOf(L, "limit", `{cpu = "10s", memory = "1G", files = 64}`, "cpu", "memory", "files")
	var limits plan.Limits
	var err error
	if v := t.RawGetString("cpu"); v != lua.LNil {
		if limits.CPU, err = parseDuration(v); err != nil {
			problem.Raisef(L, "cpu", "limit: %v", err)
		}
	}
	if v := t.RawGetString("memory"); v != lua.LNil {
		size, err := parseSize(v)
		if err != nil {
			problem.Raisef(L, "memory", "limit: %v", err)
		}
		limits.Memory = int64(size)
	}
	if v := t.RawGetString("files"); v != lua.LNil {
		limits.Files = wholeNumber(L, "limit", "files", v, 1<<20)
	}
	if limits == (plan.Limits{}) {
		problem.Here(L, "limit: nothing is limited").
			Hinted("write t:limit{cpu = \"10s\", memory = \"1G\", files = 64}").Pointing("limit").Raise(L)
	}
	return pushChanged(L, "limit", n, &change{parts: true, stage: func(s *stage) {
		own := &s.set.watch.limits
		own.CPU, own.Memory, own.Files = cmp.Or(own.CPU, limits.CPU), cmp.Or(own.Memory, limits.Memory),
			cmp.Or(own.Files, limits.Files)
	}})
}

// topologyReady is t:ready(fd).
func topologyReady(L *lua.LState) int {
	n := checkNode(L, "ready")
	s, ok := n.(*stage)
	if !ok {
		problem.Here(L, "ready: one stage tells that it is ready, and %s is not one stage", write(n)).
			Pointing("ready").Raise(L)
	}
	if _, ok := L.Get(2).(lua.LString); ok {
		p := checkPattern(L, "ready", 2)
		return pushChanged(L, "ready", s, &change{stage: func(s *stage) { s.set.watch.ready, s.set.watch.pattern = 0, p }})
	}
	fd, ok := L.Get(2).(lua.LNumber)
	if !ok || fd != lua.LNumber(int(fd)) || fd < 3 || fd > 250 {
		problem.Here(L, "ready: it takes the number of the descriptor, 3 to 250, to which the stage writes a line, "+
			"or a pattern that a line of its output matches, but this is %s", problem.Describe(L.Get(2))).
			Hinted("write t:ready(3) or t:ready\"listening\"").Pointing("ready").Raise(L)
	}
	if s.fn != nil {
		problem.Here(L, "ready: a Lua stage has no descriptors of its own choice").
			Hinted("set an event() in it, and wait for that in its readers").Pointing("ready").Raise(L)
	}
	return pushChanged(L, "ready", s,
		&change{stage: func(s *stage) { s.set.watch.ready, s.set.watch.pattern = int(fd), nil }})
}

// supervise tells the runtime what a stage's settings ask for, and gives it the
// descriptor on which it is to say that it is ready.
func (lo *lowering) supervise(rs *plan.Stage, s *stage, fds table) error {
	w := s.set.watch
	rs.Restart, rs.Limits = w.restart, w.limits
	if s.fn != nil && !s.thread {
		rs.Limits.Memory = 0 // the stage itself sees to it, and can say so
	}
	switch {
	case w.pattern != nil:
		lo.readyByPattern(rs, s, fds)
		return nil
	case w.ready == 0:
		return nil
	}
	if fds[w.ready] != nil {
		return problem.New(s.Origin, "descriptor %d of %s leads elsewhere already", w.ready, nameText(rs.Name)).
			Pointing("ready")
	}
	name := lo.top.newChannel(plan.Channel{Name: rs.Name + ".ready", Kind: ipc.KindPipe}, s.Origin)
	fds[w.ready] = &attach{channel: name, mode: ipc.Write}
	lo.top.end("", name, ipc.Read, -1)
	rs.Ready = &plan.Ready{FD: w.ready, Channel: name}
	return nil
}

// readyByPattern has relays read the stage's stdout and stderr on the way, and say
// that it is ready when a line matches.
func (lo *lowering) readyByPattern(rs *plan.Stage, s *stage, fds table) {
	name := lo.top.newChannel(plan.Channel{Name: rs.Name + ".ready", Kind: ipc.KindPipe}, s.Origin)
	lo.top.end("", name, ipc.Read, -1)
	rs.Ready = &plan.Ready{Channel: name}
	match := func(line []byte) bool {
		var m pattern.Matcher
		from, _, _ := m.Find(s.set.watch.pattern, string(line), 0)
		return from >= 0
	}
	for fd := 1; fd <= 2; fd++ {
		to := fds[fd]
		if to == closed {
			continue
		}
		if to == nil {
			to = lo.std.channel(fd, nil)
		}
		w, r := lo.top.newPipe(s.Origin)
		fds[fd] = w
		lo.relays.cross(s.Origin, "ready", relay.FrameLine, []*attach{r}, []*attach{to, {channel: name, mode: ipc.Write}},
			func(x *relay.Crossing, ctx context.Context, files map[int]*os.File) error {
				return x.Look(ctx, files, match)
			})
	}
}

func writeSupervision(w *supervision) string {
	text := ""
	if r := w.restart; r != nil {
		on := "failure"
		if r.Always {
			on = "always"
		}
		text += fmt.Sprintf(":restart{on = %s", problem.Quote(on))
		if r.Max > 0 {
			text += fmt.Sprintf(", max = %d", r.Max)
		}
		if r.Within > 0 {
			text += ", within = " + problem.Quote(formatDuration(r.Within))
		}
		text += ", backoff = " + problem.Quote(formatDuration(r.Backoff)) + "}"
	}
	if l := w.limits; l != (plan.Limits{}) {
		text += ":limit{"
		sep := ""
		if l.CPU > 0 {
			text += "cpu = " + problem.Quote(formatDuration(l.CPU))
			sep = ", "
		}
		if l.Memory > 0 {
			text += fmt.Sprintf("%smemory = %d", sep, l.Memory)
			sep = ", "
		}
		if l.Files > 0 {
			text += fmt.Sprintf("%sfiles = %d", sep, l.Files)
		}
		text += "}"
	}
	if w.pattern != nil {
		text += ":ready(" + problem.Quote(w.pattern.Source()) + ")"
	}
	if w.ready > 0 {
		text += fmt.Sprintf(":ready(%d)", w.ready)
	}
	return text
}
