package help

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"weir/ipc/luatext"
	"weir/repl/input"
	"weir/repl/reference"
	"weir/script"
	"weir/script/library"
	"weir/script/show"
	"weir/script/syntax"
)

// topics are the globals by what they are for: the lines of the overview, and sections of the
// reference. The overview has all others under "more".
var topics = []struct {
	title   string
	names   string
	section string
}{
	{"stages", "cmd sh proc thread", "Stages"},
	{"filters", strings.Join(script.Filters(), " "), "Filters"},
	{"joined by", "| + * tee deal shard merge concat ordered loop into meter out", "What joins stages"},
	{"files", "text file pipe fifo", "Texts, files, pipes and FIFOs"},
	{"messages", "ring queue mailslot mailbox socket listen self", "Channels of messages"},
	{"shared", "shm semaphore mutex condition barrier event", "Shared memory and locks"},
	{"running", "run start graph jobs fg bg", "Running"},
	{"values", "json string.pack bit utf8 int64 uint64 time sys", valuesSection},
	{"Lua 5.1", "string table math io os coroutine debug package print pairs type pcall", luaSection},
}

const (
	valuesSection = "What Lua 5.1 lacks"
	luaSection    = "Lua 5.1"
)

// first writes the overview's first rows: cut nowhere, also on a narrow screen.
func (h Pages) first(rows reference.Rows) string {
	if h.Width < 80 {
		return h.text().Described(rows)
	}
	return h.text().Rows(rows)
}

// overview is help() without an argument. It fits a screen of 80 by 24.
func (h Pages) overview() string {
	var b strings.Builder
	b.WriteString(h.text().Wrapped("weir joins processes into topologies, with Lua.", "") + "\n")
	b.WriteString(h.first(reference.Rows{
		{`"seq 9" | "sort -r"`, "two lines of shell, joined; entered, it runs"},
		{`"ls" | function() ... end`, "a Lua function in a process: io.lines, print"},
		{`t = "seq 9" | grep"7"`, "a value: run(t), start(t), t:text()"},
		{"$ ls -l | less", "one line of shell"},
	}))
	b.WriteByte('\n')
	known := map[string]bool{}
	for _, t := range topics {
		b.WriteString(h.topic(t.title, t.names))
		for _, name := range strings.Fields(t.names) {
			known[name] = true
		}
	}
	var more []string
	for _, e := range script.Library() {
		if e.Of == "" && e.Group == library.GroupFunction && !known[e.Name] {
			more = append(more, e.Name)
		}
	}
	if len(more) > 0 {
		b.WriteString(h.topic("more", strings.Join(more, " ")))
	}
	ways := `help(x) or x? is about a function or a value, help"word" searches, :help lists commands such as ` +
		`:examples. Tab completes. Ctrl-C stops a run, Ctrl-D ends.`
	if h.Width < narrow {
		ways = `x? is help for x, help"word" searches, :help lists commands. Ctrl-C stops a run, Ctrl-D ends.`
	}
	b.WriteString("\n" + h.text().Wrapped(ways, ""))
	return b.String()
}

// narrow is the width below which titles have no column of their own.
const narrow = 60

func (h Pages) topic(title, names string) string {
	const column = 14
	if h.Width < narrow {
		return h.text().Wrapped(title+": "+names, "  ")
	}
	title = "  " + title + strings.Repeat(" ", column-2-len(title))
	return title + strings.TrimLeft(h.text().Wrapped(names, strings.Repeat(" ", column)), " ")
}

// shownFound is how many entries a search shows.
const shownFound = 15

// matches finds the entries that have all words of a text, the best ones first.
func matches(text string) (found []library.Entry) {
	words := strings.Fields(strings.ToLower(text))
	scores := map[string]int{}
	for _, e := range Entries() {
		score := 0
		for _, w := range words {
			s := scoreOf(&e, w)
			if s == 0 {
				score = 0
				break
			}
			score += s
		}
		if score > 0 {
			found = append(found, e)
			scores[Title(e)] = score
		}
	}
	slices.SortStableFunc(found, func(a, b library.Entry) int {
		return cmp.Compare(scores[Title(b)], scores[Title(a)])
	})
	return found
}

// search lists the entries that have all words of a text.
func (h Pages) search(text string) string {
	found := matches(text)
	quoted := show.QuoteCut(text, 60)
	if names := methodsNamed(text); len(names) > 0 {
		return h.text().Wrapped("no help on "+quoted+"; there is help on "+strings.Join(names, ", "), "")
	}
	similar, isNear := nearest(text)
	var b strings.Builder
	if len(found) == 0 {
		fmt.Fprintf(&b, "no help on %s", quoted)
		if !isNear {
			return b.String() + "; help() is the overview\n"
		}
		b.WriteByte('\n')
	}
	if isNear {
		fmt.Fprintf(&b, "did you mean %s?\n", luatext.Quote(similar))
	}
	if len(found) == 0 {
		return b.String()
	}
	rows := make(reference.Rows, 0, shownFound)
	for _, e := range found[:min(len(found), shownFound)] {
		rows = append(rows, [2]string{Title(e), e.Summary})
	}
	fmt.Fprintf(&b, "help that has %s\n%s", quoted, h.text().Rows(rows))
	if more := len(found) - shownFound; more > 0 {
		fmt.Fprintf(&b, "    ... %d more\n", more)
	}
	return b.String()
}

// methodsNamed gives names that help knows for a method of an unknown object, r:send, or behind a
// dot, queue.send.
func methodsNamed(text string) (names []string) {
	object, method, dotted := input.CutLast(text, ".:")
	if !dotted || method == "" {
		return nil
	}
	if e, ok := script.Lookup(object); ok {
		for _, class := range ClassesFrom(e.Name) {
			if _, ok := Member(class, method); ok {
				return []string{object + ":" + method}
			}
		}
	}
	for _, e := range script.Library() {
		if e.Of == "" || e.Name != method {
			continue
		}
		switch e.Of { // names that need no quotes
		case "channel of messages":
			names = append(names, "queue:"+method, "ring:"+method)
		case "channel":
			names = append(names, "pipe:"+method)
		default:
			names = append(names, Title(e))
		}
	}
	return names
}

// Title is the name by which help finds an entry again.
func Title(e library.Entry) string {
	if e.Of == "" {
		return e.Name
	}
	switch e.Group {
	case library.GroupOption:
		if _, both := script.Lookup(e.Name); both { // a function has the name, too
			return e.Of + ":" + e.Name
		}
		return e.Name
	case library.GroupResult, library.GroupStage:
		return "." + e.Name
	}
	return e.Of + ":" + e.Name
}

// scoreOf is higher the more an entry has to do with a word; 0 is nothing.
func scoreOf(e *library.Entry, word string) int {
	if strings.EqualFold(e.Name, word) {
		return 8
	}
	texts := []string{1: e.Example, 2: e.Long, 3: e.Signature + " " + e.Manual + " " + e.Of, 4: e.Summary, 6: e.Name}
	for score, text := range slices.Backward(texts) {
		if strings.Contains(strings.ToLower(text), word) {
			return score
		}
	}
	return 0
}

// nearest finds the name that was most likely meant.
func nearest(name string) (string, bool) {
	var names []string
	for _, e := range Entries() {
		names = append(names, e.Name)
		if _, last, dotted := strings.Cut(e.Name, "."); dotted {
			names = append(names, last)
		}
	}
	return syntax.Nearest(name, names)
}
