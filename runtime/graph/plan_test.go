package graph

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime/plan"
)

func TestMain(m *testing.M) {
	system = "linux"
	os.Exit(leak.Main(m, nil))
}

// planOf compiles a topology that is written a line for each thing:
//
//	NAME = WORDS : ENDS          a program; ENDS as in "0<p1 1>p2 2>>log 5<>ring1"
//	NAME = relay : ENDS          a relay; "thread" and "lua" likewise
//	script : ENDS                weir's own ends
//	channel NAME KIND [path=P] [cap=N] [data=D] [loop] [call]
//
// A channel that is not declared is a pipe with a name of weir's, or a standard stream by its name.
func planOf(tb testing.TB, text string) *plan.Plan {
	tb.Helper()
	t := &plan.Topology{}
	known := map[string]bool{}
	for line := range strings.Lines(text) {
		if declared, ok := strings.CutPrefix(strings.TrimSpace(line), "channel "); ok {
			c := channelOf(tb, declared)
			known[c.Name] = true
			t.Channels = append(t.Channels, c)
		}
	}
	pipes := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "channel ") {
			continue
		}
		i := strings.LastIndex(line, " : ")
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		head, ends := line, ""
		if i >= 0 {
			head, ends = line[:i], line[i+3:]
		}
		name := ""
		if head != "script" {
			s := stageOf(tb, head)
			name = s.Name
			if len(s.Argv) > 1 && s.Argv[1] == "stage" {
				for k, suffix := range []string{".in", ".out"} {
					t.Channels = append(t.Channels, plan.Channel{Name: name + suffix, Kind: ipc.KindMemory})
					t.Ends = append(t.Ends, plan.End{Stage: name, Channel: name + suffix, Mode: ipc.Mode(k), FD: 3 + k})
				}
				t.Ends = append(t.Ends, plan.End{Channel: name + ".out", FD: -1})
			}
			t.Stages = append(t.Stages, s)
		}
		for _, word := range strings.Fields(ends) {
			end := endOf(tb, name, word)
			fd := slices.Index([]string{"stdin", "stdout", "stderr"}, end.Channel)
			switch {
			case known[end.Channel]:
			case fd >= 0:
				known[end.Channel] = true
				t.Channels = append(t.Channels, plan.Channel{Name: end.Channel, Kind: ipc.KindStandard, FD: fd})
			default: // named as | names them
				if pipes[end.Channel] == "" {
					pipes[end.Channel] = "pipe" + strconv.Itoa(len(pipes)+1)
					t.Channels = append(t.Channels, plan.Channel{Name: pipes[end.Channel], Kind: ipc.KindPipe})
				}
				end.Channel = pipes[end.Channel]
			}
			t.Ends = append(t.Ends, end)
		}
	}
	p, err := plan.Compile(t, pretended)
	if err != nil {
		tb.Fatalf("%v in\n%s", err, text)
	}
	return p
}

// pretended has every program in /bin.
var pretended = plan.Host{Dir: "/work", Env: []string{"PATH=/bin"}, PipePages: 16384,
	Stat: func(path string) (fs.FileInfo, error) {
		mode := fs.FileMode(0o755)
		switch path {
		case "/work", "/tmp":
			mode |= fs.ModeDir
		case "/tmp/numbers":
			mode |= fs.ModeNamedPipe
		}
		return fs.Stat(fstest.MapFS{"x": {Mode: mode}}, "x")
	},
	Access:   func(string, uint32) error { return nil },
	Programs: func(string) []string { return nil },
}

func stageOf(tb testing.TB, head string) plan.Stage {
	name, words, found := strings.Cut(head, " = ")
	if !found {
		tb.Fatalf("%q: NAME = WORDS", head)
	}
	s := plan.Stage{Name: name}
	switch words {
	case "relay":
		s.Relay = func() plan.Relay { return plan.Relay{} }
	case "thread":
		s.Thread = func(context.Context, map[int]*os.File) int { return 0 }
	case "lua":
		s.Argv, s.Text = []string{"weir", "stage", "3", "4"}, "proc("+name+")"
	default:
		s.Argv = strings.Fields(words)
	}
	return s
}

func endOf(tb testing.TB, stage, word string) plan.End {
	at := strings.IndexAny(word, "<>")
	if at < 0 {
		tb.Fatalf("%q is no end", word)
	}
	end := plan.End{Stage: stage, Channel: strings.TrimLeft(word[at:], "<>"), FD: -1}
	if n, err := strconv.Atoi(word[:at]); err == nil {
		end.FD = n
	}
	switch {
	case strings.HasPrefix(word[at:], ">>"):
		end.Mode = ipc.Append
	case strings.HasPrefix(word[at:], "<>"):
		end.Mode = ipc.Both
	case word[at] == '>':
		end.Mode = ipc.Write
	}
	return end
}

func channelOf(tb testing.TB, text string) plan.Channel {
	words := strings.Fields(text)
	c := plan.Channel{Name: words[0], Kind: ipc.Kind(words[1])}
	for _, w := range words[2:] {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "path":
			c.Path = value
		case "cap":
			c.Capacity, _ = strconv.Atoi(value)
		case "data":
			c.Data = []byte(value)
		case "loop":
			c.Loop = true
		case "call":
			c.File, c.Call = os.Stdin, "made" // is never touched
		case "part":
			c.File = os.Stdin
		default:
			tb.Fatalf("channel: unknown %q", w)
		}
	}
	return c
}
