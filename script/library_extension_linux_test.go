package script

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/script/library"
)

// TestLater: what was not named is not there, and what was is a plain table.
func TestLater(t *testing.T) {
	vm := newVM(t)
	globals := vm.L.G.Global
	for _, step := range []struct{ code, made string }{
		{`return 1`, ""},
		{`return select("#", unpack{1, 2})`, ""}, // names pack, which is a part of string
		{`return json`, "json"},
		{`return 1`, "json"},
		{`return rawget(_G, "b" .. "it")`, "json bit utf8 time sys int64 uint64"},
	} {
		if _, err := vm.Eval("x.lua", step.code); err != nil {
			t.Fatal(err)
		}
		for _, name := range strings.Fields("json bit utf8 time sys int64 uint64") {
			if want := strings.Contains(step.made, name); (globals.RawGetString(name) != lua.LNil) != want {
				t.Errorf("after %s: %s is there: %v", step.code, name, !want)
			}
		}
	}
}

func TestLaterLibraries(t *testing.T) {
	rows := []struct{ code, want string }{
		{`local n = 0 for _ in pairs(bit) do n = n + 1 end return n, getmetatable(bit), rawget(json, "encode") == json.encode`, "12 nil true"},
		{`setmetatable(_G, {__index = function(_, k) error("no " .. k, 0) end}) return json.encode{1}`, "[1]"},
		{`return require("json") == json, require("bit").band(6, 3)`, "true 2"},
		{`package.preload.json = function() return 7 end return require("json")`, "7"},
		{`return select(2, pcall(require, "string.pack")):match("no file")`, "no file"},
		{`json = 5 return json`, "5"},
		{`return loadstring("return utf8.len('x')")()`, "1"},
		{`return getfenv()["ti" .. "me"].now() > 1e9`, "true"},
		{`return ("<i2"):pack(258):byte(1, -1)`, "2 1"},
		{`return time.monotonic() <= time.monotonic(), math.abs(time.now() - os.time()) < 5`, "true true"},
		{`return sys.env("HOME") == os.getenv("HOME"), sys.env().PATH == os.getenv("PATH"), sys.env("WEIR_NOT_SET"), sys.os, sys.cpus() >= 1, sys.pid() > 0`, "true true nil linux true true"},
		{`local t = time.monotonic() time.sleep("20ms") time.sleep(0.01) time.sleep(0) return time.monotonic() - t >= 0.03`, "true"},
	}
	for _, row := range rows {
		if got, err := eval(t, row.code); err != nil || got != row.want {
			t.Errorf("%s\n got %q, %v\nwant %q", row.code, got, err, row.want)
		}
	}
}

// TestLaterTravels: the libraries, their functions and int64 reach another
// process and a thread, and come back.
func TestLaterTravels(t *testing.T) {
	for _, stage := range []string{"proc", "thread"} {
		for _, row := range []struct{ code, want string }{
			{`local enc = json.encode return STAGE(function() return enc{1, {a = true}} end)`, `[1,{"a":true}]`},
			{`return STAGE(function() return json.encode{string.pack("z", "x"):byte(1, -1)} end)`, `[120,0]`},
			{`enc = json.encode return STAGE(loadstring("return enc({})"))`, `[]`},
			{`local lib = bit return STAGE(function() return lib.band(12, 10) end)`, `8`},
			{`local p = ("").pack return STAGE(function() return #p("i8", 1) end)`, `8`},
			{`json.twice = function(x) return json.encode{x, x} end return STAGE(function() return json.twice(1) end)`, `[1,1]`},
			{`json = {encode = function() return "mine" end} return STAGE(function() return json.encode(1) end)`, `mine`},
			{`local n, z = int64("9223372036854775807"), json.null return STAGE(function() return tostring(n + 1) .. tostring(z == json.null) end)`, `-9223372036854775808true`},
			{`return STAGE(function() return {uint64(2) ^ 63, -int64(5), json.null} end)`, `[9223372036854775808,-5,null]`},
			{`local e = json.decode("{}") return STAGE(function() return json.encode(e) end)`, `{}`},
			{`return STAGE(function() return sys.pid() end)`, ``},
		} {
			code := strings.ReplaceAll(row.code, "STAGE", "local v = STAGE") + ` `
			code = strings.ReplaceAll(code, "return local v = STAGE", "local v = run("+stage)
			code = strings.TrimSpace(code) + `).stages[1].value if type(v) == "table" then v = (rawget(_G, "json")).encode(v) end return v`
			if strings.HasPrefix(code, "json = {") {
				code = strings.ReplaceAll(code, `if type(v) == "table" then v = (rawget(_G, "json")).encode(v) end `, "")
			}
			got, err := eval(t, code)
			if err != nil || row.want != "" && got != row.want {
				t.Errorf("%s\n got %q, %v\nwant %q", code, got, err, row.want)
			}
		}
	}
}

// TestLaterArrives: an input of a prompt that names none of them calls one.
func TestLaterArrives(t *testing.T) {
	vm := newVM(t)
	for _, code := range []string{`enc = json.encode`, `number = int64(7)`, `work = function() return enc{number, number * 2} end`} {
		if _, err := vm.Eval(code, code); err != nil {
			t.Fatal(err)
		}
	}
	got, err := vm.Eval("x.lua", `return run(proc(work)).stages[1].value`)
	if err != nil || len(got) != 1 || got[0].String() != "[7,14]" {
		t.Fatal(got, err)
	}
}

// TestMessagesAsJSON: null is nil in messages, and integers stay exact.
func TestMessagesAsJSON(t *testing.T) {
	got, err := eval(t, `local m = ring{slots = 4, codec = "json"}
		m:send{int64("-9007199254740993"), nil, 3} m:send{json.null, json.object()} m:send(json.null)
		local a, b, c = m:receive(), m:receive(), m:receive()
		return json.encode(a), a[2], a[1] + 1, json.encode(b), c`)
	if want := `[-9007199254740993,null,3] nil -9007199254740992 [null,{}] nil`; err != nil || got != want {
		t.Fatalf("%s, %v", got, err)
	}
}

// TestSleepEnds: the end of the context ends a sleep, which begins before it.
func TestSleepEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	vm := New(Options{Script: "x.lua", Context: ctx})
	defer vm.Close()
	vm.L.SetGlobal("asleep", vm.L.NewFunction(func(*lua.LState) int {
		cancel()
		return 0
	}))
	began := time.Now()
	err := vm.Run("x.lua", `asleep() time.sleep("1h")`)
	var failed *Failure
	if !errors.As(err, &failed) || failed.Why != runtime.WhyInterrupted || time.Since(began) > time.Minute {
		t.Fatal(err)
	}
}

// TestLaterExamples: help's examples run.
func TestLaterExamples(t *testing.T) {
	for _, e := range library.LaterEntries() {
		if _, err := eval(t, strings.ReplaceAll(e.Example, "print(", "tostring(")); err != nil {
			t.Errorf("%s: %v", e.Name, err)
		}
		if e.Summary == "" || e.Signature == "" {
			t.Errorf("%s has no help", e.Name)
		}
	}
}

func BenchmarkMakeLibraries(b *testing.B) {
	vm := New(Options{})
	defer vm.Close()
	for b.Loop() {
		vm.later.Made = 0
		vm.MakeLibraries()
	}
}

// TestFormatInteger: string.format writes exact integers exactly.
func TestFormatInteger(t *testing.T) {
	for code, want := range map[string]string{
		`return string.format("%d|%6d|%-4d|%s", int64("9007199254740993"), int64(-5), int64(7), uint64("18446744073709551615"))`: "9007199254740993|    -5|7   |18446744073709551615",
		`return string.format("%x %X %o", int64(-1), uint64(255), int64(8))`:                                                     "ffffffffffffffff FF 10",
	} {
		v, err := eval(t, code)
		if err != nil || v != want {
			t.Errorf("%s: %v, %v; want %s", code, v, err, want)
		}
	}
	if _, err := eval(t, `return string.format("%g", int64(1))`); err == nil {
		t.Error("a format for numbers takes an int64")
	}
}
