package top

import (
	"reflect"
	"strings"
	"testing"

	"weir/repl/view"
	"weir/runtime/sample"
)

// filling is the chain at a time of its run: pipe1 is full from 0.2 s on, pipe2 from 0.5 s on.
func filling(run uint64, at float64) *sample.Frame {
	f := chainScene()
	f.Run, f.At, f.Window = run, at, min(at, 1)
	for i, from := range []float64{0.2, 0.5, 100} {
		c := &f.Channels[i]
		c.Fill = c.Cap
		if at < from {
			c.Fill = 0
		}
	}
	return f
}

// TestPredict: the answers to the two questions, and what is said of them.
func TestPredict(t *testing.T) {
	for _, row := range []struct {
		name string
		keys []Key // the first question, and the second
		to   float64
		end  func(f *sample.Frame) // of the last frame
		want []string
		gone bool
	}{
		{"both right", []Key{keyDown, keyDown, keyEnter, keyEnter}, 4, nil,
			[]string{"you said sed: right. sed is the bottleneck", "you said pipe2: right. pipe2 filled next", "2 of 2 right", "predicted 2 of 2"}, false},
		{"both wrong", []Key{keyEnter, keyEnd, keyEnter}, 4, nil, []string{"you said yes: no. sed is", "you said pipe3: no. pipe2 filled", "0 of 2 right"}, false},
		{"nobody and none", []Key{"n", "n"}, 4, nil, []string{"you said nobody: no. sed is", "you said none: no. pipe2 filled"}, false},
		{"a source is no reader", []Key{"n", keyHome, keyEnter}, 4, nil, []string{"reads no channel"}, false},
		{"none fills", []Key{"n", "n"}, 0.4, func(f *sample.Frame) { f.Ended = "exit" }, []string{"you said none: right. no other channel has filled"}, false},
		{"nothing is proved yet", []Key{"n", "n"}, 2, nil, []string{"The answer comes when"}, false},
		{"no question is answered", nil, 4, nil, []string{"pipe1 is full.", "Which stage holds it up?"}, false},
		{"the second one", []Key{"n"}, 4, nil, []string{"Which pipe fills next? Choose"}, false},
		{"the run ends", []Key{"n", "n"}, 1, func(f *sample.Frame) { f.Ended, f.Verdict = "exit", sample.Verdict{Sentence: "the run has ended"} },
			[]string{"you said nobody: no. sed is", "0 of 2"}, false},
		{"its weir goes", []Key{keyEnter, "n"}, 1, nil, []string{"you said yes: no. sed is"}, true},
		{"another run begins", []Key{keyEnter, "n"}, 1, func(f *sample.Frame) { f.Run = 2 }, []string{"you said yes: no. sed is"}, false},
		{"a deadlock", []Key{keyEnter, "n"}, 1, func(f *sample.Frame) { f.Deadlock = "deadlock: no stage can go on" }, []string{"you said yes: no. deadlock: no stage"}, false},
		{"skipped", []Key{keyEscape}, 4, nil, []string{"▌ sed is the bottleneck", "space pause"}, false},
		{"then another key", []Key{"n", "n", "x"}, 4, nil, []string{"▌ sed is the bottleneck", "space pause", "predicted 0 of 2"}, false},
		{"a pause", []Key{" "}, 4, nil, []string{"until you have answered"}, false},
	} {
		m := &Model{Title: "a.lua", Predict: &Prediction{}}
		for at := 0.1; at < 0.35; at += 0.1 {
			m.Take(filling(1, at))
			if text := m.Draw(80, 24).Text(); strings.Contains(text, "bottleneck") || strings.Contains(text, "◂\n") {
				t.Fatalf("%s: the verdict is seen:\n%s", row.name, text)
			}
		}
		answered := 0
		press := func(most int) {
			for ; answered < min(most, len(row.keys)); answered++ {
				m.Press(row.keys[answered])
			}
		}
		press(len(row.keys))
		if n := len(row.keys); n > 0 && row.keys[n-1] == "x" { // comes behind the answers
			answered = n
		}
		for at := 0.4; at <= row.to; at += 0.1 {
			m.Take(filling(1, at))
		}
		if row.end != nil {
			f := filling(1, row.to+0.1)
			if row.name == "none fills" {
				f = filling(1, row.to)
			}
			row.end(f)
			m.Take(f)
		}
		if row.gone {
			m.Gone()
		}
		if n := len(row.keys); n > 0 && row.keys[n-1] == "x" {
			m.Press("x")
		}
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			text := m.Draw(size[0], size[1]).Text()
			for _, want := range row.want {
				if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
					t.Errorf("%s: no %q in\n%s", row.name, want, text)
				}
			}
		}
		if got := m.Press("q"); !reflect.DeepEqual(got, []view.Request{{Do: Leaves}}) {
			t.Errorf("%s: q asks for %+v", row.name, got)
		}
	}
}
