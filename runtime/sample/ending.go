package sample

import (
	"fmt"
	"strings"

	"weir/runtime"
)

// ending says how the run has ended, in a sentence.
func (f *Frame) ending() string {
	words := map[string]string{
		runtime.WhyExit:        "the run has ended",
		runtime.WhySignal:      "a signal has ended the run",
		runtime.WhyTimeout:     "the run took longer than it might, and was ended",
		runtime.WhyInterrupted: "the run was interrupted",
		runtime.WhyDeadlock:    "no stage could go on, and the run was ended",
	}[f.Ended]
	if words == "" {
		words = "the run has ended: " + f.Ended
	}
	words += fmt.Sprintf(" after %.1f s", f.At)
	var others []string
	stages := 0
	for i := range f.Stages {
		s := &f.Stages[i]
		if s.Relay || s.End == "" {
			continue
		}
		stages++
		if s.End != "exit 0" {
			others = append(others, s.Stage+" with "+s.End)
		}
	}
	const most = 3
	switch n := len(others); {
	case stages == 0:
		return words
	case n == 0 && stages == 1:
		return words + ": its stage with exit 0"
	case n == 0:
		return words + ": every stage with exit 0"
	case n > most:
		others = append(others[:most], fmt.Sprintf("%d more with another end than exit 0", n-most))
	case n < stages:
		others = append(others, "the rest with exit 0")
	}
	return words + ": " + strings.Join(others, ", ")
}
