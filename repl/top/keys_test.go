package top

import (
	"reflect"
	"strings"
	"testing"

	"weir/repl/view"
)

// TestKeys: what a terminal sends, and the keys that it is.
func TestKeys(t *testing.T) {
	for _, row := range []struct {
		bytes string
		late  bool
		want  []Key
		rest  string
	}{
		{"q", false, []Key{"q"}, ""},
		{"\x1b[A\x1bOBk", false, []Key{keyUp, keyDown, "k"}, ""},
		{"\x1b", false, nil, "\x1b"},
		{"\x1b", true, []Key{keyEscape}, ""},
		{"\x1b[5~\x1b[6", false, []Key{keyUpPage}, "\x1b[6"},
		{"\x1bq", false, []Key{keyEscape, "q"}, ""},
		{"\r\x7f\x03é", false, []Key{keyEnter, keyRub, keyCtrlC, "é"}, ""},
		{"\xc3", false, nil, "\xc3"},
		{"\xc3", true, []Key{"\xc3"}, ""},
		{"\x1b[200~", false, []Key{keyOther}, ""},
		{"\x00", false, []Key{keyOther}, ""},
		{"\x1a", false, []Key{keyCtrlZ}, ""},
	} {
		got, rest := Keys([]byte(row.bytes), row.late)
		if !reflect.DeepEqual(got, row.want) || string(rest) != row.rest {
			t.Errorf("%q is %q and %q, want %q and %q", row.bytes, got, rest, row.want, row.rest)
		}
	}
}

// TestPress: keys, what they ask for, and a word that the screen then has.
func TestPress(t *testing.T) {
	run := func(signal string) view.Request { return view.Request{Do: view.Signal, Run: 1, Signal: signal} }
	stage := func(stage, signal string) view.Request {
		return view.Request{Do: view.Signal, Run: 1, Stage: stage, Signal: signal}
	}
	for _, row := range []struct {
		keys  []Key
		want  []view.Request
		shows string
	}{
		{[]Key{" "}, nil, "view paused"},
		{[]Key{" ", " "}, nil, "10 Hz"},
		{[]Key{"P"}, []view.Request{run("STOP")}, "run stopped"},
		{[]Key{"P", "P"}, []view.Request{run("CONT")}, "10 Hz"},
		{[]Key{keyEnter}, []view.Request{{Do: view.Peek, Channel: "pipe2"}}, "come with the next frame"},
		{[]Key{keyEnter, keyEnter}, []view.Request{{Do: view.Peek}}, "Enter shows"},
		{[]Key{keyUp}, nil, "pipe1: yes"},
		{[]Key{keyUp, keyUp, keyUp}, nil, "pipe1: yes"},
		{[]Key{keyEnter, keyUp}, []view.Request{{Do: view.Peek, Channel: "pipe1"}}, "pipe1: yes"},
		{[]Key{keyEnd}, nil, "pipe3: sed"},
		{[]Key{keyHome, keyEscape}, nil, "pipe2: tr"},
		{[]Key{"/", "w", "c"}, nil, "/wc"},
		{[]Key{"/", "w", "c", keyEnter}, nil, "pipe3: sed"},
		{[]Key{"/", "Q", keyEnter}, nil, "nothing is called Q"},
		{[]Key{"k"}, nil, "end sed?"},
		{[]Key{"k", "t"}, []view.Request{stage("sed", "TERM")}, "space pause"},
		{[]Key{"k", "K"}, []view.Request{stage("sed", "KILL")}, "space pause"},
		{[]Key{"k", "a"}, []view.Request{run("TERM"), run("CONT")}, "space pause"},
		{[]Key{"k", "y"}, nil, "space pause"},
		{[]Key{keyCtrlZ}, []view.Request{{Do: Suspends}}, "space pause"},
		{[]Key{"?", keyCtrlZ}, []view.Request{{Do: Suspends}}, "SIGSTOP"},
		{[]Key{"g"}, nil, "the run"},
		{[]Key{"g", "q"}, nil, "bottleneck"},
		{[]Key{"?"}, nil, "SIGSTOP"},
		{[]Key{"f"}, nil, "one stage alone"},
		{[]Key{"q"}, []view.Request{{Do: Leaves}}, "bottleneck"},
		{[]Key{keyCtrlC}, []view.Request{{Do: Interrupts}}, "bottleneck"},
		{[]Key{"?", keyCtrlC}, []view.Request{{Do: Interrupts}}, "SIGSTOP"},
		{[]Key{"x"}, nil, "? has the keys"},
	} {
		m := watched(chainScene())
		var got []view.Request
		for _, k := range row.keys {
			got = m.Press(k)
		}
		if !reflect.DeepEqual(got, row.want) {
			t.Errorf("%q asks for %+v, want %+v", row.keys, got, row.want)
		}
		if text := m.Draw(80, 24).Text(); !strings.Contains(text, row.shows) {
			t.Errorf("after %q the screen has no %q:\n%s", row.keys, row.shows, text)
		}
	}
}

// TestLastLine: every key that the last line names is one that does something, and the help has it.
func TestLastLine(t *testing.T) {
	help := strings.Join(helpLines(false), "\n")
	for _, b := range bindings {
		if b.shown != "" && !strings.Contains(help, "  "+b.shown+" ") {
			t.Errorf("the help has no %s", b.shown)
		}
	}
}
