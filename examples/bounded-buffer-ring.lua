-- The bounded buffer, mended: a ring, in place of buffer, in, out and counter.
--
-- Look at: there is no counter that two processes change, and nobody waits by
-- asking again and again. Producers keep apart by a lock in the ring and consumers
-- by another; a full ring puts a producer to sleep and an empty one a consumer.
-- Every item is consumed once: the numbers and the sum say so. The last line
-- sends a whole table at a time, which is many times faster.

local producers, consumers, each = 3, 2, tonumber(arg[1]) or 1000
local buffer = ring { slots = 10, size = 16 }

local function producer(p)
  for i = 1, each do buffer:send(tostring((p - 1) * each + i)) end
end

local function consumer()
  local n, sum = 0, 0
  for item in buffer:messages() do
    n, sum = n + 1, sum + tonumber(item)
  end
  return { n, sum }
end

local stages = {}
for p = 1, producers do stages[p] = proc(producer, p) end
for c = 1, consumers do stages[producers + c] = proc(consumer) end
local result = run(unpack(stages))

local n, sum = 0, 0
for c = 1, consumers do
  local took = result.stages[producers + c].value
  n, sum = n + took[1], sum + took[2]
end
local all = producers * each
print(("produced %d items, consumed %d; the sum is %d and must be %d"):format(all, n, sum, all * (all + 1) / 2))

local bulk = ring { slots = 1024, size = 16 }
local function in_bulk()
  local items = {}
  for i = 1, each do items[i] = tostring(i) end
  bulk:send_all(items)
end
local function take()
  local n = 0
  while true do
    local items = bulk:receive_all(256)
    if not items then return n end
    n = n + #items
  end
end
print(("%d items in bulk"):format(run(proc(in_bulk), proc(take)).stages[2].value))
