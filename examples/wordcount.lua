-- The ten most frequent words of a text of some megabytes that it makes itself.
--
-- Look at: the text is written by one Lua process, cut into words by another,
-- and counted by a third; only ten lines come back. The bytes between them go
-- through the kernel's pipes and never through weir.

local megabytes = tonumber(arg[1]) or 4

local words = { "pipe", "process", "kernel", "signal", "buffer", "socket", "thread",
  "queue", "lock", "page", "file", "end", "the", "a", "of", "and" }

-- A linear congruential generator, so that every run counts the same text.
local function write_text()
  local seed, bytes = 42, 0
  while bytes < megabytes * 1e6 do
    local line = {}
    for i = 1, 12 do
      seed = (seed * 1103515245 + 12345) % 2147483648
      local n = math.floor(seed / 65536)
      line[i] = words[1 + math.min(n % 16, math.floor(n / 16) % 16)]
    end
    local text = table.concat(line, " ")
    bytes = bytes + #text + 1
    print(text)
  end
end

local function count_words()
  local count = {}
  for line in io.lines() do
    for word in line:gmatch("%a+") do count[word] = (count[word] or 0) + 1 end
  end
  local list = {}
  for word in pairs(count) do list[#list + 1] = word end
  table.sort(list, function(a, b) return count[a] > count[b] or count[a] == count[b] and a > b end)
  for _, word in ipairs(list) do print(count[word], word) end
end

local top = (proc(write_text):named("write") | proc(count_words):named("count") | head(10)):text()
io.write(top)
