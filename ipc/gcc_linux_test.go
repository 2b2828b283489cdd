package ipc

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// compiled gives the program that gcc makes of a file in testdata: the other end,
// which never heard of weir.
func compiled(t *testing.T, source string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), strings.TrimSuffix(source, ".c"))
	out, err := exec.Command("gcc", "-O2", "-Wall", "-o", program, filepath.Join("testdata", source), "-lrt", "-pthread").CombinedOutput()
	if err != nil {
		t.Fatalf("gcc %s: %v\n%s", source, err, out)
	}
	return program
}
