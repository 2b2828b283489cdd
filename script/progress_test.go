package script

import (
	"testing"
	"time"
)

// TestProgressText writes the line for what has gone through, at several widths.
func TestProgressText(t *testing.T) {
	for _, row := range []struct {
		total, before, done int64 // before is a second ago
		lines               bool
		width               int
		want                string
	}{
		{0, 0, 0, false, 80, "0 B  0 B/s  2s"},
		{0, 0, 18, true, 80, "18 lines  18 lines/s  2s"},
		{0, 900, 999, false, 80, "999 B  99 B/s  2s"},
		{0, 0, 1500, false, 80, "1.50 kB  2 kB/s  2s"},
		{60_000_000, 10_000_000, 41_000_000, false, 80, "41.0/60.0 MB  68 %  31 MB/s  0:01 left"},
		{60_000_000, 10_000_000, 41_000_000, false, 40, "41.0/60.0 MB  68 %  31 MB/s  0:01 left"},
		{60_000_000, 10_000_000, 41_000_000, false, 30, "41.0/60.0 MB  68 %  0:01 left"},
		{60_000_000, 10_000_000, 41_000_000, false, 20, "41.0/60.0 MB  68 %"},
		{60_000_000, 10_000_000, 41_000_000, false, 10, "41.0/6..."},
		{4_500_000_000, 1_000_000, 2_000_000, false, 80, "0.00/4.50 GB  0 %  1 MB/s  1:14:58 left"},
		{4_500_000_000, 5, 5, false, 80, "0.00/4.50 GB  0 %  0 B/s"},
		{100, 50, 200, false, 80, "200/100 B  100 %  150 B/s  0:00 left"},
		{300_000, 100_000, 150_000, true, 80, "150/300 k lines  50 %  0:03 left"},
		{0, 100_000, 150_000, true, 80, "150 k lines  50 k lines/s  2s"},
	} {
		p := &progressLine{progressed: &progressed{total: row.total, lines: row.lines}}
		for range progressWindow {
			p.past = append(p.past, row.done)
		}
		p.past = p.past[:11]
		p.past[0] = row.before
		if got := p.text(row.done, 2*time.Second, row.width); got != row.want {
			t.Errorf("%+v: got %q, want %q", row, got, row.want)
		}
	}
}
