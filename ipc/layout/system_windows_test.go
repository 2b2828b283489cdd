package layout

import "testing"

// TestWin32 compares with what x86_64-w64-mingw32-gcc says.
func TestWin32(t *testing.T) {
	for text, size := range map[string]int{
		"long n;": 4, "unsigned long n;": 4, "_Atomic(long) n;": 4, "off_t n;": 4, "time_t n;": 8, "pid_t n;": 8,
		"BOOL b;": 4, "DWORD d;": 4, "WORD w; BYTE b;": 4,
		"char c; long l; long long q; char d; LONGLONG e;": 32,
	} {
		if l, err := Parse(text); err != nil || l.Size != size {
			t.Errorf("%s: %+v, %v; it has %d bytes", text, l, err, size)
		}
	}
}
