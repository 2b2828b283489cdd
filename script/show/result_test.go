package show

import (
	"strings"
	"testing"

	"weir/runtime/cells"
)

// TestNarrowTable: a table of stages fits the screen, and names and ends stay.
func TestNarrowTable(t *testing.T) {
	made := func() []filledColumn {
		name := strings.Repeat("n", 32)
		return []filledColumn{
			{column{title: "stage"}, []string{"stage", name}}, {column{title: "pid", spare: 2}, []string{"pid", "123456"}}, {column{title: "end"}, []string{"end", "SIGTERM"}},
			{column{title: "user s", spare: 4}, []string{"user s", "0.001"}}, {column{title: "sys s", spare: 5}, []string{"sys s", "0.001"}}, {column{title: "memory", spare: 3}, []string{"memory", "7.4M"}},
		}
	}
	for _, row := range []struct {
		width int
		want  string // the titles
	}{
		{100, "stage pid end user s sys s memory"}, {80, "stage pid end user s sys s memory"}, {70, "stage pid end user s memory"}, {60, "stage pid end memory"}, {40, "stage end"}, {20, "stage end"}, {1, "stage end"},
	} {
		text := table(made(), 2, row.width)
		lines := strings.Split(text, "\n")[1:]
		if got := strings.Join(strings.Fields(lines[0]), " "); got != row.want {
			t.Errorf("%d: %s", row.width, text)
		}
		for _, line := range lines {
			if row.width >= 20 && cells.Text(line) >= row.width {
				t.Errorf("%d: %s", row.width, text)
			}
		}
	}
}
