-- The bounded buffer, mended with a mutex and two conditions: a monitor.
--
-- Look at: everything shared is touched with the mutex locked, so counter is right.
-- Who cannot go on waits at a condition, which frees the mutex and takes it again;
-- it then looks once more, in a loop, because others may have been faster.

local size, producers, consumers, each = 10, 3, 2, tonumber(arg[1]) or 1000
local m = shm { layout = "int buffer[10]; int in; int out; int counter; int makers;" }
local lock, not_full, not_empty = mutex(), condition(), condition()
m.makers = producers

local function producer(p)
  for i = 1, each do
    lock:lock()
    while m.counter == size do not_full:wait(lock) end
    m.buffer[m["in"]] = (p - 1) * each + i
    m["in"] = (m["in"] + 1) % size
    m.counter = m.counter + 1
    not_empty:signal()
    lock:unlock()
  end
  lock:lock()
  m.makers = m.makers - 1
  if m.makers == 0 then not_empty:broadcast() end
  lock:unlock()
end

local function consumer()
  local n, sum = 0, 0
  while true do
    lock:lock()
    while m.counter == 0 and m.makers > 0 do not_empty:wait(lock) end
    if m.counter == 0 then
      lock:unlock()
      return { n, sum }
    end
    n, sum = n + 1, sum + m.buffer[m.out]
    m.out = (m.out + 1) % size
    m.counter = m.counter - 1
    not_full:signal()
    lock:unlock()
  end
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
