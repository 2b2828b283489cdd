-- Buffering: zero, bounded and unbounded capacity, as the producer sees it.
--
-- Look at: how long each send takes while the consumer takes a tenth of a second
-- for an item. With no capacity every send waits for its receiver; with three
-- slots the first ones return at once and the later ones wait; with more slots
-- than items none ever waits: automatic buffering, as long as there is memory.

local function measure(name, slots)
  local link = ring { slots = slots, size = 64 }
  local clock = os.time -- in whole seconds: the waits are counted, not timed
  local function producer()
    local waits = {}
    for i = 1, 6 do
      local at_once = link:send("item " .. i, { timeout = 0.02 })
      if not at_once then link:send("item " .. i) end
      waits[i] = at_once and "at once" or "waited"
    end
    return table.concat(waits, ", ")
  end
  local function consumer()
    for item in link:messages() do time.sleep(0.1) end
  end
  local r = run(proc(producer), proc(consumer))
  print(("%-22s %s"):format(name, r.stages[1].value))
end

measure("zero capacity:", 0)
measure("bounded, three slots:", 3)
measure("unbounded, for six:", 6)
