package script

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/script/filter"
	"weir/script/interp"
	"weir/script/library"
	"weir/script/pattern"
	"weir/script/problem"
)

// filterRow is one filter: its function in Lua, what its stage does, and its help.
type filterRow struct {
	verb string
	// read reads the arguments of the function: how the script would write them, and what
	// of them the stage is to have. It is nil where there are none.
	read func(L *lua.LState, verb string) (shown string, options map[string]lua.LValue)
	make func(o *filterOptions) filter.Filter // in the process of the stage
	doc  library.Entry
}

// filters is the table, in the order in which help shows it. It is filled at the start and
// not in the declaration, because rows are looked up in it.
var filters []filterRow

// Filters gives the names of the functions that make filters.
func Filters() []string {
	names := make([]string, len(filters))
	for i := range filters {
		names[i] = filters[i].verb
	}
	return names
}

// complete fills in what follows from the rest of a row, and gives its entry of the library.
func (row filterRow) complete() library.Entry {
	e := row.doc
	e.Group, e.Name, e.Returns = library.GroupFunction, row.verb, "weir.Topology"
	e.Call = func(L *lua.LState) int {
		if row.read == nil {
			noMore(L, row.verb, 0)
			return filterStage(L, row.verb, "", nil)
		}
		shown, options := row.read(L, row.verb)
		return filterStage(L, row.verb, shown, options)
	}
	return e
}

// filterOptions is a filter as it travels to the process of its stage: a table with "verb" and
// what the verb needs.
type filterOptions struct {
	*lua.LTable
	vm *VM
	L  *lua.LState
}

func (o *filterOptions) verb() string { return lua.LVAsString(o.RawGetString("verb")) }

func (o *filterOptions) number(key string) int64 { return int64(lua.LVAsNumber(o.RawGetString(key))) }

// pattern compiles the filter's pattern; nil where it has none.
func (o *filterOptions) pattern() *pattern.Pattern {
	if source, ok := o.RawGetString("pattern").(lua.LString); ok {
		return pattern.Compile(string(source))
	}
	return nil
}

func (o *filterOptions) numbers() (numbers []int) {
	if list, ok := o.RawGetString("numbers").(*lua.LTable); ok {
		for i := 1; i <= interp.Len(list); i++ {
			numbers = append(numbers, int(lua.LVAsNumber(interp.GetInt(list, i))))
		}
	}
	return numbers
}

// filter makes the filter.
func (o *filterOptions) filter() filter.Filter {
	i := slices.IndexFunc(filters, func(row filterRow) bool { return row.verb == o.verb() })
	if i < 0 {
		problem.Raisef(o.L, "", "internal error: there is no filter %s", o.verb())
	}
	return filters[i].make(o)
}

func filterRows() []filterRow {
	return []filterRow{
		{verb: "grep", read: readPattern, make: func(o *filterOptions) filter.Filter {
			return filter.Grep(o.pattern(), false, o.vm.stopMatch)
		}, doc: library.Entry{
			Signature: `grep(pattern)`,
			Summary: "a filter that keeps the lines in which a Lua pattern matches; neighbouring filters share " +
				"one process",
			Example: `run("seq 20" | grep("^1.$") | count())`,
			Manual:  "grep(1); Lua 5.1, section 5.4.1, Patterns",
			Long: "Lua patterns are not grep's expressions: % and not a backslash takes a sign as it is; %d %a " +
				"%s %w %p %l %u %x are classes, in capitals all but them; * + ? and -, the shortest, follow one " +
				"class, never a group; there is no | and no {3}; %b() is what stands between balanced signs, " +
				"%f[%w] where a word begins. Bytes count, not characters.",
		}},
		{verb: "reject", read: readPattern, make: func(o *filterOptions) filter.Filter {
			return filter.Grep(o.pattern(), true, o.vm.stopMatch)
		}, doc: library.Entry{
			Signature: `reject(pattern)`,
			Summary:   "a filter that leaves out the lines in which a Lua pattern matches",
			Example:   `run("seq 20" | reject("1"))`,
			Manual:    "grep(1), -v; Lua 5.1, section 5.4.1, Patterns",
			Long:      `It is grep -v with a Lua pattern; help"grep" says where those differ from grep's.`,
		}},
		{verb: "gsub", read: readReplacement, make: func(o *filterOptions) filter.Filter {
			return filter.Replace(o.pattern(), o.vm.strings.Replacement(o.L, o.RawGetString("with")), o.vm.stopMatch)
		}, doc: library.Entry{
			Signature: `gsub(pattern, replacement)`,
			Summary: "a filter that replaces each match in each line, as string.gsub does: by a string, from a " +
				"table or by a function",
			Example: `run("seq 9" | gsub("%d", "<%0>"))`,
			Manual:  "sed(1); Lua 5.1, section 5.4, string.gsub",
			Long: `In the replacement %1 is the first capture, %0 the match, %% a percent sign. help"grep" says ` +
				`where Lua's patterns differ from sed's.`,
		}},
		{verb: "each", read: readFunction, make: newEach, doc: library.Entry{
			Signature: `each(fn)`,
			Summary: "a filter that calls a function for each line; what it returns are the lines that come of " +
				"it, nil or false is none",
			Example: `run("seq 3" | each(function(l) return l * 2 end))`,
			Manual:  "awk(1)",
			Long: "Several values are several lines. The function runs in the filter's process: what it captures " +
				"travels by copy.",
		}},
		{verb: "fields", read: readFields, make: func(o *filterOptions) filter.Filter {
			return filter.Fields(o.numbers(), lua.LVAsString(o.RawGetString("sep")))
		}, doc: library.Entry{
			Signature: `fields(n, ... [, {sep=}])`,
			Summary: "a filter that keeps fields of each line, in this order, as awk finds them: between blanks, " +
				"or between sep; -1 is the last",
			Example: `run("ls -l /" | fields(-1, 5))`,
			Manual:  "awk(1), cut(1)",
		}},
		{verb: "upper", make: func(*filterOptions) filter.Filter { return filter.Upper() }, doc: library.Entry{
			Signature: `upper()`,
			Summary:   "a filter that makes a to z A to Z",
			Example:   `run("ls /" | upper())`,
			Manual:    "tr(1)",
			Long:      "ASCII letters only, as tr in the C locale.",
		}},
		{verb: "lower", make: func(*filterOptions) filter.Filter { return filter.Lower() }, doc: library.Entry{
			Signature: `lower()`,
			Summary:   "a filter that makes A to Z a to z",
			Example:   `run(text"HELLO\n" | lower())`,
			Manual:    "tr(1)",
			Long:      "ASCII letters only, as tr in the C locale.",
		}},
		{verb: "head", read: readCount, make: func(o *filterOptions) filter.Filter {
			return filter.Head(o.number("n"))
		}, doc: library.Entry{
			Signature: `head([n])`,
			Summary:   "a filter that passes the first n lines on, 10 unless told otherwise",
			Example:   `run("seq 99" | head(3))`,
			Manual:    "head(1)",
			Long:      "When it has its lines it leaves: who writes to it gets SIGPIPE, which is no failure.",
		}},
		{verb: "tail", read: readCount, make: func(o *filterOptions) filter.Filter {
			return filter.Tail(o.number("n"))
		}, doc: library.Entry{
			Signature: `tail([n])`,
			Summary:   "a filter that passes the last n lines on, 10 unless told otherwise",
			Example:   `run("seq 99" | tail(3))`,
			Manual:    "tail(1)",
		}},
		{verb: "sort", read: readSortOptions, make: newSort, doc: library.Entry{
			Signature: `sort([{memory=}])`,
			Summary: "a filter that puts the lines in order by the values of their bytes; what is more than " +
				"memory is kept on disk",
			Example: `run("ls -a /" | sort())`,
			Manual:  "sort(1)",
			Long:    "As sort in the C locale. memory= is how much is sorted at once, 256 MB unless told otherwise.",
		}},
		{verb: "uniq", make: func(*filterOptions) filter.Filter { return filter.Uniq() }, doc: library.Entry{
			Signature: `uniq()`,
			Summary:   "a filter that leaves out a line that is the same as the one before it",
			Example:   `run(text"a\na\nb\n" | uniq())`,
			Manual:    "uniq(1)",
		}},
		{verb: "freq", make: func(*filterOptions) filter.Filter { return filter.Freq() }, doc: library.Entry{
			Signature: `freq()`,
			Summary:   "a filter that counts how often each line comes: sort | uniq -c in one",
			Example:   `run("ls -l /" | fields(3) | freq())`,
			Manual:    "uniq(1), -c",
		}},
		{verb: "count", make: func(*filterOptions) filter.Filter { return filter.Count() }, doc: library.Entry{
			Signature: `count()`,
			Summary:   "a filter that counts lines",
			Example:   `run("seq 99" | count())`,
			Manual:    "wc(1), -l",
			Long:      "A last line without its newline counts, too.",
		}},
		{verb: "sum", read: readOptionalPattern, make: func(o *filterOptions) filter.Filter {
			return filter.Sum(o.pattern(), o.vm.stopMatch)
		}, doc: library.Entry{
			Signature: `sum([pattern])`,
			Summary: "a filter that adds up the first capture of a Lua pattern in each line that has it, or " +
				"whole lines",
			Example: `run(text"took=12ms\ntook=30ms\n" | sum("took=(%d+)ms"))`,
			Manual:  "awk(1)",
			Long:    "Whole numbers are added up exactly.",
		}},
	}
}
