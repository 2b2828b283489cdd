package filter

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// sorter holds lines and sorts them as memcmp(3) compares, by eight bytes at a
// time: the lines are put in order by the first eight, those that have them in
// common by the next eight, and so on, so that a line's bytes are fetched once
// for each eight that matter.
type sorter struct {
	text    []byte // the lines, each with its newline
	entries []entry
}

// entry is a line: where it stands in text, and eight of its bytes as a number.
type entry struct {
	key    uint64
	off, n uint32
}

// entrySize is what an entry takes, in bytes.
const entrySize = 16

// add adds a line, and reports whether there was room: 4 GB are all.
func (s *sorter) add(line []byte) bool {
	if uint64(len(s.text))+uint64(len(line)) >= math.MaxUint32 {
		return false
	}
	s.entries = append(s.entries, entry{off: uint32(len(s.text)), n: uint32(len(line))})
	s.text = append(append(s.text, line...), '\n')
	return true
}

// reserve makes room for lines that take size bytes together: what is not used
// is never touched, and costs nothing but addresses.
func (s *sorter) reserve(size int) {
	s.text = append(make([]byte, 0, size), s.text...)
	s.entries = append(make([]entry, 0, size/entrySize), s.entries...)
}

// size is the memory that the lines take, in bytes.
func (s *sorter) size() int { return len(s.text) + entrySize*len(s.entries) }

func (s *sorter) reset() { s.text, s.entries = s.text[:0], s.entries[:0] }

// line gives line i.
func (s *sorter) line(i int) []byte {
	e := s.entries[i]
	return s.text[e.off : e.off+e.n]
}

// order gives the numbers of the lines in their order.
func (s *sorter) order() []int {
	added := slices.Clone(s.entries)
	s.sort()
	order := make([]int, len(added))
	for i, e := range s.entries {
		order[i], _ = slices.BinarySearchFunc(added, e.off, func(a entry, off uint32) int {
			return int(int64(a.off) - int64(off))
		})
	}
	s.entries = added
	return order
}

// sort sorts the entries, on several threads where there are many.
func (s *sorter) sort() {
	w := &sorting{text: s.text}
	w.sort(s.entries, make([]entry, len(s.entries)), 0)
	w.wait.Wait()
}

type sorting struct {
	text []byte
	wait sync.WaitGroup
}

// few is below what a list is sorted by comparing.
const few = 256

// split is from where on a list of equal beginnings is sorted beside the rest.
const split = 1 << 12

// sort sorts lines that have their first depth bytes in common; scratch has room
// for as many.
func (w *sorting) sort(list, scratch []entry, depth uint32) {
	for {
		if len(list) < 2 {
			return
		}
		depth += w.common(list, depth)
		w.load(list, depth)
		if len(list) < few {
			slices.SortFunc(list, compareEntries)
		} else {
			radix(list, scratch)
		}
		// Those that still look the same and have more bytes are sorted by these.
		rest := w.groups(list, scratch, depth)
		if rest == nil {
			return
		}
		list, scratch = rest, scratch[:len(rest)]
		depth += 8
	}
}

// groups sorts each group of entries with the same key further, all but one that
// is the whole list, which it returns.
func (w *sorting) groups(list, scratch []entry, depth uint32) []entry {
	for from := 0; from < len(list); {
		to := from + 1
		for to < len(list) && list[to].key == list[from].key {
			to++
		}
		group := list[from:to]
		if len(group) > 1 {
			// Ends of lines count as bytes of value 0: the shorter go first.
			if short := w.shorter(group, depth); short < len(group) {
				group = group[short:]
				if len(group) == len(list) {
					return list
				}
				w.later(group, scratch[to-len(group):to], depth+8)
			}
		}
		from = to
	}
	return nil
}

// later sorts a group, beside the others where it is large.
func (w *sorting) later(group, scratch []entry, depth uint32) {
	if len(group) >= split {
		w.wait.Add(1)
		go func() {
			defer w.wait.Done()
			w.sort(group, scratch, depth)
		}()
		return
	}
	w.sort(group, scratch, depth)
}

// shorter puts the lines that end within the eight bytes at depth first, by their
// length, and tells how many they are.
func (w *sorting) shorter(group []entry, depth uint32) int {
	some := false
	for i := range group {
		if group[i].n < depth+8 {
			some = true
			break
		}
	}
	if !some {
		return 0
	}
	slices.SortFunc(group, func(a, b entry) int { return int(min(a.n, depth+8)) - int(min(b.n, depth+8)) })
	n, _ := slices.BinarySearchFunc(group, depth+8, func(e entry, n uint32) int { return int(int64(e.n) - int64(n)) })
	return n
}

// common gives how many bytes after depth all lines have in common, at most.
func (w *sorting) common(list []entry, depth uint32) uint32 {
	if len(list) < few {
		return 0
	}
	first := w.text[list[0].off+depth : list[0].off+list[0].n]
	n := uint32(len(first))
	for i := range list {
		line := w.text[list[i].off+depth : list[i].off+list[i].n]
		n = min(n, uint32(len(line)))
		if n < 8 {
			return 0
		}
		for k := range n {
			if line[k] != first[k] {
				n = k
				break
			}
		}
	}
	return n
}

// load fetches the eight bytes at depth of each line.
func (w *sorting) load(list []entry, depth uint32) {
	for i := range list {
		e := &list[i]
		at := e.off + depth
		if e.n >= depth+8 {
			e.key = binary.BigEndian.Uint64(w.text[at:])
			continue
		}
		e.key = 0
		for k := uint32(0); k < 8; k++ {
			e.key <<= 8
			if depth+k < e.n {
				e.key |= uint64(w.text[at+k])
			}
		}
	}
}

func compareEntries(a, b entry) int {
	switch {
	case a.key < b.key:
		return -1
	case a.key > b.key:
		return 1
	}
	return 0
}

// radix sorts by the key, one byte after the other from the last on; bytes that
// all have in common are left out.
func radix(list, scratch []entry) {
	var counts [8][256]uint32
	for i := range list {
		for k, key := 0, list[i].key; k < 8; k, key = k+1, key>>8 {
			counts[k][byte(key)]++
		}
	}
	from, to := list, scratch[:len(list)]
	for k := range counts {
		c := &counts[k]
		if int(c[byte(list[0].key>>(8*k))]) == len(list) {
			continue
		}
		at := uint32(0)
		for b := range c {
			c[b], at = at, at+c[b]
		}
		for i := range from {
			b := byte(from[i].key >> (8 * k))
			to[c[b]] = from[i]
			c[b]++
		}
		from, to = to, from
	}
	if &from[0] != &list[0] {
		copy(list, from)
	}
}
