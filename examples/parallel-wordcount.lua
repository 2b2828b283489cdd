-- Counting words in parallel: lines are dealt to workers, their counts are added.
--
-- Look at: deal to four replicas with *, and the merge behind them. Whoever is free
-- gets the next lines. One process alone must come to the same result.

local function text()
  local words = { "pipe", "fifo", "queue", "socket", "signal", "mutex", "region" }
  for i = 1, 5000 do
    print(words[i % 7 + 1], words[i * i % 7 + 1], words[i * i * i % 7 + 1])
  end
end

-- Counts the words of its lines, or adds up what others have counted.
local function count()
  local n = {}
  for line in io.lines() do
    for word in line:gmatch("%a+") do n[word] = (n[word] or 0) + 1 end
  end
  for word, times in pairs(n) do print(word, times) end
end
local function add()
  local n = {}
  for line in io.lines() do
    local word, times = line:match("(%a+)\t(%d+)")
    n[word] = (n[word] or 0) + times
  end
  for word, times in pairs(n) do print(word, times) end
end

local alone = (proc(text) | proc(count) | "sort"):text()
local together = (proc(text) | proc(count) * 4 | proc(add) | "sort"):text()
io.write(together)
print(alone == together and "one process finds the same" or "one process finds something else!")
