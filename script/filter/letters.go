package filter

import "weir/script/ascii"

// Upper makes a to z A to Z.
func Upper() Filter { return letters{change: ascii.Upper} }

// Lower makes A to Z a to z.
func Lower() Filter { return letters{change: ascii.Lower} }

type letters struct {
	stateless
	change func(b []byte)
}

func (l letters) Lines(block []byte, next Emit) error {
	l.change(block)
	return next(block)
}
