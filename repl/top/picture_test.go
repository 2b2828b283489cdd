package top

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"weir/repl/vt"
	"weir/runtime/cells"
	"weir/runtime/sample"
)

var writeGolden = flag.Bool("golden", false, "write the screens in testdata anew")

// scenes are the runs whose screens are compared.
var scenes = map[string]func() *sample.Frame{"chain": chainScene, "branches": branchScene, "deadlock": deadlockScene, "replicas": replicaScene}

// watched is a view of a scene after some frames.
func watched(f *sample.Frame) *Model {
	m := &Model{Title: "log.lua"}
	for i := range 80 {
		one := *f
		one.At = f.At - 8 + float64(i+1)/10
		m.Take(&one)
	}
	return m
}

// TestScreens draws each scene at each size, and has a terminal show it.
func TestScreens(t *testing.T) {
	for name, scene := range scenes {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 10}, {80, 1}, {80, 2}, {20, 5}} {
			for _, ascii := range []bool{false, true} {
				file := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
				if ascii {
					file += "-ascii"
				}
				t.Run(file, func(t *testing.T) {
					m := watched(scene())
					m.ASCII = ascii
					checkScreen(t, filepath.Join("testdata", file+".txt"), m, size[0], size[1])
				})
			}
		}
	}
}

// checkScreen compares what a terminal shows with a file.
func checkScreen(t *testing.T, path string, m *Model, w, h int) {
	t.Helper()
	p := m.Draw(w, h)
	terminal := vt.New(w, h)
	screen := &Screen{Colours: Many}
	terminal.Write(Enter + screen.Update(p))
	got := terminal.Text(false) + "\n"
	if terminal.Fault != "" {
		t.Error(terminal.Fault)
	}
	if *writeGolden {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || got != string(want) {
		t.Errorf("the screen is\n%s\nwant, %v\n%s", got, err, want)
	}
	if m.ASCII {
		for _, r := range got {
			if r >= 0x80 {
				t.Errorf("%q is not ASCII", r)
			}
		}
	}
	for y := range p.H {
		n := 0
		for x := range p.W {
			n += cells.Text(p.At(x, y).Text)
		}
		if n != w {
			t.Errorf("row %d has %d cells, want %d", y, n, w)
		}
	}
	if again := screen.Update(m.Draw(w, h)); again != "" {
		t.Errorf("an update without a change writes %q", again)
	}
}
