package bench

import "fmt"

// sharedComparisons count in a field of shared memory, from Lua, where each count
// is a plain load and a plain store.
func sharedComparisons(weir string) []comparison {
	const count = 2_000_000
	loop := func(prelude, body string) []string {
		return []string{weir, "-e", fmt.Sprintf("%s for i = 1, %d do %s end assert(m.counter == %[2]d)", prelude, count, body)}
	}
	const region = `local m = shm{layout = "int buffer[10]; int counter;"}`
	const python = `import ctypes, mmap
m = ctypes.c_int.from_buffer(mmap.mmap(-1, 4096))
for i in range(%d): m.value = m.value + 1
assert m.value == %[1]d`
	others := map[string][]string{
		"weir, m:add(\"counter\", 1)": loop(region, `m:add("counter", 1)`),
		"weir, m.buffer[3]":           {weir, "-e", fmt.Sprintf("%s for i = 1, %d do m.buffer[3] = m.buffer[3] + 1 end assert(m.buffer[3] == %[2]d)", region, count)},
		"weir, a table's field":       loop("local m = {counter = 0}", "m.counter = m.counter + 1"),
	}
	return []comparison{{name: "a count in shared memory, from Lua", limit: "what is reached, beside python3 and its ctypes", rounds: 5, count: count,
		weir:   loop(region, "m.counter = m.counter + 1"),
		others: merge(others, tools("python3", "-c", fmt.Sprintf(python, count)))}}
}
