package top

import (
	"strings"
	"testing"

	"weir/repl/vt"
	"weir/runtime/cells"
	"weir/runtime/sample"
)

// hostile are names and output that a terminal might obey, or not know the width of.
var hostile = []string{
	"\x1b[2J\x1b[H", "\x1b]0;title\a", "\x9b31m", "\x00\x07\x08", "a\rb", "\tx", "\xff\xfe", "\u202eoderised\u202c", "\u2066x\u2069", "\u200f", "\ufeff",
	"e\u0301", "\u0301", "e" + strings.Repeat("\u0301", 50), "日本語日本語日本語日本語日本語", "👩‍👩‍👧‍👦", "🇩🇪🇩", "\u2028", "%s%d", "\\", "", " ",
	strings.Repeat("x", 300), "\u00ad", "\U000e0041", "क्षि",
}

// TestHostile: nothing that a stage is called, or prints, changes what stands beside it.
func TestHostile(t *testing.T) {
	for _, text := range hostile {
		for _, ascii := range []bool{false, true} {
			for _, size := range [][2]int{{120, 40}, {40, 10}, {3, 1}} {
				f := chainScene()
				for i := range f.Stages {
					f.Stages[i].Text, f.Stages[i].Stage = text, text+f.Stages[i].Stage
					f.Stages[i].On = text
				}
				f.Verdict.Sentence, f.Verdict.Stage = text+" is the bottleneck", text
				f.Channels[0].Channel = text
				checkHarmless(t, text, watched(hostileCircle(text)), size[0], size[1])
				m := watched(f)
				m.ASCII, m.Title = ascii, text
				m.Print([]byte(text + "\n" + text))
				for _, key := range []Key{"", "/", Key(text), keyEnter, keyDown, keyEnter, "g", "q", "o", "q", "?", "q", "k"} {
					if key != "" {
						m.Press(key)
					}
					checkHarmless(t, text, m, size[0], size[1])
				}
			}
		}
	}
}

func checkHarmless(t *testing.T, text string, m *Model, w, h int) {
	t.Helper()
	p := m.Draw(w, h)
	for y := range p.H {
		n := 0
		for x := range p.W {
			c := p.At(x, y)
			n += cells.Text(c.Text)
			for _, r := range c.Text {
				if cells.Hidden(r) || m.ASCII && r >= 0x80 {
					t.Fatalf("%q: a cell has %q", text, c.Text)
				}
			}
			if len(c.Text) > longestCluster {
				t.Fatalf("%q: a cell has %d bytes", text, len(c.Text))
			}
		}
		if n != p.W {
			t.Fatalf("%q: row %d has %d cells, want %d", text, y, n, p.W)
		}
	}
	terminal := vt.New(w, h)
	screen := &Screen{Colours: Few}
	terminal.Write(Enter + screen.Update(p))
	if terminal.Fault != "" {
		t.Fatalf("%q: %s", text, terminal.Fault)
	}
	want := strings.TrimRight(p.Text(), "\n")
	if got := terminal.Text(false); got != want {
		t.Fatalf("%q: the terminal shows\n%s\nwant\n%s", text, got, want)
	}
	for _, line := range strings.Split(m.Once(w)+m.Lines(), "\n") {
		if strings.ContainsFunc(line, func(r rune) bool { return cells.Hidden(r) || m.ASCII && r >= 0x80 }) {
			t.Fatalf("%q: a line has %q", text, line)
		}
	}
}

// TestUpdates: a terminal that is sent only what changes shows the same as one that is sent all.
func TestUpdates(t *testing.T) {
	m := watched(chainScene())
	terminal, screen := vt.New(80, 24), &Screen{Colours: Many}
	terminal.Write(Enter)
	for _, f := range []string{"chain", "replicas", "deadlock", "branches", "chain"} {
		for i := range 3 {
			frame := scenes[f]()
			frame.Seq, frame.At = uint64(i), frame.At+float64(i)/10
			frame.Stages[0].Text = strings.Repeat("日x", i+1)
			m.Take(frame)
			m.Press([]Key{keyDown, "o", "q"}[i])
			p := m.Draw(80, 24)
			terminal.Write(screen.Update(p))
			if got, want := terminal.Text(false), strings.TrimRight(p.Text(), "\n"); got != want {
				t.Fatalf("the terminal shows\n%s\nwant\n%s", got, want)
			}
		}
	}
	one := screen.Update(m.Draw(80, 24))
	m.Say("!")
	if two := screen.Update(m.Draw(80, 24)); one != "" || len(two) > 400 {
		t.Errorf("a note is written with %d bytes: %q", len(two), two)
	}
}

// hostileCircle is the deadlock, whose stages and channels are called so.
func hostileCircle(text string) *sample.Frame {
	f := deadlockScene()
	for i := range f.Stages {
		s := &f.Stages[i]
		s.Stage, s.On = text+s.Stage, text+s.On
	}
	for i := range f.Channels {
		c := &f.Channels[i]
		c.Channel, c.From[0], c.To[0] = text+c.Channel, text+c.From[0], text+c.To[0]
	}
	return f
}
