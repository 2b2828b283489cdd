package script

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/cells"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/runtime/signals"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/show"
)

// progressed is the relay of a run whose counts are shown while it runs.
type progressed struct {
	stage string // the relay that counts; empty counts stages that have ended, if there is no stat
	total int64  // 0 is not known
	lines bool
	unit  string // empty is bytes, or lines

	stat   func() (ipc.Stat, error) // of the ring that counts
	before int64                    // what had gone through it

	line  atomic.Pointer[progressLine]
	moved atomic.Bool // all has gone through
}

// until has the line go before the output ends: whoever prints what it has made of it all has the
// line of its own.
func (p *progressed) until(m move) move {
	return func(x *relay.Crossing, ctx context.Context, files map[int]*os.File) error {
		x.Moved = func() {
			p.moved.Store(true)
			p.line.Load().clear()
		}
		return m(x, ctx, files)
	}
}

// luaProgress is progress([total | {total=, lines=}]).
func luaProgress(L *lua.LState) int {
	t := &inlineRelay{Origin: problem.Where(L), verb: "progress"}
	total := L.Get(1)
	if o, ok := total.(*lua.LTable); ok {
		checkKeys(L, "progress", o, false, "total", "lines")
		total, t.lines = o.RawGetString("total"), lua.LVAsBool(o.RawGetString("lines"))
	}
	if total != lua.LNil {
		var err error
		if t.total, err = parseAmount(total); err != nil {
			problem.Raisef(L, "progress", "progress: %v", err)
		}
	}
	pushNode(L, t)
	return 1
}

// withProgress puts progress() behind the first part of the first chain, unless that has one.
func withProgress(nodes []node) []node {
	for i, n := range nodes {
		c, ok := n.(*chain)
		if !ok || slices.ContainsFunc(c.parts, isProgress) {
			continue
		}
		nodes = slices.Clone(nodes)
		behind := &inlineRelay{Origin: c.Origin, verb: "progress"}
		nodes[i] = &chain{Origin: c.Origin, parts: slices.Insert(slices.Clone(c.parts), 1, node(behind))}
		break
	}
	return nodes
}

func isProgress(n node) bool {
	t, ok := n.(*inlineRelay)
	return ok && t.verb == "progress"
}

// progress is for a relay that reads in, which may say how much will come.
func (r *relays) progress(t *inlineRelay, in *attach) *progressed {
	p := &progressed{total: t.total, lines: t.lines}
	if in != nil && !t.lines && t.total == 0 {
		p.total = sizeOf(r.top.channelOf(in.channel))
	}
	return p
}

// sizeOf is how many bytes a channel will give, as far as that is known before.
func sizeOf(c *plan.Channel) int64 {
	switch {
	case c.Kind == ipc.KindMemory:
		return int64(len(c.Data))
	case c.Kind == ipc.KindFile:
		if info, err := os.Stat(c.Path); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// progressEvery is the time between two drawings, and progressWindow how many of them a rate is of.
const (
	progressEvery  = 100 * time.Millisecond
	progressWindow = 30
)

// progressLine is the line on the terminal that shows how far a run has come.
type progressLine struct {
	*progressed
	run *runtime.Run
	to  *os.File

	mu      sync.Mutex
	drawn   bool
	past    []int64 // the counts of the last drawings
	stopped chan struct{}
	ended   chan struct{}
	once    sync.Once
}

// showProgress begins to show how far the run has come, where that was asked for and standard error is
// a terminal.
func (r *started) showProgress(how runMode) {
	vm := r.vm
	term := os.Getenv("TERM")
	shown := r.lo.relays.shownOf(r.run.Status().Plan, r.lo.opts.progress)
	if shown == nil || how == watched || how == background && vm.opts.Interactive || vm.opts.Explain != nil ||
		!luaio.IsTerminal(vm.opts.Stderr) || term == "" || term == "dumb" {
		return
	}
	r.line = &progressLine{progressed: shown, run: r.run, to: vm.opts.Stderr,
		stopped: make(chan struct{}), ended: make(chan struct{})}
	vm.line.Store(r.line)
	shown.line.Store(r.line)
	go r.line.follow()
}

// endProgress takes the line away.
func (r *started) endProgress() {
	if p := r.line; p != nil {
		p.once.Do(func() { close(p.stopped) })
		<-p.ended
		r.vm.line.CompareAndSwap(p, nil)
	}
}

// follow draws until the run has ended, or nobody waits for it.
func (p *progressLine) follow() {
	defer close(p.ended)
	defer p.clear()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stopped:
			return
		case <-p.run.Done():
			return
		case <-tick.C:
			p.draw(show.WidthOf(p.to))
		}
	}
}

// clear takes the line away before others write. It comes back.
func (p *progressLine) clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		p.drawn = false
		p.write("\r\x1b[K") // ECMA-48: erase in line
	}
}

func (p *progressLine) draw(width int) {
	st := p.run.Status()
	done := p.count(&st)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.moved.Load() {
		return
	}
	p.past = append(p.past, done)
	if over := len(p.past) - progressWindow; over > 0 {
		p.past = p.past[over:]
	}
	p.drawn = true
	p.write("\r" + p.text(done, time.Since(st.Begun), width) + "\x1b[K")
}

// write writes to the terminal, which a stage may have meanwhile.
func (p *progressLine) write(text string) {
	_ = signals.AtTerminal(func() error {
		_, err := p.to.WriteString(text)
		return err
	})
}

// progressCells is how wide the line is at most: a terminal that is made narrower, down to 40 columns, does not
// fold it.
const progressCells = 39

// text is the line, as much of it as fits.
func (p *progressLine) text(done int64, elapsed time.Duration, width int) string {
	room := min(width-1, progressCells)
	span := time.Duration(len(p.past)-1) * progressEvery
	speed := 0.0
	if span > 0 {
		speed = float64(done-p.past[0]) / span.Seconds()
	}
	unit, rate := cmp.Or(p.unit, "B"), ""
	if p.lines {
		unit = " lines"
	}
	if p.unit == " stages" { // how long others take, those that have ended do not tell
		return fit(room, fmt.Sprintf("%d/%d stages ended", done, p.total), "", "", elapsed.Round(progressEvery).String())
	}
	if span > 0 {
		by, name := scale(speed)
		rate = fmt.Sprintf("%.0f %s/s", speed/by, strings.TrimSpace(name+unit))
	}
	if p.total <= 0 {
		return fit(room, scaled(done, done)+unitOf(done, unit), "", rate,
			elapsed.Round(progressEvery).String())
	}
	amount := scaled(done, p.total) + "/" + scaled(p.total, p.total) + unitOf(p.total, unit)
	left := ""
	if speed > 0 {
		left = clock(time.Duration(float64(max(p.total-done, 0))/speed*float64(time.Second))) + " left"
	}
	percent := fmt.Sprintf("%d %%", min(100, 100*done/p.total))
	return fit(room, amount, percent, rate, left)
}

// fit joins what is known. On a narrow terminal the speed is left out first, and then the time.
func fit(room int, amount, percent, speed, rest string) (line string) {
	for _, parts := range [][]string{{amount, percent, speed, rest}, {amount, percent, rest}, {amount, percent}} {
		line = ""
		for _, part := range parts {
			if part != "" && line != "" {
				line += "  "
			}
			line += part
		}
		if len(line) <= room {
			return line
		}
	}
	return cells.Cut(line, max(room, 1))
}

// scale is the power of a thousand by which a number is written, and its letter.
func scale(v float64) (unit float64, name string) {
	unit = 1
	for _, letter := range []string{"", "k", "M", "G", "T"} {
		if name = letter; v < 1000*unit {
			break
		}
		unit *= 1000
	}
	return min(unit, 1e12), name
}

// scaled writes a number with three digits, in the unit of another one.
func scaled(v, of int64) string {
	by, _ := scale(float64(of))
	digits := 2
	switch top := float64(of) / by; {
	case by == 1 || top >= 100:
		digits = 0
	case top >= 10:
		digits = 1
	}
	return fmt.Sprintf("%.*f", digits, float64(v)/by)
}

// unitOf is what stands behind a number that is written in the unit of another one.
func unitOf(of int64, unit string) string {
	_, name := scale(float64(of))
	return " " + strings.TrimSpace(name+unit)
}

// clock writes a time as a clock does: 1:02, 1:02:03.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second).Seconds())
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func writeProgress(t *inlineRelay) string {
	switch {
	case t.lines && t.total > 0:
		return fmt.Sprintf("progress{lines = true, total = %d}", t.total)
	case t.lines:
		return "progress{lines = true}"
	case t.total > 0:
		return fmt.Sprintf("progress(%d)", t.total)
	}
	return "progress()"
}
