package top

import (
	"fmt"
	"slices"

	"weir/runtime/sample"
)

// measured is what one replica has of something.
type measured struct {
	stage string
	value float64
}

// drawSpread writes how some replicas differ, and which have failed.
func (d drawing) drawSpread(r *row, y, foot int) int {
	if foot-y < 4 {
		return y
	}
	y++
	d.p.putIn(2, y, d.p.W-2, fmt.Sprintf("%-8s%10s%10s%10s%10s%10s   which", "", "least", "5 %", "half", "95 %", "most"),
		Dim)
	y++
	line := func(name string, list []measured, words func(float64) string) {
		if y >= foot || len(list) == 0 {
			return
		}
		slices.SortStableFunc(list, func(a, b measured) int {
			switch {
			case a.value < b.value:
				return -1
			case a.value > b.value:
				return 1
			}
			return 0
		})
		at := func(share float64) measured { return list[int(share*float64(len(list)-1)+0.5)] }
		d.p.putIn(2, y, d.p.W-2, fmt.Sprintf("%-8s%10s%10s%10s%10s%10s   %s %s %s",
			name, words(at(0).value), words(at(0.05).value), words(at(0.5).value), words(at(0.95).value),
			words(at(1).value), at(0).stage, pick(d.m.ASCII, "…", ".."), at(1).stage), Plain)
		y++
	}
	inputs := map[string]*sample.ChannelNow{}
	for _, c := range r.inputs {
		inputs[c.Channel] = c
	}
	var cpu, rates, fills []measured
	for _, s := range r.stages {
		cpu = append(cpu, measured{s.Stage, s.CPU})
		for _, name := range s.Inputs {
			c := inputs[name]
			if c == nil {
				continue
			}
			if c.Rate >= 0 {
				rates = append(rates, measured{s.Stage, c.Rate})
			}
			if share, ok := fillShare(c); ok {
				fills = append(fills, measured{s.Stage, share})
			}
		}
	}
	line("cpu", cpu, func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) })
	line("rate", rates, func(v float64) string { return scaled(v) + "/s" })
	line("fill", fills, percent)
	for _, s := range r.stages {
		if s.State == sample.Ended && s.End != "exit 0" && s.End != "" && y < foot {
			d.p.putIn(2, y, d.p.W-2, fmt.Sprintf("%s %s: %s", pick(d.m.ASCII, "✖", "X"), s.Stage, s.End), Stuck)
			y++
		}
	}
	return y
}
