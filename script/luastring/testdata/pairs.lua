-- try prints what every function makes of a pattern and a subject.
local function show(...)
  local out = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    out[i] = type(v) == "string" and (string.gsub(v, "[^ -~]", function(c) return "\\" .. string.byte(c) end)) or tostring(v)
  end
  return table.concat(out, ",")
end

local function all(s, p)
  local out = {}
  for a, b, c in string.gmatch(s, p) do
    out[#out + 1] = "(" .. show(a, b, c) .. ")"
    if #out == 50 then break end
  end
  return table.concat(out)
end

local function replaced(s, p, ...)
  local r, n = string.gsub(s, p, ...)
  return show(r, n)
end

function try(p, s)
  local what = show(p, s) .. ": "
  print(what .. "find " .. show(pcall(string.find, s, p)))
  print(what .. "find from 3 " .. show(pcall(string.find, s, p, 3)))
  print(what .. "find from -2 " .. show(pcall(string.find, s, p, -2)))
  print(what .. "match " .. show(pcall(string.match, s, p)))
  print(what .. "gmatch " .. show(pcall(all, s, p)))
  print(what .. "gsub %0 " .. show(pcall(replaced, s, p, "<%0>")))
  print(what .. "gsub %1 " .. show(pcall(replaced, s, p, "<%1>", 2)))
  print(what .. "gsub table " .. show(pcall(replaced, s, p, {a = "A", ["1"] = 1, b = false, [1] = "one"})))
  print(what .. "gsub function " .. show(pcall(replaced, s, p, function(a, b) return b or a end)))
end
