package script

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/script/blame"
	"weir/script/library"
)

// TestEveryExampleRuns runs the example of each entry as it stands, as a script of
// its own in an empty folder. None waits for anybody, and none fails.
func TestEveryExampleRuns(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, e := range slices.Concat(Library(), library.Standard()) {
		if e.Example == "" {
			t.Errorf("%s %s has no example", e.Group, e.Name)
			continue
		}
		out, err := runExample(t, e.Example)
		if err != nil {
			t.Errorf("%s %s: %s\n%v", e.Group, e.Name, e.Example, err)
		} else if strings.Contains(e.Example, "print(") && out == "" {
			t.Errorf("%s %s: %s\nprints nothing", e.Group, e.Name, e.Example)
		}
	}
}

// runExample gives what an example prints.
func runExample(t *testing.T, text string) (string, error) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	ctx, cancel := context.WithTimeout(context.Background(), leak.Patience)
	defer cancel()
	vm := New(Options{Script: "example", Stdin: in, Stdout: out, Stderr: out, Context: ctx})
	fault := vm.Run("example", text)
	if err := vm.Close(); fault == nil {
		fault = err
	}
	data, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data), fault
}

// TestEveryEntryTells: what help needs is there, and fits where it is shown.
func TestEveryEntryTells(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range slices.Concat(Library(), library.Standard()) {
		key := string(e.Group) + " " + e.Of + " " + e.Name
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		if e.Signature == "" || e.Summary == "" || strings.Contains(e.Summary, "\n") {
			t.Errorf("%s: signature %q, summary %q", key, e.Signature, e.Summary)
		}
		if (e.Name == "close" || e.Name == "unlink") && e.Group == library.GroupObject && e.Of != "region" && !strings.Contains(e.Example, e.Of+"(") {
			t.Errorf("%s: the example is of something else: %s", key, e.Example)
		}
	}
	vm := newVM(t)
	vm.MakeLibraries()
	for _, name := range blame.Names(vm.L.G.Global) {
		if !strings.HasPrefix(name, "__") && !seen["function  "+name] && !seen["lua  "+name] && !seen["standard  "+name] {
			t.Errorf("the global %s has no help", name)
		}
	}
}
