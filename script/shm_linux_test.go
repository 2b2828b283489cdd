package script

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"weir/ipc/leak"
)

const shmPrelude = `local m = shm{layout = [[
	char c; unsigned char u; short s; int n; uint64_t big; int64_t neg; float f; double d; bool b; char name[8];
	int buffer[10]; struct { int x; char who[4]; struct { short y[3]; } deep; } a[3]; sem_t free; char names[2][4];
	union { uint32_t word; unsigned char byte[4]; }; struct { char pad; int odd; double far; sem_t skew; } __attribute__((packed)) p;
]]} `

// shmCase runs code after the prelude, for what it returns.
func shmCase(t *testing.T, code string) (string, error) {
	t.Helper()
	return eval(t, shmPrelude+code)
}

func TestShm(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`m.n = m.n + 1 m.n = m.n + 1 return m.n, m.c, m.d, m.b`, "2 0 0 false"},
		{`m.n = -5 m.u = 255 m.s = -32768 m.c = -128 return m.n, m.u, m.s, m.c`, "-5 255 -32768 -128"},
		{`m.f = 0.1 m.d = 0.1 return m.f == 0.1, m.d == 0.1`, "false true"},
		{`m.d = 1/0 m.f = -1/0 return m.d, m.f`, "+Inf -Inf"},
		{`m.b = true return m.b, m.b == true`, "true true"},
		{`m.c = "A" m.n = "12" return m.c, m.n`, "65 12"},
		{`m.big = 2^53 m.neg = -2^53 return string.format("%.0f %.0f", m.big, m.neg)`, "9007199254740992 -9007199254740992"},
		{`m.big = "18446744073709551615" return m:decimal("big")`, "18446744073709551615"},
		{`m:store("neg", "-9223372036854775808") return m:decimal("neg")`, "-9223372036854775808"},
		{`m.d = 0.25 return m:decimal("d"), m:decimal("n")`, "0.25 0"},
		{`m.name = "hello" m.name = "abc" return m.name, #m.name, m:load("name[2]"), m:load("name[4]")`, "abc 3 99 0"},
		{`m.name = "12345678" return m.name`, "12345678"},
		{`m.name = "a\0b" return m.name, m:load("name[2]")`, "a 98"},
		{`m.names[1] = "abcd" return m.names[0], m.names[1], #m.names`, " abcd 2"},
		{`for i = 0, #m.buffer - 1 do m.buffer[i] = i * i end return m.buffer[0], m.buffer[9], #m.buffer`, "0 81 10"},
		{`local b = m.buffer b[3] = 7 return m.buffer == b, m.buffer[3], m:load("buffer[3]")`, "true 7 7"},
		{`m.a[1].x = 4 m.a[2].who = "abcd" m.a[0].deep.y[2] = -1 return m.a[1].x, m.a[2].who, m.a[0].deep.y[2], m:load("a[0].deep.y[2]")`, "4 abcd -1 -1"},
		{`return tostring(m), tostring(m.buffer), tostring(m.a), tostring(m.a[1]), tostring(m.a[1].deep.y)`,
			"shm() int [10] buffer struct [3] a struct a[1] short [3] a[1].deep.y"},
		{`m.word = 0x01020304 return m.byte[0], m.byte[3]`, "4 1"},
		{`m.p.odd = -3 m.p.far = 0.5 return m.p.odd, m.p.far`, "-3 0.5"},
		{`m.free:init(3) return m.free:value(), m.free:wait(), m.free:value(), m.free == m.free`, "3 true 2 true"},
		{`return m:add("n", 5), m:add("n", -7), m.n`, "0 5 -2"},
		{`m.c = 100 return m:add("c", 100), m.c`, "100 -56"}, // as C's atomic_fetch_add
		{`m.u = 1 return m:add("u", -2), m.u, m.c, m.s`, "1 255 0 0"},
		{`m.d = 1 return m:add("d", 0.5), m:add("f", 0.5), m.d, m.f`, "1 0 1.5 0.5"},
		{`return m:cas("n", 0, 3), m:cas("n", 0, 4), m.n`, "true false 3"},
		{`m.s = -2 return m:cas("s", -2, -3), m.s, m:cas("b", false, true), m.b, m:cas("d", 0, 2), m.d`, "true -3 true true true 2"},
		{`return m:exchange("n", 8), m:load("n"), m:exchange("b", true), m:load("b")`, "0 8 false true"},
		{`m:store("a[2].x", 9) return m.a[2].x, m:load(".n")`, "9 0"},
		{`m:write(4, "\1\0\0\0") return m.n, #m:read(0, #m), m:read(4, 4) == "\1\0\0\0", m:read(#m, 0) == ""`, "1 240 true true"},
		{`local t = m:fields() local f = t[11] return #t, f.name, f.type, f.offset, f.size, t[15].name`, "17 buffer int [10] 52 40 word"},
		{`return shm{size = "64K"}, #shm{size = 100, layout = "int n;"}, #shm{size = 1, layout = "int n;"}, #shm{size = 5}:fields()`, "shm() 100 4 0"},
		{`local m = shm{layout = "int in; int out;"} m["in"] = (m["in"] + 1) % 10 return m["in"], m:add("in", 1)`, "1 1"},
		{`local m = shm{layout = "struct { int x; } a[10000];"} for i = 0, 9999 do m.a[i].x = i end return m.a[9999].x, m:load("a[5000].x")`, "9999 5000"},
	} {
		got, err := shmCase(t, row.code)
		if err != nil || got != row.want {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
}

func TestShmRefuses(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`m.n = 3.5`, "n is int, and cannot hold 3.5: it is no whole number"},
		{`m.n = 2147483648`, "n is int, and cannot hold 2147483648: it goes from -2147483648 to 2147483647"},
		{`m.n = -2147483649`, "cannot hold -2147483649"}, {`m.n = 0/0`, "n is int, and cannot hold NaN"}, {`m.n = 1/0`, "cannot hold +Inf"}, {`m.n = 1e300`, "cannot hold 1e+300"},
		{`m.n = "x"`, `n is int, and cannot hold the string "x"`}, {`m.n = true`, "n is int, and cannot hold true"}, {`m.n = nil`, "cannot hold nil"}, {`m.n = {}`, "cannot hold a table"},
		{`m.u = 256`, "u is unsigned char, and cannot hold 256: it goes from 0 to 255"}, {`m.u = -1`, "cannot hold -1"}, {`m.c = 200`, "c is char, and cannot hold 200: it goes from -128 to 127"},
		{`m.c = "AB"`, "c is char"}, {`m.b = 1`, "b is bool, and cannot hold 1"}, {`m.f = 1e300`, "f is float, and cannot hold 1e+300: it goes up to 3.402823e+38"}, {`m.f = "1"`, "f is float"},
		{`m.big = -1`, "big is uint64_t, and cannot hold -1: it goes from 0 to 18446744073709551615"},
		{`m.big = 2^53 + 2`, `big is uint64_t, and 9007199254740994 is more than 2^53: not every such integer is a number; a string holds all, and so do int64 and uint64: "9007199254740994"`},
		{`m.neg = 2^63`, "neg is int64_t, and cannot hold 9223372036854775808: it goes from -9223372036854775808 to 9223372036854775807"},
		{`m.neg = -2^63`, `a string holds all, and so do int64 and uint64: "-9223372036854775808"`},
		{`m.big = "18446744073709551616"`, `big is uint64_t, and cannot hold the string "18446744073709551616"`}, {`m.big = " 1"`, "cannot hold"}, {`m.big = ""`, "cannot hold"},
		{`m.n = int64("2147483648")`, "n is int, and cannot hold 2147483648: it goes from"}, {`m.big = int64(-1)`, "big is uint64_t, and cannot hold -1"},
		{`m.name = "123456789"`, "name takes a string of up to 8 bytes, but this has 9"}, {`m.name = 5`, "name takes a string of up to 8 bytes, but this is 5"},
		{`m.a[2].who = "abcde"`, "a[2].who takes a string of up to 4 bytes, but this has 5"}, {`m.names[2] = "x"`, "names[2] is out of range"},
		{`m.buffer[10] = 1`, "buffer[10] is out of range: buffer has 10 elements, from 0 to 9 as in C"}, {`return m.buffer[-1]`, "buffer[-1] is out of range"},
		{`return m.buffer[1.5]`, "buffer: the index must be a whole number, but is 1.5"}, {`return m.buffer.x`, "buffer: the index must be a whole number"},
		{`m.buffer = 3`, "buffer is an array, which is stored part by part"}, {`m.a[1] = {}`, "a[1] is a struct, which is stored part by part"},
		{`m.a[3].x = 1`, "a[3] is out of range"}, {`m.a[1].z = 1`, "a[1] has no field z; it has: x, who, deep"}, {`m.a[1].dep = 1`, `a[1] has no field dep; did you mean "deep"?`},
		{`m.a[0].deep.y[2] = 70000`, "a[0].deep.y[2] is short, and cannot hold 70000"}, {`return #m.a[0]`, "a[0] is a struct, and has no length"},
		{`m.free = 1`, "free is a semaphore, which is not stored to; write m.free:init(n)"}, {`return m.p.skew`, "not aligned to 8"},
		{`return m.nam`, `shm() has no field nam; did you mean "name"?`}, {`m.foo = 1`, "shm() has no field foo; it has: c, u, s,"}, {`return m[1]`, "shm() has no field 1"},
		{`return m.size`, "shm() has no field size"},
		{`return shm{size = 10}.x`, "shm() has no field x; it has no layout: read(offset, n) and write(offset, s) are for bytes"}, {`shm{size = 10}:add("x", 1)`, "it has no layout"},
		{`m:add("n", 1.5)`, "add: n is int, and cannot take 1.5 more"}, {`m:add("n")`, "cannot take nil more"}, {`m:add("b", 1)`, "add: b is bool"}, {`m:add("buffer", 1)`, "add: buffer is an array, and no number"},
		{`m:add(3, 1)`, "add: the field's name must be a string, but is a number; write m:add(\"counter\", ...)"}, {`m.add("n", 1)`, "add is a method of a region, but this is the string \"n\"; write x:add(), with a colon"},
		{`m:cas("n", 1)`, "n is int, and cannot hold nil"}, {`m:store("n")`, "n is int, and cannot hold nil"}, {`m:load("free")`, "load: free is a semaphore, and no number"},
		{`m:load("p.odd")`, "p.odd: the field is not aligned to its size, so that no access to it is atomic"}, {`m:add("p.far", 1)`, "p.far: the field is not aligned"},
		{`m:load("a.x")`, `a is struct [3], and has no field "x"`}, {`m:load("a[1")`, `"a[1" is no field: an index is written buffer[3]`}, {`m:load("a[x].x")`, "an index is written"},
		{`m:load("n.x")`, `n is int, and has no field "x"`}, {`m:load("n[0]")`, "an index is written"}, {`m:load("buffer[10]")`, "buffer[10] is out of range"}, {`m:load("")`, "has no field"},
		{`m:load("a[1]..x")`, "a[1] has no field"}, {`m:load("nope")`, "shm() has no field nope"},
		{`m:read(-1, 1)`, "read: 1 bytes from -1 on are out of range: shm() has 240"}, {`m:read(235, 7)`, "out of range"}, {`m:read(0, -1)`, "out of range"}, {`m:read(2^62, 2^62)`, "out of range"},
		{`m:write(240, "x")`, "write: 1 bytes from 240 on are out of range"}, {`m:read("x", 1)`, `read: the offset must be a whole number, but is the string "x"`},
		{`m:read(1.5, 1)`, "read: the offset must be a whole number, but is 1.5"}, {`m:read(0/0, 1)`, "the offset must be a whole number, but is NaN"}, {`m:read(2^63, 1)`, "whole number"},
		{`m:read(0)`, "read: the number of bytes must be a whole number, but is nil"}, {`m:read(0, 0.5)`, "number of bytes must be a whole number, but is 0.5"},
		{`m:write(0)`, "write: what is written must be a string, but is nil"}, {`m:write(0, {})`, "must be a string, but is a table"},
		{`getmetatable(m).__newindex(3, 1, 2)`, "shm() has no field 1"}, {`getmetatable(m).__len(3)`, "__len is a method of a region, but this is a number"},
		{`getmetatable(m.buffer).__index(m, 0)`, "a metamethod of a region's parts was called for a region"}, {`getmetatable(m.buffer).__newindex(nil, 0, 0)`, "for nil"},
		{`getmetatable(m.buffer).__len(m)`, "for a region"}, {`getmetatable(m.buffer).__tostring()`, "for nil"},
		{`m:unlink()`, "unlink: a region has no name"},
		{`shm()`, "shm: its size is missing"}, {`shm{}`, "shm: its size is missing"}, {`shm("")`, "shm: the name is empty"}, {`shm(3, {size = 1})`, "the name must be a string"},
		{`shm{size = 0}`, "shm: bad size 0"}, {`shm{size = -1}`, "bad size -1"}, {`shm{size = 1.5}`, "bad size 1.5"}, {`shm{size = "1T"}`, "bad size 1T"}, {`shm{size = {}}`, "bad size"},
		{`shm{sise = 3}`, "sise"}, {`shm{layout = 3}`, "shm: the layout must be C declarations in a string"}, {`shm{layout = ""}`, "shm: in its layout, a layout without a field"},
		{`shm{layout = "int n; char *p;"}`, "shm: in its layout, field p is a pointer, which means nothing in another process"},
		{`shm{layout = "int load;"}`, "shm: the field load has the name of a method: m:load()"}, {`shm{layout = "char a[1000000000000];"}`, "bytes of shared memory are not to be had"},
		{`shm("a/b", {size = 1})`, "shm a/b: a name has no slash but the first"}, {`shm("..", {size = 1})`, "folder"}, {`shm("a\0b", {size = 1})`, "NUL"},
		{`shm(("x"):rep(300), {size = 1})`, "the name has 300 bytes"},
	} {
		got, err := shmCase(t, row.code)
		if err == nil || !hasBoth(err.Error(), row.want) {
			t.Errorf("%s\n got %q, %v\nwant %s", row.code, got, err, row.want)
		}
	}
}

// hasBoth looks for a message and its hint, which an error shows on lines of their
// own.
func hasBoth(text, want string) bool {
	message, hint, _ := strings.Cut(want, "; ")
	return strings.Contains(text, message) && strings.Contains(text, hint)
}

// TestShmExact: what a number does not hold exactly is an int64 or uint64.
func TestShmExact(t *testing.T) {
	for code, want := range map[string]string{
		`m.big = "9007199254740993" return type(m.big), m.big, m:load("big"), m:decimal("big")`:      "userdata 9007199254740993 9007199254740993 9007199254740993",
		`m.big = 2^53 return type(m.big), m:add("big", 1), m.big, m:add("big", uint64(2)), m.big`:    "number 9007199254740992 9007199254740993 9007199254740993 9007199254740995",
		`m.neg = int64("-9223372036854775808") m.neg = m.neg + 1 return m.neg`:                       "-9223372036854775807",
		`m.big = uint64(-1) return m:cas("big", uint64(-1), 5), m:exchange("big", uint64(7)), m.big`: "true 5 7",
		`m:store("n", int64(-3)) return m.n`:                                                         "-3",
	} {
		if got, err := shmCase(t, code); err != nil || got != want {
			t.Errorf("%s\n got %s, %v\nwant %s", code, got, err, want)
		}
	}
}

func TestShmClosed(t *testing.T) {
	for _, code := range []string{"m.n = 1", "return m.n", "return b[0]", "b[0] = 1", `m:add("n", 1)`, "m:read(0, 1)", `m:write(0, "x")`, "s:post()", "s:wait()", "s:value()", "m.free:post()"} {
		got, err := shmCase(t, `local b, s = m.buffer, m.free m:close() m:close() `+code)
		if code == "s:value()" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("%s: %q, %v", code, got, err)
		}
	}
}

// shmName is a name that no other test and no other process has.
func shmName(t *testing.T) (name, path string) {
	name = fmt.Sprintf("/weir-test-%d-%s", os.Getpid(), t.Name())
	t.Cleanup(func() { os.Remove("/dev/shm" + name) })
	return name, "/dev/shm" + name
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// TestShmName: the state that made a name removes it, and only that.
func TestShmName(t *testing.T) {
	name, path := shmName(t)
	maker, other := New(Options{}), New(Options{})
	evaluate := func(vm *VM, code string) string {
		t.Helper()
		values, err := vm.Eval("x.lua", strings.ReplaceAll(code, "NAME", name))
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(values)
	}
	if got := evaluate(maker, `m = shm("NAME", {layout = "int n; int k;"}) m.n = 5 return m.n`); got != "[5]" {
		t.Error(got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 || info.Size() != 8 {
		t.Errorf("%v, %v", info, err)
	}
	if got := evaluate(other, `m = shm("NAME", {layout = "int n;"}) m.n = m.n + 1 return m.n, #m`); got != "[6 8]" {
		t.Error(got)
	}
	if got := evaluate(other, `shm("NAME", {size = 9})`); !strings.Contains(got, "is there already, with 8 bytes; this needs 9") {
		t.Error(got)
	}
	other.Close()
	if !exists(path) {
		t.Error("who only joined it has removed it")
	}
	if got := evaluate(maker, `return m.n`); got != "[6]" {
		t.Error(got)
	}
	maker.Close()
	if exists(path) {
		t.Error("its name is left")
	}
}

func TestShmKept(t *testing.T) {
	name, path := shmName(t)
	vm := New(Options{})
	if _, err := vm.Eval("x.lua", fmt.Sprintf(`shm(%q, {size = 3, keep = true})`, name)); err != nil {
		t.Fatal(err)
	}
	vm.Close()
	if !exists(path) {
		t.Error("keep = true has not kept it")
	}
	vm = New(Options{})
	if _, err := vm.Eval("x.lua", fmt.Sprintf(`shm(%q, {size = 3}):unlink()`, name)); err != nil || exists(path) {
		t.Errorf("unlink: %v", err)
	}
	vm.Close()
}

// TestShmTravels has processes and threads use one region.
func TestShmTravels(t *testing.T) {
	name, _ := shmName(t)
	for _, row := range []struct{ code, want string }{
		{`local function f() for i = 1, 1000 do m:add("n", 1) m:add("u", 1) m.free:wait() m.d = m.d + 1 m.free:post() end end
			m.free:init(1) run(proc(f), proc(f), thread(f)) return m.n, m.u, m.d`, "3000 184 3000"},
		{`local s = m.free run(proc(function() s:post() end), thread(function() s:post() end)) return m.free:value()`, "2"},
		{`run(proc(function() m.a[1].who = "child" end), {check = false}) return m.a[1].who`, ""},
		{`run(proc(function(r, i) r.buffer[i] = r.buffer[i] + 41 end, m, 3)) return m.buffer[3]`, "41"},
		{`local k = shm("` + name + `", {size = 64}) run(proc(function() k:write(60, "abcd") end)) return k:read(60, 4)`, "abcd"},
		{`local r = run(proc(function() return m.n, pcall(function() return m.nope end) end), {check = false}) return r.stages[1].value`, "0"},
		{`m.n = 7 local r = run(proc(function() return run(proc(function() return m.n end)).stages[1].value end)) return r.stages[1].value`, "7"},
	} {
		got, err := shmCase(t, row.code)
		if err != nil || got != row.want {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
	_, err := shmCase(t, `local b = m.buffer run(proc(function() b[0] = 1 end))`)
	if err == nil || !hasBoth(err.Error(), "upvalue b is a part of a region, which cannot travel to another process; take the region itself") {
		t.Errorf("a part of a region travels: %v", err)
	}
}

// TestShmWithC: a C program with the same declarations is the other end.
func TestShmWithC(t *testing.T) {
	program := filepath.Join(t.TempDir(), "shared")
	if out, err := exec.Command("gcc", "-O2", "-Wall", "-include", "stdbool.h", "-o", program, "testdata/shared.c", "-lrt", "-pthread").CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	declarations, err := os.ReadFile("testdata/shared.h")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("C joins", func(t *testing.T) {
		name := fmt.Sprintf("/weir-test-%d-c-joins", os.Getpid())
		got, err := eval(t, fmt.Sprintf(`local m = shm(%[1]q, {layout = [[%[2]s]]})
			m.free:init(1) m.counter = -3 m:store("atomically", "18446744073709550000") m.name = "from Lua" m.x = 0.1 m.f = 0.5 m.bytes[2] = 200 m.part[1].y = -30000
			m.part[2].who = "wxyz" m.flag = true m["in"] = 5 m.deep[1][2] = 9
			local seen = cmd(%[3]q, "join", %[1]q, "0"):text()
			local job = start(cmd(%[3]q, "join", %[1]q, "5000") | file("/dev/null", "w"))
			for i = 1, 5000 do
				m.free:wait() m.counter = m.counter + 1 m.free:post()
				m:add("bytes[1]", 1)
			end
			job:wait()
			return seen, m.counter, m:decimal("atomically"), m.bytes[1], m.bytes[0], m.bytes[2], m.free:value()`, name, declarations, program))
		if want := "-3 18446744073709550000 from Lua 0.1 0.5 200 -30000 122 159\n 9997 3384 16 0 200 1"; err != nil || got != want {
			t.Errorf("%q, %v, not %q", got, err, want)
		}
	})
	t.Run("C makes", func(t *testing.T) {
		name, _ := shmName(t)
		name = strings.ReplaceAll(name, "/C", "-C")
		c := leak.Begin(t, exec.Command(program, "make", name))
		c.Expect(t, "ready")
		got, err := eval(t, fmt.Sprintf(`local m = shm(%q, {layout = [[%s]]})
			local seen = {m.free:value(), m.counter, m:decimal("atomically"), m.name, m.x, m.f, m.bytes[2], m.part[1].y, m:load("part[2].who[3]"), m.flag, m["in"], m.deep[1][2]}
			m.counter = 1 m.atomically = 2 m.name = "from Lua" m.x = 3.5 m.f = 4.5 m.bytes[2] = 5 m.part[1].y = 6 m.part[2].who = "\1\2\3\7" m.flag = false m["in"] = 8 m.deep[1][2] = 9
			for i, v in ipairs(seen) do seen[i] = tostring(v) end
			return table.concat(seen, " ")`, name, declarations))
		if want := "3 -7 1152921504606846976 from C 0.1 0.5 200 -30000 122 true 5 9"; err != nil || got != want {
			t.Errorf("%q, %v, not %q", got, err, want)
		}
		c.Say(t, "")
		if rest, want := c.End(t), "1 2 from Lua 3.5 4.5 5 6 7 089\n"; rest != want {
			t.Errorf("C saw %q, not %q", rest, want)
		}
	})
}

// TestShmShrunk: another process makes a region smaller under those who have it
// mapped. What is gone is an error, and the script goes on.
func TestShmShrunk(t *testing.T) {
	name, path := shmName(t)
	vm := newVM(t)
	run := func(code string) string {
		t.Helper()
		values, err := vm.Eval("x.lua", strings.ReplaceAll(code, "NAME", name))
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(values)
	}
	run(`m = shm("NAME", {layout = "int n; char pad[8188]; int far; int buffer[100]; sem_t free;"}) b = m.buffer s = m.free`)
	if err := os.Truncate(path, 4096); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"m.far = 1", "return m.far", "return b[3]", "b[3] = 1", `m:add("far", 1)`, `m:cas("far", 0, 1)`, `m:decimal("far")`, "return m:read(0, #m)", `m:write(8192, "x")`, "s:post()", "s:wait()", "s:value()", "s:init(1)", "return m.pad"} {
		want := "another process has made it smaller: the memory is gone"
		if code == "return m.pad" {
			want = "[]" // its first byte is there, and is NUL
		}
		if got := run(code); !strings.Contains(got, want) {
			t.Errorf("%s: %s", code, got)
		}
	}
	if got := run(`m.n = m.n + 1 return m.n, pcall(function() return m.far end)`); !strings.HasPrefix(got, "[1 false") {
		t.Errorf("what is left: %s", got)
	}
	_ = run(`m:unlink() m:close()`)
	if exists(path) {
		t.Error("its name is left")
	}
}
