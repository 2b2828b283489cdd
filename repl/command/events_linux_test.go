package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// drawnRun is a run with channels, a lock and a region of its script's.
const drawnRun = `local m, r, k = shm{layout = "int n;"}, ring{slots = 4}, mutex()
run("seq 3" | fifo"f" | meter() | pipe{capacity = "128K"} | proc(function() k:lock() m.n = 1 r:send("x") k:unlock() end))`

// TestEvents: the journal has what a picture of a run needs.
func TestEvents(t *testing.T) {
	c := weir(t, "--events", "journal", "-e", drawnRun)
	c.Dir = t.TempDir()
	if got := finish(t, c); got.status != 0 {
		t.Fatalf("%+v", got)
	}
	data, err := os.ReadFile(filepath.Join(c.Dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	var had []string
	var drawn bytes.Buffer
	for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
		var e struct {
			Kind, Stage, Channel, Mechanism, Text string
			Capacity, PID, TID                    int
			Graph                                 json.RawMessage
		}
		if err := d.Decode(&e); err != nil {
			t.Fatal(err)
		}
		switch e.Kind {
		case "run":
			if err := json.Compact(&drawn, e.Graph); err != nil {
				t.Fatal(err)
			}
		case "use", "create":
			had = append(had, fmt.Sprint(e.Kind, " ", e.Channel, " ", e.Mechanism, " ", e.Capacity, " ", filepath.Base(e.Text)))
		case "spawn":
			if relay := e.Stage == "meter"; relay != (e.TID > 0) || e.PID == 0 {
				t.Errorf("%+v", e)
			}
		}
	}
	want := []string{"use mutex1 mutex 0 .", "use shm1 shm 4 .", "use ring1 ring 4 .", "create fifo1 fifo 0 f",
		"create pipe1 pipe 131072 .",
		"create proc@2.in memory * .", "create proc@2.out memory 0 ."}
	for i := range had {
		if strings.Contains(had[i], "proc@2.in") {
			had[i] = "create proc@2.in memory * ." // the function
		}
	}
	slices.Sort(had)
	slices.Sort(want)
	if !slices.Equal(had, want) {
		t.Errorf("it has %q, want %q", had, want)
	}
	graph := weir(t, "graph", "--format", "json", "-e", drawnRun)
	graph.Dir = t.TempDir()
	var same bytes.Buffer
	if err := json.Compact(&same, []byte(finish(t, graph).stdout)); err != nil {
		t.Fatal(err)
	}
	if got := withoutTitles(drawn.Bytes()); got != withoutTitles(same.Bytes()) || !strings.Contains(got, `"points":[[`) {
		t.Errorf("the run has the graph\n%s\nweir graph has\n%s", got, withoutTitles(same.Bytes()))
	}
}

// withoutTitles is a graph without the names of its parts, which a run has not.
func withoutTitles(graph []byte) string {
	var parts []map[string]json.RawMessage
	if json.Unmarshal(graph, &parts) != nil {
		return string(graph)
	}
	for _, p := range parts {
		delete(p, "title")
	}
	text, _ := json.Marshal(parts)
	return string(text)
}
