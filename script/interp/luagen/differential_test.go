package luagen

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	firstSeed = flag.Uint64("luagen.seed", 1, "first seed of TestDifferential")
	count     = flag.Int("luagen.n", 1000, "number of programs of TestDifferential")
	weirPath  = flag.String("luagen.weir", "", "weir `binary` to test; without it the test builds one")
	reports   = flag.Int("luagen.reports", 5, "number of differences that are reduced and reported before the test stops")
	alone     = flag.Uint64("luagen.alone", 50, "one program in so many also runs in a file of its own")
	words     = flag.Bool("luagen.words", true, "compare the words and lines of errors, too")
	effort    = flag.Duration("luagen.effort", 20*time.Second, "how long a reduction may take")
	keep      = flag.String("luagen.keep", "", "`directory` where reduced programs stay")
)

const (
	batchSize  = 250
	batchLimit = 60 * time.Second
	aloneLimit = 30 * time.Second
)

// A comparison runs programs on both sides and reports where they differ.
type comparison struct {
	lua, weir side
	dir       string
	mu        sync.Mutex // one report at a time
	reported  int
	differ    atomic.Int64
	done      atomic.Int64
}

// TestDifferential compares weir with lua5.1 over random programs:
//
//	go test ./script/interp/luagen -run TestDifferential -timeout 0 -args -luagen.n 1000000 -luagen.seed 1
func TestDifferential(t *testing.T) {
	c := &comparison{lua: lua(t), weir: weir(t), dir: t.TempDir()}
	start, next := time.Now(), atomic.Int64{}
	var workers sync.WaitGroup
	for worker := range 2 {
		workers.Go(func() {
			file := fmt.Sprintf("batch%d.lua", worker)
			for !c.enough() {
				from := int(next.Add(batchSize)) - batchSize
				if from >= *count {
					return
				}
				n := min(batchSize, *count-from)
				c.batch(t, file, Programs(*firstSeed+uint64(from), n))
				if done := c.done.Add(int64(n)); *count > 5000 && done/10000 != (done-int64(n))/10000 {
					fmt.Fprintf(os.Stderr, "%d programs, %d differ, %.0f a second\n", done, c.differ.Load(),
						float64(done)/time.Since(start).Seconds())
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d programs, %d differ, %v", c.done.Load(), c.differ.Load(), time.Since(start).Round(time.Second))
}

func (c *comparison) enough() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reported >= *reports
}

// batch compares some programs. Where weir does not come to the end of a batch, the program
// that it stopped in is reported, and those after it are a batch of their own.
func (c *comparison) batch(t *testing.T, file string, cases []Case) {
	write(t, c.dir, file, Batch(cases))
	const limit = batchLimit
	l, _, complete := Results(c.lua.run(t, c.dir, file, limit).stdout)
	if !complete {
		t.Errorf("seeds %d to %d: lua5.1 does not end", cases[0].Seed, cases[len(cases)-1].Seed)
		return
	}
	w, last, complete := Results(c.weir.run(t, c.dir, file, limit).stdout)
	for i, p := range cases {
		if c.enough() {
			return
		}
		if out := w[p.Seed]; !same(l[p.Seed], out) {
			c.report(t, p, l[p.Seed], out)
		} else if p.Seed%*alone == 0 && !agree(c.both(t, p.Text, fmt.Sprintf("p%d.lua", p.Seed))) {
			c.report(t, p, l[p.Seed], out)
		}
		if !complete && (p.Seed == last || len(w) == 0) {
			if rest := cases[i+1:]; len(rest) > 0 {
				c.batch(t, file, rest)
			}
			return
		}
	}
}

// both runs a whole program in a file of its own.
func (c *comparison) both(t *testing.T, text, file string) (l, w outcome) {
	write(t, c.dir, file, text)
	l = c.lua.run(t, c.dir, file, aloneLimit)
	w = c.weir.run(t, c.dir, file, aloneLimit)
	os.Remove(c.dir + "/" + file)
	return l, w
}

// report reduces a program whose outputs differ.
func (c *comparison) report(t *testing.T, p Case, l, w string) {
	c.differ.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reported >= *reports {
		return
	}
	c.reported++
	if agree(c.both(t, p.Text, "alone.lua")) {
		t.Errorf("seed %d differs in a batch only\n%s", p.Seed, firstDifference(l, w))
		return
	}
	text := c.reduce(t, p.Text)
	lo, wo := c.both(t, text, "alone.lua")
	t.Errorf("seed %d differs in %s\n%s\n-- lua5.1 prints:\n%s%s\n-- weir prints:\n%s%s", p.Seed, firstDifference(l, w),
		text, lo.stdout, lo.stderr, wo.stdout, wo.stderr)
	if *keep != "" {
		write(t, *keep, fmt.Sprintf("p%d.lua", p.Seed), text)
	}
}

// TestProgramsAreLua checks the generator alone: programs compile, end, print something and
// print it again.
func TestProgramsAreLua(t *testing.T) {
	const n = 2000
	l, dir := lua(t), t.TempDir()
	write(t, dir, "batch.lua", Batch(Programs(1, n)))
	first, _, complete := Results(l.run(t, dir, "batch.lua", batchLimit).stdout)
	if !complete {
		t.Fatal("the batch does not end")
	}
	second, _, _ := Results(l.run(t, dir, "batch.lua", batchLimit).stdout)
	printing, failing, invalid := 0, 0, notLua(t, l, dir, Programs(1, n))
	for seed, out := range first {
		if out != second[seed] {
			t.Errorf("seed %d prints other things in a second run\n%s", seed, firstDifference(out, second[seed]))
		}
		if !strings.HasPrefix(out, "\n-- ") {
			printing++
		}
		if endsWithError(out) {
			failing++
		}
	}
	if len(first) != n || len(invalid) > 0 {
		t.Errorf("%d of %d programs ran; these do not compile: %v", len(first), n, invalid)
	}
	if printing < n*95/100 {
		t.Errorf("only %d of %d programs print something", printing, n)
	}
	if failing < n*2/100 || failing > n*8/100 {
		t.Errorf("%d of %d programs end with an uncaught error, but about 5%% should", failing, n)
	}
}
