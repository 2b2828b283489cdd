-- Starvation: readers that overlap keep a writer out for good, though nobody is stuck.
--
-- Look at: weir top example:starvation. The writer waits at the semaphore all the time
-- while the readers go in and out: that is no deadlock, and no deadlock is reported. With
-- a turnstile, which the writer holds while it waits, no new reader comes before it.

local rounds = tonumber(arg[1]) or 100

local function race(fair)
  local room, count, turnstile = semaphore(1), semaphore(1), semaphore(1)
  local m = shm { layout = "int readers; int wrote;" }

  local function reader(first)
    if first == 2 then time.sleep(0.005) end
    for _ = 1, rounds do
      if fair then turnstile:wait() turnstile:post() end
      count:wait()
      m.readers = m.readers + 1
      if m.readers == 1 then room:wait() end
      count:post()
      time.sleep(0.01)
      count:wait()
      m.readers = m.readers - 1
      if m.readers == 0 then room:post() end
      count:post()
    end
    return m.wrote
  end

  local function writer()
    time.sleep(0.05)
    if fair then turnstile:wait() end
    room:wait()
    m.wrote = 1
    room:post()
    if fair then turnstile:post() end
  end

  local result = run(proc(reader, 1):named "reader1", proc(reader, 2):named "reader2", proc(writer):named "writer")
  return result.stages[1].value
end

print(race(false) == 0 and "without a turnstile the writer got in only after the readers had left" or "without a turnstile the writer was lucky this time")
print(race(true) == 1 and "with one it got in among them" or "with one it came too late")
