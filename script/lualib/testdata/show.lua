-- Each of lines is evaluated and printed with what it gives or raises.
local function show(...)
  local out = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    out[i] = type(v) == "string" and (string.gsub(v, "[^ -~]", function(c) return "\\" .. string.byte(c) end)) or tostring(v)
  end
  return table.concat(out, ",")
end
for line in lines:gmatch("[^\n]+") do
  local fn, err = loadstring("return " .. line, "=x")
  print(line .. "  -->  " .. (fn and show(pcall(fn)) or err))
end
