package script

import (
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/library"
	"weir/script/problem"
	"weir/script/region"
)

// regionRow is the row of regions.
func regionRow() mechanism {
	return mechanism{kind: ipc.KindRegion, noun: "a region", letter: "m", example: "{size = 64}",
		table: func(L *lua.LState, o object) *lua.LTable {
			return o.(*sharedRegion).Table(L, objectOf(ipc.KindRegion).methods)
		}, assemble: assembleRegion,
		maker: library.Entry{Call: luaShm,
			Signature: `shm([name,] {size=} | {layout=, keep=, open=})`,
			Summary: "a region of shared memory, shm_open(3); " +
				"with a layout its fields are those of the C declaration",
			Example: `local m = shm("/visits", {layout = "int counter;"}); m.counter = m.counter + 1; print(m.counter)`,
			Manual:  "shm_overview(7), shm_open(3), mmap(2); CreateFileMapping",
			Long: "Fields lie where a C compiler puts them. m.counter = m.counter + 1 is a plain load and a plain store, " +
				"and races; m:add, m:cas, m:load and m:store are atomic."},
		methods: []library.Entry{
			{Name: "add", Signature: `m:add(field, n)`, Returns: "number", Call: region.Add,
				Summary: "adds atomically and returns what was there before",
				Example: `local m = shm{layout = "int n;"}; m:add("n", 1)`,
				Manual:  "atomic_fetch_add(3); InterlockedExchangeAdd"},
			{Name: "cas", Signature: `m:cas(field, old, new)`, Returns: "boolean", Call: region.CAS,
				Summary: "stores new where old was, atomically, and reports whether it did",
				Example: `local m = shm{layout = "int n;"}; print(m:cas("n", 0, 1))`,
				Manual:  "atomic_compare_exchange_strong(3); InterlockedCompareExchange",
				Long:    "m:cas(f, old, new) is how a lock without a lock is made: try again while it says false."},
			{Name: "load", Signature: `m:load(field)`, Returns: "number", Call: region.Load,
				Summary: "loads atomically", Example: `print(shm{layout = "int n;"}:load("n"))`,
				Manual: "atomic_load(3)"},
			{Name: "store", Signature: `m:store(field, value)`, Call: region.Store,
				Summary: "stores atomically; 64-bit integers may be int64, uint64 or decimal strings",
				Example: `shm{layout = "uint64_t n;"}:store("n", "18446744073709551615")`,
				Manual:  "atomic_store(3)"},
			{Name: "exchange", Signature: `m:exchange(field, value)`, Returns: "number", Call: region.Exchange,
				Summary: "stores atomically and returns what was there before",
				Example: `print(shm{layout = "int n;"}:exchange("n", 7))`,
				Manual:  "atomic_exchange(3); InterlockedExchange"},
			{Name: "decimal", Signature: `m:decimal(field)`, Returns: "string", Call: region.Decimal,
				Summary: "an integer in decimal, exact whatever its size",
				Example: `print(shm{layout = "uint64_t n;"}:decimal("n"))`},
			{Name: "read", Signature: `m:read(offset, n)`, Returns: "string", Call: region.Read,
				Summary: "n bytes from an offset on", Example: `print(#shm{size = 64}:read(0, 16))`},
			{Name: "write", Signature: `m:write(offset, s)`, Call: region.Write,
				Summary: "writes bytes from an offset on", Example: `shm{size = 64}:write(0, "hello")`},
			{Name: "fields", Signature: `m:fields()`, Call: region.FieldList,
				Returns: "{name: string, type: string, offset: integer, size: integer}[]",
				Summary: "a list of its fields: name, type, offset, size",
				Example: `for _, f in ipairs(shm{layout = "char c; int n;"}:fields()) do ` +
					`print(f.name, f.type, f.offset, f.size) end`},
		}}
}

// assembleRegion maps a region that came with a function.
func assembleRegion(vm *VM, at problem.Origin, t *lua.LTable, files []*os.File) (object, error) {
	r, err := regionFrom(at, files[0], lua.LVAsString(t.RawGetString("name")))
	if err != nil {
		return nil, err
	}
	if text, ok := t.RawGetString("layout").(lua.LString); ok {
		err = r.Lay(string(text))
	}
	if err == nil {
		err = r.Fits()
	}
	if err != nil {
		r.Memory.Close()
		return nil, err
	}
	return r, nil
}
