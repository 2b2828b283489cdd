package runtime

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows/registry"
)

// TestAppPaths: a program that lies in no folder of PATH is found as installers register it.
func TestAppPaths(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("weir_test", filepath.Dir(self))
	name := fmt.Sprintf("weir-test-%d", os.Getpid())
	host := ThisHost()
	for _, row := range []struct {
		path   string
		expand bool
		want   string
	}{
		{self, false, self},
		{`"` + self + `"`, false, self},
		{`%weir_test%\` + filepath.Base(self), true, self},
		{filepath.Dir(self), false, ""},
		{self + "x", false, ""},
		{"cmd.exe", false, ""},
		{"", false, ""},
	} {
		key, _, err := registry.CreateKey(registry.CURRENT_USER, appPaths+name+".exe", registry.SET_VALUE)
		if err != nil {
			t.Fatal(err)
		}
		if row.expand {
			err = key.SetExpandStringValue("", row.path)
		} else {
			err = key.SetStringValue("", row.path)
		}
		key.Close()
		for _, spelt := range []string{name, name + ".exe", name + ".EXE"} {
			got, found := host.FindProgram(spelt)
			if got != row.want || (found == nil) != (row.want != "") {
				t.Errorf("%s at %q: %q, %v; want %q", spelt, row.path, got, found, row.want)
			}
		}
		if err = errors.Join(err, registry.DeleteKey(registry.CURRENT_USER, appPaths+name+".exe")); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := host.FindProgram(name); err == nil {
		t.Error("found is", got)
	}
	if got, err := host.FindProgram(`.\` + name); err == nil {
		t.Error("found by its path is", got)
	}
}
