package top

import (
	"strings"
	"testing"

	"weir/runtime/sample"
)

// ringOf has each stage wait for the next: those with an even number write, the others read.
func ringOf(names ...string) (list []wait) {
	for i, name := range names {
		w := wait{name, "to write p", "full", names[(i+1)%len(names)]}
		if i%2 == 1 {
			w.what, w.why = "to read q", "empty"
		}
		list = append(list, w)
	}
	return list
}

// TestRing draws circles of several sizes.
func TestRing(t *testing.T) {
	for _, row := range []struct {
		names []string
		w     int
		want  string
	}{
		{[]string{"a"}, 80, ""},
		{[]string{"a", "b"}, 80, `
╭─▶ a ── waits to write p: full ──▶ b ─╮
╰───────────── waits to read q: empty ─╯`},
		{[]string{"a", "b", "c"}, 80, `
╭─▶ a ── waits to write p: full ──▶ b ─╮
│               waits to read q: empty │
│ waits to write p: full               │
╰────────────────────────────────── c ◀╯`},
		{[]string{"one", "two", "three", "日本語四"}, 80, `
╭─▶ one ── waits to write p: full ──▶ two ────────╮
│                          waits to read q: empty │
│ waits to read q: empty                          │
╰── 日本語四 ◀── waits to write p: full ── three ◀╯`},
		{[]string{"a", "b", "c", "d", "e"}, 80, `
╭─▶ a ── waits to write p: full ──▶ b ── waits to read q: empty ──▶ c ─╮
│                                               waits to write p: full │
│ waits to write p: full                                               │
╰────────────────────────────────── e ◀── waits to read q: empty ── d ◀╯`},
		{[]string{"a", "b", "c", "d", "e"}, 60, ""},
		{[]string{"a", "b"}, 30, ""},
	} {
		lines := ring(ringOf(row.names...), row.w, false)
		if got := strings.Join(lines, "\n"); got != strings.TrimPrefix(row.want, "\n") {
			t.Errorf("%q: got\n%s\nwant%s", row.names, got, row.want)
		}
		for _, line := range lines {
			if width(line, false) != width(lines[0], false) || width(line, false) > row.w {
				t.Errorf("%q: %q has %d cells", row.names, line, width(line, false))
			}
		}
	}
}

// TestLocksGoRound: who waits for a lock waits for its holder.
func TestLocksGoRound(t *testing.T) {
	f := &sample.Frame{Deadlock: "deadlock",
		Stages: []sample.StageNow{{Stage: "a", State: sample.Locks, On: "right"}, {Stage: "b", State: sample.Locks, On: "left"}},
		Locks:  []sample.LockNow{{Name: "left", Holder: "a"}, {Name: "right", Holder: "b"}}}
	want := []wait{{"a", "for right", "held", "b"}, {"b", "for left", "held", "a"}}
	if got := circle(f); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
	f.Locks[0].Holder = "the script"
	if got := circle(f); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}
