package relay

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
)

// Order writes what the stages of a deal gave in the order of their input: one
// record for each that they were given. Its input 0 is what DealInOrder writes
// down, the others are the stages' outputs. It holds back nothing in memory but
// a block of each: a stage that is ahead waits in its pipe.
func (x *Crossing) Order(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	o := &ordering{junction: j, x: x, entries: newSource(j.in[0], FrameBytes), to: j.out[0]}
	for i := range x.Ports[1:] {
		x.Ports[i+1].countRecords()
	}
	for _, p := range j.in[1:] {
		o.from = append(o.from, newSource(p, x.Frame))
	}
	for {
		i, n, err := o.next()
		if n == 0 || err != nil {
			return err
		}
		if i == nobody {
			return fmt.Errorf("%s ended before every %s was dealt: ordered needs one %s out for each that goes in",
				x.allNames(), x.Frame.record(), x.Frame.record())
		}
		if more, err := o.move(i, n); err != nil || !more {
			return err
		}
	}
}

type ordering struct {
	*junction
	x       *Crossing
	entries *source
	from    []*source
	to      *port
	open    bool // the last record written has no end
}

// next gives whose turn it is, and for how many records. At the end, 0, it has
// made sure that no stage gave more than that.
func (o *ordering) next() (i, n int, err error) {
	e := o.entries
	for e.w-e.r < 8 {
		if e.eof {
			return 0, 0, o.surplus()
		}
		if !o.await(e.port, readable, o.to) || o.to.isLost() {
			return 0, 0, nil
		}
		if err := e.fill(); err != nil {
			return 0, 0, err
		}
	}
	entry := binary.LittleEndian.Uint64(e.buf[e.r:])
	e.r += 8
	return int(entry >> 48), int(entry & (1<<48 - 1)), nil
}

// move writes the next n records of an input. It gives false when the output has
// lost its reader, or the run is over.
func (o *ordering) move(i, n int) (bool, error) {
	s := o.from[i]
	for n > 0 {
		if data, records := s.first(n); len(data) > 0 {
			if !o.put(s, data) {
				return false, nil
			}
			s.port.count.addRecords(records)
			o.to.count.addRecords(records)
			n -= records
			continue
		}
		if s.eof {
			if s.empty() {
				return false, fmt.Errorf("%s gave fewer %ss than it was given: ordered needs one %s out for each that goes in",
					o.x.nameOf(i), o.x.Frame.record(), o.x.Frame.record())
			}
			// Its last record, which has no end.
			if !o.put(s, s.buf[s.r:s.w]) {
				return false, nil
			}
			s.port.count.addRecords(1)
			o.to.count.addRecords(1)
			n--
			continue
		}
		if !o.await(s.port, readable, o.to) || o.to.isLost() {
			return false, nil
		}
		if err := s.fill(); err != nil {
			return false, err
		}
	}
	return true, nil
}

// first gives up to n records, and how many of them have their end. Part of one
// is given only where the buffer has no room for more of it.
func (s *source) first(n int) (data []byte, records int) {
	all := s.buf[s.r:s.w]
	size := 0
	for size < len(all) && records < n {
		i := bytes.IndexByte(all[size:], s.end)
		if i < 0 {
			break
		}
		size += i + 1
		records++
	}
	if size == 0 && s.full() {
		return all, 0
	}
	return all[:size], records
}

func (o *ordering) put(s *source, data []byte) bool {
	if o.open && !o.write(o.to, []byte{s.end}) {
		return false
	}
	more := o.write(o.to, data)
	o.open = s.eof && len(data) == s.w-s.r && data[len(data)-1] != s.end
	s.r += len(data)
	return more
}

// surplus waits for the inputs to end, and is an error where one of them has
// something more.
func (o *ordering) surplus() error {
	for i, s := range o.from {
		for !s.eof {
			if !s.empty() {
				break
			}
			if !o.await(s.port, readable, o.to) || o.to.isLost() {
				return nil
			}
			if err := s.fill(); err != nil {
				return err
			}
		}
		if !s.empty() {
			return fmt.Errorf("%s gave more %ss than it was given: ordered needs one %s out for each that goes in",
				o.x.nameOf(i), o.x.Frame.record(), o.x.Frame.record())
		}
	}
	return nil
}
