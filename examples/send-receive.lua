-- Producer and consumer by blocking message passing.
--
-- Look at: there is no buffer, no counter and no lock in this program: send waits
-- while the queue is full, receive waits while it is empty, and the consumer's
-- loop ends when the last producer has left. The queue holds two messages, so the
-- producer is never more than a few items ahead.

local q = queue { max = 2, size = 64 }

local function producer(n)
  for i = 1, n do q:send("item " .. i) end
end

local function consumer()
  local n = 0
  for item in q:messages() do
    n = n + 1
    print("consumed " .. item)
  end
  return n
end

local r = run(proc(producer, tonumber(arg[1]) or 5), proc(consumer))
print(r.stages[2].value .. " items, and the producer has left")
