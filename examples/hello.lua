-- A pipeline: three programs and a Lua function, joined by pipes.
--
-- Look at: each stage is a process of its own. While it runs, `ps` shows four,
-- the Lua function among them, and the result knows each one's number.

local function shout()
  for line in io.lines() do print(line:upper() .. "!") end
end

local say, once = "printf 'hello\\nworld\\nhello\\n'", sh"uniq"
if sys.os == "windows" then
  say, once = cmd("cmd", "/c", "(echo hello)& (echo world)& (echo hello)"), uniq()
end
local result = run(say | "sort" | once | shout)

for i, stage in ipairs(result.stages) do
  print(("%d  %-8s ended with status %d"):format(i, stage.name, stage.code))
end
