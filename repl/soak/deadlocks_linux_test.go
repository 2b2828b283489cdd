package soak

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func init() { campaigns = append(campaigns, campaign{"deadlocks", 25, deadlocks}) }

// edge is a way in which one party waits for another. C is what they share; the
// waiter waits for what the other does in free, having done hold before.
type edge struct{ name, make, hold, wait, free string }

// full and drain are the waits at a channel that has no room, and what ends them.
const (
	full  = `for i = 1, 1000 do C:send(("x"):rep(500)) end`
	drain = `for i = 1, 1000 do C:receive() end`
)

// edges are all channels and locks without a name.
var edges = []edge{
	{"ring", `ring{slots = 2}`, ``, `C:receive()`, `C:send("x")`},
	{"rendezvous", `ring{slots = 0}`, ``, `C:receive()`, `C:send("x")`},
	{"queue", `queue{max = 2}`, ``, `C:receive()`, `C:send("x")`},
	{"mailbox", `mailbox{slots = 2}`, ``, `C:receive()`, `C:send("x")`},
	{"mailslot", `mailslot{}`, ``, `C:receive()`, `C:send("x")`},
	{"full ring", `ring{slots = 2}`, ``, full, drain},
	{"full rendezvous", `ring{slots = 0}`, ``, full, drain},
	{"full queue", `queue{max = 2}`, ``, full, drain},
	{"full mailbox", `mailbox{slots = 2}`, ``, full, drain},
	{"full mailslot", `mailslot{}`, ``, full, drain},
	{"mutex", `mutex()`, `C:lock()`, `C:lock()`, `C:unlock()`},
	{"semaphore", `semaphore(0)`, ``, `C:wait()`, `C:post()`},
	{"sem_t", `shm{layout = "sem_t s;"} C.s:init(0)`, ``, `C.s:wait()`, `C.s:post()`},
	{"event", `event()`, ``, `C:wait()`, `C:set()`},
	{"condition", `condition() local Cm, Cs = mutex(), shm{layout = "int on;"}`, ``, `Cm:lock() while Cs.on == 0 do C:wait(Cm) end Cm:unlock()`, `Cm:lock() Cs.on = 1 C:signal() Cm:unlock()`},
	{"barrier", `barrier(2)`, ``, `C:wait()`, `C:wait()`},
	{"pipe", `pipe()`, ``, `C:read("l")`, `C:write("x\n") C:close()`},
	{"full pipe", `pipe()`, ``, `for i = 1, 1000 do C:write(("x"):rep(4096)) end`, `for i = 1, 4 do C:read(1024000) end`},
}

// arrangements are who runs the parties, and what the script does meanwhile.
var arrangements = []string{"run", "job", "jobs", "text", "script"}

// script is what weir calls the script among the parties.
const script = "the script"

// circle is a generated deadlock, or one that is only slow.
type circle struct {
	parties []string // "proc", "thread", or the script: each waits for the next
	edges   []edge
	how     string
	slow    int // the party that is slow and goes on; -1 is none
}

// circle draws one. Locks alone, receives alone, sends alone, or all mixed.
func (r *rounds) circle(slow bool) *circle {
	c := &circle{how: arrangements[r.IntN(len(arrangements))], slow: -1}
	n := 2 + r.IntN(4)
	from, to := 0, len(edges)
	switch r.IntN(4) {
	case 0:
		from, to = 0, 5
	case 1:
		from, to = 5, 10
	case 2:
		from, to = 10, 16
	}
	if c.how == "jobs" {
		to = min(to, len(edges)-2) // a pipe is one job's
	}
	for range n {
		c.parties = append(c.parties, []string{"proc", "proc", "thread"}[r.IntN(3)])
		c.edges = append(c.edges, edges[from+r.IntN(to-from)])
	}
	if c.how == "script" {
		c.parties[r.IntN(n)] = script
	}
	if slow {
		c.slow = r.IntN(n)
	}
	return c
}

func (c *circle) String() string {
	var b strings.Builder
	for i, p := range c.parties {
		fmt.Fprintf(&b, "%s -%s-> ", p, c.edges[i].name)
	}
	fmt.Fprintf(&b, "(%s)", c.how)
	if c.slow >= 0 {
		fmt.Fprintf(&b, ", %d slow", c.slow+1)
	}
	return b.String()
}

// code writes it as a script. Each party says "waits" at the last moment before it does.
func (c *circle) code() string {
	var b strings.Builder
	n := len(c.parties)
	name := func(code string, i int) string { return strings.ReplaceAll(code, "C", fmt.Sprintf("c%d", i+1)) }
	for i, e := range c.edges {
		fmt.Fprintf(&b, "local c%d = %s\n", i+1, name(e.make, i))
	}
	fmt.Fprintf(&b, "local meet = barrier(%d)\n", n)
	for i := range n {
		before := (i + n - 1) % n // this one lets it go on
		wait, free := name(c.edges[i].wait, i), name(c.edges[before].free, before)
		if i == c.slow {
			wait, free = "time.sleep(1.5) "+free, wait
		}
		fmt.Fprintf(&b, "local function P%d() %s meet:wait() io.stderr:write(\"waits\\n\") %s %s end\n", i+1, name(c.edges[before].hold, before), wait, free)
	}
	var stages []string
	own := ""
	for i, p := range c.parties {
		if p == script {
			own = fmt.Sprintf("P%d()", i+1)
			continue
		}
		stages = append(stages, fmt.Sprintf("%s(P%d):named\"P%d\"", p, i+1, i+1))
	}
	switch list := strings.Join(stages, ", "); c.how {
	case "run":
		fmt.Fprintf(&b, "run(%s)\n", list)
	case "job", "script":
		fmt.Fprintf(&b, "local j = start(%s) %s j:wait()\n", list, own)
	case "jobs":
		b.WriteString("local jobs = {}\n")
		for i, s := range stages {
			fmt.Fprintf(&b, "jobs[%d] = start(%s)\n", i+1, s)
		}
		b.WriteString("for _, j in ipairs(jobs) do j:wait() end\n")
	case "text":
		fmt.Fprintf(&b, "(%s):text()\n", strings.Join(stages, " + "))
	}
	b.WriteString("io.stderr:write(\"done\\n\")\n")
	return b.String()
}

// longest is how long a circle may take, and nameBy by when a deadlock is named.
const (
	longest = 60 * time.Second
	nameBy  = 2 * time.Second
)

// outcome is what weir said of a circle: when it named the deadlock after the last of
// its parties waited, or never.
type outcome struct {
	said  string
	took  time.Duration
	named bool
	done  bool
}

// play runs a circle.
func (c *circle) play(t *testing.T) (out outcome) {
	v := newVictim(t)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := v.again("-e", c.code())
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return out
	}
	stop := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	last := time.Now()
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		line := lines.Text()
		switch {
		case line == "waits":
			last = time.Now()
			continue
		case line == "done":
			out.done = true
		case strings.Contains(line, "deadlock:") && !out.named:
			out.named, out.took = true, time.Since(last)
		}
		out.said += line + "\n"
	}
	cmd.Wait()
	stop()
	return out
}

// tally counts what became of the circles.
type tally struct {
	sync.Mutex
	took                  []time.Duration
	late, missed, unnamed int
	slow, alarms, hung    int
}

// add takes one, and says what is wrong with it.
func (a *tally) add(c *circle, out outcome) (fault string) {
	a.Lock()
	defer a.Unlock()
	switch {
	case c.slow >= 0:
		a.slow++
		if out.named {
			a.alarms++
			return "a false alarm"
		} else if !out.done {
			a.hung++
			return "a slow one did not end"
		}
		return ""
	case !out.named:
		a.missed++
		return "not named"
	}
	a.took = append(a.took, out.took)
	if out.took > nameBy {
		a.late++
	}
	for i, p := range c.parties {
		if p != script {
			p = fmt.Sprintf("P%d", i+1)
		}
		if !strings.Contains(out.said, p+" waits ") {
			a.unnamed++
			return p + " is not named"
		}
	}
	return ""
}

// at is the time within which this share was named.
func (a *tally) at(share float64) time.Duration {
	slices.Sort(a.took)
	if len(a.took) == 0 {
		return 0
	}
	return a.took[int(share*float64(len(a.took)-1))].Round(time.Millisecond)
}

func (a *tally) String() string {
	return fmt.Sprintf("deadlocks: %d named, p50 %v, p99 %v, the last %v; %d late, %d missed, %d with a party left out; %d slow: %d false alarms, %d hung",
		len(a.took), a.at(0.5), a.at(0.99), a.at(1), a.late, a.missed, a.unnamed, a.slow, a.alarms, a.hung)
}

// play has circles played, so many at a time: they mostly wait.
func (a *tally) play(t *testing.T, atATime int, circles iter.Seq[*circle]) {
	next := make(chan *circle)
	var all sync.WaitGroup
	for range atATime {
		all.Go(func() {
			for c := range next {
				out := c.play(t)
				if fault := a.add(c, out); fault != "" {
					t.Errorf("%s: %v\n%s%s", fault, c, c.code(), out.said)
				}
			}
		})
	}
	for c := range circles {
		next <- c
	}
	close(next)
	all.Wait()
	t.Log(a)
}

// TestDeadlocks walks the table of all channels and locks between all pairs of parties,
// and adds a few circles of the campaign.
func TestDeadlocks(t *testing.T) {
	pairs := [][]string{{"proc", "proc"}, {"thread", "thread"}, {"proc", "thread"}, {"thread", "proc"},
		{script, "proc"}, {"thread", script}}
	(&tally{}).play(t, 12, func(yield func(*circle) bool) {
		for i, e := range edges {
			for k, pair := range pairs {
				c := &circle{parties: pair, edges: []edge{e, e}, how: arrangements[(i+k)%(len(arrangements)-1)], slow: -1}
				if pair[0] == script || pair[1] == script {
					c.how = "script"
				} else if strings.Contains(e.name, "pipe") {
					c.how = "run"
				}
				yield(c)
			}
		}
		r := &rounds{Rand: rand.New(rand.NewPCG(1, 1))}
		for i := range 24 {
			yield(r.circle(i%2 == 0))
		}
	})
}

// deadlocks generates circles until the time is over: two of five are slow only.
func deadlocks(t *testing.T, r *rounds) {
	a := &tally{}
	a.play(t, 4, func(yield func(*circle) bool) {
		for r.Next() {
			yield(r.circle(r.IntN(5) < 2))
		}
	})
	if p99 := a.at(0.99); p99 > nameBy {
		t.Errorf("one in a hundred is named after %v, and not within %v", p99, nameBy)
	}
}
