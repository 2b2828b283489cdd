package extension

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/leak"
	"weir/ipc/oracle"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// newState is a Lua state with all of the package in it; what it prints goes to
// out.
func newState(tb testing.TB, out *strings.Builder) *lua.LState {
	tb.Helper()
	L := lua.NewState()
	tb.Cleanup(L.Close)
	fill := func(name string, functions map[string]lua.LGFunction) *lua.LTable {
		t, ok := L.GetGlobal(name).(*lua.LTable)
		if !ok {
			t = L.NewTable()
			L.SetGlobal(name, t)
		}
		return L.SetFuncs(t, functions)
	}
	fill("string", map[string]lua.LGFunction{"pack": Pack, "unpack": Unpack, "packsize": PackSize})
	fill("bit", map[string]lua.LGFunction{"tobit": ToBit, "tohex": ToHex, "bnot": BNot, "band": BAnd, "bor": BOr, "bxor": BXor,
		"lshift": LShift, "rshift": RShift, "arshift": ARShift, "rol": Rol, "ror": Ror, "bswap": BSwap})
	fill("utf8", map[string]lua.LGFunction{"char": UTF8Char, "codes": UTF8Codes, "codepoint": UTF8CodePoint, "len": UTF8Len, "offset": UTF8Offset}).
		RawSetString("charpattern", lua.LString(CharPattern))
	fill("json", map[string]lua.LGFunction{"encode": JSONEncode, "decode": JSONDecode, "object": JSONObject}).RawSetString("null", Null(L))
	fill("_G", map[string]lua.LGFunction{"int64": Int64, "uint64": Uint64, "print": func(L *lua.LState) int {
		for i := 1; i <= L.GetTop(); i++ {
			if i > 1 {
				out.WriteByte('\t')
			}
			out.WriteString(L.ToStringMeta(L.Get(i)).String())
		}
		out.WriteByte('\n')
		return 0
	}})
	return L
}

// play gives what a script prints here.
func play(tb testing.TB, code string) string {
	tb.Helper()
	var out strings.Builder
	if err := newState(tb, &out).DoString(code); err != nil {
		tb.Fatalf("%v\n%s", err, code)
	}
	return out.String()
}

// printed gives what the script prints in another Lua.
func printed(tb testing.TB, program, code string) string {
	tb.Helper()
	path := oracle.Need(tb, program)
	file := filepath.Join(tb.TempDir(), "oracle.lua")
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		tb.Fatal(err)
	}
	text, err := exec.Command(path, file).CombinedOutput()
	if err != nil {
		tb.Fatalf("%v\n%s", err, text)
	}
	return string(text)
}

// preamble defines show, which prints what a call gives or raises, the same in
// every Lua.
const preamble = `
local function text(v)
	if type(v) == "number" and v % 1 == 0 and v < 2^53 and v > -2^53 then return ("%.0f"):format(v) end
	if type(v) == "number" and v ~= v then return "nan" end
	if type(v) == "number" and math.type and math.type(v) == "integer" then return tostring(v) end
	if type(v) == "number" then return ("%.17g"):format(v) end
	if type(v) == "string" then return "'" .. v:gsub("[^%w%p ]", function(c) return ("\\%d."):format(c:byte()) end) .. "'" end
	return (tostring(v):gsub("U?LL$", ""))
end
local function show(label, fn, ...)
	local function collect(ok, ...)
		local list = {}
		for i = 1, select("#", ...) do list[i] = text((select(i, ...))) end
		if not ok then list[1] = list[1]:gsub("^'[^:]*:%d+: ", "'"):gsub("luaL?_?", "") end
		print(label, ok, table.concat(list, " "))
	end
	collect(pcall(fn, ...))
end
`

// same compares line by line.
func same(t *testing.T, code, want string) {
	t.Helper()
	compare(t, play(t, preamble+code), want)
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	shown := 0
	for i := range w {
		if i >= len(g) || g[i] != w[i] {
			here := ""
			if i < len(g) {
				here = g[i]
			}
			t.Errorf("\n got %s\nwant %s", here, w[i])
			if shown++; shown == 10 {
				return
			}
		}
	}
	if len(g) != len(w) {
		t.Errorf("%d lines, not %d", len(g), len(w))
	}
}
