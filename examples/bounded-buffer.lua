-- The bounded buffer in shared memory, as the lecture writes it, with its mistake.
--
-- Look at: `counter + 1` and `counter - 1` are a load, a sum and a store. Where the
-- other process stores in between, its update is lost. counter is wrong from then
-- on: items are taken twice, or written over before anybody took them. Both
-- processes wait by asking again and again. The mended twins are
-- bounded-buffer-semaphore, -condition, -atomic and -ring.

local size, items = 10, tonumber(arg[1]) or 2000
local layout = "int buffer[10]; int in; int out; int counter; int done;"

local function producer(m)
  for item = 1, items do
    while m.counter == size do end
    m.buffer[m["in"]] = item
    m["in"] = (m["in"] + 1) % size
    m.counter = m.counter + 1
  end
  m.done = 1
end

local function consumer(m)
  local taken = {}
  while true do
    while m.counter == 0 and m.done == 0 do end
    if m.counter == 0 then return taken end
    local item = m.buffer[m.out]
    m.out = (m.out + 1) % size
    m.counter = m.counter - 1
    taken[item] = (taken[item] or 0) + 1
  end
end

-- A round in which the two never met between load and store says nothing.
local round, m, taken, lost, again, n = 0
repeat
  round = round + 1
  m = shm { layout = layout }
  taken = run(proc(producer, m), proc(consumer, m)).stages[2].value
  lost, again, n = 0, 0, 0
  for _, times in pairs(taken) do n = n + times end
  for item = 1, items do
    local times = taken[item] or 0
    if times == 0 then lost = lost + 1 end
    if times > 1 then again = again + times - 1 end
  end
until lost + again > 0 or m.counter ~= items - n or round == 100

print(("round %d: %d items were put in, %d taken out"):format(round, items, n))
print(("  counter is %d, and must be %d"):format(m.counter, items - n))
print(("  items that nobody took:    %d"):format(lost))
print(("  items taken once more:     %d"):format(again))
