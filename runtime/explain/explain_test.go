package explain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
)

var writeGolden = flag.Bool("golden", false, "write testdata anew")

// placed is a stage with its ends, "0<p1 1>out 2>>log". A channel that is not
// declared is a pipe, or a standard stream by its name.
type placed struct {
	plan.Stage
	ends string
}

func graph(channels []plan.Channel, stages ...placed) *plan.Topology {
	t := &plan.Topology{Channels: channels}
	known := map[string]bool{}
	for _, c := range channels {
		known[c.Name] = true
	}
	for _, s := range stages {
		t.Stages = append(t.Stages, s.Stage)
		for _, word := range strings.Fields(s.ends) {
			at := strings.IndexAny(word, "<>")
			end := plan.End{Stage: s.Name, Channel: strings.TrimLeft(word[at:], "<>")}
			if s.Name == "weir" {
				end.Stage = ""
			}
			number, replaced := strings.CutPrefix(word[:at], "!")
			end.FD, _ = strconv.Atoi(number)
			end.Replaced = replaced
			if strings.HasPrefix(word[at:], ">>") {
				end.Mode = ipc.Append
			} else if strings.HasPrefix(word[at:], "<>") {
				end.Mode = ipc.Both
			} else if word[at] == '>' {
				end.Mode = ipc.Write
			}
			t.Ends = append(t.Ends, end)
			if known[end.Channel] {
				continue
			}
			known[end.Channel] = true
			c := plan.Channel{Name: end.Channel, Kind: ipc.KindPipe}
			for fd, name := range streamNames {
				if name == c.Name {
					c.Kind, c.FD = ipc.KindStandard, fd
				}
			}
			t.Channels = append(t.Channels, c)
		}
	}
	return t
}

func argv(words ...string) plan.Stage { return plan.Stage{Name: filepath.Base(words[0]), Argv: words} }

func shell(name, script string) plan.Stage {
	return plan.Stage{Name: name, Argv: []string{"sh", "-c", script}}
}

func file(name, path string) plan.Channel {
	return plan.Channel{Name: name, Kind: ipc.KindFile, Path: path}
}

func text(name, data string) plan.Channel {
	return plan.Channel{Name: name, Kind: ipc.KindMemory, Data: []byte(data)}
}

var streamNames = [3]string{"stdin", "stdout", "stderr"}

// paperHost has the programs and files of this test and no others.
func paperHost() plan.Host {
	files := fstest.MapFS{"home/in.txt": {}, "home/two words": {}, "home/sub": {Mode: fs.ModeDir | 0o755}}
	for _, name := range []string{"cat", "grep", "seq", "sort", "wc", "sh", "tee", "printf", "diff", "weir"} {
		files["bin/"+name] = &fstest.MapFile{Mode: 0o755}
	}
	return plan.Host{Dir: "/home", Env: []string{"PATH=/bin", "LANG=C"}, PipePages: runtime.ThisHost().PipePages,
		Stat:   func(path string) (fs.FileInfo, error) { return files.Stat(strings.TrimPrefix(path, "/")) },
		Access: func(string, uint32) error { return nil }}
}

func luaStage(name, text string) ([]plan.Channel, placed) {
	return []plan.Channel{{Name: name + ".in", Kind: ipc.KindMemory, Data: []byte("code")}, {Name: name + ".out", Kind: ipc.KindMemory}},
		placed{plan.Stage{Name: name, Argv: []string{"/bin/weir", "stage", "3", "4"}, Text: text}, "0<p1 3<" + name + ".in 4>" + name + ".out"}
}

func idle(context.Context, map[int]*os.File) int { return 0 }

// explained are the topologies of testdata.
func explained() map[string]*plan.Topology {
	channels, lua := luaStage("shout", "proc(shout)")
	return map[string]*plan.Topology{
		"chain": graph(nil, placed{argv("seq", "1", "100"), "1>p1"}, placed{argv("grep", "7"), "0<p1 1>p2"}, placed{argv("wc", "-l"), "0<p2"}),
		"files": graph([]plan.Channel{file("in", "two words"), file("out", "out.txt"), file("log", "log")},
			placed{argv("sort", "-r"), "0<in 1>p1 2>>log"}, placed{argv("cat"), "0<p1 1>out 2>out"}),
		"settings": graph([]plan.Channel{text("text", "a\nb\n")}, placed{plan.Stage{Name: "grep", Argv: []string{"grep", "it's", "a\tb"},
			Env: []string{"LANG=de DE", "HOME", "LANG=fr"}, Dir: "sub", Timeout: 1500 * time.Millisecond}, "0<text"}),
		"beside":  graph(nil, placed{argv("cat"), ""}, placed{argv("sort"), "1>p1"}, placed{argv("wc"), "0<p1"}),
		"streams": graph(nil, placed{argv("cat"), "1>stderr 2>stdout"}),
		"stderr":  graph(nil, placed{argv("seq", "x"), "1>stdout 2>p1"}, placed{argv("wc", "-c"), "0<p1"}),
		"merge": graph([]plan.Channel{file("out", "out.txt")}, placed{plan.Stage{Name: "one", Argv: []string{"seq", "1", "3"}}, "1>p1"},
			placed{plan.Stage{Name: "two", Argv: []string{"seq", "4", "6"}}, "1>p1"}, placed{argv("sort"), "0<p1 1>out"}),
		"substitution": graph(nil, placed{plan.Stage{Name: "left", Argv: []string{"seq", "3"}}, "1>p1"}, placed{plan.Stage{Name: "right", Argv: []string{"seq", "4"}}, "1>p2"},
			placed{argv("diff", "/dev/fd/3", "/dev/fd/4"), "3<p1 4<p2"}),
		"fifo": graph([]plan.Channel{{Name: "fifo1", Kind: ipc.KindFIFO, Path: "two.fifo", Create: true, Perm: 0o600}},
			placed{argv("seq", "3"), "1>fifo1"}, placed{argv("cat"), "0<fifo1"}),
		"joined": graph([]plan.Channel{{Name: "fifo1", Kind: ipc.KindFIFO, Path: "-new", Create: true, Perm: 0o640}}, placed{argv("cat"), "0<fifo1"}),
		"lua":    without(graph(append(channels, plan.Channel{Name: "p1", Kind: ipc.KindPipe, Capacity: 4096}), placed{argv("seq", "3"), "1>p1"}, lua, placed{plan.Stage{Name: "weir"}, "3<shout.out"}), "weir"),
		"thread": graph(nil, placed{plan.Stage{Name: "count", Thread: idle, Text: "thread(count)"}, "1>p1"}, placed{argv("cat"), "0<p1"}),
		"capture": without(graph([]plan.Channel{{Name: "p1", Kind: ipc.KindPipe, Capacity: 4096}}, placed{argv("printf", "\x1b[1m\n"), "1>p1"},
			placed{plan.Stage{Name: "weir"}, "0<p1"}), "weir"),
		"text": graph([]plan.Channel{text("text", "no newline \x00 100%")}, placed{argv("printf", "%s", "x"), "0<text"}),
	}
}

// without takes out a stage that stands only for weir's own ends.
func without(t *plan.Topology, name string) *plan.Topology {
	for i := range t.Stages {
		if t.Stages[i].Name == name {
			t.Stages = append(t.Stages[:i], t.Stages[i+1:]...)
			break
		}
	}
	return t
}

func TestExplain(t *testing.T) {
	for name, topology := range explained() {
		if !pipesByDescriptor && (name == "merge" || name == "substitution") {
			continue
		}
		p, err := plan.Compile(topology, paperHost())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var out bytes.Buffer
		if err := WriteText(&out, p); err != nil {
			t.Error(err)
		}
		out.WriteString("-- bash\n")
		if script, err := Bash(p); err != nil {
			out.WriteString("error: " + err.Error() + "\n")
		} else {
			out.WriteString(script)
		}
		path := filepath.Join("testdata", name+".txt")
		if *writeGolden {
			os.MkdirAll(filepath.Dir(path), 0o755)
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, out.String(), want)
		}
	}
}

func TestExplainTimeout(t *testing.T) {
	p, err := plan.Compile(explained()["chain"], paperHost())
	if err != nil {
		t.Fatal(err)
	}
	p.Timeout = 2500 * time.Millisecond
	script, err := Bash(p)
	if err != nil || !strings.Contains(script, "exec timeout 2.5s bash -c $'#!") {
		t.Errorf("got %q, %v", script, err)
	}
	var out strings.Builder
	if err := WriteText(&out, p); err != nil || !strings.HasPrefix(out.String(), "3 processes, 2 pipes, at most 2.5s\n") {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestExplainRefusals(t *testing.T) {
	rows := []struct{ topology, stage, channel, part string }{
		{"lua", "shout", "", "bash has no Lua stages"},
		{"thread", "count", "", "bash has no Lua stages"},
		{"capture", "", "p1", "weir itself has its read end"},
	}
	for _, row := range rows {
		p, err := plan.Compile(explained()[row.topology], paperHost())
		if err != nil {
			t.Fatal(err)
		}
		_, err = Bash(p)
		var pe *plan.Error
		if !errors.As(err, &pe) || pe.Stage != row.stage || pe.Channel != row.channel || !strings.Contains(pe.Message, row.part) {
			t.Errorf("%s: got %#v", row.topology, err)
		}
	}
}

func TestExplainJSON(t *testing.T) {
	for name, topology := range explained() {
		p, err := plan.Compile(topology, paperHost())
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := WriteJSON(&out, p); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Stages []struct {
				Name      string
				Argv, Env []string
				TimeoutMS float64 `json:"timeout_ms"`
				FDs       []struct {
					FD            int
					Mode, Channel string
				}
			}
			Channels []struct{ Name, Kind string }
			Steps    []plan.Step
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.Stages) != len(p.Stages) || len(got.Channels) != len(p.Channels) || len(got.Steps) != len(p.Steps) || len(got.Stages[0].FDs) < 3 {
			t.Errorf("%s: %s", name, out.String())
		}
		if name == "settings" && (got.Stages[0].TimeoutMS != 1500 || len(got.Stages[0].Env) != 3) || strings.Contains(out.String(), `\u003c`) {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}
