// Package cells knows how many cells of a terminal a text takes: none for marks
// that join the letter before them, two for East Asian wide letters and for emoji.
package cells

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// wide are the runes that terminals give two cells: East Asian Wide and
// Fullwidth of Unicode's EastAsianWidth.txt, and emoji.
var wide = []struct{ first, last rune }{
	{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0}, {0x23f3, 0x23f3},
	{0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1},
	{0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea},
	{0x26f2, 0x26f3}, {0x26f5, 0x26f5}, {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b},
	{0x2728, 0x2728}, {0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797},
	{0x27b0, 0x27b0}, {0x27bf, 0x27bf}, {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0x303e},
	{0x3041, 0x3247}, {0x3250, 0x33ff}, {0x3400, 0x4dbf}, {0x4e00, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7a3},
	{0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x18dff},
	{0x1aff0, 0x1afff}, {0x1b000, 0x1b2ff},
	{0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f265},
	{0x1f300, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca},
	{0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4}, {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440},
	{0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a},
	{0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
	{0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df}, {0x1f6eb, 0x1f6ec}, {0x1f6f4, 0x1f6fc},
	{0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
	{0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
}

// Rune is how many cells a terminal gives a printable rune that stands alone.
func Rune(r rune) int {
	if r < 0x300 {
		return 1
	}
	if joins(r) {
		return 0
	}
	i, found := slices.BinarySearchFunc(wide, r, func(w struct{ first, last rune }, r rune) int {
		switch {
		case w.last < r:
			return -1
		case w.first > r:
			return 1
		}
		return 0
	})
	if found && i < len(wide) {
		return 2
	}
	return 1
}

// Text is how many cells a text takes.
func Text(s string) int {
	n := 0
	for s != "" {
		size, width := Next(s)
		n += width
		s = s[size:]
	}
	return n
}

// Cut is a text of at most limit cells: three dots stand for what is left out.
func Cut(s string, limit int) string {
	if Text(s) <= limit {
		return s
	}
	used, end := 0, 0
	for end < len(s) {
		n, width := Next(s[end:])
		if used+width > limit-3 {
			break
		}
		used, end = used+width, end+n
	}
	return s[:end] + "..."
}

const (
	joiner    = 0x200d // ZERO WIDTH JOINER: what stands on both sides is one emoji
	nonJoiner = 0x200c // ZERO WIDTH NON-JOINER
	textSign  = 0xfe0e // the rune before is shown as text
	emojiSign = 0xfe0f // the rune before is shown as an emoji
)

// joins reports whether a rune is drawn into the cells of the one before it: marks,
// signs of variation, the letters of a region's flag, and the vowels that join the
// Hangul before them.
func joins(r rune) bool {
	return r >= 0x300 && (unicode.In(r, unicode.Mn, unicode.Me) || r == joiner || r == nonJoiner ||
		r >= 0x1160 && r <= 0x11ff || r >= 0xe0020 && r <= 0xe007f)
}

// pictures reports whether a rune can be part of an emoji of several.
func pictures(r rune) bool { return Rune(r) == 2 || unicode.In(r, unicode.So, unicode.Sm) }

// Hidden reports whether a terminal shows nothing for a rune, or takes it for a
// command: the controls of ASCII and ISO 6429, and Unicode's signs of formatting, of
// which some turn the order of letters around. Those that only join are not.
func Hidden(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && !joins(r)
}

// Next gives the length in bytes of the first character of s as its reader sees
// it, with all that joins it, and the cells that it takes: Unicode's extended
// grapheme clusters (UAX #29), as far as terminals go along.
func Next(s string) (size, width int) {
	r, size := utf8.DecodeRuneInString(s)
	width = Rune(r)
	if flag(r) {
		if second, n := utf8.DecodeRuneInString(s[size:]); flag(second) {
			size, width = size+n, 2
		}
	}
	if Hidden(r) || r == utf8.RuneError {
		return size, width
	}
	for size < len(s) {
		next, n := utf8.DecodeRuneInString(s[size:])
		switch {
		case next == emojiSign && width == 1 && r > 0xff:
			width = 2
		case next == joiner && width == 2:
			if r, after := utf8.DecodeRuneInString(s[size+n:]); pictures(r) {
				n += after
			}
		case joins(next) || next == textSign || next >= 0x1f3fb && next <= 0x1f3ff && width == 2: // colours of skin
		case next > 0x300 && unicode.Is(unicode.Mc, next): // a mark with a place of its own
			width++
		default:
			return size, width
		}
		size += n
	}
	return size, width
}

// flag reports whether a rune is one of the letters of which two make a flag.
func flag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
