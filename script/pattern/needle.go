package pattern

import "strings"

// Needle is a text to be searched for by the byte of it that is rarest: a scan for
// one byte is the fastest that there is.
type Needle struct {
	text string
	rare int // where the rarest byte stands
}

func newNeedle(text string) Needle {
	n := Needle{text: text}
	n.choose(weight)
	return n
}

// Text is what is searched for; "" is nothing.
func (n Needle) Text() string { return n.text }

// Tuned is the same needle, for texts like the sample.
func (n Needle) Tuned(sample string) Needle {
	var counts [256]int
	for i := range len(sample) {
		counts[sample[i]]++
	}
	n.choose(func(c byte) int { return counts[c] })
	return n
}

func (n *Needle) choose(weight func(c byte) int) {
	for i := range len(n.text) {
		if weight(n.text[i]) < weight(n.text[n.rare]) {
			n.rare = i
		}
	}
}

// Index gives where the text stands in s first, or -1.
func (n Needle) Index(s string) int {
	c, first, from := n.text[n.rare], n.text[0], n.rare
	for misses := 0; from < len(s); misses++ {
		i := strings.IndexByte(s[from:], c)
		if i < 0 {
			return -1
		}
		from += i
		start := from - n.rare
		if len(s)-start < len(n.text) {
			return -1
		}
		if s[start] == first && s[start:start+len(n.text)] == n.text {
			return start
		}
		from++
		if misses == 16 { // the byte is not rare here
			i := strings.Index(s[start+1:], n.text)
			if i < 0 {
				return -1
			}
			return start + 1 + i
		}
	}
	return -1
}

// weight is how common a byte is in logs and texts, roughly.
func weight(c byte) int {
	switch {
	case c == ' ' || c == '\n':
		return 200
	case c >= 'a' && c <= 'z':
		return 60 + int(("\x50\x12\x24\x2c\x78\x18\x16\x28\x46\x02\x08" +
			"\x34\x1e\x44\x4a\x16\x01\x40\x42\x5a\x20\x0c\x14\x03\x16\x02")[c-'a'])
	case isDigit(c):
		return 120
	case c >= 'A' && c <= 'Z':
		return 30
	case c == '.' || c == '-' || c == ':' || c == '/' || c == ',' || c == '_':
		return 50
	}
	return 20
}
