package plan

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
)

// TestEndings: programs are found as Windows finds them, whose names may lack an ending of PATHEXT.
func TestEndings(t *testing.T) {
	there := fstest.MapFS{"d/x.exe": {}, "d/x.bat": {}, "d/y.cmd": {}, "e/y.exe": {}, "d/z": {}, "e/z.com": {}, "d/a.b": {},
		"d/w.txt.exe": {}}
	h := Host{Dir: "/", Endings: []string{".com", ".exe", ".bat", ".cmd"},
		Stat:       func(path string) (fs.FileInfo, error) { return there.Stat(filepath.ToSlash(path)[1:]) },
		Access:     func(string, uint32) error { return nil },
		Registered: func(name string) string { return map[string]string{"r": "/far/r.exe", "x": "/far/x.exe"}[name] }}
	for _, row := range []struct{ name, want string }{
		{"x", "/d/x.exe"}, {"x.bat", "/d/x.bat"}, {"y", "/d/y.cmd"}, {"z", "/e/z.com"}, {"a.b", "/d/a.b"},
		{"w.txt", "/d/w.txt.exe"}, {"d/x", "/d/x.exe"}, {"./e/y.exe", "/e/y.exe"}, {"q", ""}, {"d/q", ""},
		{"r", "/far/r.exe"}, {"d/r", ""},
	} {
		got, err := h.lookPath(row.name, "/", "/d"+string(filepath.ListSeparator)+"/e")
		if (err == nil) != (row.want != "") || err == nil && filepath.ToSlash(got) != row.want {
			t.Errorf("%s: %s, %v; want %s", row.name, got, err, row.want)
		}
	}
	for name, is := range map[string]bool{"x": false, "a/b": true, `a\b`: true, "C:x": true} {
		if h.isPath(name) != is {
			t.Errorf("isPath(%q) is %v", name, !is)
		}
	}
}

// TestAnyCase: Path and PATH are one variable where the system takes them for one.
func TestAnyCase(t *testing.T) {
	h := Host{Env: []string{"Path=a", "X=1"}, DefaultPath: "d"}
	if got := h.searchPath(h.Env); got != "d" {
		t.Error(got)
	}
	if got := h.changeEnv([]string{"PATH=b"}); !slices.Equal(got, []string{"Path=a", "X=1", "PATH=b"}) {
		t.Error(got)
	}
	h.AnyCase = true
	if got := h.searchPath(h.Env); got != "a" {
		t.Error(got)
	}
	if got := h.changeEnv([]string{"PATH=b", "x"}); !slices.Equal(got, []string{"PATH=b"}) {
		t.Error(got)
	}
}
