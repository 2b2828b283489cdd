package view

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir/ipc/leak"
	"weir/runtime/guard"
	"weir/script"
)

// TestMain lets the test binary play the guard and the Lua stages.
func TestMain(m *testing.M) {
	leak.Play(map[string]func([]string) int{"guard": guard.Main, "stage": script.StageMain})
	os.Exit(leak.Main(m, guard.Shutdown))
}

// TestLongPaths attaches at paths around the 107 bytes of struct sockaddr_un, and at long ones.
func TestLongPaths(t *testing.T) {
	base, err := os.MkdirTemp("", "weir")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(base)
	rest := fmt.Sprintf("/weir/%d.sock", os.Getpid())
	for _, n := range []int{60, 106, 107, 108, 109, 120 + len(rest), 200, 1000} {
		folder := base
		for left := n - len(base) - len(rest); left > 0; left = n - len(folder) - len(rest) {
			folder += "/" + strings.Repeat("x", min(max(left-1, 1), 200))
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("XDG_RUNTIME_DIR", folder)
		path := folder + rest
		shut, err := (&Server{Script: "a.lua"}).Open()
		if err != nil {
			t.Errorf("%d bytes: %v", len(path), err)
			continue
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != os.ModeSocket|0o600 {
			t.Errorf("%d bytes: %v, %v", len(path), info, err)
		}
		v, err := Dial(os.Getpid())
		if err != nil {
			t.Fatalf("%d bytes: %v", len(path), err)
		}
		if v.Snapshot.Script != "a.lua" {
			t.Errorf("%d bytes: %+v", len(path), v.Snapshot)
		}
		v.Close()
		if list, silent, err := All(); len(list) != 1 || len(silent) != 0 || err != nil {
			t.Errorf("%d bytes: %v, %v, %v", len(path), list, silent, err)
		}
		shut()
		if left, _ := filepath.Glob(filepath.Dir(path) + "/*.sock"); len(left) > 0 {
			t.Errorf("%d bytes: left is %q", len(path), left)
		}
	}
}
