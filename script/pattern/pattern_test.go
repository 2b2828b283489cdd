package pattern

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/pm"
)

// found writes what a match gave.
func found(from, to int, err error, captures [][2]int) string {
	if err != nil {
		return "error " + err.Error()
	}
	if from < 0 {
		return "nothing"
	}
	var b strings.Builder
	for _, c := range append([][2]int{{from, to}}, captures...) {
		b.WriteString(" " + string(rune('0'+c[0]%64)) + "-" + string(rune('0'+(c[1]+1)%64)))
	}
	return b.String()
}

func ours(p *Pattern, s string) string {
	var m Matcher
	from, to, err := m.Find(p, s, 0)
	var captures [][2]int
	if err == nil && from >= 0 {
		for i := range m.Count() {
			a, b, fault := m.Capture(i)
			if fault != nil {
				return "error " + fault.Error()
			}
			if b < a {
				b = -1
			}
			captures = append(captures, [2]int{a, b})
		}
	}
	return found(from, to, err, captures)
}

// wanted is what lstrlib.c gives; ok is false where it takes too long.
func wanted(p, s string) (text string, ok bool) {
	var r reference
	from, to, err, ok := r.find(s, p, 0)
	var captures [][2]int
	if err == nil && from >= 0 {
		for _, c := range r.at[:r.level] {
			switch c.len {
			case refUnfinished:
				return "error " + faultOpen, ok
			case refPosition:
				captures = append(captures, [2]int{c.init, -1})
			default:
				captures = append(captures, [2]int{c.init, c.init + c.len})
			}
		}
	}
	return found(from, to, err, captures), ok
}

// others is what gopher-lua's own matcher gives.
func others(p, s string) (text string) {
	defer func() {
		if recover() != nil {
			text = "panic"
		}
	}()
	list, err := pm.Find(p, []byte(s), 0, 1)
	if err != nil {
		return "error " + err.Error()
	}
	if len(list) == 0 {
		return "nothing"
	}
	md := list[0]
	var captures [][2]int
	for i := 2; i < md.CaptureLength(); i += 2 {
		if md.IsPosCapture(i) {
			captures = append(captures, [2]int{md.Capture(i) - 1, -1})
		} else {
			captures = append(captures, [2]int{md.Capture(i), md.Capture(i + 1)})
		}
	}
	return found(md.Capture(0), md.Capture(1), nil, captures)
}

// alphabet is what random patterns are made of: signs more than letters.
const alphabet = `aab1 %%%()()[[]]^$.*+-?%ab%d%w%s%f[a]%b()%1()a-b`

func randomText(r *rand.Rand, from string, most int) string {
	b := make([]byte, r.IntN(most))
	for i := range b {
		b[i] = from[r.IntN(len(from))]
	}
	return string(b)
}

// TestRandom compares random patterns with lstrlib.c.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	matched := 0
	for range 300_000 {
		p, s := randomText(r, alphabet, 12), randomText(r, "aab1 ()-.", 14)
		want, ok := wanted(p, s)
		if !ok {
			continue
		}
		if got := ours(Compile(p), s); got != want {
			t.Fatalf("pattern %q, subject %q: got %s, want %s", p, s, got, want)
		}
		if strings.HasPrefix(want, " ") {
			matched++
		}
	}
	if matched < 30_000 {
		t.Errorf("only %d of the random patterns match", matched)
	}
}

// FuzzMatch compares with gopher-lua's matcher. Where the two differ, lstrlib.c
// decides: the faults of gopher-lua's are not to be had.
func FuzzMatch(f *testing.F) {
	for _, row := range [][2]string{{"took=(%d+)ms", "x took=12ms"}, {"^(.-)%s*$", "a  "}, {"%b()", "(())"}, {"%f[%a]%a+", "1ab"},
		{"(a)(b)%2%1", "abba"}, {"[^%]a-z]+$", "A]"}, {"()a*()", "aab"}, {"a-b?c*", "aac"}, {"[]", "]"}, {"%", "%"}, {"(", "("}} {
		f.Add(row[0], row[1])
	}
	f.Fuzz(func(t *testing.T, p, s string) {
		if len(p) > 200 || len(s) > 2000 {
			return
		}
		want, ok := wanted(p, s)
		if !ok {
			return
		}
		got := ours(Compile(p), s)
		if got != others(p, s) && got != want {
			t.Errorf("pattern %q, subject %q: got %s, want %s", p, s, got, want)
		}
	})
}

// TestErr: what Err tells beforehand is what a match that gets there raises.
func TestErr(t *testing.T) {
	for p, want := range map[string]string{
		"a": "", "%": faultPercent, "[a": faultBracket, "%b(": faultBalance, "%fa": faultFrontier, "%1": faultIndex, "(a%1)": faultIndex,
		"a)": faultClose, "(a": faultOpen, "(a)%1": "", "()%1": "", strings.Repeat("()", 32): "", strings.Repeat("()", 33): faultMany,
		strings.Repeat("(", 33): faultMany, "(a)%2": faultIndex, "%0": faultIndex, "[]": faultBracket, "[^]": faultBracket, "a%": faultPercent,
	} {
		got := ""
		if err := Compile(p).Err(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", p, got, want)
		}
	}
}

func TestCheckReplacement(t *testing.T) {
	for _, row := range []struct{ p, r, want string }{
		{"a", "x", ""}, {"a", "%0%1%%", ""}, {"(a)", "%1", ""}, {"a", "%2", faultIndex}, {"(a)(b)", "%3", faultIndex},
		{"a", "%", "invalid use of '%' in replacement string"}, {"a", "%x", "invalid use of '%' in replacement string"},
	} {
		got := ""
		if err := Compile(row.p).CheckReplacement(row.r); err != nil {
			got = err.Error()
		}
		if got != row.want {
			t.Errorf("%q, %q: %q, want %q", row.p, row.r, got, row.want)
		}
	}
}

// TestDepth: a pattern may have ten thousand repetitions, and no more.
func TestDepth(t *testing.T) {
	var m Matcher
	if _, to, err := m.Find(Compile(strings.Repeat("a?", 9000)+"$"), strings.Repeat("a", 9000), 0); err != nil || to != 9000 {
		t.Errorf("to %d, %v", to, err)
	}
	if _, _, err := m.Find(Compile(strings.Repeat("a?", 20_000)+"$"), strings.Repeat("a", 20_000), 0); err == nil || err.Error() != faultDeep {
		t.Errorf("error %v", err)
	}
}

// TestStop: a match that would take for ever is asked whether to go on.
func TestStop(t *testing.T) {
	over := errors.New("over")
	for _, row := range [][2]string{
		{strings.Repeat("a*", 30) + "b", strings.Repeat("a", 40)},
		{"%b()", strings.Repeat("(", 1<<20)},
		{"a+%f[b]b", strings.Repeat("a", 1<<20)},
		{".-.-.-.-.-x", strings.Repeat("a", 1<<12)},
	} {
		asked := 0
		m := Matcher{Stop: func() error {
			if asked++; asked == 3 {
				return over
			}
			return nil
		}}
		if _, _, err := m.Find(Compile(row[0]), row[1], 0); err != over {
			t.Errorf("%.20s: error %v", row[0], err)
		}
	}
}

// TestNoAllocation: matching makes no garbage.
func TestNoAllocation(t *testing.T) {
	var m Matcher
	p, s := Compile("(%w+)=(%d-)m()s"), "2026-11-24 INFO request took=12ms"
	if n := testing.AllocsPerRun(100, func() { m.Find(p, s, 0) }); n != 0 {
		t.Errorf("%v allocations a match", n)
	}
}

func BenchmarkFind(b *testing.B) {
	line := "2026-11-23T10:00:01.001 ERROR worker-1 request id=9e3779b1 path=/api/v1/items/31 took=17ms"
	for _, p := range []string{"took=(%d+)ms", "ERROR", "(%d+)ms$", "^%S+ %S+ (%S+)", "(%w+)=(%w+)", "path=(.-) ", "%f[%w]took%f[%W]"} {
		b.Run(p, func(b *testing.B) {
			var m Matcher
			c := Compile(p)
			for b.Loop() {
				if from, _, _ := m.Find(c, line, 0); from < 0 {
					b.Fatal("no match")
				}
			}
		})
	}
}
