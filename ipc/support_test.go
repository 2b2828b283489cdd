package ipc

import "testing"

func TestSupportIsTotal(t *testing.T) {
	for _, k := range Kinds() {
		if _, ok := supported[k]; !ok {
			t.Errorf("%s is not in the table", k)
		}
		if s := SupportOn("linux", k); !s.Built || s.By == "" {
			t.Errorf("%s on Linux: %+v", k, s)
		}
		for _, goos := range []string{"windows", "darwin"} {
			if s := SupportOn(goos, k); (s.Level == Absent) != (s.By == "") {
				t.Errorf("%s on %s: %+v", k, goos, s)
			}
		}
	}
	if len(supported) != len(Kinds()) {
		t.Errorf("the table has %d rows for %d kinds", len(supported), len(Kinds()))
	}
	if s := SupportOn("plan9", KindPipe); s.Level != Absent {
		t.Errorf("plan9: %+v", s)
	}
}
