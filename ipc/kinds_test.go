package ipc

import (
	"testing"

	"weir/ipc/oracle"
)

// TestKinds: each row says what each system has, and what this one has built works.
func TestKinds(t *testing.T) {
	seen := map[Kind]bool{}
	for _, k := range Kinds() {
		if seen[k] || !k.Known() {
			t.Errorf("%s has not one row", k)
		}
		seen[k] = true
		if s := SupportOn("linux", k); !s.Built || s.By == "" {
			t.Errorf("%s on Linux: %+v", k, s)
		}
		for _, goos := range []string{"windows", "darwin"} {
			if s := SupportOn(goos, k); (s.Level == Absent) != (s.By == "") || (s.Level == Absent) != (s.Instead != "") {
				t.Errorf("%s on %s: %+v", k, goos, s)
			}
		}
		if !SupportHere(k).Built || k == KindUnix && oracle.WineCannot("unix") != "" {
			continue
		}
		if err := Try(k); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
	if s := SupportOn("plan9", KindPipe); s.Level != Absent {
		t.Errorf("plan9: %+v", s)
	}
	if k := Kind("smoke"); k.Known() || k.Release() != "" || Limits(k) != "" {
		t.Errorf("%s is known", k)
	}
}
