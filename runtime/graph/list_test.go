package graph

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestNarrow: no line is wider than the terminal, however narrow that is, and every stage is
// still named.
func TestNarrow(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	lists := 0
	for _, path := range files {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range archive.Files {
			if !strings.HasPrefix(archive.Files[i].Name, "plan") {
				continue
			}
			g := Of(planOf(t, string(archive.Files[i].Data)))
			g.Parts[0].Title = "run 1, " + strings.Repeat("long ", 30)
			for _, o := range []TextOptions{{Width: 24}, {Width: 40}, {Width: 60}, {Width: 24, ASCII: true}, {Width: 40, ASCII: true}} {
				var out bytes.Buffer
				if err := g.WriteText(&out, o); err != nil {
					t.Fatal(err)
				}
				if n := widest(out.String()); n > o.Width {
					t.Errorf("%s at %d: %d cells\n%s", path, o.Width, n, &out)
				}
				lists += strings.Count(out.String(), "too wide")
				for _, n := range fold(&g.Parts[0]).Nodes {
					if name, _, _ := strings.Cut(n.Text, " "); len(name) < 8 && !strings.Contains(plain(out.String()), plain(name)) {
						t.Errorf("%s at %d lacks %s\n%s", path, o.Width, name, &out)
					}
				}
			}
		}
	}
	if lists == 0 {
		t.Error("nothing was ever listed")
	}
}

// TestList is what a graph looks like that does not fit.
func TestList(t *testing.T) {
	g := &Graph{Parts: []Part{{Nodes: []Node{{Kind: Program, Name: "a", Text: "cat", Count: 1}, {Kind: Program, Name: "b", Text: "cat", Count: 3},
		{Kind: Channel, Name: "shm1", Text: "shm1", Count: 1}, {Kind: Program, Name: "alone", Text: "alone with a long name of its own", Count: 1}},
		Edges: []Edge{{From: 0, To: 1, FromFD: []int{1}, ToFD: []int{0}}, {From: 0, To: 1, FromFD: []int{4}, ToFD: []int{3}, Label: "1M"}, {From: 1, To: 2, FromFD: []int{5}, Both: true}}}}}
	want := "too wide to be drawn…\na: cat\n  ──▶ b: cat ×3\n  4──▶1M 3 b: cat ×3\nb: cat ×3\n  5◀──▶ shm1\nalone with a long na…\n"
	if got := listed(&g.Parts[0], TextOptions{Width: 21}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
