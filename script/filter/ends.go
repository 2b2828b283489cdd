package filter

import "bytes"

// Head passes the first n lines on.
func Head(n int64) Filter { return &head{left: n} }

type head struct {
	stateless
	left int64
}

func (h *head) Lines(block []byte, next Emit) error {
	if h.left <= 0 {
		return Enough
	}
	n := int64(bytes.Count(block, newline))
	if n < h.left {
		h.left -= n
		return next(block)
	}
	end := 0
	for ; h.left > 0; h.left-- {
		end += bytes.IndexByte(block[end:], '\n') + 1
	}
	if err := next(block[:end]); err != nil {
		return err
	}
	return Enough
}

// Tail passes the last n lines on, at the end.
func Tail(n int64) Filter { return &tail{want: n} }

type tail struct {
	want int64
	kept []keptLines
	has  int64
}

// keptLines are lines of one block.
type keptLines struct {
	text  []byte
	lines int64
}

func (t *tail) Lines(block []byte, next Emit) error {
	if t.want <= 0 {
		return nil
	}
	block = lastLines(block, t.want)
	n := int64(bytes.Count(block, newline))
	if block[len(block)-1] != '\n' {
		n++
	}
	t.kept = append(t.kept, keptLines{bytes.Clone(block), n})
	t.has += n
	drop := 0
	for t.has-t.kept[drop].lines >= t.want {
		t.has -= t.kept[drop].lines
		t.kept[drop].text = nil
		drop++
	}
	t.kept = t.kept[drop:]
	return nil
}

// lastLines gives the last n lines of a block, or all where it has fewer.
func lastLines(block []byte, n int64) []byte {
	at := len(block)
	if block[at-1] == '\n' {
		at--
	}
	for ; n > 0; n-- {
		at = bytes.LastIndexByte(block[:at], '\n')
		if at < 0 {
			return block
		}
	}
	return block[at+1:]
}

func (t *tail) End(next Emit) error {
	for i, k := range t.kept {
		if i == 0 && t.has > t.want {
			k.text = lastLines(k.text, k.lines-(t.has-t.want))
		}
		if err := next(k.text); err != nil {
			return err
		}
	}
	return nil
}
