package filter

import (
	"errors"
	"unsafe"
)

// Emit takes a block of whole lines. Only the very last line of all may lack its
// newline. The bytes may be changed, and belong to the caller again afterwards.
type Emit func(block []byte) error

// Filter is one filter of a chain.
type Filter interface {
	// Lines takes a block, as Emit does, and passes on what comes of it. Its error
	// is Enough where the filter needs no more input.
	Lines(block []byte, next Emit) error
	// End passes on what is left when all input has been seen.
	End(next Emit) error
}

// Enough says that a filter has seen all it needs; as io.EOF, it is no fault.
//
//lint:ignore ST1012 it is no fault
var Enough = errors.New("enough")

// Chain is filters one behind the other in one process.
type Chain struct {
	filters []Filter
	emits   []Emit // emits[i] feeds filter i, the last one the sink
	from    int    // the filters before it need no end
}

// NewChain joins filters; what comes out of the last goes to sink.
func NewChain(filters []Filter, sink Emit) *Chain {
	c := &Chain{filters: filters, emits: make([]Emit, len(filters)+1)}
	c.emits[len(filters)] = sink
	for i := len(filters) - 1; i >= 0; i-- {
		f, next := filters[i], c.emits[i+1]
		c.emits[i] = func(block []byte) error {
			err := f.Lines(block, next)
			if err == Enough {
				c.from = max(c.from, i+1)
			}
			return err
		}
	}
	return c
}

// Lines feeds the first filter.
func (c *Chain) Lines(block []byte) error { return c.emits[0](block) }

// End ends the filters from the first to the last, those left out that no later
// one needs any more.
func (c *Chain) End() error {
	for i := c.from; i < len(c.filters); i = max(i+1, c.from) {
		if err := c.filters[i].End(c.emits[i+1]); err != nil && err != Enough {
			return err
		}
	}
	return nil
}

// stateless is the end of filters that keep nothing.
type stateless struct{}

func (stateless) End(Emit) error { return nil }

// text sees bytes as a string without a copy.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// withNewline ends a line that has no newline.
func withNewline(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] != '\n' {
		return append(b, '\n')
	}
	return b
}
