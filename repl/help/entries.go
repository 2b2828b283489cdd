package help

import (
	"strings"
	"sync"

	"weir/ipc"
	"weir/script"
	"weir/script/library"
)

// entriesNamed finds the entries of a name: "grep", "json.encode", "send" of all classes,
// "queue:send" or "q:send" of one.
func entriesNamed(name string) (found []library.Entry) {
	name = strings.TrimPrefix(name, ".")
	class, method, dotted := strings.Cut(name, ":")
	for _, e := range Entries() {
		switch {
		case e.Name == name && e.Group != library.GroupStandard, e.Of == "" && e.Name == name:
			found = append(found, e)
		case dotted && e.Name == method && (e.Of == class || strings.HasPrefix(e.Signature, name)):
			return []library.Entry{e}
		}
	}
	if len(found) == 0 && dotted {
		if e, ok := script.Lookup(class); ok {
			for _, class := range ClassesFrom(e.Name) {
				if e, ok := Member(class, method); ok {
					return []library.Entry{e}
				}
			}
		}
	}
	if len(found) == 0 { // "upper" is string.upper if nothing else has the name
		for _, e := range library.Standard() {
			if strings.HasSuffix(e.Name, "."+name) || e.Of != "" && e.Name == name {
				found = append(found, e)
			}
		}
	}
	return found
}

// Entries are those of weir's library, of the prompt, and of Lua's own library.
var Entries = sync.OnceValue(func() []library.Entry {
	return append(append(script.Library(), promptEntries()...), library.Standard()...)
})

// Members lists the methods or fields of a class of values: "topology", "mutex".
func Members(class string) (list []library.Entry) {
	for _, e := range Entries() {
		if e.Of == class {
			list = append(list, e)
		}
	}
	return list
}

// Member finds a method or a field of a class.
func Member(class, name string) (library.Entry, bool) {
	for _, e := range Members(class) {
		if e.Name == name {
			return e, true
		}
	}
	return library.Entry{}, false
}

// ClassesFrom gives the classes of the values that a function makes, as script.What gives those of a value.
func ClassesFrom(maker string) []string {
	if classes := script.ClassesOf(ipc.Kind(maker)); classes != nil {
		return classes
	}
	switch maker {
	case "pipe", "fifo", "file":
		return []string{"channel"}
	case "socket":
		return []string{"channel", "channel of messages"}
	case "start":
		return []string{"job"}
	case "run", "watch":
		return []string{"result", "stage of a result"}
	case "self":
		return []string{"peer"}
	case "io.open", "io.tmpfile", "io.popen":
		return []string{"file of io's"}
	case "cmd", "sh", "proc", "thread", "tee", "deal", "shard", "merge", "concat", "ordered", "loop", "|", "+", "*":
		return []string{"topology"}
	}
	return nil
}

func hasEntry(name string) bool { return len(entriesNamed(name)) > 0 }
