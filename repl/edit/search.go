package edit

import "strings"

// search looks through the history for what is typed: Ctrl-R, and vi's / and ?.
type search struct {
	wanted  string
	place   int
	from    int  // where it began
	forward bool // to newer entries
	vi      bool // Enter ends it, and does not run what was found
	failed  bool
	before  text // what was there, for Ctrl-G
	entry   int  // of the history, where it was one
}

func (s *session) startSearch() {
	s.search = &search{place: len(s.entries()), from: len(s.entries()), before: s.text, entry: s.place}
}

// startViSearch looks from the entry that is shown: back, or forward. Behind the
// input itself nothing comes, so forward it begins with the oldest.
func (s *session) startViSearch(forward bool) {
	from := s.place
	if forward && from == len(s.entries()) {
		from = -1
	}
	s.search = &search{place: from, from: from, forward: forward, vi: true, before: s.text, entry: s.place}
}

// searchAgain is vi's n and N: it looks for the same on from here.
func (s *session) searchAgain(forward bool) {
	sought := s.vi.sought
	if sought.wanted == "" {
		return
	}
	s.startViSearch(forward)
	s.search.wanted = sought.wanted
	if s.find(s.search.from); s.search.failed {
		s.note = s.search.line()
	}
	s.search = nil
}

func (f *search) line() string {
	if f.failed {
		return "no entry has: " + f.wanted
	}
	return "search: " + f.wanted
}

// find shows the next entry behind place, in the search's direction, that has what is
// wanted.
func (s *session) find(place int) {
	f := s.search
	has := func(e string) bool { return strings.Contains(e, f.wanted) }
	i := s.history.before(place, has)
	if f.forward {
		i = s.history.after(place, has)
	}
	if f.failed = i < 0 || i == len(s.entries()); f.failed {
		return
	}
	f.place = i
	s.show(i)
	s.at = strings.Index(s.s, f.wanted)
}

// fromHere is where to look so that the entry that was found is the first.
func (f *search) fromHere(entries int) int {
	switch {
	case f.place == f.from:
		return f.from
	case f.forward:
		return max(f.place-1, -1)
	}
	return min(f.place+1, entries)
}

// searchKey takes a key while the search goes on; another key ends it, and does
// what it means.
func (s *session) searchKey(k key) bool {
	f := s.search
	switch k.name {
	case "", keyPaste:
		f.wanted += strings.ReplaceAll(k.text, "\n", " ")
		s.find(f.fromHere(len(s.entries())))
	case keyBackspace:
		if f.wanted != "" {
			f.wanted = f.wanted[:(&text{s: f.wanted}).left(len(f.wanted))]
			s.find(f.from)
		}
	case "C-r":
		s.find(f.place)
	case "C-g", "C-c":
		s.search, s.text, s.place = nil, f.before, f.entry
	default:
		s.search = nil
		if f.vi && f.wanted != "" {
			s.vi.sought = *f
		}
		return k.name == keyEscape || k.name == keyEnter && f.vi
	}
	return true
}
