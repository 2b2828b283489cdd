package top

import (
	"fmt"
	"math"
	"strings"

	"weir/runtime/sample"
)

// The signs of what a stage does, one a cell.
const (
	glyphs      = "·▶▹◁▷◆○◇‖■?"
	plainGlyphs = ".>-<]#z@=x?"
	traces      = "·█▪░▒▓•◦‖ ?"
	plainTraces = ".#-~=%z@: ?"
)

// states are in the order of those signs.
var states = []sample.State{sample.Starts, sample.Runs, sample.Ready, sample.Reads, sample.Writes, sample.Locks,
	sample.Sleeps, sample.Rests, sample.Stopped, sample.Ended, sample.Opaque}

func number(s sample.State) int {
	for i, known := range states {
		if known == s {
			return i
		}
	}
	return len(states) - 1
}

// glyph is the sign of a state in a row, trace that in a strip of time.
func glyph(s sample.State, ascii bool) string {
	return sign(pick(ascii, glyphs, plainGlyphs), number(s))
}
func trace(n int, ascii bool) string { return sign(pick(ascii, traces, plainTraces), n) }

func sign(of string, n int) string { return string([]rune(of)[n]) }

// styleOf is the colour of a state.
func styleOf(s sample.State) Style {
	switch s {
	case sample.Runs, sample.Ready:
		return Running
	case sample.Writes:
		return Writing
	case sample.Locks:
		return Locking
	case sample.Stopped, sample.Rests:
		return Stuck
	}
	return Reading
}

// level is a share as one cell of a strip.
func level(share float64, ascii bool) string {
	n := int(math.Round(min(1, max(0, share)) * 7))
	return sign(pick(ascii, "▁▂▃▄▅▆▇█", "_.:-=+*#"), n)
}

// bar is a share as w cells that are filled from the left.
func bar(share float64, w int, ascii bool) string {
	eighths := int(math.Round(min(1, max(0, share)) * float64(8*w)))
	if share > 0 && eighths == 0 {
		eighths = 1
	}
	if ascii {
		return strings.Repeat("#", (eighths+7)/8)
	}
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += sign("▏▎▍▌▋▊▉", rest-1)
	}
	return s
}

// scaled is an amount in units of three digits: 18.6 MB.
func scaled(v float64) string {
	unit := 0
	for ; v >= 999.5 && unit < 5; unit++ {
		v /= 1000
	}
	if unit == 0 {
		return fmt.Sprintf("%.0f B", v)
	}
	digits := 1
	if v >= 99.95 || unit == 1 && v >= 9.95 {
		digits = 0
	}
	return fmt.Sprintf("%.*f %sB", digits, v, []string{"", "k", "M", "G", "T", "P"}[unit])
}

// rate is how much passes in a second. What weir has not counted itself is marked.
func rate(c *sample.ChannelNow, ascii bool) string {
	switch {
	case c.Rate < 0 && c.MessageRate < 0:
		return ""
	case c.Rate < 0:
		number, unit, _ := strings.Cut(scaled(c.MessageRate), " ")
		return number + strings.TrimSuffix(unit, "B") + " msg/s"
	}
	if c.Exact {
		return scaled(c.Rate) + "/s"
	}
	return pick(ascii, "≈", "~") + scaled(c.Rate) + "/s"
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// fillShare is how full a channel is; ok is false where that is not known.
func fillShare(c *sample.ChannelNow) (share float64, ok bool) {
	if c.Fill < 0 || c.Cap <= 0 {
		return 0, false
	}
	return float64(c.Fill) / float64(c.Cap), true
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
