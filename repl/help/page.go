package help

import (
	"strings"

	"weir/ipc"
	"weir/repl/reference"
	"weir/script/library"
)

// text writes pages of the width of the screen.
func (h Pages) text() reference.Text { return reference.Text{Width: h.Width} }

// page is all that is known of an entry.
func (h Pages) page(e library.Entry) string { return h.text().Item(itemOf(e)) }

// brief is an entry's signature, its line and its example.
func (h Pages) brief(e library.Entry) string { return h.text().Brief(itemOf(e)) }

// list is a line for each entry.
func (h Pages) list(entries []library.Entry) string {
	rows := make(reference.Rows, len(entries))
	for i, e := range entries {
		rows[i] = [2]string{e.Name, e.Summary}
	}
	return h.text().Rows(rows)
}

// itemOf is an entry as help and the reference have it.
func itemOf(e library.Entry) reference.Item {
	item := reference.Item{ID: Title(e), Signature: e.Signature, Of: membership(e), Summary: e.Summary,
		Example: e.Example, Long: e.Long}
	add := func(title, text string) {
		if text != "" {
			item.Fields = append(item.Fields, reference.Field{Title: title, Text: text})
		}
	}
	if e.Kind != "" {
		add("here", supportHere(e.Kind))
	}
	add("manual", e.Manual)
	if e.Of == "" {
		for _, class := range ClassesFrom(e.Name) {
			add(strings.TrimSuffix(class, " of messages"), memberNames(class))
		}
		add("has", strings.Join(within(e.Name), " "))
	}
	return item
}

// membership says whose method, field or option an entry is.
func membership(e library.Entry) string {
	switch {
	case e.Group == library.GroupOption:
		return "an option of run, start, t:text and t:lines"
	case e.Of != "":
		return "of " + article(e.Of)
	}
	return ""
}

// supportHere is the support for a mechanism on this system, and on others where it differs.
func supportHere(k ipc.Kind) string {
	here := ipc.SupportHere(k)
	text := levelText(here)
	for _, system := range systems {
		if there := ipc.SupportOn(system.goos, k); there.Level != here.Level {
			text += "; on " + system.name + " " + levelText(there)
		}
	}
	return text
}

// systems are those of which ipc.SupportOn knows.
var systems = []struct{ goos, name string }{{"linux", "Linux"}, {"windows", "Windows"}, {"darwin", "macOS"}}

func levelText(s ipc.Support) string {
	switch s.Level {
	case ipc.Absent:
		return "absent"
	case ipc.Emulated:
		return "emulated, with " + s.By
	}
	return "native, " + s.By
}

func memberNames(class string) string {
	var list []string
	for _, e := range Members(class) {
		list = append(list, e.Name)
	}
	return strings.Join(list, " ")
}

// within lists the functions of a library: "encode" of json.
func within(library string) (list []string) {
	for _, e := range Entries() {
		if name, ok := strings.CutPrefix(e.Name, library+"."); ok && e.Of == "" {
			list = append(list, name)
		}
	}
	return list
}

// article writes "an event" and "a ring".
func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeio", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
