package script

import (
	"errors"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/script/syntax"
)

// newVM is a VM whose output goes nowhere.
func newVM(tb testing.TB) *VM {
	tb.Helper()
	vm := New(Options{Script: "x.lua"})
	tb.Cleanup(func() { vm.Close() })
	return vm
}

// eval gives what an expression is, as tostring writes it.
func eval(tb testing.TB, text string) (string, error) {
	tb.Helper()
	vm := newVM(tb)
	values, err := vm.Eval("x.lua", text)
	var texts []string
	for _, v := range values {
		texts = append(texts, vm.L.ToStringMeta(v).String())
	}
	return strings.Join(texts, " "), err
}

func TestLua(t *testing.T) {
	rows := []struct{ code, want string }{
		{`return 1 + 1`, "2"},
		{`return pcall(error, "x")`, "false x"},
		{`return pcall(function() error({}) end) == false`, "true"},
		{`return select("#", pcall(function() return 1, nil, 3 end))`, "4"},
		{`return xpcall(function() error("x", 0) end, function(e) return e .. "!" end)`, "false x!"},
		{`return xpcall(function() return 1, 2 end, print)`, "true 1 2"},
		{`return pcall(assert, false, "100%")`, "false 100%"},
		{`return pcall(assert, nil)`, "false assertion failed!"},
		{`return assert(1, 2, 3)`, "1 2 3"},
		{`return loadstring("return ...")(7)`, "7"},
		{`return loadstring("x x")`, `nil [string "x x"]:1:`},
		{`local t = {"return ", "4"} local i = 0 return load(function() i = i + 1 return t[i] end)()`, "4"},
		{`return coroutine.resume(coroutine.create(function() error("c", 0) end))`, "false c"},
		{`local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) return co() + co()`, "3"},
		{`return pcall(function() return q.x end)`, "false x.lua:1: attempt to index global 'q' (a nil value)"},
		{`return pcall(function() q() end)`, "false x.lua:1: attempt to call global 'q' (a nil value)"},
		{`return pcall(function() return 1 + {} end)`, "false x.lua:1: attempt to perform arithmetic on a table value"},
		{`return xpcall(function() return q.x end, function(m) return m .. "!" end)`, "false x.lua:1: attempt to index global 'q' (a nil value)!"},
		{`return coroutine.resume(coroutine.create(function() return q.x end))`, "false x.lua:1: attempt to index global 'q' (a nil value)"},
		{`return pcall(error, "x.lua:1: cannot be")`, "false x.lua:1: cannot be"},
		{`return os.getenv("WEIR_NOT_SET")`, "nil"},
		{`return os.remove("/nonexistent/x")`, "nil /nonexistent/x: No such file or directory 2"},
		{`local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(15000)`, "15000"},
		{`return select("#", unpack({}, 1, 5000))`, "5000"},
		{`return 0010, 007 + 1, 08, 00, 0, 0x10, 1e400, -1e400, 1e-400, 0xffffffffffffffff, 0.5, 010.5`, "10 8 8 0 0 16 +Inf -Inf 0 1.8446744073709552e+19 0.5 10.5"},
		{`return type(arg), arg[0]`, "table x.lua"},
	}
	for _, row := range rows {
		got, err := eval(t, row.code)
		if err != nil || !strings.HasPrefix(got, row.want) {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
}

func TestExit(t *testing.T) {
	for _, code := range []string{`os.exit(3)`, `pcall(os.exit, 3)`, `pcall(function() pcall(os.exit, 3) end)`,
		`xpcall(function() os.exit(3) end, function() return 1 end)`,
		`coroutine.wrap(function() os.exit(3) end)()`, `print(coroutine.resume(coroutine.create(function() os.exit(3) end)))`} {
		if err := newVM(t).Run("x.lua", code+" error('went on')"); Status(err) != 3 {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestOpened measures nothing but that a state is there: see BenchmarkNew.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(Options{}).Close()
	}
}

func BenchmarkFib(b *testing.B) {
	vm := New(Options{})
	defer vm.Close()
	for b.Loop() {
		if _, err := vm.Eval("x", `local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end return fib(24)`); err != nil {
			b.Fatal(err)
		}
	}
}

func lString(s string) lua.LValue { return lua.LString(s) }

// flat is an error on one line, without its source line and caret.
func flat(err error) string {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	text := e.Message
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}
