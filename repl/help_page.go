package repl

import (
	goruntime "runtime"
	"strings"

	"weir/ipc"
	"weir/runtime/cells"
	"weir/script"
)

// page is all that is known of an entry.
func (h helpPages) page(e script.Entry) string {
	var b strings.Builder
	b.WriteString(h.brief(e))
	if e.Long != "" {
		b.WriteString("\n" + h.wrapped(e.Long, "  "))
	}
	b.WriteByte('\n')
	if e.Kind != "" {
		b.WriteString(h.field("here", supportHere(e.Kind)))
	}
	if e.Manual != "" {
		b.WriteString(h.field("manual", e.Manual))
	}
	if e.Of == "" {
		for _, of := range methodsOf(e.Name) {
			b.WriteString(h.field(strings.TrimSuffix(of, " of messages"), namesOf(of)))
		}
	}
	if inner := within(e.Name); len(inner) > 0 {
		b.WriteString(h.field("has", strings.Join(inner, " ")))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// brief is an entry's signature, its line and its example.
func (h helpPages) brief(e script.Entry) string {
	of := ""
	if e.Group == script.GroupOption {
		of = "    an option of run, start, t:text and t:lines"
	} else if e.Of != "" {
		of = "    of a " + e.Of
	}
	text := h.wrapped(e.Signature+of, "") + h.wrapped(e.Summary, "  ")
	if e.Example != "" {
		text += "    " + e.Example + "\n"
	}
	return text
}

// supportHere says what this system has of a mechanism, and the others where they
// differ.
func supportHere(k ipc.Kind) string {
	here := ipc.SupportOn(goruntime.GOOS, k)
	text := levelText(here)
	for _, system := range []struct{ goos, name string }{{"linux", "Linux"}, {"windows", "Windows"}, {"darwin", "macOS"}} {
		if there := ipc.SupportOn(system.goos, k); there.Level != here.Level && system.goos != goruntime.GOOS {
			text += "; on " + system.name + " " + levelText(there)
		}
	}
	return text
}

func levelText(s ipc.Support) string {
	switch s.Level {
	case ipc.Absent:
		return "absent"
	case ipc.Emulated:
		return "emulated, with " + s.By
	}
	return "native, " + s.By
}

func namesOf(of string) string {
	var list []string
	for _, e := range having(of) {
		list = append(list, e.Name)
	}
	return strings.Join(list, " ")
}

// within lists what a library has: "encode" of json.
func within(library string) (list []string) {
	for _, e := range allEntries() {
		if name, ok := strings.CutPrefix(e.Name, library+"."); ok && e.Of == "" {
			list = append(list, name)
		}
	}
	return list
}

// field is a line of a page with its title.
func (h helpPages) field(title, text string) string {
	const column = 10
	title = "  " + title
	title += strings.Repeat(" ", max(column-len(title), 0)+1)
	return title + strings.TrimLeft(h.wrapped(text, strings.Repeat(" ", column+1)), " ")
}

// list is a line for each entry.
func (h helpPages) list(entries []script.Entry) string {
	rows := make([][2]string, len(entries))
	for i, e := range entries {
		rows[i] = [2]string{e.Name, e.Summary}
	}
	return h.rows(rows)
}

// rows are names with a line about each, cut at the width.
func (h helpPages) rows(rows [][2]string) string {
	widest := 0
	for _, r := range rows {
		widest = max(widest, cells.Text(r[0]))
	}
	var b strings.Builder
	for _, r := range rows {
		line := "    " + r[0] + strings.Repeat(" ", widest-cells.Text(r[0])+2) + r[1]
		b.WriteString(strings.TrimRight(cut(line, h.width-1), " ") + "\n")
	}
	return b.String()
}

// wrapped breaks a text at blanks; every line begins with the indent.
func (h helpPages) wrapped(text, indent string) string {
	var b strings.Builder
	used := 0
	for _, word := range strings.Fields(text) {
		width := cells.Text(word)
		switch {
		case used == 0:
			b.WriteString(indent)
			used = len(indent)
		case used+1+width < h.width:
			b.WriteByte(' ')
			used++
		default:
			b.WriteString("\n" + indent)
			used = len(indent)
		}
		b.WriteString(word)
		used += width
	}
	return b.String() + "\n"
}
