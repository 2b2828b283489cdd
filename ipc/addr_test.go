package ipc

import "testing"

func TestAddr(t *testing.T) {
	for _, k := range append(Kinds(), KindStandard) {
		for _, name := range []string{"", "/tmp/x", "a:b", "x y"} {
			a := Addr{k, name}
			if got, err := ParseAddr(a.String()); err != nil || got != a {
				t.Errorf("%s: %v, %v", a, got, err)
			}
		}
	}
	for _, s := range []string{"", "x", "nokind:y", ":x"} {
		if a, err := ParseAddr(s); err == nil {
			t.Errorf("%q is taken as %v", s, a)
		}
	}
}

func FuzzParseAddr(f *testing.F) {
	f.Add("fifo:/tmp/x")
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := ParseAddr(s); err == nil && a.String() != s {
			t.Errorf("%q is written %q", s, a)
		}
	})
}
