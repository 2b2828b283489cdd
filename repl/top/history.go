package top

import (
	"math"

	"weir/runtime/sample"
)

// kept is how many frames are remembered: three minutes at ten a second.
const kept = 1800

// history is what was seen in the last minutes, a byte for each frame. Whatever came later has
// fewer of them.
type history struct {
	run    uint64
	at     []float64         // when the frames were, in seconds of the run
	stages map[string][]byte // numbers of states; stuckTrace in a deadlock
	fills  map[string][]byte // of channels, 0 to 254; noFill where it was not known
}

const (
	noFill     = 255
	stuckTrace = 200
)

func (h *history) add(f *sample.Frame) {
	if h.run != f.Run || h.stages == nil {
		*h = history{run: f.Run, stages: map[string][]byte{}, fills: map[string][]byte{}}
	}
	h.at = keep(h.at, f.At)
	stuck := stuckStages(f)
	for i := range f.Stages {
		s := &f.Stages[i]
		n := byte(number(s.State))
		if stuck[s.Stage] {
			n = stuckTrace
		}
		h.stages[s.Stage] = keep(h.stages[s.Stage], n)
	}
	for i := range f.Channels {
		c := &f.Channels[i]
		n := byte(noFill)
		if share, ok := fillShare(c); ok {
			n = byte(math.Round(min(1, share) * 254))
		}
		h.fills[c.Channel] = keep(h.fills[c.Channel], n)
	}
}

func keep[T any](list []T, v T) []T {
	if len(list) == kept {
		copy(list, list[1:])
		list = list[:kept-1]
	}
	return append(list, v)
}

// rate is how many frames come in a second.
func (h *history) rate() float64 {
	n := min(len(h.at)-1, 10)
	if n < 1 {
		return 0
	}
	if span := h.at[len(h.at)-1] - h.at[len(h.at)-1-n]; span > 0 {
		return float64(n) / span
	}
	return 0
}

// span is how many seconds the last n frames are of.
func (h *history) span(n int) float64 {
	if n = min(n, len(h.at)); n == 0 {
		return 0
	}
	return h.at[len(h.at)-1] - h.at[len(h.at)-n]
}

// seconds gives a channel's mean fill in each of the last n seconds, oldest first; -1 is not known.
func (h *history) seconds(channel string, n int) []float64 {
	list := make([]float64, n)
	fills := h.fills[channel]
	counts := make([]float64, n)
	for i := range min(len(fills), len(h.at)) {
		k := len(fills) - 1 - i
		ago := h.at[len(h.at)-1] - h.at[len(h.at)-1-i]
		at := min(n-1, n-1-int(ago))
		if at < 0 {
			break
		}
		if fills[k] != noFill {
			list[at] += float64(fills[k]) / 254
			counts[at]++
		}
	}
	for i := range list {
		if counts[i] == 0 {
			list[i] = -1
		} else {
			list[i] /= counts[i]
		}
	}
	return list
}
