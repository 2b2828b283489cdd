package repl

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"weir/script"
)

// locals remembers the local variables of inputs: they are gone in the next, which
// a user of a shell does not expect.
type locals struct {
	from map[string]string // name to the input that declared it
	told bool
}

// declared finds "local a, b" and "local function f" at the start of a statement.
var declared = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|;)[ \t]*local[ \t]+(?:function[ \t]+([A-Za-z_]\w*)|([A-Za-z_]\w*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*))`)
})

var word = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z_]\w*`) })

func names(text string) []string {
	var list []string
	for _, m := range declared().FindAllStringSubmatch(text, -1) {
		list = append(list, word().FindAllString(m[1]+" "+m[2], -1)...)
	}
	return list
}

// note keeps the names that an input declares.
func (l *locals) note(input, text string) {
	if !strings.Contains(text, "local") {
		return
	}
	for _, name := range names(text) {
		if l.from == nil {
			l.from = map[string]string{}
		}
		l.from[name] = input
	}
}

// missed says, once in a session, that a name which an input uses was local to
// another.
func (l *locals) missed(vm *script.VM, text string) string {
	if l.told || len(l.from) == 0 {
		return ""
	}
	own := map[string]bool{}
	for _, name := range names(text) {
		own[name] = true
	}
	for _, name := range word().FindAllString(text, -1) {
		if input, known := l.from[name]; known && !own[name] && !vm.HasGlobal(name) {
			l.told = true
			return fmt.Sprintf("%s was local to %s, and is gone with it; without the word local it stays", name, input)
		}
	}
	return ""
}
