package edit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"weir/repl/vt"
)

// TestInterleavings: a hundred random interleavings of typing, output of others and
// window sizes. No line of the output is torn, lost or doubled, and at the end the
// input stands below them as it was typed.
func TestInterleavings(t *testing.T) {
	for seed := range uint64(100) {
		interleave(t, seed, func(r *rig, wait func()) {})
	}
}

// TestInterleavingsInStep is the same where each window size comes while the screen
// is still: then there is nothing on it but the output and the input.
func TestInterleavingsInStep(t *testing.T) {
	for seed := range uint64(100) {
		interleave(t, seed, func(r *rig, wait func()) { wait() })
	}
}

// typing is what is typed, and the text that should come of it.
type typing struct {
	random *rand.Rand
	text   []string // characters
	at     int
}

// stroke gives the next keys.
func (k *typing) stroke() string {
	insert := func(c string) {
		k.text = append(k.text[:k.at], append([]string{c}, k.text[k.at:]...)...)
		k.at++
	}
	switch n := k.random.IntN(12); {
	case n == 0 && k.at > 0:
		k.at--
		return "\x1b[D"
	case n == 1 && k.at < len(k.text):
		k.at++
		return "\x1b[C"
	case n == 2 && k.at > 0:
		k.at--
		k.text = append(k.text[:k.at], k.text[k.at+1:]...)
		return "\x7f"
	case n == 3:
		insert("\n")
		return "\x1b\r"
	case n == 4:
		c := []string{"日", "e\u0301", "👩\u200d👧", "🇩🇪"}[k.random.IntN(4)]
		insert(c)
		return c
	}
	c := string(rune('a' + k.random.IntN(26)))
	insert(c)
	return c
}

// interleave types, writes and resizes at random; still may wait before a window size
// until all is shown.
func interleave(t *testing.T, seed uint64, still func(r *rig, wait func())) {
	random := rand.New(rand.NewPCG(seed, 1))
	cols, rows := 20+random.IntN(60), 12+random.IntN(28)
	r := newRig(t, cols, rows, nil, Options{})
	done := r.edit(func(string) bool { return true })
	r.shows("> |")
	keys := typing{random: random}
	turn := make(chan bool) // true: write a line
	written := make(chan struct{})
	go func() {
		defer close(written)
		for i := 0; <-turn; i++ {
			fmt.Fprintf(r.e, "line %d ", i)
			fmt.Fprintf(r.e, "of %d\n", seed)
		}
	}()
	lines := 0
	wait := func() {
		input := strings.Join(keys.text, "")
		want := strings.Split("> "+strings.ReplaceAll(input, "\n", "\n. "), "\n")
		r.await(input, func(m *vt.Model) bool {
			all := strings.Join(append(m.Gone, m.Text(false)), "\n")
			return wholeLines(all, lines, seed) && endsFlat(all, want)
		})
	}
	for range 10 + random.IntN(60) {
		switch random.IntN(6) {
		case 0:
			// Two sizes may come before the terminal has shown what was painted for
			// neither; what is painted then, nobody can place. So one is seen first.
			turn <- true
			lines++
			r.await("a line", func(m *vt.Model) bool {
				return strings.Contains(m.Text(false), fmt.Sprintf("line %d of %d", lines-1, seed))
			})
			still(r, wait)
			cols, rows = 20+random.IntN(60), 12+random.IntN(28)
			r.resize(cols, rows)
		case 1, 2:
			turn <- true
			lines++
		default:
			r.keys(keys.stroke())
		}
	}
	turn <- false
	<-written
	wait()
	r.keys("\r")
	if got := <-done; got.text != strings.Join(keys.text, "") {
		t.Errorf("seed %d: got %q, want %q", seed, got.text, strings.Join(keys.text, ""))
	}
}

// wholeLines reports whether all lines of the output are there, each once, in order and
// on a row of its own.
func wholeLines(all string, lines int, seed uint64) bool {
	next := 0
	for _, row := range strings.Split(all, "\n") {
		if row == fmt.Sprintf("line %d of %d", next, seed) {
			next++
		} else if strings.Contains(row, "line ") && strings.HasSuffix(row, fmt.Sprintf(" of %d", seed)) {
			return false
		}
	}
	return next == lines
}

// endsFlat reports whether a screen ends with these lines, each on as many rows as it
// takes.
func endsFlat(all string, lines []string) bool {
	flat := func(s string) string { return strings.NewReplacer("\n", "", " ", "").Replace(s) }
	return strings.HasSuffix(flat(all), flat(strings.Join(lines, "")))
}
