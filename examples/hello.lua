-- A pipeline: three programs and a Lua function, joined by pipes.
--
-- Look at: each stage is a process of its own. While it runs, `ps` shows four,
-- the Lua function among them, and the result knows each one's number.

local function shout()
  for line in io.lines() do print(line:upper() .. "!") end
end

local result = run("printf 'hello\\nworld\\nhello\\n'" | "sort" | "uniq" | shout)

for i, stage in ipairs(result.stages) do
  print(("%d  %-8s ended with status %d"):format(i, stage.name, stage.code))
end
