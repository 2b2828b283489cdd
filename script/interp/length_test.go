package interp_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// lengths grows and empties lists with holes at random, and prints what # gives at each
// step: Lua leaves it open, but a program sees it.
const lengths = `
local function show(t) io.write(#t, " ") end
local seed = 7
local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 return math.floor(seed / 65536) % n + 1 end
for round = 1, 3000 do
  local items = {}
  for i = 1, random(70) do items[i] = random(4) == 1 and "nil" or "1" end
  for i = 1, random(4) - 1 do items[#items + 1] = "k" .. i .. "=1" end
  local t = loadstring("return {" .. table.concat(items, ",") .. "}")()
  show(t)
  for step = 1, random(25) do
    local what = random(8)
    if what == 1 then t["s" .. random(9)] = 1
    elseif what == 2 then t[random(80)] = 1
    elseif what == 3 then t[#t] = 1
    elseif what == 4 then t[random(80) + .5] = 1
    elseif what == 5 then table.insert(t, 1)
    else t[#t + 1] = 2 end
    show(t)
  end
  print()
end
for n = 0, 70 do
  local items = {}
  for i = 1, n do items[i] = "1" end
  local t = loadstring("return {" .. table.concat(items, ",") .. "}")()
  t[n], t[math.floor(n / 2)] = nil, nil
  show(t)
end
local t = {}
for i = 10, 1, -1 do t[i] = i show(t) end
for i = 1, 100 do t[i * 2] = i show(t) end
print(#{[77] = 1}, #{1, nil, 3}, #{1, nil, 3, nil}, #{nil, nil, 3}, #{n = 1, nil}, #{(function() return 1, nil, 3 end)()})
`

// TestLength compares them with lua5.1.
func TestLength(t *testing.T) {
	real, err := exec.LookPath("lua5.1")
	if err != nil {
		t.Fatal("lua5.1 is what the results are compared with: install it")
	}
	path := filepath.Join(t.TempDir(), "x.lua")
	if err := os.WriteFile(path, []byte(lengths), 0o600); err != nil {
		t.Fatal(err)
	}
	compareLines(t, printed(t, os.Args[0], path), printed(t, real, path))
}
