package edit

import "strings"

// search looks through the history for what is typed, Ctrl-R.
type search struct {
	wanted string
	place  int
	failed bool
	before text // what was there, for Ctrl-G
}

func (s *session) startSearch() {
	s.search = &search{place: len(s.entries()), before: s.text}
}

func (f *search) line() string {
	if f.failed {
		return "no entry has: " + f.wanted
	}
	return "search: " + f.wanted
}

// find shows the last entry before place that has what is wanted.
func (s *session) find(place int) {
	f := s.search
	i := s.history.before(place, func(e string) bool { return strings.Contains(e, f.wanted) })
	if f.failed = i < 0; f.failed {
		return
	}
	f.place = i
	s.place = i
	s.set(s.entries()[i])
	s.at = strings.Index(s.s, f.wanted)
}

// searchKey takes a key while the search goes on; another key ends it, and does
// what it means.
func (s *session) searchKey(k key) bool {
	f := s.search
	switch k.name {
	case "", keyPaste:
		f.wanted += strings.ReplaceAll(k.text, "\n", " ")
		s.find(min(f.place+1, len(s.entries())))
	case keyBackspace:
		if f.wanted != "" {
			f.wanted = f.wanted[:(&text{s: f.wanted}).left(len(f.wanted))]
			s.find(len(s.entries()))
		}
	case "C-r":
		s.find(f.place)
	case "C-g", "C-c":
		s.search, s.text = nil, f.before
	default:
		s.search = nil
		return k.name == keyEscape
	}
	return true
}
