package repl

import (
	"slices"
	"strings"
)

// luaWord is what help says of words of Lua's, which are no values and stand in no
// library.
type luaWord struct{ words, what, example string }

var luaWords = []luaWord{
	{"nil", "a word of Lua's: no value; a variable or a field that is not set", "print(x == nil)"},
	{"true false", "a word of Lua's: a boolean; false and nil fail a condition, all else holds", "print(1 < 2, not true)"},
	{"and or not", "a word of Lua's: joins conditions; a and b is b where a holds, a or b is a", "print(x or \"unset\")"},
	{"if then elseif else", "a word of Lua's: what is done where a condition holds", "if 1 < 2 then print(\"less\") elseif x then print(x) else print(\"more\") end"},
	{"for in", "a word of Lua's: a loop over numbers, or over what an iterator gives", "for i = 1, 3 do print(i) end"},
	{"while", "a word of Lua's: a loop as long as a condition holds", "while x do x = nil end"},
	{"repeat until", "a word of Lua's: a loop until a condition holds", "repeat x = true until x"},
	{"do end", "a word of Lua's: a block, with local variables of its own", "do local a = 1; print(a) end"},
	{"break", "a word of Lua's: leaves the innermost loop", "for i = 1, 3 do break end"},
	{"goto", "a word of Lua 5.2's: goes on at a label", "do goto done; ::done:: end"},
	{"local", "a word of Lua's: a variable of this block; at the prompt it ends with its input", "local a, b = 1, 2; print(a + b)"},
	{"function", "a word of Lua's: a function; beside | it is a stage", "function twice(n) return 2 * n end"},
	{"return", "a word of Lua's: ends a function, and gives its values", "function one() return 1 end"},
}

// wordNamed finds a word of Lua's.
func wordNamed(name string) (luaWord, bool) {
	for _, w := range luaWords {
		if slices.Contains(strings.Fields(w.words), name) {
			return w, true
		}
	}
	return luaWord{}, false
}
