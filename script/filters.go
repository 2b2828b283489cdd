package script

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/plan"
	"weir/script/filter"
	"weir/script/interp"
	"weir/script/pattern"
	"weir/script/problem"
	"weir/script/syntax"
)

// Filters are stages whose function is one of the library's own, which travels by
// the name of a global that no script can write by chance. What they are to do
// travels as its arguments, a table for each: "verb" and what the verb needs,
// "chunk" and "line" for errors, and "shown", how the script would write it.
const filterGlobal = "__weir_filters"

// filterStage makes a stage of one filter.
func filterStage(L *lua.LState, verb, shown string, set map[string]lua.LValue) int {
	at := problem.Where(L)
	t := L.NewTable()
	t.RawSetString("verb", lua.LString(verb))
	t.RawSetString("shown", lua.LString(verb+"("+shown+")"))
	t.RawSetString("chunk", lua.LString(at.Chunk))
	t.RawSetString("line", lua.LNumber(at.Line))
	for k, v := range set {
		t.RawSetString(k, v)
	}
	fn, _ := L.G.Global.RawGetString(filterGlobal).(*lua.LFunction)
	pushNode(L, filterNode(at, fn, []*lua.LTable{t}))
	return 1
}

func filterNode(at problem.Origin, fn *lua.LFunction, list []*lua.LTable) *stage {
	args := make([]lua.LValue, len(list))
	for i, t := range list {
		args[i] = t
	}
	name := lua.LVAsString(list[0].RawGetString("verb"))
	return &stage{Origin: at, mail: &mail{}, filter: list, fn: &luaCode{fn: fn, args: args, name: name}}
}

// fuse makes one stage of neighbouring filters, but for those that a method has
// set apart.
func fuse(c *chain) *chain {
	var parts []node
	fused := false
	for _, p := range c.parts {
		s, ok := p.(*stage)
		if ok && len(parts) > 0 {
			if before, ok := parts[len(parts)-1].(*stage); ok && before.plainFilter() && s.plainFilter() {
				parts[len(parts)-1] = filterNode(before.Origin, s.fn.fn, slices.Concat(before.filter, s.filter))
				fused = true
				continue
			}
		}
		parts = append(parts, p)
	}
	if !fused {
		return c
	}
	return &chain{Origin: c.Origin, parts: parts}
}

func (s *stage) plainFilter() bool { return s.filter != nil && s.set.plain() }

// plain tells whether no method has changed anything.
func (set *settings) plain() bool {
	w := set.watch
	return set.name == "" && len(set.env) == 0 && set.dir == "" && set.timeout == 0 && len(set.extras) == 0 &&
		w.restart == nil && w.pattern == nil && w.ready == 0 && w.limits == (plan.Limits{})
}

func filterNames(list []*lua.LTable) string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = lua.LVAsString(t.RawGetString("verb"))
	}
	return strings.Join(names, "|")
}

func writeFilters(list []*lua.LTable) string {
	texts := make([]string, len(list))
	for i, t := range list {
		texts[i] = lua.LVAsString(t.RawGetString("shown"))
	}
	return strings.Join(texts, " | ")
}

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

func luaGrep(L *lua.LState) int   { return patternFilter(L, "grep") }
func luaReject(L *lua.LState) int { return patternFilter(L, "reject") }

func patternFilter(L *lua.LState, verb string) int {
	vm := vmOf(L)
	p := checkPattern(L, verb, 1)
	noMore(L, verb, 1)
	if alternates(p.Source()) {
		vm.warnings.say(problem.Here(L, "%s: in a Lua pattern | is a sign like any other, and no choice", verb).
			Hinted("write %%| if it is meant; of two patterns one is to match in each(function(l) if l:find(a) or l:find(b) then return l end end)"))
	}
	if repeats().MatchString(p.Source()) {
		vm.warnings.say(problem.Here(L, "%s: in a Lua pattern {} are signs like any others, and repeat nothing", verb).
			Hinted("write %%{ if it is meant; %%d%%d%%d are three digits"))
	}
	return filterStage(L, verb, problem.Quote(p.Source()), map[string]lua.LValue{"pattern": lua.LString(p.Source())})
}

// repeats finds a number in {} behind a sign, as other languages' patterns have it.
var repeats = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[^%]\{\d+(,\d*)?\}`) })

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

func luaSum(L *lua.LState) int {
	noMore(L, "sum", 1)
	if L.Get(1) == lua.LNil {
		return filterStage(L, "sum", "", nil)
	}
	return patternFilter(L, "sum")
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

func luaGsub(L *lua.LState) int {
	p := checkPattern(L, "gsub", 1)
	noMore(L, "gsub", 2)
	set := map[string]lua.LValue{"pattern": lua.LString(p.Source()), "with": L.Get(2)}
	shown := problem.Quote(p.Source()) + ", "
	switch r := L.Get(2).(type) {
	case lua.LString, lua.LNumber:
		text := lua.LVAsString(r)
		if err := p.CheckReplacement(text); err != nil {
			problem.Here(L, "gsub: %v: %s", err, problem.Quote(text)).
				Hinted("%%0 is the whole match, %%1 to %%9 are captures, %%%% is a %%; the pattern has %s", counted(p.Captures(), "capture")).Pointing("gsub").Raise(L)
		}
		set["with"] = lua.LString(text)
		shown += problem.Quote(text)
	case *lua.LTable:
		shown += "{...}"
	case *lua.LFunction:
		shown += vmOf(L).shownFunction(r)
	default:
		problem.Raisef(L, "gsub", "gsub: the replacement must be a string, a table or a function, but is %s", problem.Describe(r))
	}
	return filterStage(L, "gsub", shown, set)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// shownFunction is how a function is written where it has no name.
func (vm *VM) shownFunction(fn *lua.LFunction) string {
	if fn.IsG {
		if name, ok := vm.names.Name(fn); ok {
			return name
		}
		return "function"
	}
	if name := syntax.FunctionName(fn); name != "" {
		return name
	}
	return fmt.Sprintf("function() --[[ line %d ]] end", fn.Proto.LineDefined)
}

func luaEach(L *lua.LState) int {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok {
		problem.Here(L, "each: it takes a function, but this is %s", problem.Describe(L.Get(1))).
			Hinted("write each(function(line) return line:upper() end)").Pointing("each").Raise(L)
	}
	noMore(L, "each", 1)
	return filterStage(L, "each", vmOf(L).shownFunction(fn), map[string]lua.LValue{"fn": fn})
}

func luaFields(L *lua.LState) int {
	numbers := L.NewTable()
	set := map[string]lua.LValue{"numbers": numbers}
	var shown []string
	for i := 1; i <= L.GetTop(); i++ {
		if t, ok := L.Get(i).(*lua.LTable); ok && i == L.GetTop() && i > 1 {
			checkKeys(L, "fields", t, false, "sep")
			sep := optionString(L, t, "fields", "sep")
			if sep == "" || strings.Contains(sep, "\n") {
				problem.Raisef(L, "sep", "fields: sep must be a text within a line, but is %s", problem.Describe(t.RawGetString("sep")))
			}
			set["sep"] = lua.LString(sep)
			shown = append(shown, "{sep = "+problem.Quote(sep)+"}")
			continue
		}
		n, ok := L.Get(i).(lua.LNumber)
		if !ok || n != lua.LNumber(int32(n)) {
			problem.Raisef(L, "fields", "fields: the number of a field must be a whole number, but is %s", problem.Describe(L.Get(i)))
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
	return filterStage(L, "fields", strings.Join(shown, ", "), set)
}

func luaHead(L *lua.LState) int { return endFilter(L, "head") }
func luaTail(L *lua.LState) int { return endFilter(L, "tail") }

func endFilter(L *lua.LState, verb string) int {
	noMore(L, verb, 1)
	if L.Get(1) == lua.LNil {
		return filterStage(L, verb, "", map[string]lua.LValue{"n": lua.LNumber(10)})
	}
	n, ok := L.Get(1).(lua.LNumber)
	if !ok || n < 0 || n != lua.LNumber(int64(n)) {
		problem.Raisef(L, verb, "%s: the number of lines must be a whole number from 0 on, but is %s", verb, problem.Given(L.Get(1)))
	}
	return filterStage(L, verb, n.String(), map[string]lua.LValue{"n": n})
}

func luaUpper(L *lua.LState) int { return bareFilter(L, "upper") }
func luaLower(L *lua.LState) int { return bareFilter(L, "lower") }
func luaUniq(L *lua.LState) int  { return bareFilter(L, "uniq") }
func luaFreq(L *lua.LState) int  { return bareFilter(L, "freq") }
func luaCount(L *lua.LState) int { return bareFilter(L, "count") }

func bareFilter(L *lua.LState, verb string) int {
	noMore(L, verb, 0)
	return filterStage(L, verb, "", nil)
}

// leastSortMemory is below what a sort would keep its lines in too many files.
const leastSortMemory = 64 << 10

func luaSort(L *lua.LState) int {
	noMore(L, "sort", 1)
	if L.Get(1) == lua.LNil {
		return filterStage(L, "sort", "", nil)
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
	return filterStage(L, "sort", fmt.Sprintf("{memory = %d}", n), map[string]lua.LValue{"memory": lua.LNumber(n)})
}

// sortMemory is what a sort may use in a stage that has a limit: the lines are
// not all that it needs.
func sortMemory(limit int64) int {
	if limit <= 0 {
		return filter.SortMemory
	}
	return int(min(max(limit/4, leastSortMemory), filter.SortMemory))
}
