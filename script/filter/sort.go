package filter

import (
	"bufio"
	"bytes"
	"container/heap"
	"fmt"
	"io"
	"os"
)

// outSize is how large the blocks are that are made anew, in bytes.
const outSize = 64 << 10

// SortMemory is how much a sort keeps in memory unless it is told otherwise, in
// bytes.
const SortMemory = 256 << 20

// smallSort is up to where a sort makes room as it goes, in bytes.
const smallSort = 1 << 20

// Sort puts the lines in order, by the values of their bytes. It keeps about
// memory bytes of them, and what is more in files without a name.
func Sort(memory int) Filter { return &sorted{limit: memory} }

type sorted struct {
	limit int
	lines sorter
	runs  []*os.File // sorted, from which the rest is merged
}

func (s *sorted) Lines(block []byte, next Emit) error {
	for len(block) > 0 {
		line := block
		if i := bytes.IndexByte(block, '\n'); i >= 0 {
			line, block = block[:i], block[i+1:]
		} else {
			block = nil
		}
		if len(s.lines.entries) > 0 && s.lines.size()+len(line)+1+entrySize > s.limit {
			if err := s.spill(); err != nil {
				return err
			}
		}
		if cap(s.lines.text) < s.limit && s.lines.size() > smallSort {
			s.lines.reserve(s.limit)
		}
		if !s.lines.add(line) {
			return fmt.Errorf("a line has more than 4 GB")
		}
	}
	return nil
}

// spill writes what is in memory, in order, into a file that has no name.
func (s *sorted) spill() error {
	f, err := unnamed()
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	s.lines.sort()
	err = s.write(func(b []byte) error {
		_, err := f.Write(b)
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot keep lines on disk: %w", err)
	}
	s.lines.reset()
	return nil
}

// unnamed makes a file that is gone when it is closed.
func unnamed() (*os.File, error) {
	f, err := os.CreateTemp("", "weir-sort-")
	if err != nil {
		return nil, fmt.Errorf("cannot keep lines on disk: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("cannot keep lines on disk: %w", err)
	}
	return f, nil
}

// write passes the sorted lines in memory on.
func (s *sorted) write(next Emit) error {
	out := make([]byte, 0, outSize)
	for _, e := range s.lines.entries {
		line := s.lines.text[e.off : e.off+e.n+1]
		if len(out)+len(line) > outSize && len(out) > 0 {
			if err := next(out); err != nil {
				return err
			}
			out = out[:0]
		}
		out = append(out, line...)
	}
	if len(out) == 0 {
		return nil
	}
	return next(out)
}

func (s *sorted) End(next Emit) error {
	defer func() {
		for _, f := range s.runs {
			f.Close()
		}
	}()
	if len(s.runs) == 0 {
		s.lines.sort()
		return s.write(next)
	}
	if len(s.lines.entries) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.lines = sorter{}
	return s.merge(next)
}

// merge merges the runs.
func (s *sorted) merge(next Emit) error {
	var heads runs
	for _, f := range s.runs {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		r := &run{in: bufio.NewReaderSize(f, 256<<10)}
		if more, err := r.advance(); err != nil {
			return err
		} else if more {
			heads = append(heads, r)
		}
	}
	heap.Init(&heads)
	out := make([]byte, 0, outSize)
	for len(heads) > 0 {
		r := heads[0]
		if len(out)+len(r.line) > outSize && len(out) > 0 {
			if err := next(out); err != nil {
				return err
			}
			out = out[:0]
		}
		out = append(out, r.line...)
		more, err := r.advance()
		switch {
		case err != nil:
			return err
		case more:
			heap.Fix(&heads, 0)
		default:
			heap.Pop(&heads)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return next(out)
}

// run is a sorted file and the line that is next, with its newline.
type run struct {
	in   *bufio.Reader
	line []byte
	long []byte // the line, where it is longer than the buffer
}

func (r *run) advance() (bool, error) {
	line, err := r.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		r.long = append(r.long[:0], line...)
		for err == bufio.ErrBufferFull {
			line, err = r.in.ReadSlice('\n')
			r.long = append(r.long, line...)
		}
		line = r.long
	}
	r.line = line
	if err == io.EOF {
		return false, nil
	}
	return err == nil, err
}

// runs is a heap of runs by their next lines.
type runs []*run

func (r runs) Len() int { return len(r) }

// Less compares without the newlines: one would sort after bytes below it.
func (r runs) Less(i, j int) bool {
	a, b := r[i].line, r[j].line
	return bytes.Compare(a[:len(a)-1], b[:len(b)-1]) < 0
}
func (r runs) Swap(i, j int) { r[i], r[j] = r[j], r[i] }
func (r *runs) Push(x any)   { *r = append(*r, x.(*run)) }
func (r *runs) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
