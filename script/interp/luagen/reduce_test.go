package luagen

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// maxTries bounds how many candidates a reduction runs.
const maxTries = 3000

// reduction removes parts of a program as long as the sides still differ.
type reduction struct {
	c     *comparison
	t     *testing.T
	first outcome // how lua5.1 ended the whole program
	inOut bool    // the outputs differ, and not only how the runs ended
	tries int
	end   time.Time
}

// reduce returns a smaller program on which the sides differ: it drops runs of lines first,
// then runs of tokens.
func (c *comparison) reduce(t *testing.T, text string) string {
	l, w := c.both(t, text, "alone.lua")
	r := &reduction{c: c, t: t, first: l, inOut: !same(string(l.stdout), string(w.stdout)), end: time.Now().Add(*effort)}
	for {
		before := len(text)
		text = strings.Join(r.shrink(strings.SplitAfter(text, "\n")), "")
		text = strings.Join(r.shrink(tokens.FindAllString(text, -1)), "")
		if len(text) == before || r.spent() {
			return strings.TrimSpace(text)
		}
	}
}

var tokens = regexp.MustCompile(`(?s)"(?:\\.|[^"\\])*"|\[\[.*?\]\]|\w+|\s+|\.\.\.?|[=~<>]=|.`)

func (r *reduction) spent() bool { return r.tries >= maxTries || time.Now().After(r.end) }

// shrink drops runs of parts, long runs first.
func (r *reduction) shrink(parts []string) []string {
	for size := len(parts) / 2; size > 0; size /= 2 {
		for i := 0; i+size <= len(parts) && !r.spent(); {
			candidate := append(append([]string{}, parts[:i]...), parts[i+size:]...)
			if r.differs(strings.Join(candidate, "")) {
				parts = candidate
			} else {
				i += max(size/2, 1)
			}
		}
	}
	return parts
}

// differs reports whether the sides still differ on text, which ends as the whole program
// did: a reduction that runs into another error would soon hold nothing else.
func (r *reduction) differs(text string) bool {
	r.tries++
	write(r.t, r.c.dir, "alone.lua", text)
	l := r.c.lua.run(r.t, r.c.dir, "alone.lua", time.Second)
	if l.late || l.failed != r.first.failed || invalid.Match(l.stderr) {
		return false
	}
	w := r.c.weir.run(r.t, r.c.dir, "alone.lua", time.Second)
	if agree(l, w) || r.inOut && same(string(l.stdout), string(w.stdout)) {
		return false
	}
	again := r.c.lua.run(r.t, r.c.dir, "alone.lua", time.Second)
	return bytes.Equal(l.stdout, again.stdout)
}

// invalid matches what lua5.1 says of a file that does not compile.
var invalid = regexp.MustCompile(`^lua5\.1: [^\n]* near '|^lua5\.1: [^\n]*(?:no loop to break|outside a vararg)`)

// firstDifference shows the first line in which two outputs differ.
func firstDifference(l, w string) string {
	a, b := strings.Split(l, "\n"), strings.Split(w, "\n")
	for i := range a {
		if i >= len(b) || !same(a[i], b[i]) {
			other := "(no such line)"
			if i < len(b) {
				other = b[i]
			}
			return fmt.Sprintf("line %d: lua5.1 prints %q, weir %q", i+1, a[i], other)
		}
	}
	return fmt.Sprintf("weir prints %d lines more", len(b)-len(a))
}

// endsWithError reports whether a program's output in a batch says that it failed.
func endsWithError(out string) bool {
	last := strings.LastIndex("\n"+out, "\n-- ")
	return last >= 0 && strings.HasPrefix(("\n" + out)[last:], "\n-- error")
}

// notLua returns the seeds of the programs that do not compile.
func notLua(t *testing.T, l side, dir string, cases []Case) []string {
	var b strings.Builder
	b.WriteString("local function P(seed, s) local f, m = loadstring(s, '=p') if not f then print(seed, m) end end\n")
	_, calls, _ := strings.Cut(Batch(cases), head)
	calls = calls[:strings.LastIndex(calls, "write(")]
	write(t, dir, "compile.lua", b.String()+calls)
	out := l.run(t, dir, "compile.lua", batchLimit)
	if out.failed {
		t.Fatalf("lua5.1 compile.lua: %s", out.stderr)
	}
	return strings.FieldsFunc(string(out.stdout), func(r rune) bool { return r == '\n' })
}
