package cells

import "testing"

// TestText has what a reader takes for one character, and what terminals of our
// day give it.
func TestText(t *testing.T) {
	for s, want := range map[string]struct{ characters, cells int }{
		"": {0, 0}, "cat": {3, 3}, "日本": {2, 4}, "é": {1, 1}, "e\u0301": {1, 1}, "e\u0301\u0302x": {2, 2}, "😀": {1, 2}, "가": {1, 2}, "ｱ": {1, 1},
		"👨\u200d👩\u200d👧x": {2, 3}, "🇩🇪🇫🇷": {2, 4}, "🇩": {1, 1}, "👍🏽": {1, 2}, "❤\ufe0f": {1, 2}, "❤": {1, 1}, "×…": {2, 2}, "a\u200db": {2, 2},
		"\u1112\u1161\u11ab": {1, 2}, "\xff\xfe": {2, 2}, "न\u0940": {1, 2}, "1\ufe0f": {1, 1}, "\u0301": {1, 0},
		"😀\u200d\x1b": {2, 3}, "😀\u200d\n": {2, 3}, "😀\u200d": {1, 2}, "👩\u200d⚕\ufe0f": {1, 2}, "🙂\u200d↔\ufe0f": {1, 2}, "🏳\ufe0f\u200d🌈": {1, 2},
		"🏴\U000e0067\U000e0062\U000e007f": {1, 2}, "می\u200cخواهم": {7, 7}, "\u200b": {1, 1}, "\u009b\u0301": {2, 1},
	} {
		characters, width := 0, 0
		for rest := s; rest != ""; characters++ {
			size, w := Next(rest)
			if size <= 0 {
				t.Fatalf("%q: no progress at %q", s, rest)
			}
			width += w
			rest = rest[size:]
		}
		if characters != want.characters || width != want.cells || Text(s) != want.cells {
			t.Errorf("%q: %d characters in %d cells, want %d in %d", s, characters, width, want.characters, want.cells)
		}
	}
}

func TestHidden(t *testing.T) {
	for _, r := range "\x00\x1b\x7f\u0085\u009b\u00ad\u200b\u200e\u2028\u202e\u2066\ufeff" {
		if !Hidden(r) {
			t.Errorf("%U is shown", r)
		}
	}
	for _, r := range "a é日\u0301\u200c\u200d😀\U000e0067\ufffd\u00a0" {
		if Hidden(r) {
			t.Errorf("%U is hidden", r)
		}
	}
}
