package examples_test

import (
	"regexp"
	"testing"
)

// TestWatching runs the examples that look at their own runs. Who holds the others up in a
// second run, and who gets in first, a busy machine may change.
func TestWatching(t *testing.T) {
	for _, row := range []struct {
		name, arg, want string
	}{
		{"bottleneck", "300", `^300\nthe bottleneck is slow; it took [\d.]+ s\n300\nwith four of slow it is (next|slow|nobody); it took [\d.]+ s\n$`},
		{"backpressure", "300", `^(pipe\d is full: \d+ of 4096 bytes; (seq|cat) waits\n){2}the reader took 300 of 1000000 lines, .*\n$`},
		{"starvation", "40", `^without a turnstile the writer .*\nwith one it (got in among them|came too late)\n$`},
	} {
		if got := output(t, row.name, row.arg); !regexp.MustCompile(row.want).MatchString(got) {
			t.Errorf("%s: got %q, want %s", row.name, got, row.want)
		}
	}
}
