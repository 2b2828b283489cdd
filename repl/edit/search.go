package edit

import "strings"

// search looks through the history for what is typed: Ctrl-R, and vi's / and ?.
type search struct {
	pattern string
	found   int  // the entry that was found last; at first from
	from    int  // the entry at which it began
	forward bool // to newer entries
	vi      bool // Enter ends it, and does not run what was found
	failed  bool
	before  text // what Ctrl-G brings back
	entry   int  // and the entry that was shown
}

func (s *session) startSearch() {
	n := len(s.entries())
	s.search = &search{found: n, from: n, before: s.text, entry: s.entry}
}

// startViSearch begins at the entry that is shown. Forward from the input itself, it begins with the
// oldest entry.
func (s *session) startViSearch(forward bool) {
	from := s.entry
	if forward && from == len(s.entries()) {
		from = -1
	}
	s.search = &search{found: from, from: from, forward: forward, vi: true, before: s.text, entry: s.entry}
}

// searchAgain is vi's n and N: it searches for the same from here.
func (s *session) searchAgain(forward bool) {
	pattern := s.vi.lastSearch.pattern
	if pattern == "" {
		return
	}
	s.startViSearch(forward)
	s.search.pattern = pattern
	if s.find(s.search.from); s.search.failed {
		s.note = s.search.line()
	}
	s.search = nil
}

func (f *search) line() string {
	if f.failed {
		return "no entry has: " + f.pattern
	}
	return "search: " + f.pattern
}

// find shows the next entry behind one, in the search's direction, that has the pattern.
func (s *session) find(entry int) {
	f := s.search
	has := func(e string) bool { return strings.Contains(e, f.pattern) }
	i := s.history.before(entry, has)
	if f.forward {
		i = s.history.after(entry, has)
	}
	if f.failed = i < 0 || i == len(s.entries()); f.failed {
		return
	}
	f.found = i
	s.show(i)
	s.at = strings.Index(s.s, f.pattern)
}

// fromHere is the entry to search from so that the one that was found comes first.
func (f *search) fromHere(entries int) int {
	switch {
	case f.found == f.from:
		return f.from
	case f.forward:
		return max(f.found-1, -1)
	}
	return min(f.found+1, entries)
}

// searchKey reports whether a key was for the search. Any other key ends it, and does what it means.
func (s *session) searchKey(k key) bool {
	f := s.search
	switch k.name {
	case "", keyPaste:
		f.pattern += strings.ReplaceAll(k.text, "\n", " ")
		s.find(f.fromHere(len(s.entries())))
	case keyBackspace:
		if f.pattern != "" {
			f.pattern = f.pattern[:(&text{s: f.pattern}).left(len(f.pattern))]
			s.find(f.from)
		}
	case "C-r":
		s.find(f.found)
	case "C-g", "C-c":
		s.search, s.text, s.entry = nil, f.before, f.entry
	default:
		s.search = nil
		if f.vi && f.pattern != "" {
			s.vi.lastSearch = *f
		}
		return k.name == keyEscape || k.name == keyEnter && f.vi
	}
	return true
}
