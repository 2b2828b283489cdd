package errno

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

// TestWords: every row of the table has the words that Linux has, and no error of the system's
// is left as a number.
func TestWords(t *testing.T) {
	for no, p := range table {
		words, number := Words(no)
		if words != p.words() || number != p.number || strings.Contains(words, ".") || words != strings.ToLower(words) {
			t.Errorf("%d: %q, %d", int(no), words, number)
		}
	}
	_, err := os.Open(`C:\there\is\none`)
	if text := Text(err); text != `open C:\there\is\none: no such file or directory` {
		t.Error(text)
	}
	for err, want := range map[error]string{
		fmt.Errorf("of ours: %w", windows.ERROR_BROKEN_PIPE): "of ours: broken pipe",
		syscall.Errno(54321): "error 54321 of Windows",
		syscall.EPIPE:        "broken pipe",
	} {
		if got := Text(err); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
