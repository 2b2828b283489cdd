package help

import (
	"slices"
	"strings"

	"weir/ipc"
	"weir/repl/annotations"
	"weir/repl/config"
	"weir/repl/edit"
	"weir/repl/reference"
	"weir/script"
	"weir/script/library"
)

// Annotations are the library's, for editors.
func Annotations() (string, error) {
	var fields []annotations.Field
	for _, s := range config.Settings {
		fields = append(fields, annotations.Field{Name: s.Name, Types: s.Type, Summary: s.Summary})
	}
	return annotations.File(Entries(), fields)
}

// NamesLike are the names that On knows and that begin with a word, each with a line about it. A
// method is found behind a class, mutex:, behind what makes its object, queue:, or behind the letter
// that its signature has, t:.
func NamesLike(word string) (list [][2]string) {
	object, _, method := strings.Cut(word, ":")
	seen := map[string]bool{}
	for _, e := range Entries() {
		name := Title(e)
		if method && object != "" && strings.Contains(name, ":") {
			name = object + ":" + e.Name
			found := entriesNamed(name)
			if len(found) != 1 {
				continue
			}
			e = found[0]
		}
		if strings.HasPrefix(name, word) && !seen[name] {
			seen[name] = true
			list = append(list, [2]string{name, e.Summary})
		}
	}
	for _, c := range Commands() {
		if name := strings.TrimPrefix(c.ID, "weir "); strings.HasPrefix(name, word) && !seen[name] {
			list = append(list, [2]string{name, c.Summary})
		}
	}
	return append(list, chaptersLike(word)...)
}

// On is what help says of a name, or a search for it. known is false if there is nothing.
func On(vm *script.VM, name string, width int) (text string, known bool) {
	return Pages{vm, width}.find(name)
}

// Manual are the sections of the reference: the library, the prompt, and what the systems support.
// Each entry is the page that help has.
func Manual() []reference.Section {
	var sections []reference.Section
	for _, name := range []string{"model", "language", "channels", "deadlocks", "watching"} {
		sections = append(sections, mustChapter(name))
	}
	placed := map[string]bool{}
	for _, t := range topics {
		if t.section == luaSection {
			continue
		}
		section := reference.Section{Title: t.section}
		for _, name := range strings.Fields(t.names) {
			section.Blocks = append(section.Blocks, entryBlocks(name, placed)...)
		}
		if t.section == valuesSection {
			section.Blocks = append(section.Blocks, restBlocks(placed)...)
		}
		sections = append(sections, section)
	}
	sections = append(sections, classSections()...)
	return append(sections, promptSection(), deviationsSection(), standardSection(), systemsSection(),
		mustChapter("failures"), mustChapter("leftovers"))
}

// restBlocks are the functions of weir's library that no topic has.
func restBlocks(placed map[string]bool) (blocks []reference.Block) {
	for _, e := range script.Library() {
		if e.Of == "" && !placed[Title(e)] {
			blocks = append(blocks, itemOf(e))
		}
	}
	return blocks
}

// entryBlocks are the entry of a name and those within it: "json" and "json.encode".
func entryBlocks(name string, placed map[string]bool) (blocks []reference.Block) {
	for _, e := range script.Library() {
		if e.Of == "" && (e.Name == name || strings.HasPrefix(e.Name, name+".")) && !placed[Title(e)] {
			placed[Title(e)] = true
			blocks = append(blocks, itemOf(e))
		}
	}
	return blocks
}

// classTitles are the titles of those classes that are not called by their plural.
var classTitles = map[string]string{
	"channel": "Methods of pipes, FIFOs and files", "channel of messages": "Methods of channels of messages",
	"options": "Options of a run", "result": "Fields of a result", "stage of a result": "Fields of a result's stages",
}

// classTitle is the title of what values of a class have.
func classTitle(class string) string {
	switch title, ok := classTitles[class]; {
	case ok:
		return title
	case strings.HasSuffix(class, "y"):
		return "Methods of " + strings.TrimSuffix(class, "y") + "ies"
	case strings.HasSuffix(class, "x"):
		return "Methods of " + class + "es"
	}
	return "Methods of " + class + "s"
}

// classSections has a section for each class, in the order of the library.
func classSections() (sections []reference.Section) {
	for _, e := range script.Library() {
		title := classTitle(e.Of)
		if e.Of == "" || slices.ContainsFunc(sections, func(s reference.Section) bool { return s.Title == title }) {
			continue
		}
		s := reference.Section{Title: title}
		for _, e := range Members(e.Of) {
			s.Blocks = append(s.Blocks, itemOf(e))
		}
		sections = append(sections, s)
	}
	return sections
}

func promptSection() reference.Section {
	s := mustChapter("prompt")
	s.Blocks = append(s.Blocks, reference.Paragraph("Commands begin with a colon:"), commandRows(),
		reference.Paragraph("Keys:"), keyRows(edit.Keys()), reference.Paragraph(viKeysText), keyRows(edit.ViKeys()))
	for _, e := range promptEntries() {
		s.Blocks = append(s.Blocks, itemOf(e))
	}
	return s
}

// standardSection is Lua's own library.
func standardSection() reference.Section {
	s := mustChapter("lua")
	for _, e := range library.Standard() {
		s.Blocks = append(s.Blocks, itemOf(e))
	}
	return s
}

// systemsSection is the support for each mechanism by system.
func systemsSection() reference.Section {
	grid := reference.Grid{{"mechanism"}}
	for _, system := range systems {
		grid[0] = append(grid[0], system.name)
	}
	for _, k := range ipc.Kinds() {
		row := []string{string(k)}
		for _, system := range systems {
			row = append(row, levelText(ipc.SupportOn(system.goos, k)))
		}
		grid = append(grid, row)
	}
	s := mustChapter("systems")
	s.Blocks = append(s.Blocks, grid)
	return s
}
