package filter

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
)

// Freq counts how often each line comes, and gives the lines in order, each with
// its count before it, as sort | uniq -c does. It keeps each different line once.
func Freq() Filter { return &freq{seed: maphash.MakeSeed(), table: make([]slot, 1<<10)} }

// freq is an open hash table over the texts of a sorter.
type freq struct {
	seed   maphash.Seed
	table  []slot
	lines  sorter
	counts []int64
}

// slot is a place in the table; line is the number of a line, from 1.
type slot struct {
	hash uint32
	line uint32
}

func (f *freq) Lines(block []byte, next Emit) error {
	for len(block) > 0 {
		line := block
		if i := bytes.IndexByte(block, '\n'); i >= 0 {
			line, block = block[:i], block[i+1:]
		} else {
			block = nil
		}
		if err := f.add(line); err != nil {
			return err
		}
	}
	return nil
}

func (f *freq) add(line []byte) error {
	h := maphash.Bytes(f.seed, line)
	mask := len(f.table) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		s := &f.table[i]
		if s.line == 0 {
			if !f.lines.add(line) {
				return errors.New("there are more than 4 GB of different lines")
			}
			f.counts = append(f.counts, 1)
			s.hash, s.line = uint32(h>>32), uint32(len(f.counts))
			if 2*len(f.counts) > len(f.table) {
				f.grow()
			}
			return nil
		}
		if s.hash == uint32(h>>32) && bytes.Equal(f.lines.line(int(s.line-1)), line) {
			f.counts[s.line-1]++
			return nil
		}
	}
}

// grow doubles the table.
func (f *freq) grow() {
	f.table = make([]slot, 2*len(f.table))
	mask := len(f.table) - 1
	for n := range f.counts {
		h := maphash.Bytes(f.seed, f.lines.line(n))
		i := int(h) & mask
		for f.table[i].line != 0 {
			i = (i + 1) & mask
		}
		f.table[i] = slot{uint32(h >> 32), uint32(n + 1)}
	}
}

func (f *freq) End(next Emit) error {
	out := make([]byte, 0, outSize)
	for _, n := range f.lines.order() {
		out = fmt.Appendf(out, "%7d ", f.counts[n])
		out = append(append(out, f.lines.line(n)...), '\n')
		if len(out) >= outSize {
			if err := next(out); err != nil {
				return err
			}
			out = out[:0]
		}
	}
	if len(out) == 0 {
		return nil
	}
	return next(out)
}
