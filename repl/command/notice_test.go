package command

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestNotice: NOTICE names every module that a binary of weir contains, on each system.
func TestNotice(t *testing.T) {
	notice, err := os.ReadFile("../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	for _, system := range []string{"linux", "darwin", "windows"} {
		c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "weir")
		c.Env = append(os.Environ(), "GOOS="+system)
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		for _, module := range strings.Fields(string(out)) {
			name := strings.TrimSuffix(module, "/v3")
			if module != "weir" && !strings.Contains(string(notice), name) {
				t.Errorf("NOTICE does not name %s, which the binary for %s contains", module, system)
			}
		}
	}
}
