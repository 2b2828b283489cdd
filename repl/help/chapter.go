package help

import (
	"embed"
	"strings"

	"weir/repl/reference"
)

// chapters are the reference's prose: a file each, its first line the title. What is
// indented is code; where it begins with "$ weir" it is a session with what comes.
//
//go:embed chapters/*.txt
var chapters embed.FS

// chapter gives a chapter by the name of its file.
func chapter(name string) (s reference.Section, ok bool) {
	text, err := chapters.ReadFile("chapters/" + name + ".txt")
	if err != nil {
		return s, false
	}
	title, body, _ := strings.Cut(string(text), "\n")
	return reference.Section{Title: title, Blocks: reference.Prose(body)}, true
}

// chaptersLike are those whose names go on from a word, each with its title.
func chaptersLike(word string) (list [][2]string) {
	entries, _ := chapters.ReadDir("chapters") // of the binary itself
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".txt")
		if s, ok := chapter(name); ok && strings.HasPrefix(name, word) {
			list = append(list, [2]string{name, "a chapter of the reference: " + s.Title})
		}
	}
	return list
}

// mustChapter is for the chapters that Manual names.
func mustChapter(name string) reference.Section {
	s, ok := chapter(name)
	if !ok {
		panic("no chapter " + name)
	}
	return s
}
