package script

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/pattern"
	"weir/script/problem"
)

// checkPattern reads argument n as a pattern, which must be well formed.
func checkPattern(L *lua.LState, verb string, n int) *pattern.Pattern {
	source, ok := problem.TextOf(L.Get(n))
	if !ok {
		p := problem.Here(L, "%s: the pattern must be a string, but is %s", verb, problem.Describe(L.Get(n))).Pointing(verb)
		problem.Raise(L, p)
	}
	p := pattern.Compile(source)
	if err := p.Err(); err != nil {
		problem.Here(L, "%s: %v: %s", verb, err, problem.Quote(source)).
			Hinted("a %% stands before a sign that is meant as it is: %%. or %%[").Pointing(verb).Raise(L)
	}
	return p
}

func readPattern(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	vm := vmOf(L)
	p := checkPattern(L, verb, 1)
	noMore(L, verb, 1)
	for _, no := range noPatterns {
		if no.found(p.Source()) {
			vm.warnings.say(problem.Here(L, "%s: in a Lua pattern %s", verb, no.what).Hinted("%s", no.hint))
		}
	}
	return problem.Quote(p.Source()), map[string]lua.LValue{"pattern": lua.LString(p.Source())}
}

// noPatterns are what other languages' patterns have and Lua's have not.
var noPatterns = []struct {
	found      func(source string) bool
	what, hint string
}{
	{alternates, "| is a sign like any other, and no choice",
		"write %| if it is meant; of two patterns one is to match in each(function(l) if l:find(a) or l:find(b) " +
			"then return l end end)"},
	{has(`[^%]\{\d+(,\d*)?\}`), "{} are signs like any others, and repeat nothing",
		"write %{ if it is meant; %d%d%d are three digits"},
	{has(`(^|[^%])\\[dDwWsSbB.*+?()[\]{}^$|]`), "a backslash is a sign like any other, and takes no other's meaning",
		`write %\ if it is meant; %d is a digit, %s a space, %. a full stop`},
}

// has gives a search for an expression, which is compiled at its first use.
func has(expression string) func(string) bool {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
	return func(source string) bool { return compiled().MatchString(source) }
}

// alternates reports whether a pattern has a | between two parts, outside of [] and not
// behind a %.
func alternates(source string) bool {
	inSet := false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '%':
			i++
		case inSet:
			inSet = c != ']'
		case c == '[':
			inSet = true
		case c == '|':
			return i > 0 && i < len(source)-1
		}
	}
	return false
}

func readOptionalPattern(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	noMore(L, verb, 1)
	if L.Get(1) == lua.LNil {
		return "", nil
	}
	return readPattern(L, verb)
}

// noMore refuses arguments beyond n.
func noMore(L *lua.LState, verb string, n int) {
	if L.GetTop() <= n {
		return
	}
	p := problem.Here(L, "%s: this is one argument too many: %s", verb, problem.Describe(L.Get(n+1))).Pointing(verb)
	if _, isNode := toNode(L.Get(n + 1)); isNode {
		p.Hinted("a filter reads its standard input: write x | %s(...)", verb)
	}
	problem.Raise(L, p)
}

func readReplacement(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	p := checkPattern(L, "gsub", 1)
	noMore(L, "gsub", 2)
	set := map[string]lua.LValue{"pattern": lua.LString(p.Source()), "with": L.Get(2)}
	shown := problem.Quote(p.Source()) + ", "
	switch r := L.Get(2).(type) {
	case lua.LString, lua.LNumber:
		text := lua.LVAsString(r)
		if err := p.CheckReplacement(text); err != nil {
			problem.Here(L, "gsub: %v: %s", err, problem.Quote(text)).
				Hinted("%%0 is the whole match, %%1 to %%9 are captures, %%%% is a %%; the pattern has %s",
					counted(p.Captures(), "capture")).Pointing("gsub").Raise(L)
		}
		set["with"] = lua.LString(text)
		shown += problem.Quote(text)
	case *lua.LTable:
		shown += "{...}"
	case *lua.LFunction:
		shown += vmOf(L).shownFunction(r)
	default:
		problem.Raisef(L, "gsub", "gsub: the replacement must be a string, a table or a function, but is %s",
			problem.Describe(r))
	}
	return shown, set
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func readFunction(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok {
		problem.Here(L, "each: it takes a function, but this is %s", problem.Describe(L.Get(1))).
			Hinted("write each(function(line) return line:upper() end)").Pointing("each").Raise(L)
	}
	noMore(L, "each", 1)
	return vmOf(L).shownFunction(fn), map[string]lua.LValue{"fn": fn}
}

func readFields(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	numbers := L.NewTable()
	set := map[string]lua.LValue{"numbers": numbers}
	var shown []string
	for i := 1; i <= L.GetTop(); i++ {
		if t, ok := L.Get(i).(*lua.LTable); ok && i == L.GetTop() && i > 1 {
			checkKeys(L, "fields", t, false, "sep")
			sep := optionString(L, t, "fields", "sep")
			if sep == "" || strings.Contains(sep, "\n") {
				problem.Raisef(L, "sep", "fields: sep must be a text within a line, but is %s",
					problem.Describe(t.RawGetString("sep")))
			}
			set["sep"] = lua.LString(sep)
			shown = append(shown, "{sep = "+problem.Quote(sep)+"}")
			continue
		}
		n, ok := L.Get(i).(lua.LNumber)
		if !ok || n != lua.LNumber(int32(n)) {
			problem.Raisef(L, "fields", "fields: the number of a field must be a whole number, but is %s",
				problem.Describe(L.Get(i)))
		}
		if n == 0 {
			problem.Here(L, "fields: fields are counted from 1, and this is 0").
				Hinted("a negative number counts from the end: -1 is the last").Pointing("fields").Raise(L)
		}
		numbers.Append(n)
		shown = append(shown, n.String())
	}
	if interp.Len(numbers) == 0 {
		problem.Here(L, "fields: the number of a field is missing").Hinted("write fields(1, 3)").Pointing("fields").Raise(L)
	}
	return strings.Join(shown, ", "), set
}

func readCount(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	noMore(L, verb, 1)
	if L.Get(1) == lua.LNil {
		return "", map[string]lua.LValue{"n": lua.LNumber(10)}
	}
	n, ok := L.Get(1).(lua.LNumber)
	if !ok || n < 0 || n != lua.LNumber(int64(n)) {
		problem.Raisef(L, verb, "%s: the number of lines must be a whole number from 0 on, but is %s", verb,
			problem.Given(L.Get(1)))
	}
	return n.String(), map[string]lua.LValue{"n": n}
}

// leastSortMemory is below what a sort would keep its lines in too many files.
const leastSortMemory = 64 << 10

func readSortOptions(L *lua.LState, verb string) (string, map[string]lua.LValue) {
	noMore(L, "sort", 1)
	if L.Get(1) == lua.LNil {
		return "", nil
	}
	t, ok := L.Get(1).(*lua.LTable)
	if !ok {
		problem.Here(L, "sort: its options are a table, but this is %s", problem.Describe(L.Get(1))).
			Hinted("write sort() or sort{memory = \"1G\"}; to sort a table, table.sort(t)").Pointing("sort").Raise(L)
	}
	checkKeys(L, "sort", t, false, "memory")
	n, err := parseSize(t.RawGetString("memory"))
	if err != nil {
		problem.Raisef(L, "memory", "sort: %v", err)
	}
	if n < leastSortMemory {
		problem.Raisef(L, "memory", "sort: %d bytes of memory are too few: 64K are the least", n)
	}
	return fmt.Sprintf("{memory = %d}", n), map[string]lua.LValue{"memory": lua.LNumber(n)}
}
