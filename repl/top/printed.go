package top

import (
	"bytes"
	"strings"
)

// printed is what the run has printed: its last lines.
type printed struct {
	lines []string
	open  []byte // a line that has not ended
	total int64
}

// The lines that are kept, and how much of each.
const (
	keptLines  = 5000
	keptOfLine = 4096
)

// add takes more of it.
func (p *printed) add(b []byte) {
	p.total += int64(len(b))
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			p.open = append(p.open, b[:min(len(b), max(0, keptOfLine-len(p.open)))]...)
			return
		}
		p.open = append(p.open, b[:min(i, max(0, keptOfLine-len(p.open)))]...)
		p.lines = append(p.lines, lineOf(p.open))
		p.open = p.open[:0]
		b = b[i+1:]
		if over := len(p.lines) - keptLines; over > keptLines/10 {
			p.lines = append(p.lines[:0:0], p.lines[over:]...)
		}
	}
}

// lineOf is a line as a terminal would leave it: a carriage return begins it again.
func lineOf(b []byte) string {
	s := strings.TrimRight(string(b), "\r")
	return s[strings.LastIndexByte(s, '\r')+1:]
}

// all are the lines, with the one that has not ended.
func (p *printed) all() []string {
	if len(p.open) == 0 {
		return p.lines
	}
	return append(p.lines[:len(p.lines):len(p.lines)], lineOf(p.open))
}

// last are the last n lines.
func (p *printed) last(n int) []string {
	list := p.all()
	return list[max(0, len(list)-n):]
}
