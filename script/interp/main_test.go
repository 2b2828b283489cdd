package interp_test

import (
	"os"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/script"
)

// childEnv, if set, has the test binary run its last argument as a script in weir.
const childEnv = "WEIR_INTERP_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runScript(os.Args[len(os.Args)-1]))
	}
	os.Exit(leak.Main(m, nil))
}

func runScript(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	vm := script.New(script.Options{Script: path})
	defer vm.Close()
	if err := vm.Run(path, string(text)); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		return script.Status(err)
	}
	return 0
}

// compareLines compares two texts line by line.
func compareLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "", ""
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d\n got %s\nwant %s", i+1, a, b)
		}
	}
}
