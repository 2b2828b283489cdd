package help

import (
	"slices"
	"strings"
)

// word is what help says of words that are no values and stand in no library.
type word struct{ words, summary, example string }

// keywords are Lua's.
var keywords = []word{
	{"nil", "no value; a variable or a field that is not set", `print(x == nil)`},
	{"true false", "a boolean; false and nil fail a condition, all else holds", `print(1 < 2, not true)`},
	{"and or not", "joins conditions; a and b is b if a holds, a or b is a", `print(x or "unset")`},
	{"if then elseif else", "what is done if a condition holds",
		`if 1 < 2 then print("less") elseif x then print(x) else print("more") end`},
	{"for in", "a loop over numbers, or over what an iterator gives", `for i = 1, 3 do print(i) end`},
	{"while", "a loop as long as a condition holds", `while x do x = nil end`},
	{"repeat until", "a loop until a condition holds", `repeat x = true until x`},
	{"do end", "a block, with local variables of its own", `do local a = 1; print(a) end`},
	{"break", "leaves the innermost loop", `for i = 1, 3 do break end`},
	{"goto", "goes on at a label, as in Lua 5.2", `do goto done; ::done:: end`},
	{"local", "a variable of this block; at the prompt it ends with its input", `local a, b = 1, 2; print(a + b)`},
	{"function", "a function; beside | it is a stage", `function twice(n) return 2 * n end`},
	{"return", "ends a function, and gives its values", `function one() return 1 end`},
}

// synonyms are names that other shells and libraries have for what weir has, too.
var synonyms = []word{
	{"retry retries", `t:restart{...} starts a stage again that has failed; help"restart" tells more`,
		`run(sh"true":restart{max = 3})`},
	{"pv", `progress() shows what goes through a point of a chain while it runs, and meter() counts it`,
		`print(run("seq 9" | meter() | "wc -l").meters.meter.bytes)`},
	{"cd chdir pushd", `at the prompt, $ cd FOLDER goes there; t:dir(s) is a folder of a stage's own`,
		`run(sh"pwd":dir("/"))`},
	{"timeit stopwatch", `at the prompt, :time EXPR tells how long something takes; a result has .elapsed`,
		`print(run("true").elapsed)`},
	{"export putenv", `os.setenv(name, value) sets a variable for all stages to come; t:env{...} for one`,
		`os.setenv("FOO", "3")`},
	{"xargs parallel", `t * n gives each line to one of n replicas; help"deal" tells more`,
		`run("seq 4" | sh"cat" * 2)`},
	{"background nohup", `start(t) runs in the background and gives a job; help"start" tells more`,
		`start("true"):wait()`},
	{"backticks backquote", `t:text() gives what a topology prints; help"text" tells more`,
		`print(sh"echo hi":text())`},
}

// wordNamed finds a keyword, or a synonym.
func wordNamed(name string) (word, bool) {
	named := func(w word) bool { return slices.Contains(strings.Fields(w.words), name) }
	if i := slices.IndexFunc(keywords, named); i >= 0 {
		w := keywords[i]
		w.summary = "a keyword of Lua's: " + w.summary
		return w, true
	}
	if i := slices.IndexFunc(synonyms, named); i >= 0 {
		return synonyms[i], true
	}
	return word{}, false
}
