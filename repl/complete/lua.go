package complete

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/help"
	"weir/repl/input"
	"weir/script"
	"weir/script/library"
	"weir/script/show"
	"weir/script/syntax"
)

// lua completes Lua: a name, a field or a method, an option, or a string.
func (s *Session) lua(before string) (int, []Candidate) {
	at := cursorIn(before)
	switch at.inside {
	case "comment":
		return len(before), nil
	case "string":
		if m := settingAt().FindStringSubmatch(before[:at.start-len(at.quote)]); m != nil {
			return at.start, settingTexts(m[1], before[at.start:])
		}
		from, list := s.inString(&at, before[at.start:])
		return at.start + from, list
	}
	s.VM.MakeLibraries()
	word := lastName(before)
	from := len(before) - len(word)
	if from > 0 && (before[from-1] == '.' || before[from-1] == ':') && !strings.HasSuffix(before[:from], "..") {
		return from, s.fields(before[:from-1], before[from-1], word, &at)
	}
	left := strings.TrimRight(before[:from], " \t\n")
	if at.inTable() && (strings.HasSuffix(left, "{") || strings.HasSuffix(left, ",")) {
		if list := options(&at, word); len(list) > 0 {
			return from, list
		}
	}
	return from, s.globals(before, word)
}

// lastName is the name, or its beginning, at the end of a text.
func lastName(text string) string {
	i := len(text)
	for i > 0 && isNameByte(text[i-1]) {
		i--
	}
	return text[i:]
}

// globals gives Lua's words, the globals and the local variables of the input.
func (s *Session) globals(before, word string) (list []Candidate) {
	if word != "" && word[0] >= '0' && word[0] <= '9' {
		return nil
	}
	for _, w := range syntax.Keywords {
		list = append(list, Candidate{Text: w, Help: "a keyword of Lua's", Kind: "keyword"})
	}
	for _, name := range syntax.Locals(before) {
		if name != word {
			list = append(list, Candidate{Text: name, Help: "local to this input", Kind: "local"})
		}
	}
	list = beginning(word, list)
	s.VM.Lua().G.Global.ForEach(func(k, v lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok || !offered(string(name), word) {
			return
		}
		if e, ok := s.VM.EntryOf(v); ok {
			list = append(list, entryCandidate(string(name), e))
		} else {
			list = append(list, Candidate{Text: string(name), Help: help.TypeOf(s.VM, v, s.Width), Kind: "global"})
		}
	})
	return list
}

// offered reports whether a key that begins with word can be written as a name, and is no metamethod's.
func offered(key, word string) bool {
	return strings.HasPrefix(key, word) && !strings.HasPrefix(key, "__") && show.IsName(key)
}

// fields gives the fields or methods of what stands before a dot or a colon.
func (s *Session) fields(before string, sign byte, word string, at *cursor) (list []Candidate) {
	add := func(class string) {
		for _, e := range help.Members(class) {
			isField := e.Group == library.GroupResult || e.Group == library.GroupStage
			if isField == (sign == '.') {
				list = append(list, entryCandidate(e.Name, e))
			}
		}
	}
	owner := input.LastName(before)
	if v, ok := input.Value(s.VM, owner); ok && !strings.HasSuffix(strings.TrimSuffix(before, owner), ".") {
		for _, class := range help.Classes(v) {
			add(class)
		}
		return append(beginning(word, list), s.members(v, sign, word)...)
	}
	if isStringCall(at.before) {
		return s.members(lua.LString(""), sign, word)
	}
	for _, class := range classesOfCall(at.before) {
		add(class)
	}
	return beginning(word, list)
}

// isStringCall reports whether a literal string stands before the colon.
func isStringCall(names string) bool {
	return strings.HasPrefix(names, `"":`) && !strings.Contains(names, "()")
}

// classesOfCall gives the classes of a call's value by what is called: it is not called to know.
// Of sh"ls": the text is `sh():`.
func classesOfCall(text string) []string {
	i := strings.LastIndexAny(text, ".:")
	if i < 0 {
		return nil
	}
	called, ok := strings.CutSuffix(text[:i], "()")
	if !ok {
		return nil
	}
	if classes := help.ClassesFrom(called); called != "" && classes != nil {
		return classes
	}
	if k := strings.LastIndexByte(called, ':'); k >= 0 {
		e, ok := help.Member("topology", called[k+1:])
		if !ok || e.Name == "text" || e.Name == "lines" {
			return nil
		}
	} else if called != "" && !slices.Contains(script.Filters(), called) {
		return nil
	}
	return []string{"topology"} // ("a" | "b"):, grep("x"):, t:named("x"):
}

// members gives what a value itself has: the keys of a table, the fields of a region, the functions
// for strings.
func (s *Session) members(v lua.LValue, sign byte, word string) (list []Candidate) {
	for range 10 { // an __index may lead in a circle
		if t, ok := v.(*lua.LTable); ok {
			t.ForEach(func(k, inner lua.LValue) {
				name, ok := k.(lua.LString)
				if !ok || !offered(string(name), word) || sign == ':' && inner.Type() != lua.LTFunction {
					return
				}
				list = append(list, s.memberCandidate(string(name), inner))
			})
		}
		if sign == '.' {
			for _, name := range script.Fields(v) {
				if strings.HasPrefix(name, word) {
					list = append(list, Candidate{Text: name, Help: "of the layout", Kind: "field"})
				}
			}
		}
		_, isTable := v.(*lua.LTable)
		index := input.Index(s.VM, v)
		if index == nil || !isTable && v.Type() == lua.LTUserData && sign == '.' {
			break // its functions are methods
		}
		v = index
	}
	return list
}

func (s *Session) memberCandidate(name string, v lua.LValue) Candidate {
	if e, ok := s.VM.EntryOf(v); ok {
		return entryCandidate(name, e)
	}
	kind := "field"
	if v.Type() == lua.LTFunction {
		kind = "function"
	}
	return Candidate{Text: name, Help: help.TypeOf(s.VM, v, s.Width), Kind: kind}
}

// optionNames finds the names of options in a signature: {max=, size=}.
var optionNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[{,] *([a-z_]+) ?=`)
})

// options gives the options of the function whose table is open.
func options(at *cursor, word string) (list []Candidate) {
	called := at.open[len(at.open)-1].called
	if n := len(at.open); called == "" && n > 1 {
		called = at.open[n-2].called
	}
	if called == "" {
		return nil
	}
	runs := called == "run" || called == "start" || called == "watch"
	if _, method, dotted := input.CutLast(called, ":."); dotted {
		called, runs = ":"+method, method == "text" || method == "lines"
	}
	for _, e := range script.Library() {
		if runs && e.Group == library.GroupOption {
			list = append(list, entryCandidate(e.Name, e))
		}
		if e.Name != strings.TrimPrefix(called, ":") || (e.Of != "") != strings.HasPrefix(called, ":") {
			continue
		}
		for _, m := range optionNames().FindAllStringSubmatch(e.Signature, -1) {
			list = append(list, Candidate{Text: m[1], Help: "option of " + e.Signature, Kind: "option"})
		}
	}
	return beginning(word, list)
}
