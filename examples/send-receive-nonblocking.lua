-- Producer and consumer by message passing that never blocks.
--
-- Look at: with timeout = 0 send and receive return at once, and say "would
-- block" where a blocking call would wait. Each side then does something else;
-- here it counts how often that was. The numbers differ from run to run, the items
-- do not.

local q = queue { max = 4, size = 64 }

local function producer(n)
  local idle = 0
  for i = 1, n do
    while not q:send("item " .. i, { timeout = 0 }) do idle = idle + 1 end
  end
  return idle
end

local function consumer()
  local sum, idle = 0, 0
  while true do
    local item, why = q:receive { timeout = 0 }
    if item then
      sum = sum + tonumber(item:match("%d+"))
    elseif why == "would block" then
      idle = idle + 1
    else
      break -- "closed": the producer has left
    end
  end
  return { sum = sum, idle = idle }
end

local n = tonumber(arg[1]) or 1000
local r = run(proc(producer, n), proc(consumer))
local got = r.stages[2].value
print(("the sum of %d items is %d"):format(n, got.sum))
print(("the producer would have blocked %d times, the consumer %d"):format(r.stages[1].value, got.idle))
