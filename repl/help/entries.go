package help

import (
	"strings"
	"sync"

	"weir/script"
)

// entriesNamed finds the entries of a name: "grep", "json.encode", "send" of all
// that can, "queue:send" or "q:send" of one.
func entriesNamed(name string) (found []script.Entry) {
	name = strings.TrimPrefix(name, ".")
	of, method, dotted := strings.Cut(name, ":")
	for _, e := range Entries() {
		switch {
		case e.Name == name && e.Group != script.GroupStandard, e.Of == "" && e.Name == name:
			found = append(found, e)
		case dotted && e.Name == method && (e.Of == of || strings.HasPrefix(e.Signature, name)):
			return []script.Entry{e}
		}
	}
	if len(found) == 0 && dotted {
		if e, ok := script.Lookup(of); ok {
			for _, owner := range MethodsOf(e.Name) {
				if e, ok := MethodOf(owner, method); ok {
					return []script.Entry{e}
				}
			}
		}
	}
	if len(found) == 0 { // "upper" is string.upper, where nothing else has the name
		for _, e := range script.Standard() {
			if strings.HasSuffix(e.Name, "."+name) || e.Of != "" && e.Name == name {
				found = append(found, e)
			}
		}
	}
	return found
}

// Entries are weir's library, what the prompt has besides, and Lua's own.
var Entries = sync.OnceValue(func() []script.Entry {
	return append(append(script.Library(), promptEntries()...), script.Standard()...)
})

// Having lists the methods or fields that values of one sort have.
func Having(of string) (list []script.Entry) {
	for _, e := range Entries() {
		if e.Of == of {
			list = append(list, e)
		}
	}
	return list
}

func MethodOf(of, name string) (script.Entry, bool) {
	for _, e := range Having(of) {
		if e.Name == name {
			return e, true
		}
	}
	return script.Entry{}, false
}

// MethodsOf says which methods the values have that an entry makes, as script.What
// says it of the values.
func MethodsOf(maker string) []string {
	switch maker {
	case "ring", "queue", "mailslot", "mailbox":
		return []string{"channel of messages", "topology"}
	case "pipe", "fifo", "file", "text":
		return []string{"channel", "topology"}
	case "socket":
		return []string{"channel", "channel of messages", "topology"}
	case "shm":
		return []string{"region"}
	case "semaphore", "mutex", "condition", "barrier", "event":
		return []string{maker}
	case "start":
		return []string{"job"}
	case "run":
		return []string{"result", "stage of a result"}
	case "self":
		return []string{"party"}
	case "io.open", "io.tmpfile", "io.popen":
		return []string{"file of io's"}
	case "cmd", "sh", "proc", "thread", "tee", "deal", "shard", "merge", "concat", "ordered", "loop", "|", "+", "*":
		return []string{"topology"}
	}
	return nil
}

func hasEntry(name string) bool { return len(entriesNamed(name)) > 0 }
