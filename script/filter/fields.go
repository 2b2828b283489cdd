package filter

import (
	"strings"
)

// Fields keeps the fields with these numbers, counted from 1, or from the end
// where they are negative, in the order in which they are given. An empty
// separator stands for runs of spaces and tabs, and a space is then put between.
// A field that a line does not have is empty.
func Fields(numbers []int, separator string) Filter {
	f := &fields{numbers: numbers, separator: separator, between: separator}
	if separator == "" {
		f.between = " "
	}
	for _, n := range numbers {
		if n < 0 {
			f.last = 1 << 62
		}
		f.last = max(f.last, n)
	}
	return f
}

type fields struct {
	stateless
	numbers            []int
	separator, between string
	last               int // fields after it are not wanted
	found              []string
	out                []byte
}

func (f *fields) Lines(block []byte, next Emit) error {
	f.out = f.out[:0]
	b := text(block)
	for at := 0; at < len(b); {
		end := LineEnd(b, at)
		f.split(b[at:end])
		for i, n := range f.numbers {
			if i > 0 {
				f.out = append(f.out, f.between...)
			}
			if n < 0 {
				n += len(f.found) + 1
			}
			if n > 0 && n <= len(f.found) {
				f.out = append(f.out, f.found[n-1]...)
			}
		}
		f.out = append(f.out, '\n')
		at = end + 1
	}
	return next(f.out)
}

// split finds the fields of a line, up to the last one that is wanted.
func (f *fields) split(line string) {
	f.found = f.found[:0]
	if f.separator == "" {
		f.splitBlanks(line)
		return
	}
	for len(f.found) < f.last {
		i := strings.Index(line, f.separator)
		if i < 0 {
			if line != "" || len(f.found) > 0 {
				f.found = append(f.found, line)
			}
			return
		}
		f.found = append(f.found, line[:i])
		line = line[i+len(f.separator):]
	}
}

func (f *fields) splitBlanks(line string) {
	for i := 0; len(f.found) < f.last; {
		for i < len(line) && blank(line[i]) {
			i++
		}
		if i == len(line) {
			return
		}
		start := i
		for i < len(line) && !blank(line[i]) {
			i++
		}
		f.found = append(f.found, line[start:i])
	}
}

func blank(c byte) bool { return c == ' ' || c == '\t' }
