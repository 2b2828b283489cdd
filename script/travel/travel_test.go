package travel

import (
	"errors"
	"math"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/syntax"
)

// state is a Lua state that can send and receive.
type state struct {
	*lua.LState
	library *Library
	chunks  []*syntax.Chunk
}

func newState(tb testing.TB) *state {
	L := lua.NewState(lua.Options{MinimizeStackMemory: true})
	interp.Open(L)
	interp.OpenCoroutines(L)
	tb.Cleanup(L.Close)
	return &state{LState: L, library: NewLibrary(L.G.Global)}
}

func (s *state) compile(name, text string) (*syntax.Chunk, error) {
	chunk, err := syntax.Compile(name, text)
	if err == nil {
		s.chunks = append(s.chunks, chunk)
	}
	return chunk, err
}

// find looks a function up as the script package does, but slowly.
func (s *state) find(p *lua.FunctionProto) (*syntax.Chunk, []int, bool) {
	for _, chunk := range s.chunks {
		if path, ok := pathTo(chunk.Proto, p); ok {
			return chunk, path, true
		}
	}
	return nil, nil, false
}

func pathTo(from, p *lua.FunctionProto) ([]int, bool) {
	if from == p {
		return nil, true
	}
	for i, inner := range from.FunctionPrototypes {
		if path, ok := pathTo(inner, p); ok {
			return append([]int{i}, path...), true
		}
	}
	return nil, false
}

// run gives what a chunk returns.
func (s *state) run(tb testing.TB, text string, args ...lua.LValue) []lua.LValue {
	tb.Helper()
	chunk, err := s.compile("x.lua", text)
	if err != nil {
		tb.Fatalf("%s\n%v", text, err)
	}
	s.Push(s.NewFunctionFromProto(chunk.Proto))
	for _, a := range args {
		s.Push(a)
	}
	if err := interp.PCall(s.LState, len(args), lua.MultRet, nil); err != nil {
		tb.Fatalf("%s\n%v", text, err)
	}
	values := make([]lua.LValue, s.GetTop())
	for i := range values {
		values[i] = s.Get(i + 1)
	}
	s.SetTop(0)
	return values
}

func (s *state) sender() *Sender {
	return &Sender{Library: s.library, Globals: s.G.Global, Chunk: s.find,
		Dismantle: func(ud *lua.LUserData) (string, lua.LValue, string) {
			if parts, ok := ud.Value.(*lua.LTable); ok {
				return "box", parts, ""
			}
			return "", nil, "an open file"
		}}
}

func (s *state) receiver() *Receiver {
	return &Receiver{L: s.LState, Library: s.library, Compile: s.compile,
		Assemble: func(ud *lua.LUserData, tag string, parts lua.LValue) error {
			if tag != "box" {
				return errors.New("unknown tag")
			}
			ud.Value = parts
			return nil
		}}
}

// TestTravel sends what the first source returns and has the second look at it:
// it must return true.
func TestTravel(t *testing.T) {
	rows := []struct{ name, send, check string }{
		{"plain", `return nil, true, false, 0, 1, -1, 2^53, 1/3, "", "a\0b\255"`,
			`local a, b, c, d, e, f, g, h, i, j = ... return a == nil and b == true and c == false and d == 0 and e == 1 and f == -1 and g == 2^53 and h == 1/3 and i == "" and j == "a\0b\255"`},
		{"infinities", `return 1/0, -1/0, 0/0, 1/(-1/0)`, `local a, b, c, d = ... return a == 1/0 and b == -1/0 and c ~= c and 1/d == -1/0`},
		{"nil in between", `return 1, nil, nil, 4, nil`, `return select("#", ...) == 5 and select(4, ...) == 4`},
		{"table", `return {1, 2, 3, x = "y", [true] = 1, [1.5] = 2, [-1] = 3, [10] = 4}`,
			`local t = ... return t[3] == 3 and t.x == "y" and t[true] == 1 and t[1.5] == 2 and t[-1] == 3 and t[10] == 4`},
		{"holes", `return {1, nil, 3, nil, nil, 6}`, `local t = ... return t[1] == 1 and t[2] == nil and t[3] == 3 and t[6] == 6`},
		{"nested", `return {a = {b = {c = {}}}}`, `return type((...).a.b.c) == "table"`},
		{"cycle", `local t = {} t.self = t t[1] = {t} return t, t`, `local a, b = ... return a == b and a.self == a and a[1][1] == a`},
		{"table as key", `local k = {} return {[k] = 1}, k`, `local t, k = ... return t[k] == 1`},
		{"shared", `local s = {} return {s}, {s}`, `local a, b = ... a[1].x = 7 return b[1].x == 7`},
		{"metatable", `return setmetatable({}, {__index = function(_, k) return k .. "!" end})`, `return (...).foo == "foo!"`},
		{"class", `local C = {} C.__index = C function C.new(n) return setmetatable({n = n}, C) end function C:get() return self.n end return C.new(5)`,
			`local o = ... return o:get() == 5 and getmetatable(o).new(6):get() == 6`},
		{"function", `return function(a, b) return a + b end`, `return (...)(2, 3) == 5`},
		{"upvalue", `local n = 10 return function() n = n + 1 return n end`, `local f = ... return f() == 11 and f() == 12`},
		{"shared upvalue", `local n = 0 return function() n = n + 1 end, function() return n end`, `local inc, get = ... inc() inc() return get() == 2`},
		{"shared after its block", `local a, b do local n = 5 a = function() n = n * 2 end b = function() return n end end return a, b`, `local a, b = ... a() return b() == 10`},
		{"recursion", `local function fact(n) if n < 2 then return 1 end return n * fact(n - 1) end return fact`, `return (...)(10) == 3628800`},
		{"mutual recursion", `local even, odd function even(n) if n == 0 then return true end return odd(n - 1) end function odd(n) if n == 0 then return false end return even(n - 1) end return even`,
			`local even = ... return even(10) and not even(7)`},
		{"nested function", `local k = 3 return function(x) local function twice(y) return y * 2 * k end return twice(x) end`, `return (...)(2) == 12`},
		{"made by a call", `local function adder(n) return function(m) return n + m end end return adder(1), adder(10)`, `local a, b = ... return a(1) == 2 and b(1) == 11`},
		{"varargs", `return function(...) return select("#", ...), ... end`, `local n, a = (...)(1, nil) return n == 2 and a == 1`},
		{"named global", `count = 3 function more() count = count + 1 return count end return function() return more() end`, `local f = ... return f() == 4 and f() == 5 and count == 5`},
		{"unnamed global", `count = 3 other = 4 return function() return count end`, `return (...)() == 3 and other == nil`},
		{"global of an inner function", `limit = 9 return function() return (function() return limit end)() end`, `return (...)() == 9`},
		{"global set to false", `flag = false return function() return flag end`, `return (...)() == false and flag == false`},
		{"global that is nil", `return function() return nothing end`, `return (...)() == nil`},
		{"library", `local f, s = string.format, string return function(n) return f("%d", n) .. s.upper("x") .. tostring(math.floor(1.5)) end`, `return (...)(7) == "7X1"`},
		{"library by itself", `return string.rep, math, print`, `local a, b, c = ... return a == string.rep and b == math and c == print`},
		{"library extended", `function string.shout(s) return s:upper() .. "!" end return function() return string.shout("a"), ("b"):shout() end`,
			`local a, b = (...)() return a == "A!" and b == "B!"`},
		{"library changed", `print = function() return "mine" end return function() return print() end`, `return (...)() == "mine"`},
		{"library renamed", `type = tostring return function() return type(5) end`, `return (...)() == "5"`},
		{"library held", `local m = math math.third = 1/3 return function() return m.third end`, `return (...)() == 1/3`},
		{"environment", `local f = function() return x end setfenv(f, {x = 3}) return f`, `return (...)() == 3 and x == nil`},
		{"function as key", `local f = function() return 1 end return {[f] = 2}, f`, `local t, f = ... return t[f] == 2`},
		{"table of functions", `local t = {} function t.a() return t.b() end function t.b() return 8 end return t`, `return (...).a() == 8`},
		{"pipe in the source", `local f = function() return "a" end -- | here
			return f`, `return (...)() == "a"`},
		{"big", `local t = {} for i = 1, 5000 do t[i] = {i, tostring(i)} end return t`, `local t = ... return #t == 5000 and t[5000][1] == 5000 and t[77][2] == "77"`},
		{"deep", `local t = {} local at = t for i = 1, 20000 do at.n = {} at = at.n end return t`, `local t, n = ..., 0 while t.n do t = t.n n = n + 1 end return n == 20000`},
		{"long list", `local head for i = 1, 20000 do head = {i, head} end return head`, `local n, l = 0, ... while l do n = n + 1 l = l[2] end return n == 20000`},
		{"global table with its functions", `tools = {scale = 2} function tools.f(x) return x * tools.scale end return function(x) return tools.f(x) end`, `return (...)(4) == 8`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			from, to := newState(t), newState(t)
			data, err := from.sender().Encode(from.run(t, row.send))
			if err != nil {
				t.Fatal(err)
			}
			values, err := to.receiver().Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			if got := to.run(t, row.check, values...); len(got) == 0 || got[0] != lua.LTrue {
				t.Errorf("%s\narrives so that this is not true:\n%s", row.send, row.check)
			}
		})
	}
}

func TestUserdata(t *testing.T) {
	from, to := newState(t), newState(t)
	box := func(parts *lua.LTable) *lua.LUserData {
		ud := from.NewUserData()
		ud.Value = parts
		return ud
	}
	inner := box(from.NewTable())
	parts := from.NewTable()
	parts.Append(inner)
	outer := box(parts)
	data, err := from.sender().Encode([]lua.LValue{inner, outer})
	if err != nil {
		t.Fatal(err)
	}
	values, err := to.receiver().Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	got := values[1].(*lua.LUserData).Value.(*lua.LTable).RawGetInt(1)
	if got != values[0] {
		t.Errorf("the inner userdata is %v, not the one that was sent beside it", got)
	}
}

func TestRefuses(t *testing.T) {
	rows := []struct{ code, want, word string }{
		{`local co = coroutine.create(print) return function() return co end`, "upvalue co is a coroutine, which cannot travel to another process", "co"},
		{`local log = FILE return function() return log end`, "upvalue log is an open file, which", "log"},
		{`log = FILE return function() return log end`, "global log is an open file, which", "log"},
		{`local t = {files = {FILE}} return function() return t end`, "upvalue t, field files, element [1] is an open file", "t"},
		{`local log = FILE local function say() return log end return function() return say() end`, "upvalue say, upvalue log is an open file", "say"},
		{`local it = string.gmatch("a", "a") return function() return it() end`, "upvalue it is an iterator", "it"},
		{`return function() end, FILE`, "argument 1 is an open file", ""},
		{`return function() end, {x = coroutine.create(print)}`, "argument 1, field x is a coroutine", "x"},
		{`return setmetatable({}, {f = FILE})`, "the metatable, field f is an open file", "f"},
		{`return coroutine.create(print)`, "a coroutine cannot travel", ""},
		{`return {[FILE] = 1}`, "a key is an open file", ""},
		{`string.log = FILE return function() return string.log end`, "global string.log is an open file", "string.log"},
	}
	for _, row := range rows {
		from := newState(t)
		from.SetGlobal("FILE", from.NewUserData())
		_, err := from.sender().Encode(from.run(t, row.code))
		var refused *Error
		if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), row.want) || refused.Name != row.word {
			t.Errorf("%s\n got %v, word %q\nwant %q, word %q", row.code, err, refused, row.want, row.word)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	from := newState(t)
	data, err := from.sender().Encode(from.run(t, `local n, t = 1, {1, "x", {}} return function() return n, t, string.rep end, t`))
	if err != nil {
		t.Fatal(err)
	}
	for cut := range data {
		to := newState(t)
		if _, err := to.receiver().Decode(data[:cut]); err == nil {
			t.Errorf("%d of %d bytes are taken", cut, len(data))
		}
	}
	if _, err := newState(t).receiver().Decode(append(data, 0)); err == nil {
		t.Error("a byte too many is taken")
	}
	if _, err := newState(t).receiver().Decode([]byte{9}); err == nil || !strings.Contains(err.Error(), "version 9") {
		t.Errorf("another version gives %v", err)
	}
}

// FuzzDecode must neither panic nor allocate more than the input can hold.
func FuzzDecode(f *testing.F) {
	from := newState(f)
	for _, code := range []string{`return 1, "x", {1, 2, a = {}}`, `local n = 1 return function() n = n + 1 return n, string end`} {
		data, err := from.sender().Encode(from.run(f, code))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		to := newState(t)
		_, _ = to.receiver().Decode(data)
	})
}

// FuzzRoundTrip builds a value out of the input and compares it with what
// arrives.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("\x00\x01\x02\x03\x04\x05\x06\x07abc"))
	f.Add([]byte{6, 6, 6, 4, 2, 1, 8, 0, 3, 3, 3, 5, 5, 9})
	f.Fuzz(func(t *testing.T, data []byte) {
		from, to := newState(t), newState(t)
		g := grower{L: from.LState, data: data}
		sent := g.value(0)
		encoded, err := from.sender().Encode([]lua.LValue{sent})
		if err != nil {
			t.Fatal(err)
		}
		values, err := to.receiver().Decode(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if !same(sent, values[0], map[*lua.LTable]*lua.LTable{}) {
			t.Errorf("%x does not arrive as it was sent", data)
		}
	})
}

// grower makes a value of bytes; tables may hold each other.
type grower struct {
	L      *lua.LState
	data   []byte
	tables []*lua.LTable
}

func (g *grower) byte() byte {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return b
}

func (g *grower) value(depth int) lua.LValue {
	switch kind := g.byte(); {
	case kind%8 == 1:
		return lua.LBool(kind&8 > 0)
	case kind%8 == 2:
		return lua.LNumber(int8(g.byte()))
	case kind%8 == 3:
		return lua.LNumber(math.Float64frombits(uint64(g.byte())<<56 | uint64(g.byte())<<40 | uint64(g.byte())))
	case kind%8 == 4:
		n := min(int(g.byte()), len(g.data))
		s := lua.LString(g.data[:n])
		g.data = g.data[n:]
		return s
	case kind%8 == 5 && len(g.tables) > 0:
		return g.tables[int(g.byte())%len(g.tables)]
	case kind%8 >= 6 && depth < 50:
		t := g.L.NewTable()
		g.tables = append(g.tables, t)
		for range g.byte() % 16 {
			t.Append(g.value(depth + 1))
		}
		for range g.byte() % 16 {
			if k := g.value(depth + 1); k != lua.LNil && k == k {
				t.RawSet(k, g.value(depth+1))
			}
		}
		if g.byte()%4 == 3 && len(g.tables) > 0 {
			t.Metatable = g.tables[int(g.byte())%len(g.tables)]
		}
		return t
	}
	return lua.LNil
}

// same compares without following a pair of tables twice. Tables as keys are
// matched by count only.
func same(a, b lua.LValue, seen map[*lua.LTable]*lua.LTable) bool {
	ta, isTable := a.(*lua.LTable)
	if !isTable {
		if n, ok := a.(lua.LNumber); ok && n != n {
			m, ok := b.(lua.LNumber)
			return ok && m != m
		}
		return a == b
	}
	tb, isTable := b.(*lua.LTable)
	if !isTable {
		return false
	}
	if other, known := seen[ta]; known {
		return other == tb
	}
	seen[ta] = tb
	countA, countB, equal := 0, 0, true
	tb.ForEach(func(_, _ lua.LValue) { countB++ })
	ta.ForEach(func(k, v lua.LValue) {
		countA++
		if _, isTable := k.(*lua.LTable); !isTable && equal {
			equal = same(v, tb.RawGet(k), seen)
		}
	})
	if ma, ok := ta.Metatable.(*lua.LTable); ok && equal {
		equal = same(ma, tb.Metatable, seen)
	}
	return equal && countA == countB
}

func init() {
	// A key of an array makes the array as long; a fuzzer would ask for gigabytes.
	lua.MaxArrayIndex = 1 << 16
}
