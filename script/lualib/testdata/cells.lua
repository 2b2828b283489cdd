-- Calls every function of Lua 5.1's libraries with odd values at every place and writes
-- a line for each cell: the call, how it was made, what it gave or raised.
local out, write = io.stdout, io.stdout.write
local pcall, select, type, tostring, loadstring, ipairs, pairs, unpack = pcall, select, type, tostring, loadstring, ipairs, pairs, unpack
local gsub, format, concat, sort = string.gsub, string.format, table.concat, table.sort
local open, close, stdin, output, input = io.open, io.close, io.stdin, io.output, io.input
local setmetatable, newproxy, create, rawget, next = setmetatable, newproxy, coroutine.create, rawget, next

package.path, package.cpath = "./?.lua", "./?.so" -- the places of an installation differ

function package.preload.kept(...) return {...} end

-- The values, as the source that makes them. V has what a literal cannot write.
local odd = {"nil", "true", "false", "0", "-1", "1.5", "2", "1e308", "-1e308", "0/0", '"x"', '"10"', '" 0x10 "', '"%a+"', '""', "{}", "{3, 1, 2}",
  "V.fn()", "V.thread()", "V.file()", "V.closed()", "V.proxy()", "V.tostring()", "V.number()", "V.index()", "V.call()", "V.protected()", "print", "io.stdout"}
local few = {"nil", "true", "-1", "1.5", "1e308", '"x"', '"10"', "{}", "{3, 1, 2}", "V.fn()", "V.thread()", "V.file()", "V.tostring()", "V.index()", "V.call()"}
local files = {}
V = {
  fn = function() return function(...) return ... end end,
  thread = function() return create(function() end) end,
  file = function()
    local f = open("scratch", "w+")
    f:write("12 line\nnext\n") f:seek("set")
    files[#files + 1] = f
    return f
  end,
  closed = function() local f = open("scratch") f:close() return f end,
  proxy = function() return newproxy(true) end,
  tostring = function() return setmetatable({}, {__tostring = function() return "shown" end}) end,
  number = function() return setmetatable({}, {__tostring = function() return 7 end}) end,
  index = function() return setmetatable({}, {__index = function(t, k) return k end, __newindex = function() end, __len = function() return 3 end}) end,
  call = function() return setmetatable({}, {__call = function(self, ...) return "called", ... end}) end,
  protected = function() return setmetatable({1}, {__metatable = "locked", __lt = function() return true end}) end,
}

-- What is good for each function; an odd value takes the place of each in turn.
local good = {
  getmetatable = {"{}"}, ipairs = {"{1}"}, next = {"{7}", "1"}, pairs = {"{1}"}, print = {"1", "2"}, rawequal = {"1", "1"},
  rawget = {"{7}", "1"}, rawset = {"{}", "1", "2"}, select = {"2", "7", "8"}, setmetatable = {"{}", "{}"}, tonumber = {'"10"', "8"},
  tostring = {"1"}, type = {"1"}, unpack = {"{1, 2, 3}", "2", "3"}, collectgarbage = {'"setpause"', "100"}, gcinfo = {}, newproxy = {"true"},
  module = {'"m.n"', "package.seeall"}, require = {'"kept"'},
  ["package.loadlib"] = {'"a"', '"b"'}, ["package.seeall"] = {"{}"},
  ["string.byte"] = {'"hello"', "2", "4"}, ["string.char"] = {"65", "66"}, ["string.dump"] = {"print"}, ["string.find"] = {'"hello"', '"l"', "2", "true"},
  ["string.format"] = {'"%d %s"', "7", '"x"'}, ["string.gmatch"] = {'"hello"', '"l"'}, ["string.gfind"] = {'"hello"', '"l"'},
  ["string.gsub"] = {'"hello"', '"l"', '"L"', "1"}, ["string.len"] = {'"hello"'}, ["string.lower"] = {'"HELLO"'}, ["string.match"] = {'"hello"', '"l+"', "2"},
  ["string.rep"] = {'"ab"', "3"}, ["string.reverse"] = {'"hello"'}, ["string.sub"] = {'"hello"', "2", "4"}, ["string.upper"] = {'"hello"'},
  ["table.concat"] = {"{1, 2, 3}", '"-"', "1", "3"}, ["table.foreach"] = {"{7}", "V.fn()"}, ["table.foreachi"] = {"{7}", "V.fn()"}, ["table.getn"] = {"{7}"},
  ["table.insert"] = {"{1, 2}", "1", "7"}, ["table.maxn"] = {"{7}"}, ["table.remove"] = {"{1, 2}", "1"}, ["table.setn"] = {"{7}", "1"}, ["table.sort"] = {"{3, 1, 2}", "function(a, b) return a > b end"},
  ["io.close"] = {"V.file()"}, ["io.flush"] = {}, ["io.input"] = {"V.file()"}, ["io.lines"] = {'"scratch"'}, ["io.open"] = {'"scratch"', '"r"'}, ["io.output"] = {"V.file()"},
  ["io.popen"] = {'"true"', '"r"'}, ["io.read"] = {'"*l"', '"*n"'}, ["io.tmpfile"] = {}, ["io.type"] = {"V.file()"}, ["io.write"] = {'"a"', '"b"'},
  ["FILE.close"] = {"V.file()"}, ["FILE.flush"] = {"V.file()"}, ["FILE.lines"] = {"V.file()"}, ["FILE.read"] = {"V.file()", '"*n"', '"*l"'},
  ["FILE.seek"] = {"V.file()", '"set"', "3"}, ["FILE.setvbuf"] = {"V.file()", '"full"', "1024"}, ["FILE.write"] = {"V.file()", '"a"', '"b"'}, ["FILE.__tostring"] = {"V.file()"}, ["FILE.__gc"] = {"V.file()"},
  ["os.date"] = {'"!%c"', "0"}, ["os.difftime"] = {"2", "1"}, ["os.setlocale"] = {'"C"', '"all"'}, ["os.time"] = {"{year = 2000, month = 1, day = 1}"},
  ["math.fmod"] = {"7", "3"}, ["math.mod"] = {"7", "3"}, ["math.pow"] = {"2", "3"}, ["math.atan2"] = {"1", "2"}, ["math.ldexp"] = {"1", "2"},
  ["math.max"] = {"1", "2", "3"}, ["math.min"] = {"1", "2", "3"}, ["math.random"] = {"1", "2"}, ["math.randomseed"] = {"1"},
}
for _, name in ipairs{"abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "deg", "exp", "floor", "frexp", "log", "log10", "modf", "rad", "sin", "sinh", "sqrt", "tan", "tanh"} do
  good["math." .. name] = {"0.5"}
end

-- skip tells which cells are left out: of them cells_test.go tells why.
local function skip(name, args)
  local first, second = args[1] or "nil", args[2] or "nil"
  if name == "io.popen" then return first:find('^["0-9-]') and (second == "nil" or second == '"r"') end
  if name == "os.time" then return first == "nil" end
  if name == "os.date" then return first:find("^n") or second == "nil" or second == '0/0' end
  if name == "string.dump" then return first == "V.fn()" end
  if name == "package.loadlib" then return first:find('^[-"0-9]') and second:find('^[-"0-9]') end
  if name == "math.random" then return first:find("1e308") or second:find("1e308") end
  if name == "math.pow" then return first == "0/0" end
  if name == "collectgarbage" then return first == '"count"' end
  if name == "require" or name == "module" then return first:find("0/0") end
  return false
end
-- kindOnly are those whose numbers cannot be the same.
local kindOnly = {gcinfo = true, ["math.random"] = true}

local function look(name)
  local where, key = name:match("^(%w+)%.([%w_]+)$")
  if not where then return _G[name] end
  if where == "FILE" then return getmetatable(io.stdout)[key] end
  return _G[where][key]
end
FILE = getmetatable(io.stdout)

local function text(v, deep)
  local kind = type(v)
  if kind == "string" then return (format("%q", v):gsub("[^ -~]", function(c) return "\\" .. c:byte() end)) end
  if kind == "table" and not deep then
    local parts = {}
    for k, w in next, v do parts[#parts + 1] = text(k, true) .. "=" .. text(w, true) end
    sort(parts)
    return "{" .. concat(parts, ",") .. "}"
  end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(v) end
  return kind
end
local function results(name, ok, ...)
  local parts = {ok and "gives" or "raises"}
  for i = 1, select("#", ...) do
    local v = (select(i, ...))
    parts[i + 1] = ok and kindOnly[name] and type(v) or text(v)
  end
  return concat(parts, " ")
end
local saved = {}
for k, v in pairs(_G) do saved[k] = v end
local function clean()
  output(out) input(stdin)
  for _, f in ipairs(files) do pcall(f.close, f) end
  files = {}
  for k in pairs(_G) do if saved[k] == nil then _G[k] = nil end end
  for k, v in pairs(saved) do _G[k] = v end
  for k in pairs(package.loaded) do if saved[k] == nil then package.loaded[k] = nil end end
end

local count = {cells = 0}
local function note(name, args, how, call, ...)
  count.cells = count.cells + 1
  write(out, "\n@", name, "(", args, ") by ", how, "\n")
  local result = results(name, pcall(call, ...))
  clean()
  write(out, "\n", result)
end
-- value makes one of the values; made keeps what makes it.
local made = {}
local function value(source)
  if not made[source] then made[source] = loadstring("return " .. source) end
  return (made[source]())
end
local function values(list)
  local args = {}
  for i = 1, #list do args[i] = value(list[i]) end
  return unpack(args, 1, #list)
end
local function cell(name, list, lines)
  if skip(name, list) then return end
  local args = concat(list, ", ")
  note(name, args, "pcall", look(name), values(list))
  if not lines then return end
  note(name, args, "a line", loadstring("return " .. name .. "(" .. args .. ")", "=line"))
  local object, rest = list[1], {unpack(list, 2)}
  if object and (name:find("^FILE%.%a") and object:find("file") or name:find("^string%.%a") and object:find('^"')) then
    note(name, args, "a method", loadstring("return (" .. object .. "):" .. name:match("%.(.*)") .. "(" .. concat(rest, ", ") .. ")", "=line"))
  end
end

local names = {}
for name in pairs(good) do names[#names + 1] = name end
sort(names)
for _, name in ipairs(names) do
  if type(look(name)) ~= "function" then
    write(out, "\n@", name, " is no function\n")
  else
    local right = good[name]
    cell(name, {}, true)
    for i = 1, #right + 1 do
      local before = {unpack(right, 1, i - 1)}
      if i <= #right then cell(name, before, true) end
      for _, v in ipairs(odd) do
        local args = {unpack(before)}
        args[i] = v
        cell(name, args, true)
        if i < #right then
          for k = i + 1, #right do args[k] = right[k] end
          cell(name, args, true)
        end
      end
    end
    cell(name, right, true)
    for _, a in ipairs(few) do
      for _, b in ipairs(few) do cell(name, {a, b}) end
    end
  end
end
write(out, "\n@cells\n", count.cells, "\n")
