package interp_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// limits compiles programs at the limits of lua5.1 and beyond them, and prints what each
// gives, or the error with its line. Constructs inside one another are counted from the calls
// that are under way in lua5.1, so that the very limit differs by those.
const limits = `
local function many(n, form, between)
  local t = {}
  for i = 1, n do t[i] = (form:gsub("#", i)) end
  return table.concat(t, between or " ")
end
local function show(what, source)
  local f, m = loadstring(source, "=s")
  if f then print(what, pcall(f)) else print(what, (m:gsub("\n.*", ""):gsub("^s:1: constant table", "constant table"):gsub("more than %d+ variables in", "more than # variables in"):gsub("near '(.-)'$", function(t) return "near " .. t:sub(1, 20) end))) end
end
for _, n in ipairs{1, 199, 200, 201, 300} do
  show("locals " .. n, many(n, "local a# = # ") .. " return a1")
  show("locals of one statement " .. n, "local " .. many(n, "a#", ",") .. " = 1 return a1")
  show("parameters " .. n, "local function f(" .. many(n, "a#", ",") .. ") return a1 end return f(7)")
  show("names of a for " .. n, "for " .. many(n, "a#", ",") .. " in pairs{5} do return a1 end")
end
for _, n in ipairs{1, 59, 60, 61, 80} do
  local outer = many(math.min(n, 150), "local a# = #")
  show("upvalues " .. n, outer .. " local function f() return " .. many(n, "a#", "+") .. " end return f()")
end
for _, n in ipairs{10, 150, 190, 201, 300, 5000} do
  show("targets " .. n, many(n, "a#", ",") .. " = 1 return a1")
  show("brackets " .. n, "return " .. ("("):rep(n) .. "1" .. (")"):rep(n))
  show("blocks " .. n, ("do "):rep(n) .. "local x = 1 " .. ("end "):rep(n) .. "return 2")
  show("functions " .. n, "return type((function() " .. ("return function() "):rep(n) .. ("end "):rep(n) .. "end)())")
  show("tables " .. n, "return #" .. ("{"):rep(n) .. ("}"):rep(n))
  show("unary " .. n, "return " .. ("- "):rep(n) .. "1")
  show("not " .. n, "return " .. ("not "):rep(n) .. "1")
  show("joined " .. n, "return #(" .. many(n, "'a'", "..") .. ")")
  show("powers " .. n, "return " .. many(n, "1", "^"))
  show("sums " .. n, "return " .. many(n, "1", "+"))
  show("ands " .. n, "return " .. many(n, "#", " and "))
  show("elseifs " .. n, "local x = " .. n .. " if x == 0 then return 0 " .. many(n, "elseif x == # then return #") .. " end")
  show("ifs " .. n, ("if true then "):rep(n) .. ("end "):rep(n) .. "return 2")
  show("calls " .. n, "local function f(x) return x end return " .. ("f("):rep(n) .. "1" .. (")"):rep(n))
  show("indexes " .. n, "local t = {} t.t = t return t" .. (".t"):rep(n) .. " == t")
  show("arguments " .. n, "return select('#', " .. many(n, "#", ",") .. ")")
  show("returned " .. n, "return select('#', (function() return " .. many(n, "#", ",") .. " end)())")
  show("items " .. n, "return #{" .. many(n, "#", ",") .. "}")
  show("fields " .. n, "local t = {" .. many(n, "a# = #", ",") .. "} return t.a" .. n)
  show("constants " .. n, "local t = {} " .. many(n, "t.a# = 'v#'") .. " return t.a" .. n)
end
show("many constants", "local t = {" .. many(70000, "#.5", ",") .. "} return t[70000]")
show("too many constants", "local t = {" .. many(270000, "#.5", ",") .. "} return t[70000]")
show("too many strings", "local t = {" .. many(270000, "'#'", ",") .. "} return t[70000]")
show("a long jump", "local x = 0 while x < 1 do x = x + 1 " .. many(70000, "x = x") .. " end return x")
show("too long a jump", "local x = 0 while x < 1 do x = x + 1 " .. many(140000, "x = x") .. " end return x")
show("many functions", many(30000, "local function f() return # end") )
print(pcall(function() local function f(n) return n == 0 and 0 or 1 + f(n - 1) end return f(15000) end))
print((select(2, pcall(function() local function f() return 1 + f() end return f() end))))
local depth = 0
print((select(2, pcall(function() local function f() depth = depth + 1 f() end f() end))), depth > 15000, depth < 20000)
depth = 0
local function nest() depth = depth + 1 return select(2, pcall(nest)) end
print(nest(), depth > 190, depth < 210)
print((select(2, pcall(string.gsub, "x", "x", (function() local function f() return (("x"):gsub("x", f)) end return f end)()))))
local m = setmetatable({}, {}) getmetatable(m).__index = function(t, k) return t[k + 1] end
print((select(2, pcall(function() return m[1] end))))
local loop = setmetatable({}, {}) getmetatable(loop).__index = loop
print((select(2, pcall(function() return loop[1] end))))
getmetatable(loop).__newindex = loop
print((select(2, pcall(function() loop[1] = 1 end))))
print(xpcall(function() local function f() return 1 + f() end return f() end, function(m) return "handled " .. m end))
print(select("#", unpack({}, 1, 200)), pcall(unpack, {}, 1, 1e8))
`

// TestLimits compares them with lua5.1, to the word.
func TestLimits(t *testing.T) {
	real, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Fatal("lua5.1 is what the results are compared with: install it")
	}
	path := filepath.Join(t.TempDir(), "x.lua")
	if err := os.WriteFile(path, []byte(limits), 0o600); err != nil {
		t.Fatal(err)
	}
	compareLines(t, printed(t, os.Args[0], path), printed(t, real, path))
}
