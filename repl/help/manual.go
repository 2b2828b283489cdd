package help

import (
	"strings"

	"weir/ipc"
	"weir/repl/annotations"
	"weir/repl/config"
	"weir/repl/edit"
	"weir/repl/reference"
	"weir/script"
)

// Annotations are the library's, for editors.
func Annotations() (string, error) {
	var fields []annotations.Field
	for _, s := range config.Settings {
		fields = append(fields, annotations.Field{Name: s.Name, Types: s.Type, Summary: s.Summary})
	}
	return annotations.File(Entries(), fields)
}

// NamesLike are what On knows that could go on from a word, each with a line about
// it. Behind a colon these are the methods of what stands before it: of mutexes, of what
// queue makes, of the t that topologies are called.
func NamesLike(word string) (list [][2]string) {
	of, _, method := strings.Cut(word, ":")
	there := map[string]bool{}
	for _, e := range Entries() {
		name := Title(e)
		if method && of != "" && strings.Contains(name, ":") {
			name = of + ":" + e.Name
			found := entriesNamed(name)
			if len(found) != 1 {
				continue
			}
			e = found[0]
		}
		if strings.HasPrefix(name, word) && !there[name] {
			there[name] = true
			list = append(list, [2]string{name, e.Summary})
		}
	}
	return list
}

// On is what help says of a name, or what a search for it finds; known says
// whether there is anything.
func On(vm *script.VM, name string, width int) (text string, known bool) {
	_, isWord := wordNamed(name)
	known = isWord || len(entriesNamed(name)) > 0 || len(byMethod(name)) == 0 && len(hits(name)) > 0
	return Pages{vm, width}.named(name), known
}

// Manual are the sections of the reference: the library, then the prompt and what
// the systems have. What each entry says is what help says of it.
func Manual() []reference.Section {
	sections := []reference.Section{
		{Title: "The model", Blocks: reference.Prose(modelText)},
		{Title: "The language", Blocks: reference.Prose(languageText)},
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
	sections = append(sections, ownerSections()...)
	return append(sections, promptSection(), deviationsSection(), standardSection(), systemsSection(), reference.Section{Title: "When something fails", Blocks: reference.Prose(failureText)})
}

// restBlocks are what stands alone in weir's library and in no topic.
func restBlocks(placed map[string]bool) (blocks []reference.Block) {
	for _, e := range script.Library() {
		if e.Of == "" && !placed[Title(e)] {
			blocks = append(blocks, itemOf(e))
		}
	}
	return blocks
}

// entryBlocks are a name's entry and those within it, "json" and "json.encode".
func entryBlocks(name string, placed map[string]bool) (blocks []reference.Block) {
	for _, e := range script.Library() {
		if e.Of == "" && (e.Name == name || strings.HasPrefix(e.Name, name+".")) && !placed[Title(e)] {
			placed[Title(e)] = true
			blocks = append(blocks, itemOf(e))
		}
	}
	return blocks
}

// ownerTitles are what has methods or fields, in the order of the reference.
var ownerTitles = [][2]string{
	{"topology", "Methods of topologies"}, {"channel", "Methods of pipes, FIFOs and files"}, {"channel of messages", "Methods of channels of messages"},
	{"party", "Methods of parties"}, {"region", "Methods of regions"}, {"semaphore", "Methods of semaphores"}, {"mutex", "Methods of mutexes"},
	{"condition", "Methods of conditions"}, {"barrier", "Methods of barriers"}, {"event", "Methods of events"}, {"job", "Methods of jobs"},
	{"options", "Options of a run"}, {"result", "Fields of a result"}, {"stage of a result", "Fields of a result's stages"},
}

func ownerSections() (sections []reference.Section) {
	for _, owner := range ownerTitles {
		s := reference.Section{Title: owner[1]}
		for _, e := range Having(owner[0]) {
			s.Blocks = append(s.Blocks, itemOf(e))
		}
		sections = append(sections, s)
	}
	return sections
}

func promptSection() reference.Section {
	s := reference.Section{Title: "The prompt", Blocks: reference.Prose(promptText)}
	s.Blocks = append(s.Blocks, reference.Paragraph("Commands begin with a colon:"), commandRows(), reference.Paragraph("Keys:"), keyRows(edit.Keys()),
		reference.Paragraph(viKeysText), keyRows(edit.ViKeys()))
	for _, e := range promptEntries() {
		s.Blocks = append(s.Blocks, itemOf(e))
	}
	return s
}

// standardSection is Lua's own library.
func standardSection() reference.Section {
	s := reference.Section{Title: luaSection, Blocks: reference.Prose(luaText)}
	for _, e := range script.Standard() {
		s.Blocks = append(s.Blocks, itemOf(e))
	}
	return s
}

// systemsSection says what each system has of each mechanism.
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
	return reference.Section{Title: "Mechanisms by system", Blocks: append(reference.Prose(systemsText), grid)}
}
