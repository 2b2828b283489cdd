package relay

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// Crossing is a relay between pipes: its inputs are at descriptors 0 and up, its
// outputs follow. It is of one run.
//
// Each of its ways of moving bytes (Tee, Deal, ...) owns the files that it is
// given, ends with nil when its inputs have ended or all its outputs have lost
// their readers, and closes everything then: writers get SIGPIPE, readers the
// end of file. An output at which a write fails is left out as if its reader had
// left, Lost is told, and the relay ends with an OutputError. When ctx ends it returns
// soon. One that cannot go on because an output is full does not read: writers wait,
// and memory stays flat.
type Crossing struct {
	Ins, Outs int
	Frame     Frame
	Names     []string // of the stages at the inputs, for errors; may be nil
	Ports     []Port   // by descriptor; the crossing makes them if they are nil

	Lost func(*Fault) // is told at once of an output that failed, by the goroutine that moves; may be nil

	// Moved is called when Measure or Count has moved all that came, before the output ends. It may be nil.
	Moved func()

	waiting atomic.Pointer[junction]
}

// Frame says what must stay in one piece.
type Frame int

// The frames.
const (
	FrameLine  Frame = iota // up to a newline
	FrameNUL                // up to a NUL, as find -print0 and xargs -0 have it
	FrameBytes              // nothing: blocks of up to 64 KiB
	FrameChunk              // what one read(2) gives
)

// delimiter gives the byte that ends a record.
func (f Frame) delimiter() (byte, bool) {
	switch f {
	case FrameLine:
		return '\n', true
	case FrameNUL:
		return 0, true
	}
	return 0, false
}

// record is what a frame calls one piece.
func (f Frame) record() string {
	switch f {
	case FrameLine:
		return "line"
	case FrameNUL:
		return "record"
	}
	return "block"
}

// allNames names the stages at the inputs, but not too many of them.
func (x *Crossing) allNames() string {
	const most = 4
	switch n := len(x.Names); {
	case n == 0:
		return "the stages"
	case n == 1:
		return x.Names[0]
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(x.Names[:most-1], ", "), n-most+1)
	default:
		return strings.Join(x.Names[:n-1], ", ") + " and " + x.Names[n-1]
	}
}

// nameOf names the stage at an input.
func (x *Crossing) nameOf(i int) string {
	if i < len(x.Names) {
		return x.Names[i]
	}
	return fmt.Sprintf("input %d", i)
}
