-- The bounded buffer, mended with semaphores.
--
-- Look at: `empty` counts the free slots and `full` the items, so waiting for one
-- is waiting for the other side, asleep. `mutex`, a semaphore of one, keeps
-- producers and consumers out of each other's way, however many there are.
-- Every item is taken once: the numbers and the sum say so.

local size, producers, consumers, each = 10, 3, 2, tonumber(arg[1]) or 1000
local m = shm { layout = "int buffer[10]; int in; int out;" }
local empty, full, mutex = semaphore(size), semaphore(0), semaphore(1)
local stop = 0

local function put(item)
  empty:wait()
  mutex:wait()
  m.buffer[m["in"]] = item
  m["in"] = (m["in"] + 1) % size
  mutex:post()
  full:post()
end

local function take()
  full:wait()
  mutex:wait()
  local item = m.buffer[m.out]
  m.out = (m.out + 1) % size
  mutex:post()
  empty:post()
  return item
end

local function producer(p)
  for i = 1, each do put((p - 1) * each + i) end
end

local function consumer()
  local n, sum = 0, 0
  while true do
    local item = take()
    if item == stop then return { n, sum } end
    n, sum = n + 1, sum + item
  end
end

local makers, takers = {}, {}
for c = 1, consumers do takers[c] = start(proc(consumer)) end
for p = 1, producers do makers[p] = proc(producer, p) end
run(unpack(makers))
for c = 1, consumers do put(stop) end

local n, sum = 0, 0
for c = 1, consumers do
  local took = takers[c]:wait().stages[1].value
  n, sum = n + took[1], sum + took[2]
end
local all = producers * each
print(("produced %d items, consumed %d; the sum is %d and must be %d"):format(all, n, sum, all * (all + 1) / 2))
