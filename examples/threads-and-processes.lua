-- How threads share data, and how processes do; and what a crash takes along.
--
-- Look at: both share the region, through the same call. A function's own
-- variables are shared by neither: what it captures travels by copy, also to a
-- thread, which has a Lua state of its own. Threads have the process number of
-- weir itself: an os.exit there would end them all, so it ends the thread; a
-- process is killed alone, and the others see what it left behind.

local m = shm { layout = "int sum; int pids[4];" }
local private = 0

local function work(slot, n)
  for i = 1, n do m:add("sum", 1) end
  private = private + n
  m.pids[slot] = self().pid
end

run(thread(work, 0, 1000), thread(work, 1, 1000))
print("two threads:   sum is " .. m.sum .. ", private is " .. private
  .. ", one process: " .. tostring(m.pids[0] == m.pids[1]))

m.sum = 0
run(proc(work, 2, 1000), proc(work, 3, 1000))
print("two processes: sum is " .. m.sum .. ", private is " .. private
  .. ", one process: " .. tostring(m.pids[2] == m.pids[3]))

local lock = mutex()
local function crash()
  lock:lock()
  m.sum = -1
  os.execute((sys.os == "windows" and "taskkill /f /pid " or "kill -KILL ") .. self().pid)
end
local r = run(proc(crash), { check = false })
print("one crashed by " .. (r.stages[1].signal or "status " .. r.stages[1].code) .. ", and left sum at " .. m.sum)
print("its lock is ours now, with the word", select(2, lock:lock()))
