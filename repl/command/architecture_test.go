package command

import (
	"os"
	"os/exec"
	"regexp"
	"testing"
)

// TestArchitecture: every package and symbol that the architecture page links to is there.
func TestArchitecture(t *testing.T) {
	page, err := os.ReadFile("../../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\[(weir/[\w/.]+)\]`).FindAllSubmatch(page, -1)
	if len(links) < 10 {
		t.Fatalf("the page has %d links", len(links))
	}
	for _, link := range links {
		if out, err := exec.Command("go", "doc", string(link[1])).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", link[1], out)
		}
	}
}
