-- The bounded buffer, mended with as little as possible: an atomic counter.
--
-- Look at: the code is the lecture's, but for m:add and m:load. Adding is one step
-- now that nothing comes between, so no update is lost. `in` belongs to the
-- producer and `out` to the consumer; with two of either it would be wrong again.
-- And it still waits by asking: watch both cores in `top` with a large argument.

local size, items = 10, tonumber(arg[1]) or 2000
local m = shm { layout = "int buffer[10]; int in; int out; int counter;" }

local function producer()
  for item = 1, items do
    while m:load "counter" == size do end
    m.buffer[m["in"]] = item
    m["in"] = (m["in"] + 1) % size
    m:add("counter", 1)
  end
end

local function consumer()
  local n, sum = 0, 0
  for _ = 1, items do
    while m:load "counter" == 0 do end
    n, sum = n + 1, sum + m.buffer[m.out]
    m.out = (m.out + 1) % size
    m:add("counter", -1)
  end
  return { n, sum }
end

local took = run(proc(producer), proc(consumer)).stages[2].value
print(("produced %d items, consumed %d; the sum is %d and must be %d"):format(items, took[1], took[2], items * (items + 1) / 2))
print(("counter at the end is %d"):format(m.counter))
