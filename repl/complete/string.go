package complete

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"weir/ipc"
	registered "weir/ipc/names"
	"weir/repl/config"
	"weir/runtime/cells"
	"weir/runtime/graph"
	"weir/script/show"
)

// inString completes what stands in a string, by what the string is for.
func (s *Session) inString(at *cursor, text string) (int, []Candidate) {
	name, n := at.argument()
	switch i := strings.LastIndexAny(name, ":."); {
	case i < 0, name == "io.open", name == "io.lines", name == "sys.env", name == "os.getenv":
	default:
		name = name[i:]
	}
	quote := at.quote[0]
	if quote == '[' { // Lua reads no backslash in it
		quote = 0
	}
	if way := ipc.Kind(name).Naming(); way == ipc.ByName || way == ipc.ByQueue {
		if n == 0 && !at.inTable() {
			return 0, objects(ipc.Kind(name), text)
		}
		return 0, nil
	}
	switch name {
	case "fifo", "file", "dofile", "loadfile", "io.open", "io.lines", ":dir":
		if n > 0 {
			return 0, nil
		}
		if name == "fifo" {
			return 0, append(objects(ipc.KindFIFO, text), plainPaths(text)...)
		}
		return 0, plainPaths(text)
	case "socket", "listen":
		if n == 0 {
			return 0, addresses(text)
		}
	case "help":
		return 0, helpNames(text)
	case "os.getenv", "sys.env":
		return 0, variables(text, "")
	case "graph":
		if n == 1 {
			return 0, oneOf(text, "format", graph.Formats()...)
		}
	case "cmd":
		if n == 0 && (!at.inTable() || at.open[len(at.open)-1].commas == 0) {
			return 0, programs(text)
		}
		return 0, plainPaths(text)
	case ":kill":
		return 0, oneOf(text, "signal", "HUP", "INT", "KILL", "TERM", "STOP", "CONT", "USR1", "USR2")
	}
	if name != "" && !slices.Contains(takesShell, name) || at.isKey() {
		return 0, nil
	}
	return shellLine(text, quote)
}

// settingAt finds the setting behind which a text ends with = or a comparison.
var settingAt = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\w.:])` + config.Global + `\s*\.\s*(\w+)\s*[=~]?=\s*$`)
})

// settingTexts gives the texts that a setting can be.
func settingTexts(name, word string) []Candidate {
	for _, s := range config.Settings {
		if s.Name == name {
			return oneOf(word, "setting", s.Texts()...)
		}
	}
	return nil
}

// takesShell are the functions that take a string as a line of shell words.
var takesShell = []string{"sh", "run", "start", "watch", "graph", "tee", "deal", "shard", "merge", "concat",
	"ordered", "loop", "into", "listen", ":err", ":fd"}

func oneOf(word, kind string, list ...string) (found []Candidate) {
	for _, name := range list {
		found = append(found, Candidate{Text: name, Kind: kind})
	}
	return beginning(word, found)
}

// objects gives the names of a kind that exist.
func objects(kind ipc.Kind, word string) (list []Candidate) {
	add := func(name, help string) {
		if name != "" && (strings.HasPrefix(name, word) || strings.HasPrefix(strings.TrimPrefix(name, "/"), word)) {
			list = append(list, Candidate{Text: name, Help: help, Kind: "name"})
		}
	}
	entries, _ := registered.List() // without the register there are still the folders
	for _, e := range entries {
		if e.Kind != kind || !e.Found || e.Why != "" || strings.HasPrefix(filepath.Base(e.Path), ".weir-") {
			continue
		}
		help := "left by weir, process "
		if e.Alive {
			help = "held by weir, process "
		}
		add(e.Name.Name, help+strconv.Itoa(e.Owner.PID))
	}
	folder, prefix := ipc.Folder(kind)
	if folder == "" {
		return list
	}
	files, _ := os.ReadDir(folder)
	for _, f := range files {
		name, ok := strings.CutPrefix(f.Name(), prefix)
		isSemaphore := prefix == "" && strings.HasPrefix(name, "sem.")
		if !ok || !f.Type().IsRegular() || strings.HasPrefix(name, ".") || isSemaphore {
			continue
		}
		path := filepath.Join(folder, f.Name())
		if !slices.ContainsFunc(entries, func(e registered.Entry) bool { return e.Path == path }) {
			add("/"+name, "in "+folder)
		}
	}
	return list
}

// addresses gives the addresses of sockets: the kinds, then their names.
func addresses(word string) (list []Candidate) {
	scheme, rest, named := strings.Cut(word, ":")
	if !named {
		for _, k := range ipc.Kinds() {
			if k.IsSocket() {
				list = append(list, Candidate{Text: string(k) + ":", Help: aboutSocket(k), Kind: "address"})
			}
		}
		return beginning(word, list)
	}
	kind := ipc.Kind(scheme)
	list = objects(kind, rest)
	if kind.IsSocket() && kind.Naming() == ipc.ByPath {
		list = append(list, plainPaths(rest)...)
	}
	for i := range list {
		list[i].Text = scheme + ":" + list[i].Text
	}
	return list
}

// aboutSocket says what a kind of socket carries, and to where.
func aboutSocket(k ipc.Kind) string {
	help := "bytes, "
	if k.Carries() == ipc.Whole {
		help = "messages, "
	}
	if k.Naming() == ipc.ByPort {
		return help + "host:port: " + ipc.SupportHere(k).By
	}
	return help + "on this machine: " + ipc.SupportHere(k).By
}

// variables gives the environment's variables, with a sign before each.
func variables(word, sign string) (list []Candidate) {
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, word) && show.IsName(name) {
			help := cells.Cut(cells.Harmless(value, false), 60)
			list = append(list, Candidate{Text: sign + name, Help: help, Kind: "variable"})
		}
	}
	return list
}
