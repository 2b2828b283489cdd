package complete

import (
	"regexp"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/help"
	"weir/repl/input"
	"weir/script"
	"weir/script/show"
	"weir/script/syntax"
)

// lua completes Lua: a name, a field or method, an option, or what stands
// in a string.
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
	if ahead := strings.TrimRight(before[:from], " \t\n"); at.inTable() && strings.ContainsAny(ahead[len(ahead)-1:], "{,") {
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

// globals gives Lua's words, the globals and the local variables of the
// input.
func (s *Session) globals(before, word string) (list []Candidate) {
	if word != "" && word[0] >= '0' && word[0] <= '9' {
		return nil
	}
	for _, w := range syntax.Keywords {
		if strings.HasPrefix(w, word) {
			list = append(list, Candidate{Text: w, Help: "a word of Lua's", Kind: "keyword"})
		}
	}
	for _, name := range syntax.Locals(before) {
		if strings.HasPrefix(name, word) && name != word {
			list = append(list, Candidate{Text: name, Help: "local to this input", Kind: "local"})
		}
	}
	s.VM.Lua().G.Global.ForEach(func(k, v lua.LValue) {
		name, ok := k.(lua.LString)
		if !ok || !strings.HasPrefix(string(name), word) || strings.HasPrefix(string(name), "__") || !show.IsName(string(name)) {
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

// fields gives the fields and methods of what stands before a dot or a
// colon.
func (s *Session) fields(before string, sign byte, word string, at *cursor) (list []Candidate) {
	add := func(of string) {
		for _, e := range help.Having(of) {
			isField := e.Group == script.GroupResult || e.Group == script.GroupStage
			if strings.HasPrefix(e.Name, word) && isField == (sign == '.') {
				list = append(list, entryCandidate(e.Name, e))
			}
		}
	}
	owner := input.LastName(before)
	if v, ok := input.Value(s.VM, owner); ok && !strings.HasSuffix(strings.TrimSuffix(before, owner), ".") {
		for _, of := range help.Owners(v) {
			add(of)
		}
		return append(list, s.members(v, sign, word)...)
	}
	if isStringCall(at.before) {
		return s.members(lua.LString(""), sign, word)
	}
	// The value of a call is not known before the call; what makes it is.
	for _, of := range methodsOfCall(at.before) {
		add(of)
	}
	return list
}

// isStringCall tells whether a literal string stands before the sign.
func isStringCall(names string) bool {
	return strings.HasPrefix(names, `"":`) && !strings.Contains(names, "()")
}

// methodsOfCall says which methods the value of a call has: of sh"ls": the names
// are `sh():`.
func methodsOfCall(names string) []string {
	i := strings.LastIndexAny(names, ".:") // the sign that is completed after
	if i < 0 {
		return nil
	}
	names = names[:i]
	called, ok := strings.CutSuffix(names, "()")
	if !ok {
		return nil
	}
	if of := help.MethodsOf(called); called != "" && of != nil {
		return of
	}
	if k := strings.LastIndexByte(called, ':'); k >= 0 {
		e, ok := help.MethodOf("topology", called[k+1:])
		if !ok || e.Name == "text" || e.Name == "lines" {
			return nil
		}
	} else if called != "" && !help.IsFilter(called) {
		return nil
	}
	return []string{"topology"} // ("a" | "b"):, grep("x"):, t:named("x"):
}

// members gives what a value itself has: the keys of a table, the fields of
// a region, the functions for strings.
func (s *Session) members(v lua.LValue, sign byte, word string) (list []Candidate) {
	for range 10 {
		if t, ok := v.(*lua.LTable); ok {
			t.ForEach(func(k, inner lua.LValue) {
				name, ok := k.(lua.LString)
				if !ok || !strings.HasPrefix(string(name), word) || !show.IsName(string(name)) || strings.HasPrefix(string(name), "__") {
					return
				}
				if sign == ':' && inner.Type() != lua.LTFunction {
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
			break // a userdata's functions are methods
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
var optionNames = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[{,] *([a-z_]+) ?=`) })

// options gives the options of the function whose table is open.
func options(at *cursor, word string) (list []Candidate) {
	add := func(name, help string) {
		if strings.HasPrefix(name, word) {
			list = append(list, Candidate{Text: name, Help: help, Kind: "option"})
		}
	}
	called := at.open[len(at.open)-1].called
	if n := len(at.open); called == "" && n > 1 {
		called = at.open[n-2].called
	}
	if called == "" {
		return nil
	}
	runs := called == "run" || called == "start"
	if _, method, dotted := input.CutLast(called, ":."); dotted {
		called, runs = ":"+method, method == "text" || method == "lines"
	}
	if runs {
		for _, e := range script.Library() {
			if e.Group == script.GroupOption {
				add(e.Name, e.Summary)
			}
		}
	}
	for _, e := range script.Library() {
		if e.Name != strings.TrimPrefix(called, ":") || (e.Of != "") != strings.HasPrefix(called, ":") {
			continue
		}
		for _, m := range optionNames().FindAllStringSubmatch(e.Signature, -1) {
			add(m[1], "option of "+e.Signature)
		}
	}
	return list
}
