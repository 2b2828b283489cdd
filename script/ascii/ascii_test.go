package ascii

import "testing"

func TestCase(t *testing.T) {
	for n := range 20 {
		for c := range 256 {
			up, low := make([]byte, n), make([]byte, n)
			for i := range n {
				up[i], low[i] = byte(c+i), byte(c+i)
			}
			Upper(up)
			Lower(low)
			for i := range n {
				in := byte(c + i)
				wantUp, wantLow := in, in
				if in >= 'a' && in <= 'z' {
					wantUp -= 32
				}
				if in >= 'A' && in <= 'Z' {
					wantLow += 32
				}
				if up[i] != wantUp || low[i] != wantLow {
					t.Fatalf("byte %d of %d: %q becomes %q and %q", i, n, in, up[i], low[i])
				}
			}
		}
	}
}
